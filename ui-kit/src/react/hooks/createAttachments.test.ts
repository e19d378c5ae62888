import { expect, test } from 'vitest'
import { MAX_PARTS } from '../../protocol/index.ts'
import { createAttachments, MAX_FILES, type UploadJob } from './createAttachments.ts'

const file = new File(['ab'], 'a.txt')
const settled = () => new Promise((done) => setTimeout(done))

test('one part of a message is left to the text', () => {
  expect(MAX_FILES).toBe(MAX_PARTS - 1)
})

test('what an upload doesn’t tell is taken from the file, what it tells holds', async () => {
  const attachments = createAttachments()
  const states: unknown[] = []
  attachments.subscribe(() => states.push(attachments.get().map(({ state }) => state)))
  attachments.add([file, file], async () => ({ url: '/f', name: 'b.txt' }))
  await settled()
  expect(states.at(-1)).toEqual(['ready', 'ready'])
  expect(attachments.get()[0]).toEqual({
    id: 1,
    file,
    state: 'ready',
    part: {
      type: 'file',
      url: '/f',
      name: 'b.txt',
      size: 2,
      mediaType: 'application/octet-stream',
    },
  })
})

test('an upload that throws has failed like one that rejects, and only what failed is retried', async () => {
  const attachments = createAttachments()
  const error = new Error('no')
  const upload = () => {
    throw error
  }
  attachments.add([file], upload)
  await settled()
  expect(attachments.get()).toEqual([{ id: 1, file, state: 'failed', error }])
  attachments.retry(1, async () => ({ url: '/f' }))
  await settled()
  expect(attachments.get()[0]?.state).toBe('ready')
  attachments.retry(1, upload)
  await settled()
  expect(attachments.get()[0]?.state).toBe('ready')
})

test('an upload that was taken away or is over has nothing more to say', async () => {
  const attachments = createAttachments()
  const jobs: UploadJob[] = []
  const ends: (() => void)[] = []
  attachments.add([file, file], (_, job) => {
    jobs.push(job)
    return new Promise((resolve) => ends.push(() => resolve({ url: '/f' })))
  })
  await settled()
  jobs[0]?.onProgress(0.5)
  expect(attachments.get()[0]).toMatchObject({ state: 'uploading', share: 0.5 })
  attachments.remove(1)
  expect(jobs.map(({ signal }) => signal.aborted)).toEqual([true, false])
  jobs[0]?.onProgress(0.7)
  for (const end of ends) end()
  await settled()
  jobs[1]?.onProgress(0.9)
  expect(attachments.get()).toMatchObject([{ id: 2, state: 'ready' }])
  attachments.clear()
  expect(attachments.get()).toEqual([])
})
