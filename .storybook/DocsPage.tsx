/** A component on one page: what it is, its props at work, its states, and its parts. */

import {
  ArgTypes,
  Controls,
  Description,
  Heading,
  Markdown,
  Primary,
  Stories,
  Subheading,
  Title,
  useOf,
} from '@storybook/addon-docs/blocks'
import type { ComponentType, ReactElement } from 'react'

export function DocsPage(): ReactElement {
  const { preparedMeta } = useOf('meta', ['meta'])
  const parts: Parts = preparedMeta.parameters.parts ?? {}
  return (
    <>
      <Title />
      <Description of="meta" />
      <Primary />
      <Controls />
      <Stories includePrimary={false} />
      {Object.keys(parts).length > 0 && <Heading>Parts</Heading>}
      {Object.entries(parts).map(([name, part]) => (
        <section key={name}>
          <Subheading>{name}</Subheading>
          <Markdown>{docsOf(part)?.description ?? ''}</Markdown>
          <ArgTypes of={part} />
        </section>
      ))}
    </>
  )
}

/** What a component is put together from, by name, for `parameters.parts` of its stories. */
type Parts = Record<string, ComponentType<never>>

interface Docs {
  description: string
  argTypes: Record<string, object>
}

/** As `propsPlugin` wrote it. */
export const docsOf = (component: object): Docs | undefined =>
  (component as { __docgenInfo?: Docs }).__docgenInfo
