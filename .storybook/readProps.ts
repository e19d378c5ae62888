/**
 * What each component takes, read from the types in its source: name, type, default and words.
 *
 * Follows interfaces, aliases, `Omit`, `Pick` and `PartProps` through all files of the kit; what
 * an element takes by itself is one row. Knows no compiler: TypeScript 7 has no API for that.
 */

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Node, parseSync } from 'oxc-parser'

export interface Prop {
  name: string
  type: string
  description: string
  isRequired: boolean
  defaultValue?: string | undefined
  /** the declarations that its type names */
  detail?: string | undefined
  /** the values that it may take, as far as they can be told one by one */
  options?: unknown[] | undefined
}

export interface Component {
  description: string
  props: Prop[]
}

interface Source {
  text: string
  body: readonly AnyNode[]
  comments: readonly { type: string; value: string; start: number; end: number }[]
}

/** The tree's own types are a union of all nodes; what is read of it is a handful of fields. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyNode = Node & any

interface Declared {
  node: AnyNode
  source: Source
}

type Names = Map<string, string>

/** The name of the row that stands for everything an element takes by itself. */
export const REST = '…'

const root = join(import.meta.dirname, '..')
const ROOMS = [
  'ui-kit/src/{react,markdown,protocol,session,socket}/**/*.{ts,tsx}',
  '.storybook/stories/*.tsx',
]

/** @returns by the components' names */
export function readProps(): Map<string, Component> {
  const sources = globSync(ROOMS, { cwd: root })
    .filter((file) => !/\.(test|test-d|stories)\./.test(file))
    .map((file) => readSource(join(root, file)))
  const declared = new Map<string, Declared>()
  const components: (Declared & { name: string; fn: AnyNode })[] = []
  const defaults = new Map<string, Names>()
  for (const source of sources)
    for (const statement of source.body) {
      const node: AnyNode = statement.declaration ?? statement
      if (/^TS(Interface|TypeAlias)/.test(node.type)) declared.set(node.id.name, { node, source })
      const fn = componentOf(node)
      if (!fn || statement === node) continue
      components.push({ name: fn.name, fn: fn.node, node: statement, source })
      const type = typeOf(fn.node)
      if (type?.type === 'TSTypeReference')
        defaults.set(type.typeName.name, defaultsOf(fn.node, source))
    }
  const reader = createReader(declared, defaults)
  return new Map(
    components.map(({ name, fn, node, source }) => {
      const type = typeOf(fn)
      const own = defaultsOf(fn, source)
      const props = (type ? reader.members(type, source, new Map()) : []).map((prop) => ({
        ...prop,
        defaultValue: prop.defaultValue ?? own.get(prop.name),
        detail: reader.detail(prop.type),
        options: reader.options(parseType(prop.type)),
      }))
      const isFirst = components.find((each) => each.source === source)?.name === name
      const description = wordsBefore(node, source) || (isFirst ? wordsOfFile(source) : '')
      return [name, { description, props: inOrder(props) }]
    }),
  )
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8')
  const { program, comments } = parseSync(path, text, { preserveParens: false })
  return { text, body: program.body, comments }
}

const textOf = (node: AnyNode, { text }: Source): string =>
  text.slice(node.start, node.end).replace(/\s+/g, ' ')

function parseType(text: string): AnyNode {
  const statement: AnyNode = parseSync('type.ts', `type T = ${text}`, { preserveParens: false })
    .program.body[0]
  return statement?.typeAnnotation
}

/** A function with a large letter, also one in `memo`. */
function componentOf(node: AnyNode): { name: string; node: AnyNode } | undefined {
  const declarator = node.type === 'VariableDeclaration' ? node.declarations[0] : undefined
  const isMemo = declarator?.init?.callee?.name === 'memo'
  const fn = declarator ? isMemo && declarator.init.arguments[0] : node
  const name = (declarator ?? node).id?.name
  return fn?.type?.startsWith('Function') && /^[A-Z]/.test(name) ? { name, node: fn } : undefined
}

const typeOf = (fn: AnyNode): AnyNode | undefined => fn.params[0]?.typeAnnotation?.typeAnnotation

/** From the pattern of the parameter, or the one that takes it apart in the first line. */
function defaultsOf(fn: AnyNode, source: Source): Names {
  const [parameter] = fn.params
  const first = fn.body.body[0]?.declarations?.[0]
  const isTakenApart = first?.init?.name && first.init.name === parameter?.name
  const pattern = isTakenApart ? first.id : parameter
  const found: Names = new Map()
  for (const { key, value } of pattern?.properties ?? [])
    if (value?.type === 'AssignmentPattern') found.set(key.name, textOf(value.right, source))
  return found
}

