'use client'
/** Copies the session's link, and says so. */

import { type ReactElement, useEffect, useState } from 'react'
import { CheckIcon, LinkIcon } from './icons'

/** How long the confirmation stays, ms. */
const SHOWN_MS = 2_000

export function CopyLink(): ReactElement {
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isCopied])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href)
      setIsCopied(true)
    } catch {
      // No permission, or no secure origin: then by hand.
      window.prompt('Copy this link', location.href)
    }
  }

  return (
    <button type="button" className="tool copy" onClick={copy} data-copied={isCopied || undefined}>
      {isCopied ? <CheckIcon /> : <LinkIcon />}
      <span className="words">
        <span aria-hidden={isCopied}>Copy link</span>
        <span aria-hidden={!isCopied}>Copied</span>
      </span>
      <span className="sk-hidden" role="status">
        {isCopied && 'Link copied'}
      </span>
    </button>
  )
}
