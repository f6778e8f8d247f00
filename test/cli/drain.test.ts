/** The built server is told to stop while somebody waits for an answer: it takes no more, answers, and ends well. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'
import { type BuiltServer, build, endAll, startBuilt } from '../crash/built-server.ts'

let location: string
let server: BuiltServer
let token: string
beforeAll(build)
beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'relata-drain-'))
  server = await startBuilt(location)
  token = await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)
})
afterEach(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const patient = { timeout: 15_000, interval: 10 }

interface Talk {
  readonly socket: Socket
  readonly text: () => string
  readonly closed: Promise<void>
}

const talk = (): Talk => {
  const socket = connect(Number(new URL(server.http).port), '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  socket.on('error', () => undefined)
  return { socket, text: () => text, closed: new Promise((resolve) => socket.on('close', () => resolve())) }
}

const body = JSON.stringify({ displayName: 'Just in time' })
const head = (length: number): string =>
  [
    'POST /v1.0/termStore/groups HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    'Expect: 100-continue',
    '',
    '',
  ].join('\r\n')

const wanted = 'HTTP/1.1 100 Continue\r\n\r\n'

/** A request that the server has begun: it has said that it wants the rest. */
const begun = async (length: number): Promise<Talk> => {
  const slow = talk()
  slow.socket.write(head(length) + body.slice(0, 5))
  await vi.waitFor(() => expect(slow.text()).toBe(wanted), patient)
  return slow
}

const refused = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(server.http).port), '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', () => resolve(true))
  })

describe('a server that is told to stop', () => {
  it('says it is alive, ready and healthy until then', async () => {
    for (const [path, status] of [
      ['alive', 'alive'],
      ['ready', 'ready'],
      ['health', 'healthy'],
    ])
      expect(await (await fetch(`${server.http}/${path}`)).json()).toMatchObject({ status })
    expect((await server.end('SIGTERM')).code).toBe(0)
  })

  it('takes no more connections, and finishes what it has begun', async () => {
    const idle = talk()
    idle.socket.write('GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await vi.waitFor(() => expect(idle.text()).toContain('"ready"'), patient)
    const slow = await begun(body.length)
    const ended = server.end('SIGTERM')
    await vi.waitFor(async () => expect(await refused()).toBe(true), patient)
    // Nobody waits on this one, so that its client goes elsewhere at once.
    await idle.closed
    slow.socket.write(body.slice(5))
    await slow.closed
    expect(slow.text().slice(wanted.length)).toMatch(/^HTTP\/1\.1 201 /)
    expect(slow.text()).toMatch(/\r\nConnection: close\r\n/)
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })

  it('does not wait for ever for a request that never ends', async () => {
    const slow = await begun(body.length)
    const ended = server.end('SIGTERM')
    await slow.closed
    expect(slow.text()).toBe(wanted)
    expect((await ended).code).toBe(0)
  })
})
