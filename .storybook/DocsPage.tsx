/** A component on one page: what it is, its first story with its props, and then the others. */

import { Controls, Description, Primary, Stories, Title } from '@storybook/addon-docs/blocks'
import type { ReactElement } from 'react'

export function DocsPage(): ReactElement {
  return (
    <>
      <Title />
      <Description of="meta" />
      <Primary />
      <Controls />
      <Stories includePrimary={false} />
    </>
  )
}
