/** Who judges has to judge right: what a client says while it reads a text, and when. */

import { expect, test } from 'vitest'
import { decodeServerFrames, type ServerFrame } from '../src/protocol/index.ts'
import { Ear, type EarPorts } from './Ear.ts'
import { Growth } from './Growth.ts'

function listen() {
  const failed: string[] = []
  const nothing = () => {}
  const ports: EarPorts = {
    truth: {} as never,
    rows: () => [],
    decode: (text) => decodeServerFrames(text) ?? [],
    now: () => 0,
    hit: nothing,
    fail: (rule) => failed.push(rule),
    isGivenUp: () => false,
    replaced: nothing,
    knows: nothing,
    caughtUpInPart: nothing,
    sends: nothing,
  }
  const ear = new Ear(ports, new Growth())
  ear.dialled()
  return {
    failed,
    hears: (...frames: object[]) => ear.heard(JSON.stringify(frames as ServerFrame[])),
    sends: (cid: string) => ear.said(JSON.stringify({ type: 'send', cid, parts: [] })),
  }
}

const WELCOME = { type: 'welcome', you: { user: { id: 'u_ada' } }, limits: { inFlight: 1 } }
const SYNC = { type: 'sync', mode: 'suffix', messages: [], to: 0, more: false }
const copyOf = (cid: string) => ({ type: 'msg', seq: 1, message: { cid, state: 'done' } })

test('[W12] what goes out and is answered in the text that is just read is not under way', () => {
  const { failed, hears, sends } = listen()
  hears(WELCOME, SYNC, copyOf('a'))
  // The client sends it at the sync, then comes to the copy.
  for (const cid of ['a', 'b']) sends(cid)
  expect(failed).toEqual([])
  sends('c')
  expect(failed).toEqual(['in flight'])
})

test('[W12] an answer of an earlier text is none for what is sent again', () => {
  const { failed, hears, sends } = listen()
  hears(WELCOME, SYNC, copyOf('a'))
  hears({ type: 'pong' })
  for (const cid of ['a', 'b']) sends(cid)
  expect(failed).toEqual(['in flight'])
})
