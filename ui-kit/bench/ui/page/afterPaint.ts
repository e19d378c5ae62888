/** Waits that a page has: for the next frame, and for its being painted. */

export const nextFrame = () => new Promise<number>((done) => requestAnimationFrame(done))

/** A task right after a frame: layout is clean, so whoever reads it forces none. */
export async function afterPaint(): Promise<void> {
  await nextFrame()
  await new Promise<void>((done) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => done()
    port2.postMessage(undefined)
  })
}
