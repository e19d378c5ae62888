import { setTimeout as wait } from 'node:timers/promises'

/** Reads until `fits`; throws, with what it read last, when that takes longer than `waitMs`. */
export async function eventually<T>(
  read: () => T | Promise<T>,
  fits: (value: T) => boolean,
  waitMs = 20_000,
): Promise<T> {
  const endMs = performance.now() + waitMs
  for (;;) {
    const value = await read()
    if (fits(value)) return value
    if (performance.now() > endMs)
      throw new Error(`waited ${waitMs} ms in vain, and in the end it was ${JSON.stringify(value)}`)
    await wait(50)
  }
}
