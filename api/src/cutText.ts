/** Text that is bounded without cutting through a character. */

/** The first `units` UTF-16 units of a text, one less where that would halve a surrogate pair. */
export function cutText(text: string, units: number): string {
  if (text.length <= units) return text
  const cut = text.slice(0, units)
  return endsInHalf(cut) ? cut.slice(0, -1) : cut
}

/** Its last unit is the first half of a surrogate pair. */
export function endsInHalf(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1)
  return unit >= 0xd800 && unit < 0xdc00
}
