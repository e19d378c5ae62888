/** What was said and is not stored: taken away, taken over, wiped. */

import { describe, expect, test } from 'vitest'
import { createStorage, createWorld, openBrowser, rows, text, texts } from './createWorld.test.ts'
import { keepPrefix } from './keep.ts'

const kept = ({ texts: all }: ReturnType<typeof createStorage>) =>
  [...all].filter(([key]) => key.includes(':out:')).map(([, entry]) => entry)

describe('discarded', () => {
  test('[W12] before its refusal comes, a message does not hold up the next one', () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.latency({ ms: 400 })
    server.nackNext('storage', { waitMs: 1_000 })
    const { cid } = session.send('refused')
    clock.advance(500)
    session.discard(cid)
    clock.advance(5_000)
    session.send('next')
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['next'])
    expect(rows(session)).toEqual(['next stored'])
    // The hello came first: no answer was `order`, and nothing went out twice.
    expect(sent('send')).toHaveLength(2)
  })

  test('[F28] [F85] by the tab that took it over, a message is not sent by its writer’s, which comes back', async () => {
    const { open, pass, room } = openBrowser()
    const [a, b] = [await open(), await open()]
    for (const { wire } of [a, b]) wire.offline(true)
    const { cid } = a.session.send('no')
    await a.hear('pagehide')
    await pass(40_000)
    b.session.discard(cid)
    for (const { wire } of [a, b]) wire.offline(false)
    await a.hear('pageshow')
    await pass(40_000)
    expect(room.messages).toEqual([])
    for (const { session } of [a, b]) expect(rows(session)).toEqual([])
  })

  test('a storage that refuses the mark keeps the message no more', async () => {
    const { openOffline, open, pass, room } = openBrowser()
    const before = await openOffline()
    const { cid } = before.session.send('discarded')
    before.fill()
    before.session.discard(cid)
    before.session.close()
    const after = await open()
    await pass(20_000)
    expect([rows(after.session), room.messages.length]).toEqual([[], 0])
  })

  test('[F85] in one tab, it is not brought back by a refusal that comes late to the other', async () => {
    const { open, openOffline, pass, server, storage } = openBrowser(false)
    const a = await open()
    a.wire.latency({ ms: 400 })
    server.nackNext('forbidden')
    const { cid, stored } = a.session.send('no')
    const b = await openOffline()
    b.session.discard(cid)
    await pass(5_000)
    expect(kept(storage)).toEqual([expect.stringMatching(/^discarded \d+$/)])
    expect([rows(a.session), texts((await open()).session)]).toEqual([[], []])
    await expect(stored).rejects.toMatchObject({ code: 'discarded' })
  })

  test('[W12] [F85] in one tab, what was refused for now in the other is not tried there again', async () => {
    const { open, openOffline, pass, server, room } = openBrowser(false)
    const a = await open()
    server.nackNext('storage', { waitMs: 5_000 })
    const { cid } = a.session.send('no')
    await pass(1_000)
    const b = await openOffline()
    b.session.discard(cid)
    a.session.send('yes')
    await pass(40_000)
    expect(room.messages.map(text)).toEqual(['yes'])
    expect(rows(a.session)).toEqual(['yes stored'])
  })

  test('[F31] [F85] in one tab, it is not called too large in the other, whose socket it ended', async () => {
    const { open, openOffline, pass, storage } = openBrowser(false)
    const a = await open()
    a.wire.ignoreNext('send')
    const { cid, stored } = a.session.send('no')
    const b = await openOffline()
    b.session.discard(cid)
    a.wire.drop(1009)
    await pass(5_000)
    expect(kept(storage)).toEqual([expect.stringMatching(/^discarded \d+$/)])
    expect(rows(a.session)).toEqual([])
    await expect(stored).rejects.toMatchObject({ code: 'discarded' })
  })

  test('[F85] `stored` ends in the tab that wrote it, too', async () => {
    const { open, pass } = openBrowser(false)
    const a = await open()
    a.wire.offline(true)
    const { cid, stored } = a.session.send('no')
    const ended = stored.catch(({ code }) => code)
    const b = await open({ WebSocket: a.wire.WebSocket })
    b.session.discard(cid)
    a.wire.offline(false)
    await pass(40_000)
    expect(await Promise.race([ended, 'open'])).toBe('discarded')
  })

  test('[F85] without locks, in whichever tab, a message is sent by none', async () => {
    const { open, pass, room } = openBrowser(false)
    const a = await open()
    a.wire.offline(true)
    const words = ['no', 'nor this', 'yes'].map((word) => a.session.send(word).cid)
    const b = await open({ WebSocket: a.wire.WebSocket })
    expect(texts(b.session)).toEqual(['no', 'nor this', 'yes'])
    b.session.discard(words[0] ?? '')
    a.session.discard(words[1] ?? '')
    a.wire.offline(false)
    await pass(40_000)
    expect(room.messages.map(text)).toEqual(['yes'])
    for (const { session } of [a, b]) expect(rows(session)).toEqual(['yes stored'])
  })

  test('a message leaves a mark for two weeks, without a word of what was in it', async () => {
    const { open, storage } = openBrowser()
    const a = await open()
    a.wire.offline(true)
    a.session.discard(a.session.send('secret').cid)
    expect(kept(storage)).toEqual([expect.stringMatching(/^discarded \d+$/)])
    const days = (n: number) => () => 1_800_000_000_000 + n * 86_400_000
    await open({ wallClock: days(13) })
    expect(kept(storage)).toHaveLength(1)
    await open({ wallClock: days(15) })
    expect(kept(storage)).toEqual([])
  })
})

