/** What may change the log of a random world, by a frame, by the agent or by the Worker. */

import type { Answer, LogModel } from './LogModel.ts'
import type { Person } from './Person.ts'
import { stubOf } from './TestClient.ts'
import { answerOf, type Told, type World } from './World.ts'

export interface Change {
  /** @returns what is answered, where anything is */
  tell(): Promise<Told | undefined>
  apply: (model: LogModel) => Answer | undefined
  /** It bears a cid: said again, it counts once. */
  isResent?: boolean
}

export class Changes {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  send(): Change {
    const [person, cid, text] = [
      this.#world.person(),
      this.#world.name(),
      `by hand ${this.#world.below(1_000)}`,
    ]
    return {
      tell: () => this.#world.say(person, { type: 'send', cid, text }),
      apply: (model) => model.send(person.name, cid, text),
      isResent: true,
    }
  }

  /** What was said before comes again, with other content where `isChanged`. */
  repeat(isChanged: boolean): Change | undefined {
    // What is not kept may be forgotten by now.
    const kept = [...this.#world.model.sent].filter(([, { pos }]) => this.#world.model.at(pos))
    const [key, sent] = this.#world.pick(kept) ?? []
    if (!key || !sent) return undefined
    const [name, cid] = key.split(' ') as [string, string]
    const person = this.#world.people.find((one) => one.name === name) as Person
    const again = /^again (\d+)$/.exec(sent.what)?.[1]
    const pos = Number(again) + (isChanged ? 1 : 0)
    const text = isChanged ? `${sent.what}!` : sent.what
    if (again === undefined)
      return {
        tell: () => this.#world.say(person, { type: 'send', cid, text }),
        apply: (model) => model.send(name, cid, text),
      }
    return {
      tell: () => this.#world.say(person, { type: 'again', cid, id: this.#world.idOf(pos) }),
      apply: (model) => model.again(name, cid, pos),
    }
  }

  again(): Change | undefined {
    const answer = this.#world.pick(this.#world.model.rows.filter(({ replyTo }) => replyTo))
    const [person, cid] = [this.#world.person(), this.#world.name()]
    return (
      answer && {
        tell: () =>
          this.#world.say(person, { type: 'again', cid, id: this.#world.idOf(answer.pos) }),
        apply: (model) => model.again(person.name, cid, answer.pos),
        isResent: true,
      }
    )
  }

  cancel(): Change | undefined {
    const { waiting, running, rows } = this.#world.model
    const open = [...waiting, ...(running ? [running.answer] : [])]
    const pos = this.#world.pick(this.#world.below(3) ? open : rows.map((row) => row.pos))
    if (pos === undefined) return undefined
    const { client } = this.#world.person()
    return {
      tell: async () => {
        await client.say({ type: 'cancel', id: this.#world.idOf(pos) })
        await client.settle()
        return undefined
      },
      apply: (model) => model.cancel(pos),
    }
  }

  end(): Change | undefined {
    if (!this.#world.model.running) return undefined
    const isError = this.#world.below(4) === 0
    return {
      tell: () => this.#world.give(isError ? new Error('the agent has no more to say') : 'end'),
      apply: (model) => model.end(isError ? 'error' : 'done'),
    }
  }

  edit(): Change | undefined {
    const row = this.#world.pick(this.#world.model.rows)
    const text = `by hand, edited ${this.#world.below(1_000)}`
    return (
      row && {
        tell: async () =>
          answerOf(await stubOf(this.#world.session).edit(this.#world.idOf(row.pos), { text })),
        apply: (model) => model.edit(row.pos, text),
      }
    )
  }

  remove(): Change | undefined {
    const row = this.#world.pick(this.#world.model.rows)
    return (
      row && {
        tell: async () =>
          answerOf(await stubOf(this.#world.session).remove(this.#world.idOf(row.pos))),
        apply: (model) => model.remove(row.pos),
      }
    )
  }

  renewEpoch(): Change {
    return {
      tell: async () => void (await stubOf(this.#world.session).renewEpoch()),
      apply: (model) => model.renewEpoch(),
    }
  }

  /** Any change, if there is something to do it to. */
  any(isFrame = false): Change | undefined {
    const frames = [this.send, this.again, this.cancel]
    const others = [this.end, this.edit, this.remove, this.renewEpoch]
    return this.#world.pick(isFrame ? frames : [...frames, ...others])?.call(this)
  }
}
