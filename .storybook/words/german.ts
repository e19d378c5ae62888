/** The kit's words in German, as an application would hand them over. */

import type { SessionStrings } from '@session-kit/ui-kit'

const REASONS: Record<string, string> = {
  empty: 'sie ist leer',
  forbidden: 'Sie dürfen hier nicht schreiben',
  full: 'es warten schon zu viele Nachrichten',
  too_large: 'diese Nachricht ist zu lang',
  upload_failed: 'eine Datei wurde nicht hochgeladen',
  uploading: 'eine Datei wird noch hochgeladen',
}

export const german: Partial<SessionStrings> = {
  connecting: 'Verbindet',
  connected: 'Verbunden',
  reconnecting: 'Verbindet neu',
  lost: 'Verbindung verloren',
  paused: 'Offline',
  ended: () => 'Getrennt',
  retryIn: (seconds) => `neuer Versuch in ${seconds} s`,
  retryingNow: 'neuer Versuch',
  retryNow: 'Jetzt versuchen',

  feedLabel: 'Nachrichten',
  feedLoading: 'Nachrichten werden geladen',
  feedUnreachable:
    'Die Nachrichten lassen sich gerade nicht laden. Sie erscheinen, sobald die Verbindung wieder steht.',
  feedEmpty: 'Noch keine Nachrichten. Machen Sie den Anfang.',
  feedNothing: 'Hier gibt es keine Nachrichten.',
  feedStart: 'Beginn der Unterhaltung',
  olderLoading: 'Ältere Nachrichten werden geladen',
  olderFailed: 'Ältere Nachrichten wurden nicht geladen.',
  olderRetry: 'Noch einmal laden',
  unreadLine: 'Neu',
  jumpToLatest: 'Zum Ende',
  newMessages: (count) => (count === 1 ? '1 neue Nachricht' : `${count} neue Nachrichten`),

  you: 'Sie',
  queued: 'Wartet auf das Senden',
  sent: 'Wird gesendet',
  failed: (failure) =>
    failure ? `Nicht gesendet: ${REASONS[failure.code] ?? failure.message}` : 'Nicht gesendet',
  retry: 'Noch einmal',
  discard: 'Verwerfen',

  streaming: 'Antwortet',
  cancelled: 'Angehalten',
  again: 'Noch einmal',
  interrupted: 'Unterbrochen: Hier brach die Antwort ab',
  error: (message) => (message ? `Fehlgeschlagen: ${message}` : 'Fehlgeschlagen'),
  deleted: 'Diese Nachricht wurde gelöscht',

  reasoningLength: (words) => (words === 1 ? '1 Wort' : `${words} Wörter`),
  reasoning: 'Überlegung',
  toolState: (state) =>
    ({ input: 'wird vorbereitet', running: 'läuft', done: 'fertig', error: 'fehlgeschlagen' })[
      state
    ],
  toolInput: 'Eingabe',
  toolOutput: 'Ausgabe',
  file: 'Datei',
  details: 'Einzelheiten',
  unknownPart: (type) => `Diese Fassung kann „${type}“ nicht zeigen`,

  composerLabel: 'Nachricht',
  composerPlaceholder: 'Nachricht schreiben',
  composerHint: (submitOn) =>
    submitOn === 'enter'
      ? 'Eingabetaste sendet, mit Umschalttaste entsteht eine neue Zeile'
      : 'Strg oder Cmd und Eingabetaste senden',
  composerReadOnly: 'Hier dürfen Sie lesen, aber nicht schreiben',
  send: 'Senden',
  stop: 'Antwort anhalten',
  refused: (code) => `Nicht gesendet: ${REASONS[code] ?? 'bitte noch einmal versuchen'}`,
  charactersLeft: (count) => (count < 0 ? `${-count} Zeichen zu viel` : `noch ${count} Zeichen`),
  limit: (isOver) => (isOver ? 'Zu lang zum Senden' : 'Fast so lang, wie eine Nachricht sein darf'),
  attach: 'Dateien anhängen',
  files: 'Angehängte Dateien',
  fileUploading: 'Wird hochgeladen',
  fileFailed: () => 'Nicht hochgeladen',
  removeFile: (name) => `${name} entfernen`,

  typing: (names) =>
    names.length === 1
      ? `${names[0]} schreibt`
      : names.length === 2
        ? `${names[0]} und ${names[1]} schreiben`
        : `${names.length} Leute schreiben`,
  working: (detail) => detail || 'Denkt nach',
  people: (count) => (count === 1 ? '1 Person hier' : `${count} Leute hier`),
  morePeople: (count) => `${count} weitere`,

  markdown: {
    copy: 'Code kopieren',
    copied: 'Kopiert',
    copyFailed: 'Nicht kopiert',
    code: (language) => (language === '' ? 'Code' : `Code, ${language}`),
    table: 'Tabelle',
    taskDone: 'Erledigt',
    taskOpen: 'Offen',
  },

  announcements: 'Meldungen',
  announceMessages: (count) => `${count} neue Nachrichten`,
  announceStart: (author) => `${author} antwortet`,
  announceRest: 'Der Rest steht in der Liste der Nachrichten',
  answered: 'Antwort vollständig',
  failedMessages: (count) => `${count} Nachrichten wurden nicht gesendet`,
}
