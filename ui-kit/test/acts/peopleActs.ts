/** What people do: say, take back, ask again, look back, log out. */

import type { UserPart } from '../../src/protocol/index.ts'
import type { FeedMessage } from '../../src/session/Session.ts'
import type { Chance } from '../Chance.ts'
import type { Device } from '../Device.ts'
import type { Tab } from '../Tab.ts'
import type { Word, World } from '../World.ts'
import type { Act, Acts } from './Act.ts'
import { putAway } from './pageActs.ts'

const DAY_MS = 86_400_000
/** It says whose the words are: said again, they are one's own. */
const HELD = ['other_identity', 'unknown_writer']

/** An act in a tab that is awake. */
const inTab =
  (act: (tab: Tab, chance: Chance, world: World) => void): Act =>
  (world, chance) => {
    const tab = chance.of(world.awake)
    return tab ? act(tab, chance, world) : world.skip()
  }

const rowsThat = (tab: Tab, isWanted: (row: FeedMessage) => boolean) =>
  tab.session.getMessages().filter(isWanted)

/** No two people ever say the same. */
const words = (tab: Tab, world: World, length = 0) =>
  `${tab.name} says ${world.number()}${'. And more'.repeat(length)} 🙂`

const say = inTab((tab, _chance, world) => tab.say(words(tab, world)))

const sayMuch = inTab((tab, chance, world) => {
  for (let n = 3 + chance.below(25); n > 0; n--) tab.say(words(tab, world))
})

const sayAtLength = inTab((tab, chance, world) =>
  tab.say(words(tab, world, 20 + chance.below(300))),
)

const sayInParts = inTab((tab, chance, world) => {
  const parts: UserPart[] = [
    { type: 'text', text: words(tab, world) },
    { type: 'file', url: 'https://files.test/a.png', mediaType: 'image/png', size: 12 },
    { type: 'data', name: 'place', value: { x: chance.below(9) } },
  ]
  tab.say({ parts: parts.slice(0, 1 + chance.below(3)), meta: { mood: 'fine' } })
})

const again = inTab((tab, chance, world) => {
  const answer = chance.of(rowsThat(tab, ({ replyTo }) => replyTo !== undefined))
  if (!answer) return world.skip()
  const asked = world.try('again', () => tab.session.again(answer.id))
  asked?.then(
    () => world.hit('again: granted'),
    ({ code }) => world.hit(`again: ${code}`),
  )
})

const cancel = inTab((tab, chance) => {
  const message = chance.of(rowsThat(tab, ({ delivery }) => delivery === 'stored'))
  tab.session.cancel(chance.is(0.5) ? message?.id : undefined)
})

const lookBack = inTab((tab, chance, world) => {
  tab.session.loadOlder(1 + chance.below(6)).then(
    () => world.hit('older: shown'),
    ({ code }) => world.hit(`older: ${code}`),
  )
})

/** An act on an unstored row, in a tab that shows one. */
const onRow =
  (
    isWanted: (row: FeedMessage) => boolean,
    act: (tab: Tab, row: FeedMessage, word: Word) => void,
  ): Act =>
  (world, chance) => {
    const tab = chance.of(world.awake.filter((one) => rowsThat(one, isWanted).length > 0))
    const row = tab && chance.of(rowsThat(tab, isWanted))
    const word = world.words.get(row?.key ?? '')
    if (tab && row && word) act(tab, row, word)
    else world.skip()
  }

const retry = onRow(
  ({ delivery }) => delivery === 'failed',
  (tab, row, word) => {
    word.isApart = true
    tab.claim(word)
    const { code = '' } = row.failure ?? {}
    const isUnderWay = tab.device.isUnderWay(word)
    if (code === 'not_kept' || (HELD.includes(code) && isUnderWay)) word.mayBeTwice = true
    const { fate } = word
    delete word.fate
    tab.session.retry(row.key)
    // Another tab discarded it, and this one hears so.
    if (fate && !tab.session.getMessage(row.key)) word.fate = fate
  },
)

const discard = onRow(
  ({ delivery }) => delivery !== 'stored',
  (tab, row, word) => {
    word.fate = 'discarded'
    tab.session.discard(row.key)
  },
)

