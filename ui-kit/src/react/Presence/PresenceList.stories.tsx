import { expect } from 'storybook/test'
import { inScene } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { PresenceList } from './PresenceList.tsx'

const meta = preview.meta({ component: PresenceList, args: { max: 5 } })

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dag', 'Elif', 'Farid', 'Grace', 'Hana']

const people = (names: string[], limits = {}) =>
  inScene({
    frozen: true,
    limits,
    before(room) {
      for (const name of names) room.join(name)
    },
    setup: ({ pass }) => pass(2000),
  })

export const Playground = meta.story({ parameters: people(NAMES) })

export const Alone = meta.story({
  parameters: people([]),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('list', { name: '1 person here' })).toBeVisible()
    await expect(canvas.getByText('Robin (You)')).toBeInTheDocument()
  },
})

export const Few = meta.story({
  parameters: people(NAMES.slice(0, 3)),
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('listitem')).toHaveLength(4)
  },
})

/** One person with two devices is one person. */
export const TwoDevices = meta.story({
  parameters: inScene({
    frozen: true,
    before(room) {
      room.join('Ada')
      room.join({ id: 'robin', name: 'Robin' })
    },
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('list', { name: '2 people here' })).toBeVisible()
  },
})

export const Many = meta.story({
  parameters: people(NAMES),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('list', { name: '9 people here' })).toBeVisible()
    await expect(canvas.getByText('5 more')).toBeVisible()
  },
})

/** Above the session’s limit nobody is listed, only counted. */
export const Crowd = meta.story({
  parameters: people(NAMES, { peers: 5 }),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('list', { name: '9 people here' })).toBeVisible()
    await expect(canvas.getAllByRole('listitem')).toHaveLength(1)
  },
})
