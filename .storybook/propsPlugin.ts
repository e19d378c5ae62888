/** Hands each component what was read of its types, where Storybook looks for it. */

import type { Plugin } from 'vite'
import type { Component, Prop } from './readProps.ts'
import { REST, readProps } from './readProps.ts'

/** Characters of a type that fit on a line. */
const MAX_TYPE = 72
const COMPONENT = /^export (?:function|const) ([A-Z]\w*)/gm

export function propsPlugin(): Plugin {
  let components: Map<string, Component>
  return {
    name: 'session-kit-props',
    enforce: 'pre',
    buildStart() {
      components = readProps()
    },
    transform(code, id) {
      const hasComponents = /\/(ui-kit\/src\/(react|markdown)|\.storybook\/stories)\/.*\.tsx$/
      if (!hasComponents.test(id) || /\.(test|stories)\./.test(id)) return
      const docs = [...code.matchAll(COMPONENT)].flatMap(([, name = '']) => {
        const component = components.get(name)
        return component
          ? [`${name}.__docgenInfo = ${JSON.stringify(docsOf(name, component))}`]
          : []
      })
      return docs.length === 0 ? undefined : { code: `${code}\n${docs.join('\n')}\n`, map: null }
    },
  }
}

const docsOf = (displayName: string, { description, props }: Component) => ({
  displayName,
  description,
  argTypes: Object.fromEntries(props.map((prop) => [prop.name, argTypeOf(prop)])),
})

function argTypeOf({ name, type, description, isRequired, defaultValue, detail, options }: Prop) {
  return {
    name,
    description,
    type: { name: 'other', value: type, required: isRequired },
    table: {
      type: summaryOf(type, detail),
      ...(defaultValue && { defaultValue: { summary: defaultValue } }),
    },
    ...controlOf(name, type, options),
  }
}

/** What would push the table out of its panel is told behind a click. */
function summaryOf(type: string, detail = '') {
  const summary = type.length > MAX_TYPE ? type.replace(/\(\(.*/, 'function') : type
  const told = summary === type ? detail : `${type}\n\n${detail}`
  return { summary, ...(told && { detail: told }) }
}

/** What is a function, an element or a class has none: nobody writes those into a table. */
function controlOf(name: string, type: string, options: unknown[] | undefined) {
  if (options?.length === 2 && options.every((value) => typeof value === 'boolean'))
    return { control: { type: 'boolean' } }
  if (options?.length) return { control: { type: 'select' }, options }
  if (type === 'number') return { control: { type: 'number', min: 0 } }
  if (type === 'string') return { control: { type: 'text' } }
  const isPart = name !== REST && type.endsWith('Part')
  return { control: isPart ? { type: 'object' } : { disable: true } }
}
