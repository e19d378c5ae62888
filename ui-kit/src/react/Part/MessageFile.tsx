'use client'
/**
 * A file of a message: its name, which leads to it, its kind and its size. A picture is shown
 * only where the application allows it, since loading one tells its host who reads.
 */

import type { ReactElement } from 'react'
import { safeUrl } from '../../markdown/safeUrl.ts'
import type { FilePart } from '../../protocol/index.ts'
import { useWords } from '../hooks/useWords.ts'
import { describeFile } from './describeFile.ts'
import { FileIcon } from './icons.tsx'
import { type PartProps, renderPart } from './renderPart.ts'

export interface FileState {
  /** it is shown as a picture */
  picture: boolean
}

export interface MessageFileProps extends Omit<PartProps<'div', FileState>, 'part'> {
  part: FilePart
  /** Which pictures are shown: none (the default), all, or those whose address the function allows. */
  images?: boolean | ((url: string) => boolean) | undefined
}

export function MessageFile({ part, images = false, ...props }: MessageFileProps): ReactElement {
  const { strings, locale } = useWords()
  const href = safeUrl(part.url)
  const name = part.name || strings.file
  const isAllowed = href !== undefined && (typeof images === 'function' ? images(href) : images)
  const picture = isAllowed && part.mediaType.startsWith('image/')
  return renderPart<'div', FileState>(
    'div',
    'sk-card sk-file',
    props,
    { picture },
    {
      children: (
        <>
          {picture ? (
            <img src={href} alt="" loading="lazy" decoding="async" referrerPolicy="no-referrer" />
          ) : (
            <FileIcon />
          )}
          <span className="sk-file-words">
            <FileName href={href} name={name} />
            <span className="sk-card-note">{describeFile(part, locale)}</span>
          </span>
        </>
      ),
    },
  )
}

/** An address that leads nowhere good is no link. */
function FileName({ href, name }: { href: string | undefined; name: string }): ReactElement {
  if (href === undefined)
    return (
      <span className="sk-file-name" dir="auto">
        {name}
      </span>
    )
  return (
    <a
      className="sk-file-name"
      dir="auto"
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      {name}
    </a>
  )
}
