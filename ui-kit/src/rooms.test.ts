/**
 * Who may import whom (CONTRIBUTING.md, "The house"): reads every import of the three
 * packages, types included, and names the arrow that leaves the table or closes a circle.
 */

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Room by path, the innermost first. */
const ROOMS: [prefix: string, room: string][] = [
  ['ui-kit/src/protocol/', 'protocol'],
  ['ui-kit/src/socket/', 'socket'],
  ['ui-kit/src/session/', 'session'],
  ['ui-kit/src/react/', 'react'],
  ['ui-kit/src/markdown/', 'markdown'],
  ['ui-kit/src/testing/', 'testing'],
  ['ui-kit/src/', 'root'],
  ['api/src/', 'api'],
  ['demo/app/', 'demo'],
]

const KIT = '@session-kit/ui-kit'
const DOM_FREE = ['protocol', 'socket', 'session', 'testing', 'api']

interface Allowed {
  /** rooms, or one file of a room */
  rooms?: string[]
  /** rooms of which only types are taken */
  types?: string[]
  packages?: string[]
}

const MAY: Record<string, Allowed> = {
  protocol: {},
  socket: { rooms: ['protocol/closeCodes.ts'] },
  session: { rooms: ['protocol', 'socket'], packages: ['zustand'] },
  react: {
    rooms: [
      'session',
      ...['safeUrl', 'MarkdownWords', 'MarkdownOptions'].map((file) => `markdown/${file}.ts`),
    ],
    types: ['protocol'],
    packages: ['react', 'react-dom', 'zustand', '@tanstack/virtual-core'],
  },
  markdown: { packages: ['react', 'marked'] },
  testing: { rooms: ['protocol', 'socket/Clock.ts'], types: ['socket', 'session'] },
  root: { rooms: ['session', 'socket', 'react'], types: ['protocol'] },
  api: {
    packages: [`${KIT}/protocol`, 'hono', 'cloudflare:workers', 'ai', '@ai-sdk/openai-compatible'],
  },
  demo: {
    packages: [
      ...['', '/socket', '/session', '/protocol', '/markdown', '/testing', '/styles.css'].map(
        (entry) => KIT + entry,
      ),
      'react',
      'react-dom',
      'next',
    ],
  },
}

interface Arrow {
  from: string
  to: string
  typeOnly: boolean
}

const sources = globSync(
  ['ui-kit/src/**/*.{ts,tsx}', 'api/src/**/*.ts', 'demo/app/**/*.{ts,tsx}'],
  {
    cwd: root,
  },
)
  .filter((path) => !/\.(test|test-d|stories|bench)\.tsx?$/.test(path))
  .filter((path) => !path.startsWith('api/src/testing/'))

const arrows: Arrow[] = sources.flatMap((from) => {
  const { module, errors } = parseSync(from, readFileSync(join(root, from), 'utf8'))
  if (errors.length > 0) throw new Error(`${from}: ${errors[0]?.message}`)
  const imports = module.staticImports.map((item) => ({
    from,
    to: item.moduleRequest.value,
    typeOnly: item.entries.length > 0 && item.entries.every((entry) => entry.isType),
  }))
  const exports = module.staticExports.flatMap((item) =>
    item.entries
      .filter((entry) => entry.moduleRequest)
      .map((entry) => ({
        from,
        to: entry.moduleRequest?.value ?? '',
        typeOnly: entry.isType,
      })),
  )
  return [...imports, ...exports]
})

const roomOf = (path: string) => ROOMS.find(([prefix]) => path.startsWith(prefix))?.[1]

/** Where an arrow ends: a file of the repository, or a package. */
function target(arrow: Arrow): string {
  if (!arrow.to.startsWith('.')) return arrow.to
  return relative(root, resolve(root, dirname(arrow.from), arrow.to))
}

function isAllowed(arrow: Arrow): boolean {
  const from = roomOf(arrow.from)
  const { rooms = [], types = [], packages = [] } = MAY[from ?? ''] ?? {}
  const to = target(arrow)
  if (!arrow.to.startsWith('.'))
    return packages.some(
      (name) => to === name || (!name.startsWith(KIT) && to.startsWith(`${name}/`)),
    )
  const room = roomOf(to)
  if (room === undefined || from === undefined) return false
  return (
    room === from ||
    rooms.some((name) => name === room || to === `ui-kit/src/${name}`) ||
    (arrow.typeOnly && types.includes(room))
  )
}

test('finds the rooms it speaks of', () => {
  const seen = new Set(sources.map(roomOf))
  expect([...seen].sort()).toEqual([...new Set(ROOMS.map(([, room]) => room))].sort())
  expect(arrows.length).toBeGreaterThan(100)
})

test('every import is one that the table of rooms allows', () => {
  const strays = arrows
    .filter((arrow) => !isAllowed(arrow))
    .map((arrow) => `${arrow.from} -> ${target(arrow)}`)
  expect(strays).toEqual([])
})

test('only React rooms are told of the window at import: no `use client` elsewhere', () => {
  const strays = sources
    .filter((path) => DOM_FREE.includes(roomOf(path) ?? ''))
    .filter((path) => /^'use client'/m.test(readFileSync(join(root, path), 'utf8')))
  expect(strays).toEqual([])
})

test('every file of the kit that uses a hook keeps its `use client` line', () => {
  const missing = sources
    .filter((path) => ['react', 'markdown'].includes(roomOf(path) ?? ''))
    .filter((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return /\buse[A-Z]\w*\(/.test(text) && !text.includes("'use client'")
    })
  expect(missing).toEqual([])
})

test('no import closes a circle', () => {
  const graph = new Map<string, string[]>()
  for (const arrow of arrows)
    if (arrow.to.startsWith('.'))
      graph.set(arrow.from, [...(graph.get(arrow.from) ?? []), target(arrow)])
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file) || path.includes(file)) return
    for (const next of graph.get(file) ?? []) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) walk(file, [])
  expect(circles).toEqual([])
})

test('no Worker loads the AI SDK before a model is asked', () => {
  const loads = (file: string) =>
    arrows.filter(({ from, typeOnly }) => from === file && !typeOnly).map(target)
  const reached = new Set(['api/src/index.ts', 'api/src/worker.ts', 'api/src/agents/model.ts'])
  for (const file of reached) for (const next of loads(file)) reached.add(next)
  const isSdk = (path: string) => path === 'ai' || path.startsWith('@ai-sdk/')
  expect([...reached].filter(isSdk)).toEqual([])
  expect(loads('api/src/agents/streamModel.ts').filter(isSdk)).toHaveLength(2)
})

test('there is no drawer: a function lives with its caller, or in a file of its own name', () => {
  const drawers = sources.filter((path) =>
    /(^|\/)(utils?|helpers?|lib|common|shared|types)(\/|\.tsx?$)/.test(path),
  )
  expect(drawers).toEqual([])
})
