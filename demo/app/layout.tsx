/** The document around the page. */

import '@session-kit/ui-kit/styles.css'
import './page.css'
import './bar.css'
import './recent.css'
import './welcome.css'
import type { Metadata, Viewport } from 'next'
import type { ReactElement, ReactNode } from 'react'
import { BAR_COLORS } from './barColors'

export const metadata: Metadata = {
  title: 'session-kit',
  description: 'A live chat session that nothing gets lost in: share its link and talk.',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  // The keyboard takes its room from the feed instead of covering the composer.
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: BAR_COLORS.light },
    { media: '(prefers-color-scheme: dark)', color: BAR_COLORS.dark },
  ],
}

export default function Layout({ children }: { children: ReactNode }): ReactElement {
  return (
    // The theme's attribute is set before React comes.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script src="/theme.js" />
      </head>
      <body>{children}</body>
    </html>
  )
}
