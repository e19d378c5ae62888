import { expect, fn, userEvent } from 'storybook/test'
import preview from '../../../.storybook/preview.tsx'
import { Markdown } from './Markdown.tsx'

const meta = preview.meta({
  component: Markdown,
  decorators: [
    (Story) => (
      <div style={{ maxInlineSize: '38rem' }}>
        <Story />
      </div>
    ),
  ],
})

const text = `# Over to the island

About **four kilometres** each way, an hour and a half at a *calm* pace.

1. Leave at eight.
2. Turn back when the gullies fill, ~~unless~~ even if the island looks near.

- [x] tide table
- [ ] a [whistle](https://example.com/whistles) for each of you

> The sea doesn’t wait.

\`lowWater\` is in local time.`

/** Write what you like. */
export const Playground = meta.story({
  args: { text, streaming: false, headingOffset: 2, images: false },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('heading', { level: 3 })).toHaveTextContent('Over to the island')
    await expect(canvas.getAllByRole('listitem')).toHaveLength(4)
  },
})

/** What is open at the end of a growing text is shown as if it were closed: no flicker of signs. */
export const Streaming = meta.story({
  args: { text: 'Low water is at 09:40.\n\nSo **walk at ei', streaming: true },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('walk at ei').tagName).toBe('STRONG')
  },
})

/** A table that is wider than its place scrolls by itself, also by keyboard. */
export const Table = meta.story({
  args: {
    text: `| Leave | Low water | Back by | Wind |
| --- | :-: | --: | --- |
| 08:10 | 09:40 | 11:20 | north-west, four to five, freshening in the afternoon |
| 08:50 | 10:21 | 12:00 | west, three, and fog before noon |`,
  },
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('row')).toHaveLength(3)
    const cell = canvas.getByRole('cell', { name: '11:20' })
    await expect(cell).toHaveStyle({ textAlign: 'right' })
  },
})

const code = 'const turnBack = lowWater + 50 * minutes'

/** With a button that copies it, and a slot for a highlighter of yours. */
export const Code = meta.story({
  args: { text: `\`\`\`ts\n${code}\n\`\`\`` },
  play: async ({ canvas }) => {
    const write = fn(async (_text: string) => {})
    const before = Object.getOwnPropertyDescriptor(navigator, 'clipboard')
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: write },
    })
    await userEvent.click(canvas.getByRole('button', { name: 'Copy code' }))
    await expect(await canvas.findByRole('button', { name: 'Copied' })).toBeVisible()
    await expect(write.mock.calls[0]?.[0].trim()).toBe(code)
    if (before) Object.defineProperty(navigator, 'clipboard', before)
    else Reflect.deleteProperty(navigator, 'clipboard')
  },
})

/** `highlight` draws a code block once it is whole. */
export const Highlighted = meta.story({
  args: {
    ...Code.input.args,
    highlight: (source) =>
      source
        .split(/\b(const)\b/)
        .map((piece) => (piece === 'const' ? <b key={piece}>{piece}</b> : piece)),
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('const').tagName).toBe('B')
  },
})

/** A link says that it leads away; an address that leads nowhere good is none. */
export const Links = meta.story({
  args: {
    text: 'The [tide tables](https://example.com/tides), https://example.com, and [nothing](javascript:alert(1)).',
  },
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('link')).toHaveLength(2)
    const link = canvas.getByRole('link', { name: 'tide tables' })
    await expect(link.getAttribute('rel')).toContain('noopener')
    await expect(canvas.getByText(/nothing/)).toBeVisible()
  },
})

const picture = '![The causeway](https://files.example.com/causeway.svg)'

/** Loading a picture tells its host who reads: unless allowed, it is a link. */
export const ImagesOff = meta.story({
  args: { text: picture },
  play: async ({ canvas }) => {
    await expect(canvas.queryByRole('img')).toBeNull()
    await expect(canvas.getByRole('link', { name: 'The causeway' })).toBeVisible()
  },
})

const DRAWN = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 160"><path fill="#8fb3c4" d="M0 0h400v90H0z"/><path fill="#d9c9a3" d="M0 90h400v70H0z"/></svg>',
)}`

/** Allowed by a function of the address; here drawn by a renderer, since a story fetches nothing. */
export const ImagesOn = meta.story({
  args: {
    text: picture,
    images: (url) => new URL(url).host === 'files.example.com',
    renderers: { image: ({ alt }) => <img src={DRAWN} alt={alt} width="400" height="160" /> },
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('img', { name: 'The causeway' })).toBeVisible()
  },
})
