/** How words end that several pages had, and what each of these pages knows of it later. */

import { expect, test } from 'vitest'
import { openShared, text } from './createWorld.test.ts'

test('[F85] [F87] what was discarded while the storage threw is not sent when it works again', async () => {
  const { openOffline, pass, room, storage } = openShared()
  let dead = false
  const t =
    <A extends unknown[], R>(f: (...a: A) => R) =>
    (...a: A): R => {
      if (dead) throw new Error('dead')
      return f(...a)
    }
  const own = {
    get length() {
      if (dead) throw new Error('dead')
      return storage.length
    },
    key: t(storage.key),
    getItem: t(storage.getItem),
    setItem: t(storage.setItem),
    removeItem: t(storage.removeItem),
  }
  const page = await openOffline({ storage: own as never })
  const { cid, stored } = page.session.send('no')
  dead = true
  page.session.discard(cid)
  await expect(stored).rejects.toMatchObject({ code: 'discarded' })
  dead = false
  page.wire.offline(false)
  await page.hear('online')
  await pass(30_000)
  expect(room.messages.map(text)).toEqual([])
})

test.each([0, 700])(
  '[F58] a word in a page that came back does not hide that another tab had it stored, %i messages ago',
  async (n) => {
    const { open, pass, room, server, ada } = openShared()
    const first = await open()
    await pass(500)
    server.nackNext('forbidden')
    const { cid } = first.session.send('once')
    await pass(500)
    await first.hear('pagehide')
    const second = await open()
    await pass(1_000)
    first.wire.offline(true)
    await first.hear('pageshow')
    second.session.retry(cid)
    await pass(1_000)
    expect(room.messages.map(text)).toEqual(['once'])
    first.session.retry(cid)
    await second.hear('pagehide')
    second.session.close()
    await first.crash()
    const talker = await open({ storage: null })
    for (let i = 0; i < n; i++) {
      talker.session.send(`x${i}`)
      if (i % 10 === 9) await pass(10_000)
    }
    await pass(60_000)
    const account = await open({ ...ada, userId: 'ada' })
    await pass(40_000)
    account.session.retry(cid)
    await pass(30_000)
    expect(room.messages.filter((m) => text(m) === 'once').map((m) => m.author.id)).toHaveLength(1)
  },
)

test.each([0, 700])(
  '[F58] what its writer took back and sent leaves a mark for who held it, %i messages ago',
  async (n) => {
    const { open, pass, room, server, ada } = openShared()
    const guest = await open()
    await pass(500)
    server.nackNext('forbidden')
    const { cid } = guest.session.send('once')
    await pass(500)
    await guest.hear('pagehide')
    const account = await open({ ...ada, userId: 'ada' })
    await pass(1_000)
    account.session.retry(cid)
    await pass(500)
    account.wire.offline(true)
    await guest.hear('pageshow')
    guest.session.retry(cid)
    await pass(3_000)
    const talker = await open({ storage: null })
    for (let i = 0; i < n; i++) {
      talker.session.send(`x${i}`)
      if (i % 10 === 9) await pass(10_000)
    }
    await pass(60_000)
    for (let i = 0; i < 4; i++) {
      account.session.retry(cid)
    }
    account.wire.offline(false)
    await account.hear('online')
    await pass(60_000)
    expect(room.messages.filter((m) => text(m) === 'once').map((m) => m.author.id)).toHaveLength(1)
  },
)
