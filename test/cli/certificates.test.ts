/** Servers that start in one folder, as processes: one authority for all of them, and the same the next time. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BuiltServer, build, endAll, startBuilt } from '../crash/built-server.ts'

let folder = ''
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-authority-'))
}, 60_000)
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

/** Rejects unless the server presents a certificate of that authority. */
const shakeHands = ({ origin }: BuiltServer, ca: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', servername: 'localhost', ca })
    socket.on('error', reject)
    socket.on('secureConnect', () => {
      socket.destroy()
      resolve()
    })
  })

it.each([
  ['in memory', ['--in-memory']],
  ['with a database', []],
])('started at once %s', { timeout: 60_000 }, async (name, flags) => {
  const location = join(folder, name)
  const start = () => startBuilt(location, undefined, flags)
  const servers = await Promise.all([start(), start(), start(), start()])
  const authority = await readFile(join(location, 'ca.pem'), 'utf8')
  for (const server of servers) {
    await shakeHands(server, authority)
    expect(await (await fetch(`${server.http}/_relata/certificate.pem`)).text()).toBe(authority)
  }
  await Promise.all(servers.map((server) => server.end('SIGTERM')))
  await shakeHands(await start(), authority)
})
