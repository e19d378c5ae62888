import { describe, expect, test } from 'vitest'
import { isForeignUrl, safeUrl } from './safeUrl.ts'

describe('[safe text] addresses that lead somewhere', () => {
  test.each([
    'https://example.com/a?b=c#d',
    'HTTP://EXAMPLE.COM',
    'mailto:a@example.com',
    '/path',
    'path/to:this',
    '?q=a:b',
    '#part:1',
    '//example.com',
  ])('%s', (url) => {
    expect(safeUrl(url)).toBe(url)
  })
})

describe('[safe text] addresses that are refused', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '  javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0000javascript:alert(1)',
    '\u0001\u001fjavascript:alert(1)',
    'java\u200bscript:alert(1)',
    'javascript\u00a0:alert(1)',
    '%6aavascript:alert(1)',
    'javascript%3a:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data:image/svg+xml;base64,AAAA',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    'intent://x#Intent;end',
    'view-source:https://example.com',
    'localhost:3000',
    '',
    ' \t',
  ])('%j', (url) => {
    expect(safeUrl(url)).toBeUndefined()
  })
})

test('[safe text] what is returned is what was checked', () => {
  expect(safeUrl(' https://exam\tple.com\n ')).toBe('https://example.com')
})

test('[safe text] a host of its own is foreign, with slashes of either kind', () => {
  const urls = ['https://a.b', '//a.b', '\\\\a.b', '/\\a.b', '/a', '#a', 'a/b', 'mailto:a@b.c']
  expect(urls.map(isForeignUrl)).toEqual([true, true, true, true, false, false, false, false])
})
