/** Two copies of the kit in one page, as a bundler leaves them when two versions are asked for. */

import * as second from 'virtual:second-kit'
import { beforeEach, expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import * as first from '../../index.ts'

let bench: Bench
/** of both: they keep outbox and guest under the same names */
let storage: first.KeepStorage
let say: ((text: string) => unknown)[]

beforeEach(() => {
  bench = openBench()
  storage = localStorage
  say = []
})

function Both() {
  const options = { ...bench.options, storage }
  const one = first.useSessionSocket(options)
  const two = second.useSessionSocket(options)
  say = [one.send, two.send]
  return (
    <>
      <first.SessionProvider session={one.session}>
        <first.MessageFeed />
      </first.SessionProvider>
      <second.SessionProvider session={two.session}>
        <second.MessageFeed />
      </second.SessionProvider>
    </>
  )
}

test('two copies are two clients of one person: each shows everything once, and lets go', async () => {
  expect(second.useSessionSocket).not.toBe(first.useSessionSocket)
  const screen = await render(<Both />)
  await bench.pass(200)
  expect(bench.server.dials).toBe(2)
  bench.server.refuse(true)
  bench.server.drop()
  await bench.pass(100)
  say[0]?.('from one')
  say[1]?.('from two')
  await bench.pass(1_000)
  bench.server.refuse(false)
  await bench.pass(60_000)
  const lists = [...screen.container.querySelectorAll('.sk-feed-list')]
  const feeds = lists.map((list) =>
    [...list.querySelectorAll('.sk-text')].map((text) => text.textContent).sort(),
  )
  expect(feeds).toEqual([
    ['from one', 'from two'],
    ['from one', 'from two'],
  ])
  await screen.unmount()
  await bench.pass(60_000)
  expect(bench.server.open).toBe(0)
})

function Mixed() {
  return (
    <first.SessionProvider session={first.useSessionSocket(bench.options).session}>
      <second.Composer />
    </first.SessionProvider>
  )
}

test('a part of one copy below the provider of the other says that there is none', async () => {
  await expect(render(<Mixed />)).rejects.toMatchObject({ code: 'no_provider' })
})