/** The words of the docblock that ends where the node begins. */
function wordsBefore(node: AnyNode, { text, comments }: Source): string {
  const comment = comments.findLast(({ end }) => end <= node.start)
  if (!comment?.value.startsWith('*') || text.slice(comment.end, node.start).trim()) return ''
  return wordsOf(comment.value)
}

/** Of a file that holds one thing. */
const wordsOfFile = ({ comments }: Source): string =>
  wordsOf(comments.find(({ value }) => value.startsWith('*'))?.value ?? '')

const wordsOf = (docblock: string): string => docblock.replace(/^\s*\* ?/gm, '').trim()

const keysIn = (type: AnyNode): string[] =>
  type.type === 'TSUnionType' ? type.types.flatMap(keysIn) : [type.literal?.value]

function createReader(declared: Map<string, Declared>, defaults: Map<string, Names>) {
  function members(type: AnyNode, source: Source, names: Names): Prop[] {
    if (type.type === 'TSIntersectionType')
      return type.types.flatMap((each: AnyNode) => members(each, source, names))
    if (type.type === 'TSTypeLiteral')
      return type.members.map((member: AnyNode) => propOf(member, source, names))
    const name: string = (type.typeName ?? type.expression)?.name
    const given: AnyNode[] = type.typeArguments?.params ?? []
    if (name === 'ComponentPropsWithRef')
      return [elementProps(put(textOf(given[0], source), names))]
    if (name === 'Omit' || name === 'Pick') {
      const keys = keysIn(given[1])
      return members(given[0], source, names).filter(
        (prop) => keys.includes(prop.name) === (name === 'Pick'),
      )
    }
    const found = declared.get(name)
    if (!found) throw new Error(`${name} is not declared in the kit: its props can't be told`)
    const inner = argumentsOf(found, given, source, names)
    const { node } = found
    if (node.type === 'TSTypeAliasDeclaration')
      return members(node.typeAnnotation, found.source, inner)
    return [
      ...node.body.body.map((member: AnyNode) => propOf(member, found.source, inner)),
      ...(node.extends ?? []).flatMap((each: AnyNode) => members(each, found.source, inner)),
    ].map((prop) => ({ ...prop, defaultValue: defaults.get(name)?.get(prop.name) }))
  }

  /** A type's values: of literals, booleans and names of such. Functions and `undefined` aside. */
  function options(type: AnyNode): unknown[] | undefined {
    if (type.type === 'TSUnionType') {
      const each = type.types.map(options)
      return each.includes(undefined) ? undefined : each.flat()
    }
    if (type.type === 'TSLiteralType') return [type.literal.value]
    if (type.type === 'TSBooleanKeyword') return [true, false]
    if (type.type === 'TSUndefinedKeyword' || type.type === 'TSFunctionType') return []
    const found = declared.get(type.typeName?.name)?.node
    return found?.type === 'TSTypeAliasDeclaration' ? options(found.typeAnnotation) : undefined
  }

  function detail(type: string): string | undefined {
    const found = [...new Set(type.match(/\b[A-Z]\w+/g))].flatMap((name) => {
      const { node, source } = declared.get(name) ?? {}
      return node && source ? [source.text.slice(node.start, node.end)] : []
    })
    return found.join('\n\n') || undefined
  }

  return { members, options, detail }
}

function propOf(member: AnyNode, source: Source, names: Names): Prop {
  const isMethod = member.type === 'TSMethodSignature'
  const type = isMethod ? member : member.typeAnnotation.typeAnnotation
  const text = textOf(type, source).replace(/ \| undefined$/, '')
  return {
    name: member.key.name ?? member.key.value,
    type: put(text, names),
    description: wordsBefore(member, source),
    isRequired: !member.optional,
  }
}

const elementProps = (tag: string): Prop => ({
  name: REST,
  type: `ComponentPropsWithRef<${tag}>`,
  description: `\`ref\`, and everything else that \`<${tag.replaceAll("'", '')}>\` takes`,
  isRequired: false,
})

/** What is given for a type's parameters. */
function argumentsOf({ node }: Declared, given: AnyNode[], source: Source, names: Names): Names {
  const inner: Names = new Map()
  const parameters: AnyNode[] = node.typeParameters?.params ?? []
  for (const [index, { name, default: usual }] of parameters.entries()) {
    const argument = given[index]
    inner.set(
      name.name,
      argument ? put(textOf(argument, source), names) : (usual && 'object') || '',
    )
  }
  return inner
}

/** A text with what is given put in for the parameters. */
const put = (text: string, names: Names): string =>
  text.replace(/\b[A-Z]\w*\b/g, (name) => names.get(name) ?? name)

/** The required first, then as they are written, and the element’s own at the end. */
function inOrder(props: Prop[]): Prop[] {
  const rank = (prop: Prop) => (prop.name === REST ? 2 : prop.isRequired ? 0 : 1)
  return props.sort((a, b) => rank(a) - rank(b))
}
