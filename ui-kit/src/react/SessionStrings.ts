/**
 * Every word that the components say, in one object; English unless replaced.
 *
 * Plain text only, never markup. Knows no React.
 */

import type { MarkdownStrings } from '../markdown/MarkdownOptions.ts'
import type { Failure } from '../session/Session.ts'

export interface SessionStrings {
  connecting: string
  connected: string
  reconnecting: string
  lost: string
  paused: string
  /** @param reason the server's word for it; may be empty */
  ended(reason: string): string
  retryIn(seconds: number): string
  retryingNow: string
  retryNow: string

  feedLabel: string
  feedLoading: string
  feedUnreachable: string
  feedEmpty: string
  /** it has ended, or the reader may not write */
  feedNothing: string
  feedStart: string
  olderLoading: string
  olderFailed: string
  olderRetry: string
  unreadLine: string
  jumpToLatest: string
  newMessages(count: number): string

  you: string
  queued: string
  sent: string
  failed(failure: Failure | undefined): string
  retry: string
  discard: string

  streaming: string
  cancelled: string
  interrupted: string
  error(message: string): string
  /** answers once more */
  again: string
  deleted: string

  reasoning: string
  reasoningLength(words: number): string
  toolState(state: 'input' | 'running' | 'done' | 'error'): string
  toolInput: string
  toolOutput: string
  file: string
  details: string
  unknownPart(type: string): string

  composerLabel: string
  composerPlaceholder: string
  composerHint(submitOn: 'enter' | 'mod-enter'): string
  /** in place of placeholder and hint, for who may only read */
  composerReadOnly: string
  send: string
  stop: string
  /** @param code of the SessionError; its message is for developers */
  refused(code: string): string
  /** @param count below 0 when there are too many */
  charactersLeft(count: number): string
  /** spoken once, when little fits or too much is written */
  limit(isOver: boolean): string
  attach: string
  files: string
  fileUploading: string
  /** @param error what the application's upload rejected with */
  fileFailed(error: unknown): string
  removeFile(name: string): string

  typing(names: readonly string[]): string
  working(detail: string | undefined): string
  people(count: number): string
  morePeople(count: number): string

  /** those of `/markdown`, wherever it stands in the provider; it has its own English */
  markdown: Partial<MarkdownStrings>

  /** name of the hidden log */
  announcements: string
  /** one finished message, for a screen reader */
  announceMessage(author: string, text: string): string
  /** several finished at once */
  announceMessages(count: number): string
  /** an answer begins, for a screen reader */
  announceStart(author: string): string
  /** how to reach what is left out of a long message */
  announceRest: string
  /** said of an answer where `announce` is `summary` */
  answered: string
  /** several were refused at once */
  failedMessages(count: number): string
}

/** Why a message wasn't taken, by the code of a SessionError or of a Failure. */
const REASONS: Record<string, string> = {
  bad_content: 'it has something in it that cannot be sent',
  closed: 'this session was closed',
  conflict: 'something else was sent in its place',
  empty: 'there is nothing in it',
  expired: 'it has waited too long to be sent by itself',
  forbidden: 'you may not write here',
  full: 'too many messages are waiting already',
  not_kept: 'it was wiped from this browser, or sent from another tab',
  not_started: 'there is no connection yet',
  other_identity: 'it was written under another name',
  too_large: 'this message is too long',
  unknown_writer: 'it was written before it was clear under which name',
  upload_failed: 'a file could not be uploaded',
  uploading: 'a file is still being uploaded',
}

/** Why a session ended, by the reason of the close frame. */
const ENDINGS: Record<string, string> = {
  bad_frame: 'the server did not understand this page',
  bad_ticket: 'you are not signed in',
  deleted: 'this conversation was deleted',
  expired: 'your access has expired',
  forbidden: 'you may not read this conversation',
  unauthorized: 'you are not signed in',
  version: 'this page is out of date; reload it',
}

export const defaultStrings: SessionStrings = {
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Reconnecting',
  lost: 'Connection lost',
  paused: 'Offline',
  ended: (reason) => (reason ? `Disconnected: ${ENDINGS[reason] ?? reason}` : 'Disconnected'),
  retryIn: (seconds) => `next try in ${seconds} s`,
  retryingNow: 'trying now',
  retryNow: 'Try now',

  feedLabel: 'Messages',
  feedLoading: 'Loading messages',
  feedUnreachable:
    'Messages can’t be loaded right now. They appear as soon as the connection is back.',
  feedEmpty: 'No messages yet. Say something to begin.',
  feedNothing: 'There are no messages here.',
  feedStart: 'Beginning of the conversation',
  olderLoading: 'Loading older messages',
  olderFailed: 'Older messages didn’t load.',
  olderRetry: 'Load again',
  unreadLine: 'New',
  jumpToLatest: 'Jump to latest',
  newMessages: (count) => (count === 1 ? '1 new message' : `${count} new messages`),

  you: 'You',
  queued: 'Waiting to be sent',
  sent: 'Sending',
  failed: (failure) =>
    failure ? `Not sent: ${REASONS[failure.code] ?? failure.message}` : 'Not sent',
  retry: 'Retry',
  discard: 'Discard',

  streaming: 'Answering',
  cancelled: 'Stopped',
  interrupted: 'Interrupted: the answer was cut off here',
  error: (message) => (message ? `Failed: ${message}` : 'Failed'),
  again: 'Try again',
  deleted: 'This message was deleted',

  reasoning: 'Reasoning',
  reasoningLength: (words) => (words === 1 ? '1 word' : `${words} words`),
  toolState: (state) =>
    ({ input: 'preparing', running: 'running', done: 'done', error: 'failed' })[state],
  toolInput: 'Input',
  toolOutput: 'Output',
  file: 'File',
  details: 'Details',
  unknownPart: (type) => `This version can’t show “${type}”`,

  composerLabel: 'Message',
  composerPlaceholder: 'Write a message',
  composerHint: (submitOn) =>
    submitOn === 'enter'
      ? 'Enter sends, Shift and Enter make a new line'
      : 'Control or Command and Enter send',
  composerReadOnly: 'You may read here, but not write',
  send: 'Send',
  stop: 'Stop answering',
  refused: (code) =>
    code === 'too_many_files'
      ? 'Not all were taken: one message holds 31 files'
      : `Not sent: ${REASONS[code] ?? 'please try again'}`,
  charactersLeft: (count) =>
    `${Math.abs(count)} character${Math.abs(count) === 1 ? '' : 's'} ${count < 0 ? 'too many' : 'left'}`,
  limit: (isOver) => (isOver ? 'Too long to be sent' : 'Nearly as long as a message may be'),
  attach: 'Attach files',
  files: 'Attached files',
  fileUploading: 'Uploading',
  fileFailed: () => 'Upload failed',
  removeFile: (name) => `Remove ${name}`,

  typing: (names) =>
    names.length === 1
      ? `${names[0]} is typing`
      : names.length === 2
        ? `${names[0]} and ${names[1]} are typing`
        : `${names.length} people are typing`,
  working: (detail) => detail || 'Thinking',
  people: (count) => (count === 1 ? '1 person here' : `${count} people here`),
  morePeople: (count) => `${count} more`,

  markdown: {},

  announcements: 'Announcements',
  announceMessage: (author, text) => `${author}: ${text}`,
  announceMessages: (count) => `${count} new messages`,
  announceStart: (author) => `${author} is answering`,
  announceRest: 'The rest is in the list of messages',
  answered: 'Reply complete',
  failedMessages: (count) => `${count} messages were not sent`,
}
