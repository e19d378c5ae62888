/** How long a text is on the wire: the one measure of every limit in bytes. */

/** Bytes of UTF-8; a lone surrogate counts as the replacement character it will become. */
export function utf8Length(text: string): number {
  let bytes = text.length
  if (!/[\u0080-\uffff]/.test(text)) return bytes
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += 1
    if (unit > 0x7ff) bytes += 1
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1)
      if (next >= 0xdc00 && next < 0xe000) i++
    }
  }
  return bytes
}
