import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { describePort, portState, readPort } from './port.ts'

test('[start] PORT is a port number or unset', () => {
  const read = (PORT?: string) => readPort({ NODE_ENV: 'test', PORT }, 'PORT', 8787)
  expect(read()).toBe(8787)
  expect(read('')).toBe(8787)
  expect(read('1')).toBe(1)
  expect(read('65535')).toBe(65_535)
  for (const wrong of ['0', '65536', '80a', '-1', '8.5', ' ', '1e3'])
    expect(() => read(wrong), wrong).toThrow(/PORT is .* 1 to 65535/)
})

test('[start] a port that nobody has is free, one of another program is named with its owner', async () => {
  const script = `require('net').createServer().listen(0, '127.0.0.1', function () {
    console.log(this.address().port)
  })`
  const owner = spawn('node', ['-e', script, 'the-owner'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(owner.stdout, 'data')
  const port = Number(String(line))
  const state = await portState(port)
  expect(state).toMatchObject({ kind: 'taken', owner: { pid: owner.pid } })
  if (state.kind === 'free') return
  const said = describePort(port, state, 'PORT')
  expect(said).toContain(`port ${port} is taken by pid ${owner.pid} (node -e`)
  expect(said).toContain(`end it, or choose another port, such as PORT=${port + 1}`)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(await portState(port)).toEqual({ kind: 'free' })
})

test('[start] a port that is taken on the other address of localhost only is taken', async () => {
  const server = createServer()
  server.listen(0, '::1')
  const listening = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ])
  // A machine without IPv6 has nobody on that address.
  if (!listening) return
  const { port } = server.address() as AddressInfo
  expect((await portState(port)).kind).toBe('taken')
  server.close()
})

test('[start] an owner that the system hides is said to be hidden', () => {
  expect(describePort(65_535, { kind: 'taken' }, 'PORT')).toContain('PORT=65534')
  expect(describePort(80, { kind: 'forbidden', reason: 'it is for root' }, 'PORT')).toContain(
    'it is for root',
  )
})
