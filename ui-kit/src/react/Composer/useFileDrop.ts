'use client'
/**
 * Files dropped on an element: taken where files are, and in any case kept from replacing the
 * page. An element around another leaves to it what it has handled.
 */

import { type DragEvent, useEffect, useState } from 'react'
import type { Attach } from '../hooks/useAttach.ts'

const ENDS = ['dragover', 'dragleave', 'drop', 'dragend'] as const

export function useFileDrop({ takesFiles, addFiles }: Pick<Attach, 'takesFiles' | 'addFiles'>) {
  /** the element that files are held over */
  const [over, setOver] = useState<Element>()
  // Heard before anything inside that keeps the event, goes away under it, or is disabled.
  useEffect(() => {
    if (!over) return undefined
    const follow = ({ type, target, relatedTarget }: globalThis.DragEvent) => {
      const at = type === 'dragover' ? target : relatedTarget
      if (!over.contains(at as Node | null)) setOver(undefined)
    }
    for (const type of ENDS) window.addEventListener(type, follow, true)
    return () => {
      for (const type of ENDS) window.removeEventListener(type, follow, true)
    }
  }, [over])
  return {
    dropping: takesFiles && over !== undefined,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!hasFiles(event)) return
        if (!event.defaultPrevented) event.dataTransfer.dropEffect = takesFiles ? 'copy' : 'none'
        event.preventDefault()
        setOver(event.currentTarget)
      },
      onDrop(event: DragEvent) {
        setOver(undefined)
        if (event.defaultPrevented || !hasFiles(event)) return
        event.preventDefault()
        addFiles(event.dataTransfer.files)
      },
    },
  }
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files')
