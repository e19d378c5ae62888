/** What happens to pages and machines: opened, hidden, frozen, put away, crashed, asleep. */

import type { Chance } from '../Chance.ts'
import type { Tab } from '../Tab.ts'
import type { World } from '../World.ts'
import type { Act, Acts } from './Act.ts'

const MOST_TABS = 3
const DAY_MS = 86_400_000

const toTab =
  (act: (tab: Tab, chance: Chance, world: World) => void): Act =>
  (world, chance) => {
    const tab = chance.of(world.tabs)
    return tab ? act(tab, chance, world) : world.skip()
  }

const open: Act = (world, chance) => {
  const device = chance.of(world.devices)
  if (!device || device.tabs.length >= MOST_TABS) return world.skip()
  device.open()
}

const close = toTab((tab) => {
  if (tab.page.life === 'running') tab.page.say('pagehide')
  tab.end()
})

/** The component that held the session is gone, then the page. */
const unmount = toTab((tab, _chance, world) => {
  if (tab.page.life !== 'running') return world.skip()
  tab.close()
  tab.end()
})

/** A duplicate of a tab with something unsent, which says something too. */
const duplicate = toTab((tab, chance, world) => {
  const { device } = tab
  if (tab.page.life !== 'running' || device.tabs.length >= MOST_TABS) return world.skip()
  device.network.offline(true)
  const say = (one: Tab) => one.say(`${one.name} says ${world.number()} on either side`)
  say(tab)
  const twin = device.open()
  say(twin)
  world.clock.setTimeout(() => device.network.offline(false), chance.below(5_000))
})

const crash = toTab((tab) => tab.end())

const reload = toTab((tab) => {
  tab.page.say('pagehide')
  tab.end()
  tab.device.open()
})

const hide = toTab((tab, _chance, world) =>
  tab.page.isVisible ? tab.page.say('hidden') : world.skip(),
)
const show = toTab((tab, _chance, world) =>
  tab.page.isVisible ? world.skip() : tab.page.say('visible'),
)

/** A person who goes to and fro between two tabs. */
const flicker = toTab((tab, chance, world) => {
  const everyMs = 500 + chance.below(4_000)
  for (let n = 4 + chance.below(20); n > 0; n--)
    world.clock.setTimeout(() => tab.page.say(n % 2 ? 'visible' : 'hidden'), n * everyMs)
})

const freeze = toTab((tab, chance, world) => {
  if (tab.page.life !== 'running') return world.skip()
  tab.page.say('hidden')
  tab.page.freeze()
  world.clock.setTimeout(
    () => {
      tab.page.thaw()
      tab.page.say('visible')
    },
    chance.below(chance.is(0.3) ? 900_000 : 40_000),
  )
})

/** Into the back/forward cache, and out again. */
export function putAway({ page }: Tab, { clock }: World, ms: number): void {
  page.say('pagehide')
  page.say('hidden')
  page.freeze()
  clock.setTimeout(() => {
    page.thaw()
    page.say('pageshow')
    page.say('visible')
  }, ms)
}

const goAway = toTab((tab, chance, world) => {
  if (tab.page.life !== 'running') return world.skip()
  putAway(tab, world, chance.below(100_000))
})

/** The lid is closed: all pages stop at once, and meanwhile the sockets may have died. */
const sleep: Act = (world, chance) => {
  const device = chance.of(world.devices)
  if (!device) return world.skip()
  // What is put away, or frozen, wakes by itself: with locks again, and not only with time.
  const asleep = device.tabs.filter(({ page }) => page.life === 'running')
  for (const { page } of asleep) page.freeze()
  const ending = chance.below(3)
  if (ending > 0) device.kill()
  world.clock.setTimeout(
    () => {
      if (ending === 1) device.revive()
      for (const { page } of asleep) page.thaw()
      // Some wake with a path that is still dead.
      if (ending === 2) world.clock.setTimeout(() => device.revive(), chance.below(60_000))
    },
    1_000 + chance.below(chance.is(0.3) ? 7_200_000 : 60_000),
  )
}

const jump: Act = (world, chance) => {
  const device = chance.of(world.devices)
  if (!device) return world.skip()
  device.setAhead((chance.below(40) - 15) * DAY_MS)
}

/** The page is told that there is no network, though there is. */
const falseHint = toTab((tab, chance, world) => {
  tab.device.isOnline = false
  tab.page.say('offline')
  world.clock.setTimeout(() => {
    tab.device.isOnline = true
    tab.page.say('online')
  }, chance.below(30_000))
})

/** Somebody clears what sites keep, or the browser makes room. */
const wipe: Act = (world, chance) => {
  const device = chance.of(world.devices)
  if (!device || device.texts.size === 0) return world.skip()
  device.wasWiped = true
  // Who a guest is stays: to log out is another act.
  for (const key of [...device.texts.keys()]) if (key.includes(':out:')) device.texts.delete(key)
}

const ticketTrouble: Act = (world, chance) => {
  const device = chance.of(world.devices.filter(({ isBearer }) => isBearer))
  if (!device) return world.skip()
  device.mood = chance.of(['late', 'never', 'fails', 'final', 'bad'] as const) ?? 'good'
  world.clock.setTimeout(() => {
    device.mood = 'good'
  }, chance.below(20_000))
  if (chance.is(0.5)) device.network.drop()
}

export const PAGE_ACTS: Acts = [
  ['open a tab', 4, open],
  ['close a tab', 3, close],
  ['close a session', 3, unmount],
  ['duplicate a tab', 2, duplicate],
  ['crash', 3, crash],
  ['reload', 4, reload],
  ['hide', 4, hide],
  ['show', 4, show],
  ['go to and fro', 1, flicker],
  ['freeze', 2, freeze],
  ['put away', 2, goAway],
  ['sleep', 2, sleep],
  ['set the clock', 1, jump],
  ['wipe the storage', 1, wipe],
  ['a false hint', 2, falseHint],
  ['trouble with tickets', 3, ticketTrouble],
]
