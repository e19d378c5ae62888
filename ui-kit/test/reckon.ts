/** The end of a world: every feed is the server's log, every word has found its end, nothing is left. */

import { asMessage } from './checkFeed.ts'
import type { Tab } from './Tab.ts'
import type { Word, World } from './World.ts'

/** @throws Violation */
export async function reckon(world: World): Promise<void> {
  for (const tab of world.tabs) {
    await readBack(world, tab)
    compare(world, tab)
  }
  for (const word of world.words.values()) settle(world, word)
  keepOrder(world)
  await leave(world)
}

/** To the beginning of the history. */
async function readBack(world: World, { name, session }: Tab): Promise<void> {
  for (let pages = 0; session.store.getState().history.hasOlder; pages++) {
    if (pages > 100) world.fail('history', `${name} never comes to its beginning`)
    const page = session.loadOlder(20).catch(({ code }) => code)
    await world.pass(3_000)
    const failure = await Promise.race([page, undefined])
    if (failure !== undefined) world.fail('history', `${name} can't look back: ${failure}`)
    world.check()
  }
}

function compare(world: World, { name, session }: Tab): void {
  const { truth } = world
  const stored = session
    .getMessages()
    .filter(({ delivery, id }) => delivery === 'stored' && !truth.prunedIds.has(id))
  const really = truth.messages
  for (const [index, message] of really.entries()) {
    const row = stored[index]
    if (row && JSON.stringify(asMessage(row)) === truth.textOf(message)) continue
    const shown = JSON.stringify(row)
    world.fail('feed', `${name}, row ${index}: ${shown}, really ${JSON.stringify(message)}`)
    break
  }
  if (stored.length > really.length)
    world.fail('feed', `${name} shows ${stored.length} messages, and there are ${really.length}`)
  const { connections } = session.store.getState()
  if (connections !== world.room.connections)
    world.fail('presence', `${name} counts ${connections}, really ${world.room.connections}`)
}

function settle(world: World, { cid, device, fate, sayers, settled, tab }: Word): void {
  const isStored = world.truth.wasStored(cid)
  const failed = device.tabs.some(({ session }) => session.getMessage(cid)?.delivery === 'failed')
  const isAccounts = sayers.size > 0 && [...sayers].every((id) => id.startsWith('u_'))
  const isSwept = device.wasSetAhead && isAccounts
  const isGone = (device.isForgetful || device.wasWiped || isSwept) && tab.page.life === 'gone'
  if (!isStored && !failed && !fate && !isGone)
    world.fail('lost', `${cid} of ${tab.name} is neither stored nor shown as failed`)
  // What another tab took over and took away has no word of the server to wait for.
  if (settled === undefined && tab.page.life !== 'gone' && !failed && !fate)
    world.fail('promise', `that of ${cid} of ${tab.name} is still open`)
}

/** What one tab said stands in the order in which it was said (W12). */
function keepOrder(world: World): void {
  const lastOf = new Map<Tab, number>()
  const places = [...world.words.keys()]
  for (const { cid } of world.truth.messages) {
    const word = world.words.get(cid ?? '')
    // Refused once, and passed when it was tried again; or several tabs send the same queue.
    if (word?.settled !== 'stored' || word.fate || word.isApart || !word.device.locks) continue
    const place = places.indexOf(word.cid)
    const before = lastOf.get(word.tab) ?? -1
    if (place < before && !world.mayOvertake)
      world.fail('overtaken', `${word.cid} stands behind ${places[before]}`)
    lastOf.set(word.tab, Math.max(place, before))
  }
}

/** Closed, a session leaves nothing behind. */
async function leave(world: World): Promise<void> {
  for (const { session } of world.tabs) {
    session.close()
    session.close()
  }
  await world.pass(5_000)
  for (const { name, page } of world.tabs) {
    if (page.timers > 0) world.fail('left', `${page.timers} timers of ${name}`)
    if (page.listeners > 0) world.fail('left', `${page.listeners} listeners of ${name}`)
  }
  for (const { locks, name, network } of world.devices) {
    if (locks && locks.count > 0) world.fail('left', `${locks.count} locks of ${name}`)
    if (network.open > 0) world.fail('left', `${network.open} sockets of ${name}`)
  }
  world.check()
}
