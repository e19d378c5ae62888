/** What kind of file and how large, in few words: `PDF · 2.1 MB`. */

export interface DescribedFile {
  name?: string | undefined
  mediaType: string
  /** bytes */
  size?: number | undefined
}

export function describeFile({ name, mediaType, size }: DescribedFile, locale = 'en'): string {
  // A media type may be as long as a sentence; the end of a name is what people know it by.
  const [, ending] = /\.(\w{1,5})$/.exec(name ?? '') ?? []
  const kind = (ending ?? mediaType.split(/[/;+]/)[1] ?? mediaType).toUpperCase()
  return [kind, size !== undefined && formatBytes(size, locale)].filter(Boolean).join(' · ')
}

/** With 1,000 bytes to the kilobyte. */
function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1_000 ** power)
}
