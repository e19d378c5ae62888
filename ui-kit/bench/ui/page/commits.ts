/**
 * Counts React's commits, and what they rendered, through the hook that its developer tools use:
 * it works in a production build. To be imported before React.
 */

interface Fiber {
  alternate: Fiber | null
  child: Fiber | null
  sibling: Fiber | null
  flags: number
  tag: number
  stateNode: unknown
}

/** React's own: this fiber's component was run. */
const PERFORMED_WORK = 1
/** React's own kind of an element of the document. */
const HOST_COMPONENT = 5

export const commits = { count: 0, rows: 0, components: 0 }

let rowSelector: string | undefined

/** From now on each commit is searched for what it rendered, which costs time. */
export function countRows(selector: string): void {
  rowSelector = selector
}

Object.assign(globalThis, {
  __REACT_DEVTOOLS_GLOBAL_HOOK__: {
    supportsFiber: true,
    renderers: new Map(),
    checkDCE() {},
    inject: () => 1,
    onCommitFiberUnmount() {},
    onCommitFiberRoot(_renderer: number, { current }: { current: Fiber }) {
      commits.count += 1
      if (rowSelector === undefined) return
      const rows = new Set<Element>()
      walk(current, undefined, rows)
      commits.rows += rows.size
    },
  },
})

function walk(fiber: Fiber, row: Element | undefined, rows: Set<Element>): void {
  const { alternate, child, flags, tag } = fiber
  const inside = tag === HOST_COMPONENT ? (rowOf(fiber) ?? row) : row
  if (tag !== HOST_COMPONENT && flags & PERFORMED_WORK) {
    commits.components += 1
    const touched = inside ?? rowOf(fiber)
    if (touched) rows.add(touched)
  }
  // The same child as before: nothing below was rendered.
  if (alternate?.child === child) return
  for (let next = child; next; next = next.sibling)
    // A sibling that was only copied has the children that it had.
    if (next !== next.alternate) walk(next, inside, rows)
}

/** The row that this fiber draws, with nothing beside it. */
function rowOf(fiber: Fiber): Element | undefined {
  let at: Fiber | null = fiber
  while (at && at.tag !== HOST_COMPONENT) at = at.child?.sibling ? null : at.child
  const element = at?.stateNode
  return element instanceof Element && element.matches(rowSelector ?? '') ? element : undefined
}
