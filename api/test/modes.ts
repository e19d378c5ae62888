/**
 * Which test file runs in which modes, and why not in all of them.
 *
 * Whoever imports TestClient or withRoom says it here; without them there is no session.
 */

/** `all`: what comes out of it in `MODES`, the rest as said; `line`: at most `LINE_MODES`. */
interface Runs {
  modes: 'all' | 'line' | 'once'
  why: string
  files: string[]
}

export const RUNS: Runs[] = [
  {
    modes: 'all',
    why: 'what a session keeps and tells is the same, whatever becomes of object and socket',
    files: [
      'src/Room.test.ts',
      'src/SessionDO.test.ts',
      'src/Turns.test.ts',
      'src/client.test.ts',
      'src/resume.test.ts',
    ],
  },
  {
    modes: 'line',
    why: 'who is here, closes, echoes and resets are told to open sockets and end with them',
    files: ['src/Flush.test.ts', 'src/Presence.test.ts', 'src/closing.test.ts'],
  },
  {
    modes: 'line',
    why: 'what the Worker calls is no frame: no client repeats it where its object ends',
    files: ['src/rpc.test.ts'],
  },
  {
    modes: 'line',
    why: 'it hears echoes and errors, which end with their socket, or says frames into the object',
    files: ['src/storing.test.ts'],
  },
  {
    modes: 'once',
    why: 'it ends, evicts or wakes the object itself, at every place it wants to see',
    files: [
      'src/Alarms.test.ts',
      'src/Frames.test.ts',
      'src/MessageLog.test.ts',
      'src/Retention.test.ts',
      'src/Room.random.test.ts',
      'src/schema.test.ts',
      'src/wake.test.ts',
      'test/Life.test.ts',
    ],
  },
  {
    modes: 'once',
    why: 'it counts what one life of the object did, which another one knows nothing of',
    files: ['src/SessionEvent.test.ts', 'src/full.test.ts'],
  },
  {
    modes: 'once',
    why: 'it is about what lies before a session: routes, tickets, options',
    files: [
      'src/app.test.ts',
      'src/config.test.ts',
      'src/entering.test.ts',
      'src/fetchSession.test.ts',
      'src/mount.test.ts',
      'src/options.test.ts',
    ],
  },
  {
    modes: 'once',
    why: 'its subject is an agent, and no turn outlives its object',
    files: [
      'src/RunningTurn.test.ts',
      'src/TurnTable.test.ts',
      'src/agents/model.turns.test.ts',
      'src/historyOf.test.ts',
    ],
  },
]
