import '../../styles/styles.css'
import { describe, expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openLongFeed, openLongSession } from '../../../scripts/openLongFeed.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'

const press = (keys: string) => userEvent.keyboard(keys)

const focused = () =>
  /Message \d+/.exec(document.activeElement?.closest('.sk-row')?.textContent ?? '')?.[0]

describe.each([
  ['the plain list', false],
  ['the virtual list', true],
])('%s', (_, virtual) => {
  /** An input before the feed, from which one comes by Tab. */
  async function openFeed(messages = 60) {
    const field = document.createElement('input')
    document.body.prepend(field)
    onTestFinished(() => field.remove())
    const feed = await openLongFeed(messages, { virtual })
    field.focus()
    const isInView = () => {
      const { top, bottom } = (document.activeElement as Element).getBoundingClientRect()
      const edge = feed.viewport.getBoundingClientRect()
      return top >= edge.top - 1 && bottom <= edge.bottom + 1
    }
    async function hasStopped() {
      const tops: number[] = []
      await expect
        .poll(() => tops.unshift(feed.viewport.scrollTop) && tops[0] === tops[3], { interval: 50 })
        .toBe(true)
    }
    return { ...feed, field, isInView, hasStopped }
  }

  test('the feed is one tab stop, and the arrows go from message to message', async () => {
    const { field, viewport, isInView } = await openFeed()
    await press('{Tab}')
    expect(document.activeElement).toBe(viewport)
    const place = viewport.scrollTop
    await press('{ArrowUp}')
    expect(focused()).toBe('Message 59')
    expect(document.activeElement?.tagName).toBe('ARTICLE')
    for (const number of [58, 57, 56, 55, 54, 53, 52, 51, 50]) {
      await press('{ArrowUp}')
      expect(focused()).toBe(`Message ${number}`)
      expect(isInView()).toBe(true)
    }
    expect(viewport.scrollTop).toBeLessThan(place)
    await press('{ArrowDown}')
    expect(focused()).toBe('Message 51')
    await press('{Tab}')
    expect(viewport.contains(document.activeElement)).toBe(false)
    await press('{Shift>}{Tab}{/Shift}')
    expect(document.activeElement).toBe(viewport)
    await press('{Shift>}{Tab}{/Shift}')
    expect(document.activeElement).toBe(field)
  })

  test('Home and End go to the first and the last one, the Page keys by as many as are seen', async () => {
    const { isInView, pass, hasStopped } = await openFeed(400)
    await press('{Tab}{ArrowUp}{Home}')
    await pass(50)
    expect([focused(), isInView()]).toEqual(['Message 0', true])
    // There is no message above; so the browser scrolls, which takes a while.
    await press('{ArrowUp}')
    await hasStopped()
    expect(focused()).toBe('Message 0')
    await press('{PageDown}')
    const second = Number(focused()?.split(' ')[1])
    expect(second).toBeGreaterThan(2)
    expect(second).toBeLessThan(12)
    expect(isInView()).toBe(true)
    await press('{PageUp}')
    expect(focused()).toBe('Message 0')
    await press('{End}')
    await pass(50)
    expect([focused(), isInView()]).toEqual(['Message 399', true])
    await press('{ArrowDown}{PageDown}')
    expect(focused()).toBe('Message 399')
  })

  test('a message larger than the feed is scrolled before it is left', async () => {
    const { room, pass, viewport } = await openFeed()
    room.post('A line of many.\n'.repeat(40), 'Ada')
    room.post('Message 61')
    await pass(100)
    await press('{Tab}{ArrowUp}{ArrowUp}')
    await pass(50)
    const long = document.activeElement as HTMLElement
    expect(long.textContent).toContain('A line of many.')
    const place = viewport.scrollTop
    await press('{ArrowUp}')
    expect(document.activeElement).toBe(long)
    await expect.poll(() => viewport.scrollTop).toBeLessThan(place)
    for (let i = 0; i < 60 && document.activeElement === long; i++) {
      await press('{ArrowUp}')
      await pass(20)
    }
    expect(focused()).toBe('Message 59')
  })

  test('Escape leads back to where the focus came from', async () => {
    const { field } = await openFeed()
    await press('{Tab}{ArrowUp}{ArrowUp}{Escape}')
    expect(document.activeElement).toBe(field)
  })

  test('Control with Home or End leads out of the feed, to what can take the focus', async () => {
    const { field } = await openFeed()
    const after = document.createElement('div')
    after.innerHTML =
      '<button disabled>1</button><button hidden>2</button><p inert><button>3</button></p>' +
      '<button tabindex="-1">4</button><a href="#here">5</a><button>6</button>'
    document.body.append(after)
    onTestFinished(() => after.remove())
    const toEnd = '{Control>}{End}{/Control}'
    const toHome = '{Control>}{Home}{/Control}'
    await press(`{Tab}{ArrowUp}${toEnd}`)
    expect(document.activeElement?.textContent).toBe('5')
    field.focus()
    await press(`{Tab}{ArrowUp}{ArrowUp}${toHome}`)
    expect(document.activeElement).toBe(field)
    await press(`{Tab}${toEnd}`)
    expect(document.activeElement?.textContent).toBe('5')

    const message = [...document.querySelectorAll('article')].at(-1) as HTMLElement
    const [button, input] = [document.createElement('button'), document.createElement('input')]
    message.append(button, input)
    for (const [inner, left] of [
      [button, field],
      [input, input],
    ] as const) {
      inner.focus()
      await press(toHome)
      expect(document.activeElement).toBe(left)
    }
    button.remove()
    input.remove()

    after.remove()
    field.focus()
    await press(`{Tab}{ArrowUp}${toEnd}`)
    expect(focused()).toBe('Message 59')
  })

  test('keys for what stands inside a message are left to it', async () => {
    const { room, pass } = await openFeed()
    room.post('x')
    await pass(100)
    const [message] = [...document.querySelectorAll<HTMLElement>('article')].slice(-1)
    const inner = document.createElement('input')
    message?.append(inner)
    inner.focus()
    await press('{ArrowUp}{Home}{Escape}')
    expect(document.activeElement).toBe(inner)
    inner.remove()
  })

  test('when the row that has the focus goes, the feed has it', async () => {
    const { session, server, pass, viewport, screen } = await openFeed()
    server.nackNext('forbidden')
    const { cid } = session.send('not today')
    await pass(200)
    await expect.element(screen.getByRole('alert')).toBeInTheDocument()
    const message = document.querySelector<HTMLElement>(`[data-key="${cid}"]`)
    message?.focus()
    expect(document.activeElement).toBe(message)
    session.discard(cid)
    await pass(100)
    expect(document.activeElement).toBe(viewport)
  })

  test('what comes meanwhile takes the focus nowhere', async () => {
    const { room, pass, session } = await openFeed()
    await press('{Tab}{ArrowUp}{ArrowUp}')
    room.post('news')
    room.stream('and more of them. '.repeat(30), { tokensPerSecond: 200 })
    await pass(1_000)
    expect(focused()).toBe('Message 58')
    session.send('mine')
    await pass(100)
    expect(focused()).toBe('Message 58')
  })
})

