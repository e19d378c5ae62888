/** A render that React cuts into pieces while the store goes on, and what is shown then. */

import { startTransition, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { useSessionSocket } from './useSessionSocket.ts'

const ROWS = 12

let bench: Bench
let list: HTMLElement
/** the row that had been rendered when the store moved on, -1 before */
let movedAfter: number
let isArmed: boolean
let lastRendered: number
let torn: string[]
let commits: number
let renderAnew: () => void

beforeEach(() => {
  bench = openBench()
  list = document.createElement('div')
  movedAfter = -1
  isArmed = false
  torn = []
  commits = 0
})

/** A task of the page between two pieces of a render. */
function moveSoon() {
  isArmed = false
  setTimeout(() => {
    movedAfter = lastRendered
    bench.room.post('in between')
    bench.clock.advance(100)
  })
}

function look() {
  commits += 1
  const shown = new Set([...list.querySelectorAll('li')].map((row) => row.textContent))
  if (shown.size > 1) torn.push([...shown].join())
}

function Slow({ id }: { id: number }) {
  const { messages } = useSessionSocket(bench.options)
  useLayoutEffect(look)
  const untilMs = performance.now() + 8
  while (performance.now() < untilMs);
  lastRendered = id
  if (isArmed && id === 1) moveSoon()
  return <li>{messages.length}</li>
}

const ids = Array.from({ length: ROWS }, (_, id) => id)

function List() {
  const [round, setRound] = useState(0)
  renderAnew = () => {
    isArmed = true
    startTransition(() => setRound(1))
  }
  return (
    <ul key={round}>
      {ids.map((id) => (
        <Slow key={id} id={id} />
      ))}
    </ul>
  )
}

test('rows that read one session in one render never show two states of it', async () => {
  const root = createRoot(document.body.appendChild(list))
  onTestFinished(() => {
    root.unmount()
    list.remove()
  })
  root.render(<List />)
  await bench.shows(list, 'ul', '0'.repeat(ROWS))
  await bench.pass(200)
  commits = 0
  renderAnew()
  await bench.shows(list, 'ul', '1'.repeat(ROWS))
  expect(movedAfter).toBeGreaterThanOrEqual(1)
  expect(movedAfter).toBeLessThan(ROWS - 1)
  expect(commits).toBeGreaterThan(0)
  expect(torn).toEqual([])
})
