/** A chunk of a stream, 20 bytes: the ms since 1970 at which it was made, its number, a line's end. */

export const CHUNK_BYTES = 20

export function chunkText(atMs: number, n: number): string {
  return `${atMs}${String(n).padStart(6, '0')}\n`
}

export function readChunk(text: string): { atMs: number; n: number } {
  return { atMs: Number(text.slice(0, 13)), n: Number(text.slice(13, 19)) }
}
