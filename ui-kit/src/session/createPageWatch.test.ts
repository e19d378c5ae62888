/** A page that is looked at again, on the fake server. */

import { expect, test } from 'vitest'
import { createWorld, texts } from './createWorld.test.ts'

test.each(['hidden', 'opened out of sight', 'closed, and opened again out of sight'])(
  '[W3] a page that was %s asks what it missed when it is seen after a minute',
  (what) => {
    const { join, clock, server, room, say, page } = createWorld()
    page.visible = what !== 'opened out of sight'
    const session = join()
    if (what.startsWith('closed')) session.close()
    page.visible = false
    if (what === 'hidden') say('hidden')
    session.reconnect()
    clock.advance(1_000)
    server.loseNext('msg')
    room.post('unseen')
    clock.advance(60_000)
    expect(texts(session)).toEqual([])
    page.visible = true
    say('visible')
    clock.advance(100)
    expect(texts(session)).toEqual(['unseen'])
  },
)

test('[W3] a page that is told twice that it is seen asks once', () => {
  const { join, clock, say, page, sent } = createWorld()
  join()
  clock.advance(1_000)
  page.visible = false
  say('hidden')
  clock.advance(60_000)
  const before = sent('hello').length
  page.visible = true
  say('visible')
  clock.advance(100)
  say('visible')
  clock.advance(1_000)
  expect(sent('hello')).toHaveLength(before + 1)
})
