import { expect, test } from 'vitest'
import { placeOf } from './placeOf.ts'

test.each([
  ['/sessions/abc/websocket', 'abc', '/sessions/abc/websocket'],
  ['/sessions/abc', 'abc', '/sessions/abc'],
  ['/live/sessions/abc/do/status', 'abc', '/sessions/abc/do/status'],
  ['/t/acme/sessions/abc', 'abc', '/sessions/abc'],
  ['/sessions/sessions/abc/websocket', 'abc', '/sessions/abc/websocket'],
  ['/sessions/abc/do/sessions/def/do/x', 'abc', '/sessions/abc/do/sessions/def/do/x'],
  ['/sessions/%61bc/do/status', '%61bc', '/sessions/%61bc/do/status'],
  ['/sessions/a.b/else', 'a.b', '/sessions/a.b/else'],
  ['/sessions//websocket', '', '/sessions//websocket'],
])('[S70] the session of %s is %s', (path, id, inner) => {
  expect(placeOf(`https://kit.example${path}?x=/sessions/y`)).toEqual({ id, path: inner })
})

test.each(['/', '/health', '/sessions', '/sessions/', '/live/sessions/'])(
  '[S70] %s has no place for a session',
  (path) => {
    expect(placeOf(`https://kit.example${path}`)).toBeUndefined()
  },
)
