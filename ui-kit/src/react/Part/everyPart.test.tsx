/**
 * Every part outside of the feed keeps what parts promise: one element, which takes native props,
 * class and style as values and as functions of its state, another element by `render`, and tells
 * its state as `data-*`. And it works without the stylesheet, which this file doesn't load.
 */

import { type ComponentType, createRef, type ReactNode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { Chat } from '../Chat/Chat.tsx'
import { ComposerAttach, ComposerFiles } from '../Composer/ComposerFiles.tsx'
import {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerLimit,
  ComposerRefusal,
  ComposerSend,
  ComposerStop,
} from '../Composer/ComposerParts.tsx'
import { ComposerRoot } from '../Composer/ComposerRoot.tsx'
import { attachmentsOf } from '../hooks/createAttachments.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { PresenceList } from '../Presence/PresenceList.tsx'
import { TypingIndicator } from '../Presence/TypingIndicator.tsx'
import {
  StatusIndicatorCountdown,
  StatusIndicatorIcon,
  StatusIndicatorLabel,
  StatusIndicatorRetry,
  StatusIndicatorRoot,
} from '../StatusIndicator/StatusParts.tsx'
import { MessageData } from './MessageData.tsx'
import { MessageFile } from './MessageFile.tsx'
import { MessageReasoning } from './MessageReasoning.tsx'
import { MessageTool } from './MessageTool.tsx'

type AnyPart = ComponentType<Record<string, unknown>>
type Row = [name: string, part: unknown, state: string[], props?: Record<string, unknown>]

const composer = ['canSend', 'working', 'readOnly', 'refused', 'near', 'over', 'dropping']
const upload = async () => ({ url: '/f' })
const tool = { type: 'tool', callId: '1', name: 'search', state: 'done' }
const file = { type: 'file', url: '/f', mediaType: 'text/plain' }

const STANDING: Row[] = [
  ['Chat', Chat, ['dropping']],
  ['ComposerRoot', ComposerRoot, composer],
  ['StatusIndicatorRoot', StatusIndicatorRoot, ['view']],
  ['PresenceList', PresenceList, ['count']],
  ['TypingIndicator', TypingIndicator, ['active']],
  ['MessageTool', MessageTool, ['state'], { part: tool }],
  ['MessageReasoning', MessageReasoning, ['streaming'], { part: { type: 'reasoning', text: 'a' } }],
  ['MessageFile', MessageFile, ['picture'], { part: file }],
  ['MessageData', MessageData, [], { part: { type: 'data', name: 'a', value: 1 } }],
]
const IN_COMPOSER: Row[] = [
  ['ComposerLabel', ComposerLabel, []],
  ['ComposerInput', ComposerInput, composer],
  ['ComposerSend', ComposerSend, composer],
  ['ComposerStop', ComposerStop, composer],
  ['ComposerHint', ComposerHint, []],
  ['ComposerRefusal', ComposerRefusal, []],
  ['ComposerLimit', ComposerLimit, composer],
  ['ComposerFiles', ComposerFiles, composer],
  ['ComposerAttach', ComposerAttach, composer],
]
const IN_STATUS: Row[] = [
  ['StatusIndicatorIcon', StatusIndicatorIcon, ['view']],
  ['StatusIndicatorLabel', StatusIndicatorLabel, ['view']],
  ['StatusIndicatorCountdown', StatusIndicatorCountdown, ['view']],
  ['StatusIndicatorRetry', StatusIndicatorRetry, ['view']],
]

/** A session in which every part has a reason to be there. */
async function openSession(isLost: boolean) {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  await bench.pass(100)
  bench.room.status({ state: 'working' })
  attachmentsOf(session).add([new File(['a'], 'a.txt')], () => Promise.reject(new Error('no')))
  await bench.pass(100)
  if (isLost) {
    bench.server.refuse(true)
    bench.server.drop()
    await bench.pass(7_000)
  }
  return session
}

const inComposer = (part: ReactNode) => <ComposerRoot upload={upload}>{part}</ComposerRoot>
const inStatus = (part: ReactNode) => <StatusIndicatorRoot>{part}</StatusIndicatorRoot>

const rows = [
  ...STANDING.map((row) => ({ row, around: (part: ReactNode) => part })),
  ...IN_COMPOSER.map((row) => ({ row, around: inComposer })),
  ...IN_STATUS.map((row) => ({ row, around: inStatus })),
].map((one) => [one.row[0], one] as const)

test.each(rows)('%s', async (_, { row: [, component, states, props], around }) => {
  const session = await openSession(around === inStatus)
  const Part = component as AnyPart
  const seen: object[] = []
  const own = {
    ...props,
    title: 'native',
    'data-own': 'yes',
    className(state: object) {
      seen.push(state)
      return 'mine'
    },
    style: () => ({ opacity: 0.5 }),
  }
  const ref = createRef<HTMLElement>()
  const page = (part: ReactNode) => (
    <SessionProvider session={session}>{around(part)}</SessionProvider>
  )
  const { container, rerender } = await render(page(<Part {...own} />))
  // A refusal is there after a send that was refused.
  if (component === ComposerRefusal) container.querySelector('form')?.requestSubmit()
  await expect.poll(() => container.querySelectorAll('.mine').length).toBe(1)
  const element = container.querySelector('.mine') as HTMLElement
  expect(element.className).toMatch(/^sk-[\w-]+( sk-[\w-]+)* mine$/)
  expect(element.title).toBe('native')
  expect(element.dataset.own).toBe('yes')
  expect(element.style.opacity).toBe('0.5')
  expect(Object.keys(seen.at(-1) as object)).toEqual(expect.arrayContaining(states))
  for (const [name, value] of Object.entries(seen.at(-1) as object)) {
    const attribute = element.getAttribute(
      `data-${name.replace(/[A-Z]/g, (up) => `-${up.toLowerCase()}`)}`,
    )
    expect(attribute, name).toBe(value === true ? '' : value === false ? null : String(value))
  }

  await rerender(page(<Part {...own} render={<section ref={ref} id="theirs" />} />))
  await expect.poll(() => ref.current?.id).toBe('theirs')
  expect(ref.current?.classList.contains('mine')).toBe(true)
  expect(container.querySelectorAll('.mine').length).toBe(1)
})
