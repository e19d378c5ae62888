import { expect, test } from 'vitest'
import { decodeEntities } from './decodeEntities.ts'

test.each([
  ['a &amp; b &lt;i&gt; &copy;', 'a & b <i> ©'],
  ['&#65;&#x42;&#X43;', 'ABC'],
  ['&#0;&#xd800;&#x110000;', '\ufffd\ufffd\ufffd'],
  ['&nosuch; AT&T &amp &; &#; &toString;', '&nosuch; AT&T &amp &; &#; &toString;'],
  ['&amp;lt;', '&lt;'],
])('[safe text] %s', (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded)
})
