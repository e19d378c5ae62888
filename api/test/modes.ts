/**
 * What does not run in all of `MODES`, and why: by file where that holds for all of it, else by
 * title. A test with a session that isn't named here runs in each of them.
 */

interface Fewer {
  /** `line`: in memory and evicted; `once`: in memory */
  modes: 'line' | 'once'
  why: string
  files?: string[]
  tests?: Record<string, string[]>
}

export const FEWER: Fewer[] = [
  {
    modes: 'once',
    why: 'it ends, evicts or wakes the object itself, at every place it wants to see',
    files: [
      'src/Alarms.test.ts',
      'src/Frames.test.ts',
      'src/MessageLog.test.ts',
      'src/Presence.crowd.test.ts',
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
    files: ['src/SessionEvent.test.ts'],
    tests: {
      'src/Presence.test.ts': ['[T13][W14] a count is told at most once a second'],
      'src/Room.test.ts': [
        '[T12][W12][S50] a flood is slowed, its sends keep their order, and others do not suffer',
        '[W12][S50] a hello lifts the order, and more than 100 refused frames close the socket',
      ],
      'src/SessionDO.test.ts': [
        '[W15] the exact ping wakes nobody, another spelling is answered by the session',
      ],
      'src/full.test.ts': [
        '[W1] a session ends before its storage does: sends are nacked `full`, repeated ones still acked',
      ],
    },
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
    why: 'its subject is an agent or a table, without a client that could outlive the object',
    files: ['src/TurnTable.test.ts', 'src/agents/model.turns.test.ts', 'src/historyOf.test.ts'],
  },
  {
    modes: 'once',
    why: 'what an agent does later, and hears of its end, is lost with the object it runs in',
    tests: {
      'src/RunningTurn.test.ts': [
        '[W2][W8] code of the Worker that speaks to its session from a turn loses no turn and no order',
        '[W7] the signal of a turn tells that it was stopped, and nothing of one that ended by itself',
      ],
    },
  },
  {
    modes: 'once',
    why: 'what fails is put into the object’s own memory, or into a room that the test drives by hand',
    tests: {
      'src/Flush.test.ts': [
        '[W1] [W12] after a flush that failed the first of its sends has to come again first',
        '[W1] an exception that nothing caught closes every socket with 1011',
        '[W1] what asks a session in the middle of its flush is told so, and stores nothing',
      ],
      'src/Presence.test.ts': [
        '[S53][T13] a socket that is closing holds its place until it is gone, or for a minute',
        '[W14][T13] in a full session the one that never said a word, for longest, makes place',
        '[T13][W14] of those that never say a word and never answer, none makes place within its minute',
        '[W14][T13] who has just said hello keeps its place, stored or not',
        '[W14][W1] a list whose flush could not be stored is told all the same',
        '[W14] who never says a word makes no crowd, is closed by nobody, and counts when heard',
        '[W14] the list of a large session is encoded once, for however many',
      ],
      'src/closing.test.ts': [
        '[S54] a socket that closes in the middle of a broadcast takes the frame from nobody else',
        '[S55] a socket whose send throws is closed, and the loop goes on',
        '[S58] where no close frame came, none is sent',
        '[S59] a reason of 200 bytes is cut between two characters, and nothing throws',
      ],
      'src/full.test.ts': [
        '[W1] where SQLite itself rolls everything back, every sender hears `full`',
      ],
    },
  },
  {
    modes: 'once',
    why: 'it ends the object itself, in the middle of what its clients follow',
    tests: {
      'src/resume.test.ts': [
        '[S11] when every socket is cut, all clients reach the same state without a lost or doubled message',
        '[S15] what was stored when the object died before its broadcast is delivered by resume',
        '[S38] clients that came at different moments of an answer each get the rest of it, once',
      ],
    },
  },
  {
    modes: 'once',
    why: 'nothing is said on a socket, so there is no frame around which the object could end',
    tests: {
      'src/SessionDO.test.ts': [
        '[HTTP] a POST that is wrong is told what is wrong',
        '[T12][W12] a POST takes of its author’s allowance, right or wrong, and of nobody else’s',
        '[W12] guests without a secret are slowed by their address, each for itself',
        '[T07][HTTP] the class answers nobody who did not come through the app',
      ],
      'src/Turns.test.ts': [
        '[W8][S65] an alarm run twice, or in a session nobody used, does nothing',
      ],
      'src/rpc.test.ts': [
        '[W11] a post whose %s is wrong throws and names it',
        '[W11] what no method can use throws, and says which and why',
        '[W13] an edit is weighed with the meta that stays',
        'a session is had by its id, and by nothing that is none',
      ],
    },
  },
  {
    modes: 'line',
    why: 'who is here, errors and answers to a hello are told to one socket, and end with it',
    tests: {
      'src/Presence.test.ts': [
        '[W14] who comes, changes and goes is told to the others, once',
        '[W14] a socket that says nothing ends the list when it is one too many',
        '[W14] no more peers are listed than fit into a frame',
        '[W14] above the limit only the number is told, and one list at nine tenths',
      ],
      'src/Room.test.ts': [
        '[W3][S18][S22] hello gives a suffix to who belongs to this log, else a snapshot',
        '[T14][W11][S44][S45][S73] a bad frame is named, the socket stays, the tenth in a minute closes it',
        '[W10][S26] a hello again is harmless: one catch-up, no second join, no doubled frames',
        '[W11] before hello only echoes are for a connection',
      ],
      'src/SessionDO.test.ts': [
        '[W14][S46] an error is a close too, and leaves once',
        '[W15][S01][S02] identity, phase, role and presence come back from the attachment',
      ],
      'src/closing.test.ts': [
        '[S60] %s: presence leaves once',
        '[S61] a close that comes after eviction announces the leave, though the instance is new',
        '[S62] a socket that is silent is present until the runtime finds its line broken, then leaves once',
      ],
      'src/resume.test.ts': [
        '[S24] who never received a message resumes from 0 with the epoch of the welcome',
        '[S25] frames that are not stored neither carry the cursor nor move it',
        '[W4] who says hello among others gets by the catch-up what was said before, and live what comes after',
      ],
      'src/rpc.test.ts': [
        '[W3][S21][S23] a new epoch tells everybody, keeps every message, id and cid, and fits no old cursor',
        '[W16] a kick closes every socket of one user, and nobody else',
        '[W7] an answer that is being written can be removed and not edited',
        '[W7] with a question that is removed goes the answer that is being written',
      ],
      'src/storing.test.ts': [
        '[T20][S48] SQL in every string comes back verbatim, and the tables are as they were',
      ],
    },
  },
  {
    modes: 'line',
    why: 'it says frames into the object, breaks its storage or ends it, at a moment of its own',
    tests: {
      'src/Flush.test.ts': [
        '[W1] a message that fails alone is taken out, and the rest is stored',
        '[W1][S16] a flush whose transaction fails refuses every sender and sends nothing',
        '[W1] a hello that cannot be stored closes the socket, so that it comes back',
        '[W14] who said a hello in vain is not said to leave, and who said one before is',
        '[W1] text that cannot be stored is not sent; the turn ends as interrupted when it can',
        '[W8] a turn that cannot begin keeps its message and begins when it can',
        '[W1] of a window in which one part cannot be stored, no part is sent',
        '[W1][W7] a %s that cannot be stored takes nothing from the answer, which goes on',
        '[W1] a page that cannot be read is answered with its ref',
        '[W1] what arrives together is stored in one flush and leaves as one frame a client',
      ],
      'src/Turns.test.ts': [
        '[W8][S09][S13] a crash in the middle becomes interrupted once, and waiting turns then run',
      ],
      'src/storing.test.ts': [
        '[S33] what two people send in one tick has one order, in acks and messages, for everybody',
        '[S32] a send that fails at the table %s is nacked and leaves no partial write',
      ],
    },
  },
]
