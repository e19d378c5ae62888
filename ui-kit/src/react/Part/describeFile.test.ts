import { expect, test } from 'vitest'
import { describeFile } from './describeFile.ts'

test.each([
  [{ name: 'a.pdf', mediaType: 'application/pdf', size: 2_140_000 }, 'PDF · 2.1 MB'],
  [{ name: 'no ending', mediaType: 'image/svg+xml', size: 999 }, 'SVG · 999 bytes'],
  [{ mediaType: 'text/plain; charset=utf-8', size: 0 }, 'PLAIN · 0 bytes'],
  [{ name: 'a.txt', mediaType: 'text/plain', size: 1 }, 'TXT · 1 byte'],
  [{ name: 'a.tar.gz', mediaType: 'application/gzip' }, 'GZ'],
  [
    { name: 'x.docx', mediaType: `application/vnd.${'x'.repeat(60)}`, size: 1_500 },
    'DOCX · 1.5 kB',
  ],
  [{ mediaType: '', size: 5e12 }, '5,000 GB'],
])('%j is %s', (file, words) => {
  expect(describeFile(file)).toBe(words)
})

test('numbers are written as the reader writes them', () => {
  expect(describeFile({ name: 'a.pdf', mediaType: '', size: 2_140_000 }, 'de-DE')).toBe(
    'PDF · 2,1 MB',
  )
})
