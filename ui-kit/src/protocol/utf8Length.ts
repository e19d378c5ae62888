/** How long a text is on the wire: the one measure of every limit in bytes. */

/** Bytes of UTF-8; a lone surrogate counts as the replacement character it will become. */
export function utf8Length(text: string): number {
  let bytes = text.length
  if (!/[\u0080-\uffff]/.test(text)) return bytes
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0
    if (point > 0x7f) bytes++
    if (point > 0x7ff) bytes++
    if (point > 0xffff) i++
  }
  return bytes
}
