'use client'
/** The words of all Markdown below, for a provider that has those of the whole page. */

import { createContext } from 'react'
import type { MarkdownStrings } from './MarkdownOptions.ts'

export const MarkdownWords = createContext<Partial<MarkdownStrings>>({})
