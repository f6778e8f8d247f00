/** `--workers`: several processes serve one port and one file; one that dies is replaced, and all stop together. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { tokenFor } from '../_support/server.ts'
import { type BuiltServer, build, endAll, sender, startBuilt, TS } from '../crash/built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-workers-'))
let server: BuiltServer
let token: string
beforeAll(async () => {
  await build()
  server = await startBuilt(location, undefined, ['--workers', '2', '--gdap-activation-latency', '1'])
  token = await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)
}, 90_000)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** Over a connection of its own, so that any worker may answer. */
const ask = (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const agent = new Agent({ keepAlive: false })
    const sent = request(`${server.http}${path}`, { method, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })

const isLinux = process.platform === 'linux'

it('show what any of them wrote, at once', { timeout: 60_000 }, async () => {
  for (let turn = 0; turn < 40; turn += 1) {
    const made = await ask('POST', `${TS}/groups`, { displayName: `Any ${turn}` })
    expect(made.status).toBe(201)
    const { id } = JSON.parse(made.text) as { id: string }
    for (let again = 0; again < 3; again += 1) expect((await ask('GET', `${TS}/groups/${id}`)).status).toBe(200)
    // Listings are remembered by each worker: what another wrote makes them forget.
    expect((await ask('GET', `${TS}/groups?$top=500`)).text).toContain(id)
  }
})

it('fire each entry once, and none of them shows what is overdue', { timeout: 60_000 }, async () => {
  const approve = (id: string, body: unknown) => ask('POST', `/_relata/gdap/${id}/approve`, body)
  const { relationship } = relationshipsOver(sender(server.http, token), approve)
  const ids: string[] = []
  for (let at = 0; at < 12; at += 1)
    ids.push(await relationship('active', { duration: 'P90D', autoExtendDuration: 'PT0S' }))
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  for (const id of ids)
    for (let again = 0; again < 2; again += 1) {
      const { status } = JSON.parse((await ask('GET', `${relationships}/${id}`)).text) as { status: string }
      expect(status).toBe('active')
    }
  const connection = openDatabase(databaseFile(location))
  try {
    // Partner and customer each have a log.
    const text = `select subject_id, activity_display_name, count(*), tenant_no from directory_audit
      where subject_id in (${ids.map((id) => `'${id}'`).join()}) group by 1, 2, 4`
    const rows = connection.prepare(text).all([])
    expect(rows.filter(([, , count]) => count !== 1)).toEqual([])
    expect(new Set(rows.map(([id]) => id)).size).toBe(ids.length)
  } finally {
    connection.close()
  }
})

it('say of their logs of requests that each has a part of them', async () => {
  const { status, text } = await ask('GET', '/_relata/requests?top=1')
  expect([status, JSON.parse(text).isPartial]).toEqual([200, true])
})

it('cannot have their clock moved', async () => {
  const answer = await ask('POST', '/_relata/clock', { advance: 'P1D' })
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('other processes')])
  expect((await ask('GET', '/_relata/clock')).status).toBe(200)
})

it.runIf(isLinux)('are started again when they die', { timeout: 60_000 }, async () => {
  const [first, second] = workersOf(server.pid)
  if (first === undefined || second === undefined) throw new Error('there are two workers')
  process.kill(first, 'SIGKILL')
  await vi.waitFor(
    () => {
      const now = workersOf(server.pid)
      expect(now).toHaveLength(2)
      expect(now).not.toContain(first)
      expect(now).toContain(second)
    },
    { timeout: 20_000, interval: 50 },
  )
  for (let turn = 0; turn < 20; turn += 1) expect((await ask('GET', `${TS}/groups`)).status).toBe(200)
})

/** Connections one after another until one is refused; rejects when one is neither answered nor ended. */
const knock = async (port: number): Promise<void> => {
  for (;;) {
    const end = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n'))
      const timer = setTimeout(() => reject(new Error('a connection is neither answered nor ended')), 3_000)
      const done = (what: string): void => {
        clearTimeout(timer)
        socket.destroy()
        resolve(what)
      }
      socket.on('data', () => done('answered')).on('end', () => done('ended'))
      socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''))
    })
    if (end === 'ECONNREFUSED') return
  }
}

it('finish what they have begun when they are told to stop, and take no more', { timeout: 60_000 }, async () => {
  const body = JSON.stringify({ displayName: 'Last' })
  const socket = connect(Number(new URL(server.http).port), '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (part: string) => {
    heard += part
  })
  const head = `POST ${TS}/groups HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`
  socket.write(`${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`)
  const knocking = Array.from({ length: 8 }, () => knock(Number(new URL(server.http).port)))
  await new Promise((resolve) => setTimeout(resolve, 500))
  const ended = server.end('SIGTERM')
  await Promise.all(knocking)
  await vi.waitFor(() => expect(fetch(`${server.http}/alive`)).rejects.toThrow(), { timeout: 5_000, interval: 50 })
  expect(heard).toBe('')
  socket.write(body.slice(5))
  expect((await ended).code).toBe(0)
  expect(heard).toMatch(/^HTTP\/1\.1 201 /)
  expect(heard).toMatch(/\r\nConnection: close\r\n/i)
})

it.runIf(isLinux)('stop without a word, whoever of them is told first', { timeout: 120_000 }, async () => {
  for (let turn = 0; turn < 6; turn += 1) {
    const one = await startBuilt(location, undefined, ['--workers', '2'])
    // As a service manager does it: all processes at once, or the first one alone.
    if (turn % 2 === 1) for (const pid of workersOf(one.pid)) process.kill(pid, 'SIGTERM')
    expect(await one.end('SIGTERM')).toMatchObject({ code: 0, err: '' })
  }
})
