import type { Turn, TurnEvent } from '../Turn.ts'
export async function* demo(turn: Turn): AsyncGenerator<TurnEvent> {
  for (const word of `You said ${JSON.stringify(turn.message.parts)}, and this is the answer to it.`.split(
    ' ',
  )) {
    if (turn.signal.aborted) return
    yield `${word} `
    await new Promise((r) => setTimeout(r, 30))
  }
}
