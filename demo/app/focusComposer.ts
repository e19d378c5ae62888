/** Leads on to where one writes. */
export function focusComposer(): void {
  document.querySelector<HTMLElement>('.sk-composer-input')?.focus()
}