/** Said where there is no network, and left there: by a crash, or for weeks. */
const leaveUnsent: Act = (world, chance) => {
  const tab = chance.of(world.awake)
  if (!tab) return world.skip()
  const { device } = tab
  device.network.offline(true)
  for (let n = 1 + chance.below(3); n > 0; n--) tab.say(words(tab, world))
  world.clock.setTimeout(() => device.network.offline(false), chance.below(20_000))
  if (chance.is(0.3)) return
  if (device.tabs.length < 2 && chance.is(0.5)) device.open()
  // A tab that is put away lets go of what it has; it may come back.
  if (chance.is(0.3)) return putAway(tab, world, 40_000 + chance.below(60_000))
  tab.end()
  if (device.tabs.length > 0) return
  if (chance.is(0.5)) device.setAhead(15 * DAY_MS)
  device.open()
}

/** Who was here goes, or leaves their pages open beside those of who comes. */
function makeWay(device: Device, chance: Chance, world: World) {
  if (device.isForgetful || device.tabs.length > 2 || chance.is(0.5))
    for (const tab of [...device.tabs]) tab.end()
  else world.hit('pages of the one before stay')
}

/** Nothing is left that this person saw; what another account keeps is, and a guest's page to an account. */
const forget = inTab((tab, chance, world) => {
  const { device } = tab
  const userId = tab.session.store.getState().you?.user.id ?? tab.userId
  const isOthers = (owner: string) => owner.startsWith('u_') && owner !== userId
  const isGuestsOwn = (owner: string) => tab.isBearer && owner.startsWith('g_')
  const seen = tab.session.store.getState().outbox
  tab.session.forget()
  for (const { cid, owner } of device.kept)
    if (!isOthers(owner) && (seen.includes(cid) || !isGuestsOwn(owner)))
      world.fail('log-out', `${cid} of ${owner} is left behind ${userId}`)
  for (const word of world.words.values()) {
    const { cid, sayers } = word
    // What a storage that throws keeps is in the page's memory, where nobody looks.
    const isLeft = device.isForgetful ? [...sayers].some(isOthers) : device.keptCids.includes(cid)
    if (word.device === device && !isLeft) word.fate ??= 'forgotten'
  }
  makeWay(device, chance, world)
  device.isBearer &&= chance.is(0.5)
  device.open()
})

/** A guest signs in, now and then with something unsent. */
const signIn: Act = (world, chance) => {
  const tab = chance.of(world.awake.filter(({ device }) => !device.isBearer))
  if (!tab) return world.skip()
  const { device } = tab
  if (chance.is(0.5)) {
    device.network.offline(true)
    tab.say(words(tab, world))
    device.network.offline(false)
  }
  makeWay(device, chance, world)
  device.isBearer = true
  device.open()
}

/** Log out and in as somebody else, on the same machine. */
const swapPeople: Act = (world, chance) => {
  const device = chance.of(world.devices.filter(({ isBearer }) => isBearer))
  if (!device) return world.skip()
  device.sub = device.sub === `u_${device.name}` ? `u_${device.name}_2` : `u_${device.name}`
  // In another tab, which this one hears of by its next ticket.
  if (chance.is(0.5)) return device.network.drop()
  for (const tab of [...device.tabs]) tab.end()
  device.open()
}

export const PEOPLE_ACTS: Acts = [
  ['say', 30, say],
  ['say much', 4, sayMuch],
  ['say at length', 3, sayAtLength],
  ['say in parts', 4, sayInParts],
  ['ask again', 4, again],
  ['cancel', 4, cancel],
  ['look back', 5, lookBack],
  ['retry', 6, retry],
  ['discard', 4, discard],
  ['leave unsent', 6, leaveUnsent],
  ['log out', 0.5, forget],
  ['sign in', 1, signIn],
  ['log in as another', 1, swapPeople],
  ['type', 2, inTab((tab, chance) => tab.session.setTyping(chance.is(0.7)))],
  ['broadcast', 2, inTab((tab) => tab.session.broadcast({ wave: true }))],
  ['mark as read', 2, inTab((tab) => tab.session.markRead())],
  ['reconnect by hand', 2, inTab((tab) => tab.session.reconnect())],
  [
    'close and reopen',
    2,
    inTab((tab, chance) => {
      for (let n = chance.below(5); n >= 0; n--) {
        tab.close()
        tab.session.reconnect()
      }
    }),
  ],
]
