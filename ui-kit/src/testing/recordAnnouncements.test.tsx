import { afterEach, expect, test } from 'vitest'
import { type AnnouncementRecorder, recordAnnouncements } from './recordAnnouncements.ts'

let recorder: AnnouncementRecorder | undefined

afterEach(() => {
  recorder?.stop()
  document.body.innerHTML = ''
})

/** The region of this page, and what is heard of it from here on. */
function open(html: string) {
  document.body.innerHTML = html
  recorder = recordAnnouncements()
  const find = (selector: string) => document.querySelector(selector) as HTMLElement
  return { recorder, find, region: find('#r') }
}

function add(parent: Element, html: string): Element {
  parent.insertAdjacentHTML('beforeend', html)
  return parent.lastElementChild as Element
}

test('a log says what is added, in order, and nothing of what goes', () => {
  const { recorder, region } = open('<div id="r" role="log"><p>there before</p></div>')
  add(region, '<p>one</p>')
  add(region, '<p>two <b>three</b></p>')
  region.firstElementChild?.remove()
  expect(recorder.heard).toEqual(['one', 'two three'])
  add(region, '<p>four</p>')
  expect(recorder.heard).toEqual(['one', 'two three', 'four'])
})

test.each([
  ['role=status', 'polite'],
  ['role=alert', 'assertive'],
  ['aria-live=polite aria-atomic=true', 'polite'],
  ['aria-live=assertive aria-atomic=true', 'assertive'],
])(
  '%s says the whole of it at each change, once for what changes together',
  (attributes, politeness) => {
    const { recorder, region } = open(`<div id="r" ${attributes}>Line: <b>up</b><i></i></div>`)
    region.children[0]?.replaceChildren('down')
    region.children[1]?.replaceChildren('for 5 s')
    expect(recorder.announcements).toEqual([{ text: 'Line: downfor 5 s', politeness }])
  },
)

test('an output is a status; a part that is atomic is said alone', () => {
  const { recorder, find } = open(
    '<output id="r">Sum: <b>1</b></output><div role=log><p id=p aria-atomic=true>n: <b>1</b></p>x</div>',
  )
  find('#r b').replaceChildren('2')
  find('#p b').replaceChildren('3')
  expect(recorder.heard).toEqual(['Sum: 2', 'n: 3'])
})

test('aria-atomic=false says only what changed; text that changes in place is said', () => {
  const { recorder, region } = open(
    '<div id="r" role="status" aria-atomic="false">a <b>b</b></div>',
  )
  const text = region.querySelector('b')?.firstChild as Text
  text.data = 'c'
  expect(recorder.heard).toEqual(['c'])
})

test('what is outside of a region, or in one that is off, is not said', () => {
  const { recorder, region, find } = open(
    '<p id="p"></p><div id="r" role="log" aria-live="off"></div><div role=log><div id=o aria-live=off></div></div>',
  )
  find('#p').textContent = 'unheard'
  add(region, '<p>unheard</p>')
  add(find('#o'), '<p>unheard</p>')
  expect(recorder.heard).toEqual([])
})

test('what is hidden is not said; names stand for pictures', () => {
  const { recorder, region } = open('<div id="r" role="log" aria-label="News"></div>')
  add(region, '<p hidden>no</p>')
  add(region, '<p style="visibility: hidden">no</p>')
  add(region, '<p aria-hidden="true">no</p>')
  add(
    region,
    '<p>yes <span aria-hidden="true">no</span><img alt="a smile"> <i aria-label="x">y</i></p>',
  )
  region.style.display = 'none'
  add(region, '<p>no</p>')
  expect(recorder.heard).toEqual([])
  region.style.display = ''
  add(
    region,
    '<p>yes <span aria-hidden="true">no</span><img alt="a smile"> <i aria-label="x">y</i></p>',
  )
  expect(recorder.heard).toEqual(['yes a smile x'])
})

test('a region that arrives with its words says nothing, but an alert does', () => {
  const { recorder } = open('')
  const log = add(document.body, '<div role="log"><p>unheard</p></div>')
  add(document.body, '<div><p role="alert">Fire!</p></div>')
  expect(recorder.announcements).toEqual([{ text: 'Fire!', politeness: 'assertive' }])
  add(log, '<p>heard</p>')
  expect(recorder.heard).toEqual(['Fire!', 'heard'])
})

test('while a region is busy nothing is said, afterwards all of it', () => {
  const { recorder, region } = open('<div id="r" role="log" aria-busy="true"></div>')
  const line = add(region, '<p>half</p>')
  expect(recorder.heard).toEqual([])
  line.textContent = 'the whole'
  expect(recorder.heard).toEqual([])
  region.removeAttribute('aria-busy')
  expect(recorder.heard).toEqual(['the whole'])
})

test('stopped twice, it keeps what it has and hears no more', async () => {
  const { recorder, region } = open('<div id="r" role="log"></div>')
  add(region, '<p>one</p>')
  recorder.stop()
  recorder.stop()
  add(region, '<p>two</p>')
  await Promise.resolve()
  expect(recorder.heard).toEqual(['one'])
})
