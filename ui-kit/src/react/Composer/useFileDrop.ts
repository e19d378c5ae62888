'use client'
/**
 * Files dropped on an element: taken where files are, and in any case kept from replacing the
 * page. An element around another leaves to it what it has handled.
 */

import { type DragEvent, useState } from 'react'
import type { Attach } from '../hooks/useAttach.ts'

export function useFileDrop({ takesFiles, addFiles }: Pick<Attach, 'takesFiles' | 'addFiles'>) {
  const [dropping, setDropping] = useState(false)
  return {
    dropping,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!hasFiles(event)) return
        if (!event.defaultPrevented) event.dataTransfer.dropEffect = takesFiles ? 'copy' : 'none'
        event.preventDefault()
        setDropping(takesFiles)
      },
      onDragLeave(event: DragEvent) {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false)
      },
      onDrop(event: DragEvent) {
        setDropping(false)
        if (event.defaultPrevented || !hasFiles(event)) return
        event.preventDefault()
        addFiles(event.dataTransfer.files)
      },
    },
  }
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files')
