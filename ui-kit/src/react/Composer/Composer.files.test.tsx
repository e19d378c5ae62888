/** Files of the composer: pasted, dropped and chosen, brought somewhere by the application, sent. */

import '../../styles/styles.css'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import type { UserPart } from '../../protocol/index.ts'
import { createSession } from '../../session/index.ts'
import type { FakeServerOptions } from '../../testing/index.ts'
import type { Upload, UploadJob } from '../hooks/createAttachments.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { Composer } from './Composer.tsx'

interface Asked {
  file: File
  job: UploadJob
  done(url: string): void
  fail(): void
}

/** An upload that the test decides on. */
function createUploads() {
  const asked: Asked[] = []
  const upload: Upload = (file, job) =>
    new Promise((resolve, reject) => {
      asked.push({
        file,
        job,
        done: (url) => resolve({ url }),
        fail: () => reject(new Error('refused')),
      })
    })
  return { asked, upload, at: (index: number) => asked[index] as Asked }
}

async function openComposer(server?: FakeServerOptions, hasUpload = true) {
  const bench = openBench(server)
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const uploads = createUploads()
  const treeOf = (of: typeof session) => (
    <SessionProvider session={of}>
      <Composer {...(hasUpload && { upload: uploads.upload })} />
    </SessionProvider>
  )
  const screen = await render(treeOf(session))
  await bench.pass(100)
  const { container } = screen
  const input = () => container.querySelector('textarea') as HTMLTextAreaElement
  return {
    ...bench,
    ...uploads,
    session,
    screen,
    treeOf,
    input,
    form: () => container.querySelector('form') as HTMLFormElement,
    chips: () => [...container.querySelectorAll('li')].map((chip) => chip.textContent),
    send: () => screen.getByRole('button', { name: 'Send', exact: true }),
    alert: () => container.querySelector('[role=alert]')?.textContent,
    parts: () => session.getMessages().map((message) => message.parts as UserPart[]),
  }
}

const pdf = () => new File(['12345'], 'tides.pdf', { type: 'application/pdf' })
const csv = () => new File(['1,2'], 'gauge.csv', { type: 'text/csv' })

function dataOf(files: File[], text = ''): DataTransfer {
  const data = new DataTransfer()
  for (const file of files) data.items.add(file)
  if (text) data.setData('text/plain', text)
  return data
}

/** @returns whether the page took it, so that the browser doesn't */
const paste = (target: Element, clipboardData: DataTransfer): boolean =>
  !target.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
  )

const drag = (target: Element, type: string, dataTransfer: DataTransfer): boolean =>
  !target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))

test('a file is uploaded while one writes, and sent with the text', async () => {
  const { input, chips, send, at, pass, parts, screen } = await openComposer()
  expect(paste(input(), dataOf([pdf()]))).toBe(true)
  await expect.poll(chips).toEqual(['tides.pdfUploading'])
  await userEvent.fill(input(), 'Here they are')
  await expect.element(send()).toBeDisabled()
  at(0).job.onProgress(0.4)
  await expect.element(screen.getByRole('progressbar')).toHaveValue(0.4)
  at(0).done('https://files.test/1')
  await expect.poll(chips).toEqual(['tides.pdfPDF · 5 bytes'])
  await send().click()
  await pass(50)
  expect(parts()).toEqual([
    [
      { type: 'text', text: 'Here they are' },
      {
        type: 'file',
        url: 'https://files.test/1',
        name: 'tides.pdf',
        size: 5,
        mediaType: 'application/pdf',
      },
    ],
  ])
  expect(chips()).toEqual([])
  expect(input().value).toBe('')
})

test('files go without a text, too', async () => {
  const { input, send, at, parts } = await openComposer()
  paste(input(), dataOf([pdf()]))
  await expect.poll(() => at(0)).toBeDefined()
  at(0).done('https://files.test/1')
  await expect.element(send()).toBeEnabled()
  await userEvent.click(input())
  await userEvent.keyboard('{Enter}')
  expect(parts()).toMatchObject([[{ type: 'file', url: 'https://files.test/1' }]])
})

test('Enter before all is there sends nothing, loses nothing and says why', async () => {
  const { input, at, chips, alert, parts } = await openComposer()
  paste(input(), dataOf([pdf()]))
  await userEvent.fill(input(), 'Here')
  await userEvent.click(input())
  await userEvent.keyboard('{Enter}')
  expect(alert()).toBe('Not sent: a file is still being uploaded')
  at(0).fail()
  await expect.poll(chips).toEqual(['tides.pdfUpload failed'])
  await userEvent.keyboard('{Enter}')
  expect(alert()).toBe('Not sent: a file could not be uploaded')
  expect(input().value).toBe('Here')
  expect(parts()).toEqual([])
})

test('what failed is tried again, what is taken away is aborted and forgotten', async () => {
  const { input, at, asked, chips, screen } = await openComposer()
  paste(input(), dataOf([pdf(), csv()]))
  await expect.poll(() => asked.length).toBe(2)
  at(0).fail()
  await screen.getByRole('button', { name: 'Retry: tides.pdf' }).click()
  expect(document.activeElement).toBe(input())
  await expect.poll(() => asked.length).toBe(3)
  expect(at(2).file.name).toBe('tides.pdf')
  await screen.getByRole('button', { name: 'Remove gauge.csv' }).click()
  expect(document.activeElement).toBe(input())
  expect(at(1).job.signal.aborted).toBe(true)
  at(1).done('https://files.test/late')
  at(2).done('https://files.test/2')
  await expect.poll(chips).toEqual(['tides.pdfPDF · 5 bytes'])
})

