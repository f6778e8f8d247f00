/**
 * Built servers that start at once in one empty folder, one that is asked for its health, and one that is told to stop.
 * @module-tag slow
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '#cli/program.ts'
import { build, endAll, startBuilt } from '../crash/built-server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-together-'))
  await build()
}, 60_000)
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

/** Undefined: the certificate is verified by the authority. */
const refusal = (port: number, ca: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca, servername: 'localhost' })
    socket.on('secureConnect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.on('error', (error) => resolve(error.message))
  })

it('servers that start at once in one empty folder present certificates of one authority (C7)', {
  timeout: 120_000,
}, async () => {
  const location = join(folder, 'four')
  const servers = await Promise.all(Array.from({ length: 4 }, () => startBuilt(location)))
  const ca = await readFile(join(location, 'ca.pem'), 'utf8')
  for (const { origin } of servers) expect(await refusal(Number(new URL(origin).port), ca)).toBeUndefined()
  for (const server of servers) expect((await server.end('SIGTERM')).code).toBe(0)
  const next = await startBuilt(location)
  expect(await refusal(Number(new URL(next.origin).port), ca)).toBeUndefined()
  expect((await next.end('SIGTERM')).code).toBe(0)
})

it('relata health asks a registry, whose port takes TLS only (B8)', { timeout: 60_000 }, async () => {
  for (const flags of [['--registry'], ['--registry', '--http-only'], []]) {
    const server = await startBuilt(join(folder, `health${flags.join('')}`), undefined, flags)
    const { port } = new URL(server.origin)
    expect(await run(['health', '--port', port], {})).toBe(0)
    expect((await server.end('SIGTERM')).code).toBe(0)
    expect(await run(['health', '--port', port], {})).toBe(1)
  }
})

it('a server stops within five seconds, whoever still sends (C10)', { timeout: 60_000 }, async () => {
  const server = await startBuilt(join(folder, 'stop'))
  const port = Number(new URL(server.origin).port)
  // A form for the issuer that never ends: its body is wanted, so the request is under way.
  const socket = connectPlain(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    'POST /common/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nx=',
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  const begun = performance.now()
  expect((await server.end('SIGTERM')).code).toBe(0)
  // Five seconds, and what a busy machine adds; it was ten before.
  expect(performance.now() - begun).toBeLessThan(8_000)
})
