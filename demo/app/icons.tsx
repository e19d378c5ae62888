/** The page's icons: drawn on a grid of 20, in the colour of the text. */

import type { ReactElement, ReactNode } from 'react'

/** Two lines of a conversation; the second one is still being written. */
export function LogoMark(): ReactElement {
  return (
    <svg className="logo-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect className="logo-ground" width="32" height="32" rx="9" />
      <path className="logo-line" d="M9 12h14" />
      <path className="logo-line" d="M9 20h7" />
      <circle className="logo-caret" cx="21.5" cy="20" r="2.25" />
    </svg>
  )
}

export const LinkIcon = () => (
  <Icon>
    <path d="M8.3 11.7a3.2 3.2 0 0 0 4.6 0l2.6-2.6a3.25 3.25 0 0 0-4.6-4.6l-.9.9" />
    <path d="M11.7 8.3a3.2 3.2 0 0 0-4.6 0l-2.6 2.6a3.25 3.25 0 0 0 4.6 4.6l.9-.9" />
  </Icon>
)

export const CheckIcon = () => (
  <Icon>
    <path d="m4.5 10.5 3.7 3.7 7.3-8" />
  </Icon>
)

export const PlusIcon = () => (
  <Icon>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
)

export const CloseIcon = () => (
  <Icon>
    <path d="m6 6 8 8M14 6l-8 8" />
  </Icon>
)

export const ListIcon = () => (
  <Icon>
    <path d="M3.5 6h13M3.5 10h13M3.5 14h8" />
  </Icon>
)

export const SunIcon = () => (
  <Icon className="sun">
    <circle cx="10" cy="10" r="3.25" />
    <path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1" />
  </Icon>
)

export const MoonIcon = () => (
  <Icon className="moon">
    <path d="M16.2 12.1A6.6 6.6 0 0 1 7.9 3.8a6.6 6.6 0 1 0 8.3 8.3Z" />
  </Icon>
)

export const PencilIcon = () => (
  <Icon>
    <path d="m4.5 15.5.7-3 7.6-7.6a1.6 1.6 0 0 1 2.3 2.3l-7.6 7.6-3 .7Z" />
  </Icon>
)

function Icon({ className, children }: { className?: string; children: ReactNode }): ReactElement {
  return (
    <svg
      className={className ? `icon ${className}` : 'icon'}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}
