/**
 * An element that handlers reach later. No ref object: a handler that is handed to a function is,
 * for the React Compiler, code that may run while rendering, where a ref must not be read.
 */

export interface Holder<Element> {
  ref(element: Element | null): void
  get(): Element | null
}

export function createHolder<Element>(): Holder<Element> {
  let held: Element | null = null
  return {
    ref(element) {
      held = element
    },
    get: () => held,
  }
}
