/**
 * Times and days in the words of a locale and a zone; formats are made once.
 *
 * Nothing throws: for what is no time (a number that no date has) there are no words.
 */

const formats = new Map<string, Intl.DateTimeFormat>()

const SHAPES = {
  time: { timeStyle: 'short' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  dayOfYear: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  year: { year: 'numeric' },
  key: { day: '2-digit', month: '2-digit', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

export interface Zone {
  locale: string | undefined
  timeZone: string | undefined
}

/** What server and client agree on before they know where the reader is. */
export const NO_ZONE: Zone = { locale: 'en', timeZone: 'UTC' }

export const formatTime = (ms: number, zone: Zone): string => format('time', ms, zone)

/** With the year when it isn't that of `nowMs`. Never "today": a page stays open over midnight. */
export function formatDay(ms: number, nowMs: number, zone: Zone): string {
  const isThisYear = format('year', ms, zone) === format('year', nowMs, zone)
  return format(isThisYear ? 'day' : 'dayOfYear', ms, zone)
}

/** The day in the zone, for a `datetime` attribute: equal for two moments of one day. */
export const dayKey = (ms: number, { timeZone }: Zone): string =>
  // What a date looks like in Swedish is what ISO 8601 asks for.
  format('key', ms, { locale: 'sv-u-ca-gregory-nu-latn', timeZone })

/** For a `datetime` attribute. */
export const isoTime = (ms: number): string | undefined =>
  isTime(ms) ? new Date(ms).toISOString() : undefined

const isTime = (ms: number) => !Number.isNaN(new Date(ms).getTime())

function format(shape: keyof typeof SHAPES, ms: number, { locale, timeZone }: Zone): string {
  const id = `${shape} ${locale} ${timeZone}`
  let made = formats.get(id)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...SHAPES[shape], timeZone })
    formats.set(id, made)
  }
  return isTime(ms) ? made.format(ms) : ''
}
