import type { Browser } from 'playwright'

/** What a proof is performed in: a started server with the built-in agent, and a browser. */
export interface World {
  /** origin of page, API and sockets */
  url: string
  browser: Browser
}

/** Performs a claim for real and throws where it doesn't hold; returns what was seen, in one line. */
export type Proof = (world: World) => Promise<string>
