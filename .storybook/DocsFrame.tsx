/** The page around docs and guides: it goes by the theme of the toolbar, as stories do. */

import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks'
import { type PropsWithChildren, type ReactElement, useEffect, useState } from 'react'
import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events'
import { dataOf, type StageGlobals } from './Stage.tsx'
import { isDark, themeOf } from './theme.ts'

interface Told {
  globals: StageGlobals
}

export function DocsFrame(props: PropsWithChildren<DocsContainerProps>): ReactElement {
  const { channel } = props.context
  const [globals, setGlobals] = useState<StageGlobals | undefined>(
    () => ((channel.last(GLOBALS_UPDATED) ?? channel.last(SET_GLOBALS))?.[0] as Told)?.globals,
  )
  useEffect(() => {
    const hear = (told: Told) => setGlobals(told.globals)
    channel.on(GLOBALS_UPDATED, hear)
    return () => channel.off(GLOBALS_UPDATED, hear)
  }, [channel])
  const theme = globals?.theme ?? 'system'
  return (
    <DocsContainer {...props} theme={themeOf(theme === 'system' ? isDark : theme === 'dark')}>
      <div {...(globals && dataOf(globals))}>{props.children}</div>
    </DocsContainer>
  )
}