describe('kept no more', () => {
  test.each([
    ['here', false],
    ['before a reload', true],
  ])(
    '[F89] what was said %s and is wiped from the storage is neither sent nor hidden',
    async (_, isReloaded) => {
      const { join, clock, server, room } = createWorld()
      const storage = createStorage()
      server.offline(true)
      let session = join({ storage })
      for (const word of ['wanted', 'unwanted']) session.send(word)
      if (isReloaded) {
        session.close()
        session = join({ storage })
      }
      storage.texts.clear()
      server.offline(false)
      clock.advance(20_000)
      expect(rows(session)).toEqual(['wanted failed', 'unwanted failed'])
      const [wanted, unwanted] = session.getMessages()
      expect(wanted?.failure?.code).toBe('not_kept')
      // Whoever wiped it may have wished so: it is not written anew.
      expect(kept(storage)).toEqual([])
      session.discard(unwanted?.key ?? '')
      session.retry(wanted?.key ?? '')
      clock.advance(1_000)
      // The guest who wrote it is gone with the storage, too.
      expect(session.getMessages()).toMatchObject([{ failure: { code: 'other_identity' } }])
      session.retry(wanted?.key ?? '')
      clock.advance(1_000)
      expect(room.messages.map(text)).toEqual(['wanted'])
      expect(rows(session)).toEqual(['wanted stored'])
    },
  )

  test('[F89] what has failed before keeps its reason, whatever was wiped', async () => {
    const { open, pass, server, storage } = openBrowser()
    const { session, wire } = await open()
    server.nackNext('forbidden')
    const { cid } = session.send('no')
    await pass(500)
    storage.removeItem(`${keepPrefix('http://chat.test', 'room')}out:${cid}`)
    wire.drop()
    await pass(5_000)
    expect(session.getMessage(cid)?.failure?.code).toBe('forbidden')
  })

  test('[F24] [F89] after a log-out in another tab a bearer’s unsent words wait for a word', async () => {
    const { open, pass, room, server, storage } = openBrowser()
    const ticket = () => server.ticket({ sub: 'ada', name: 'Ada' })
    const [a, b] = [await open({ ticket }), await open({ ticket })]
    a.wire.offline(true)
    const { stored } = a.session.send('unsent')
    await a.hear('pagehide')
    b.session.forget()
    a.wire.offline(false)
    await a.hear('pageshow')
    await pass(20_000)
    expect(room.messages).toEqual([])
    expect(rows(a.session)).toEqual(['unsent failed'])
    await expect(stored).rejects.toMatchObject({ code: 'not_kept' })
    expect(kept(storage)).toEqual([])
  })

  test('[F28] [F85] is what another tab brought to the server: its writer’s tab hears so, however much it missed', async () => {
    const { open, pass, room } = openBrowser()
    const [a, b] = [await open(), await open()]
    a.wire.offline(true)
    const { stored } = a.session.send('once')
    await a.hear('pagehide')
    await pass(40_000)
    expect(rows(b.session)).toEqual(['once stored'])
    room.history(Array.from({ length: 600 }, (_, n) => ({ text: `${n}` })))
    a.wire.offline(false)
    await a.hear('pageshow')
    await pass(20_000)
    expect((await stored).pos).toBe(1)
    expect(rows(a.session).filter((row) => !row.endsWith('stored'))).toEqual([])
    expect(room.messages.map(text).filter((word) => word === 'once')).toHaveLength(1)
  })

  test('[F28] [F85] is what another tab took before anybody knew who wrote it: it comes back to its page', async () => {
    const { open, openOffline, pass, room, server } = openBrowser()
    const ticket = () => server.ticket({ sub: 'ada', name: 'Ada' })
    const a = await openOffline({ ticket })
    const { stored } = a.session.send('mine')
    const b = await open({ ticket })
    await a.hear('pagehide')
    await pass(40_000)
    expect(b.session.getMessages()[0]?.failure?.code).toBe('unknown_writer')
    const seen: string[][] = []
    a.session.subscribeMessages(() => seen.push(texts(a.session)))
    a.wire.offline(false)
    await a.hear('pageshow')
    await pass(40_000)
    expect((await stored).author.id).toBe('ada')
    expect(seen.every((shown) => shown.join() === 'mine')).toBe(true)
    for (const { session } of [a, b]) expect(rows(session)).toEqual(['mine stored'])
    expect(room.messages).toHaveLength(1)
  })

  test('[F85] is what one of three tabs without locks has sent: the second to hear so leaves the third its mark', async () => {
    const { open, openOffline, pass, room } = openBrowser(false)
    const a = await open()
    a.wire.offline(true)
    a.session.send('once')
    const [b, c] = [await openOffline(), await open()]
    await pass(5_000)
    expect(rows(c.session)).toEqual(['once stored'])
    room.history(Array.from({ length: 600 }, (_, n) => ({ text: `${n}` })))
    for (const { wire } of [a, b]) {
      wire.offline(false)
      await pass(60_000)
    }
    for (const { session } of [a, b])
      expect(rows(session).filter((row) => !row.endsWith('stored'))).toEqual([])
  })

  test('[F87] a storage that forgets at once loses nothing that this page says', () => {
    const { join, clock, room } = createWorld()
    const session = join({ storage: { ...createStorage(), setItem() {} } })
    session.send('said')
    clock.advance(1_000)
    expect(rows(session)).toEqual(['said stored'])
    expect(room.messages).toHaveLength(1)
  })
})
