/** An agent of 1,000 chunks a second before 100 readers, against a server that forwards each chunk. */

import { atMost, show } from '../../../demo/bench/Scenario.ts'
import { interleave, ratio, typical } from '../../../demo/bench/statistics.ts'
import { CHUNK_BYTES, chunkText } from '../chunkText.ts'
import { followStream } from '../followStream.ts'
import { fill, type Line } from '../Line.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { plain, sessionKitStreaming } from '../targets.ts'
import { untilQuiet } from '../untilQuiet.ts'

const CHUNKS_PER_SECOND = 1_000

export const stream: ServerScenario = {
  name: 'stream',
  title: '1,000 chunks a second, streamed to 100',
  async run(bench) {
    const seconds = bench.isQuick ? 1 : 4
    const subscribers = bench.isQuick ? 10 : 100
    const chunks = seconds * CHUNKS_PER_SECOND
    const targets = [plain, sessionKitStreaming]
    const [plainServer, sessionServer] = await Promise.all(targets.map(bench.serve))
    const samples = await interleave(bench.rounds, targets, async (target) => {
      const server = target === plain ? plainServer : sessionServer
      if (!server) throw new Error(`bench: ${target.name} was not started`)
      const lines = await fill(target, server.url, bench.room(), subscribers)
      const [sender] = lines
      if (!sender) throw new Error('bench: nobody is in the room')
      const following = followStream(target, lines, chunks, server.pid)
      if (target === plain) await forward(sender, chunks)
      else sender.send(target.message(0, `stream ${seconds}`))
      const sample = await following
      for (const line of lines) line.close()
      await untilQuiet(server.pid)
      return sample
    })
    const figure = (name: string) => typical(samples, sessionKitStreaming.name, name)
    const cpu = ratio(samples, sessionKitStreaming.name, plain.name, 'cpuSeconds')
    return {
      columns: [
        'server',
        'CPU s',
        '× plain CPU',
        'frames/s',
        'bytes × text',
        'lag p50 ms',
        'lag p99 ms',
        'done after s',
      ],
      rows: targets.map(({ name }) => [
        name,
        show(typical(samples, name, 'cpuSeconds')),
        show(ratio(samples, name, plain.name, 'cpuSeconds')),
        ...['framesPerSecond', 'bytes', 'lagP50', 'lagP99', 'seconds'].map((key) =>
          show(typical(samples, name, key)),
        ),
      ]),
      goals: [
        atMost('CPU of a frame per chunk on plain', 0.1, cpu),
        atMost('frames a second per client', 20, figure('framesPerSecond')),
        atMost('p99 lag in ms', 120, figure('lagP99')),
        atMost('bytes of the text', 2.3, figure('bytes')),
      ],
      notes: [
        `Chunks of ${CHUNK_BYTES} bytes for ${seconds} s. On plain one client sends them, on session-kit the session's agent yields them; there the text is stored, and read whole and in order by everybody. Each client's frames and bytes are counted from the question to the finished message.`,
      ],
    }
  },
}

/** One client that forwards what a model would say. */
async function forward(sender: Line, chunks: number): Promise<void> {
  const startMs = Date.now()
  for (let n = 0; n < chunks; ) {
    const due = ((Date.now() - startMs) * CHUNKS_PER_SECOND) / 1_000
    for (; n <= due && n < chunks; n++) sender.send(plain.message(n, chunkText(Date.now(), n)))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