test('a file that is dropped is taken, and shown to be', async () => {
  const { form, input, chips } = await openComposer()
  const data = dataOf([pdf()])
  expect(drag(input(), 'dragover', data)).toBe(true)
  await expect.poll(() => form().hasAttribute('data-dropping')).toBe(true)
  form().dispatchEvent(new DragEvent('dragleave', { bubbles: true, relatedTarget: document.body }))
  await expect.poll(() => form().hasAttribute('data-dropping')).toBe(false)
  drag(input(), 'dragover', data)
  expect(drag(input(), 'drop', data)).toBe(true)
  await expect.poll(chips).toEqual(['tides.pdfUploading'])
  expect(form().hasAttribute('data-dropping')).toBe(false)
})

test('files are chosen by a button, the same one twice as well', async () => {
  const { screen, chips } = await openComposer()
  await expect.element(screen.getByRole('button', { name: 'Attach files' })).toBeVisible()
  const dialogue = screen.container.querySelector('input[type=file]') as HTMLInputElement
  let opened = 0
  dialogue.addEventListener('click', (event) => {
    opened += 1
    event.preventDefault()
  })
  await screen.getByRole('button', { name: 'Attach files' }).click()
  expect(opened).toBe(1)
  for (let i = 0; i < 2; i++) {
    dialogue.files = dataOf([pdf()]).files
    dialogue.dispatchEvent(new Event('change', { bubbles: true }))
  }
  await expect.poll(chips).toEqual(['tides.pdfUploading', 'tides.pdfUploading'])
})

test('without an upload no file is taken, none replaces the page, and text is text', async () => {
  const { form, input, screen, chips } = await openComposer({}, false)
  expect(screen.container.querySelector('input[type=file]')).toBeNull()
  expect(screen.getByRole('button', { name: 'Attach files' }).query()).toBeNull()
  const data = dataOf([pdf()])
  expect(paste(input(), data)).toBe(false)
  // Taken from the browser, which would open it, and given to nobody.
  expect(drag(input(), 'dragover', data)).toBe(true)
  expect(drag(input(), 'drop', data)).toBe(true)
  expect(form().hasAttribute('data-dropping')).toBe(false)
  expect(chips()).toEqual([])
  expect(drag(input(), 'dragover', dataOf([], 'words'))).toBe(false)
  expect(drag(input(), 'drop', dataOf([], 'words'))).toBe(false)
})

test('a paste of text stays text', async () => {
  const { input, chips, asked } = await openComposer()
  expect(paste(input(), dataOf([], 'words'))).toBe(false)
  // A spreadsheet gives a picture of the cells beside them.
  const picture = new File(['x'], 'image.png', { type: 'image/png' })
  expect(paste(input(), dataOf([picture], 'a\tb\nc\td'))).toBe(false)
  expect(chips()).toEqual([])
  // macOS gives the name of a file as text.
  expect(paste(input(), dataOf([pdf()], 'tides.pdf'))).toBe(true)
  await expect.poll(() => asked.length).toBe(1)
})

test('more files than one message holds: the first are taken, and it is said', async () => {
  const { input, chips, alert } = await openComposer()
  paste(input(), dataOf(Array.from({ length: 33 }, pdf)))
  await expect.poll(() => chips().length).toBe(31)
  expect(alert()).toBe('Not all were taken: one message holds 31 files')
})

test('files belong to their session: they wait while another is shown, and over a remount', async () => {
  const { input, session, screen, treeOf, chips, at, send, parts } = await openComposer()
  paste(input(), dataOf([pdf()]))
  await expect.poll(chips).toEqual(['tides.pdfUploading'])
  const other = openBench()
  const second = createSession(other.options)
  onTestFinished(() => second.close())
  await screen.rerender(treeOf(second))
  await expect.poll(chips).toEqual([])
  expect(at(0).job.signal.aborted).toBe(false)
  at(0).done('https://files.test/1')
  await screen.rerender(treeOf(session))
  await expect.poll(chips).toEqual(['tides.pdfPDF · 5 bytes'])
  await screen.rerender(<p>elsewhere</p>)
  await screen.rerender(treeOf(session))
  await expect.poll(chips).toEqual(['tides.pdfPDF · 5 bytes'])
  await send().click()
  expect(parts()).toMatchObject([[{ type: 'file' }]])
})

test('a viewer adds no files', async () => {
  const { input, chips, screen } = await openComposer({
    admit: () => ({ user: { id: 'u_1', name: 'Vera' }, role: 'viewer' }),
  })
  expect(paste(input(), dataOf([pdf()]))).toBe(false)
  expect(chips()).toEqual([])
  expect(screen.getByRole('button', { name: 'Attach files' }).query()).toBeNull()
})

test('a refused send keeps the files', async () => {
  const { input, session, chips, at, send, alert } = await openComposer()
  paste(input(), dataOf([pdf()]))
  await expect.poll(chips).toEqual(['tides.pdfUploading'])
  at(0).done('https://files.test/1')
  await expect.element(send()).toBeEnabled()
  session.close()
  await userEvent.click(input())
  await userEvent.keyboard('{Enter}')
  await expect.poll(alert).toBe('Not sent: this session was closed')
  expect(chips()).toEqual(['tides.pdfPDF · 5 bytes'])
})