describe('where the page scrolls in place of the feed', () => {
  async function openPage() {
    const { session, pass } = await openLongSession(60)
    await render(
      <SessionProvider session={session}>
        <MessageFeed virtual={false} />
      </SessionProvider>,
    )
    await pass(50)
    const viewport = document.querySelector('.sk-feed-viewport') as HTMLElement
    expect(viewport.scrollHeight).toBe(viewport.clientHeight)
    expect(viewport.clientHeight).toBeGreaterThan(2 * innerHeight)
    viewport.focus({ preventScroll: true })
    scrollTo(0, 0)
    onTestFinished(() => scrollTo(0, 0))
    /** It goes there in an instant; sizes of rows on the way are known a frame later. */
    const expectInView = (message: string) =>
      expect
        .poll(
          () => {
            const { top, bottom } = (document.activeElement as Element).getBoundingClientRect()
            return [focused(), Math.floor(Math.max(0, -top, bottom - innerHeight))]
          },
          { timeout: 5_000 },
        )
        .toEqual([message, 0])
    return { expectInView }
  }

  test('the keys go by what is seen in the window, and bring it there', async () => {
    const { expectInView } = await openPage()
    await press('{ArrowUp}')
    const last = Number(focused()?.split(' ')[1])
    expect(last).toBeGreaterThan(1)
    expect(last).toBeLessThan(40)
    await press('{End}')
    await expectInView('Message 59')
    await press('{PageUp}')
    expect(Number(focused()?.split(' ')[1])).toBeGreaterThan(20)
    await press('{Home}')
    await expectInView('Message 0')
  })

  test('End on the feed is the page’s', async () => {
    await openPage()
    await press('{End}')
    // The browser goes there by and by.
    await expect.poll(() => scrollY, { timeout: 10_000 }).toBeGreaterThan(3 * innerHeight)
  })
})
