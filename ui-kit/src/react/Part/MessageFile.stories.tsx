import { expect } from 'storybook/test'
import preview from '../../../../.storybook/preview.tsx'
import { MessageFile } from './MessageFile.tsx'

const meta = preview.meta({ component: MessageFile })

const PICTURE = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><path fill="#8fb3c4" d="M0 0h400v170H0z"/><path fill="#d9c9a3" d="M0 170h400v130H0z"/><circle cx="310" cy="70" r="32" fill="#fff3d0"/></svg>',
)}`

const pdf = {
  type: 'file',
  url: 'https://files.example.com/tides.pdf',
  mediaType: 'application/pdf',
  name: 'Tide tables 2026.pdf',
  size: 2_140_000,
} as const

export const Playground = meta.story({ args: { part: pdf, images: false } })

export const File = meta.story({
  args: {
    part: pdf,
  },
  play: async ({ canvas }) => {
    const link = canvas.getByRole('link', { name: 'Tide tables 2026.pdf' })
    await expect(link).toHaveAttribute('href', 'https://files.example.com/tides.pdf')
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow')
    await expect(canvas.getByText('PDF · 2.1 MB')).toBeVisible()
  },
})

const photo = {
  type: 'file',
  url: 'https://files.example.com/causeway.jpg',
  mediaType: 'image/jpeg',
  name: 'causeway.jpg',
  size: 380_000,
} as const

/** A picture is a file like others, until the application allows it. */
export const PictureNotAllowed = meta.story({
  args: { part: photo },
  play: async ({ canvas, canvasElement }) => {
    await expect(canvasElement.querySelector('img')).toBeNull()
    await expect(canvas.getByRole('link', { name: 'causeway.jpg' })).toBeVisible()
  },
})

/** `images` allows all of them, or those whose address a function likes. */
export const Picture = meta.story({
  args: {
    part: photo,
    images: (url) => new URL(url).host === 'files.example.com',
  },
  // Nothing is fetched in a story.
  decorators: [
    (Story) => (
      <div
        ref={(box) => {
          box?.querySelector('img')?.setAttribute('src', PICTURE)
        }}
      >
        <Story />
      </div>
    ),
  ],
  play: async ({ canvasElement }) => {
    const picture = canvasElement.querySelector('img') as HTMLElement
    const { width, height } = picture.getBoundingClientRect()
    await expect(width / height).toBeCloseTo(4 / 3, 1)
  },
})

/** An address that leads nowhere good is no link. */
export const BadAddress = meta.story({
  tags: ['!autodocs'],
  args: {
    part: { ...photo, url: 'javascript:alert(1)' },
    images: true,
  },
  play: async ({ canvas, canvasElement }) => {
    await expect(canvas.queryByRole('link')).toBeNull()
    await expect(canvasElement.querySelector('img')).toBeNull()
    await expect(canvas.getByText('causeway.jpg')).toBeVisible()
  },
})

export const LongName = meta.story({
  tags: ['!autodocs'],
  args: {
    part: { ...photo, name: `${'a-very-long-name-'.repeat(12)}.jpeg` },
  },
  decorators: [
    (Story) => (
      <div style={{ inlineSize: '18rem' }}>
        <Story />
      </div>
    ),
  ],
  play: async ({ canvasElement }) => {
    const box = canvasElement.querySelector('.sk-file')
    await expect(box?.clientWidth).toBeLessThanOrEqual(288)
  },
})
