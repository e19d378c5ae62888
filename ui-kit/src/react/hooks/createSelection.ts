/** A selector that is asked once per value, and whose answer stays the same while it is equal. */

export function createSelection<Value, Selected>(
  selector: (value: Value) => Selected,
  isEqual: (before: Selected, now: Selected) => boolean = Object.is,
): (value: Value) => Selected {
  let seen: { value: Value; selected: Selected } | undefined
  return (value) => {
    if (seen?.value === value) return seen.selected
    const selected = selector(value)
    seen = { value, selected: seen && isEqual(seen.selected, selected) ? seen.selected : selected }
    return seen.selected
  }
}
