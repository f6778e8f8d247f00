/** A tenant that another process removes beside servers on one SQLite file: clients of the other tenants notice nothing. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'
import { type BuiltServer, build, endAll, root, type Send, startBuilt, TS } from '../crash/built-server.ts'

const running = promisify(execFile)
const program = join(root, 'dist/bin/relata.js')
const folders: string[] = []
let receiver: WebhookReceiver
beforeAll(async () => {
  await build()
  receiver = await webhookReceiver()
}, 90_000)
afterAll(async () => {
  await endAll()
  await receiver.close()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** Each request over a connection of its own, so that any worker may answer. */
const senderTo =
  ({ http }: BuiltServer, token: string): Send =>
  async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' }
    const answer = await fetch(`${http}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, text, body: text === '' ? {} : JSON.parse(text) }
  }

describe.each([
  ['one process', []],
  ['two workers', ['--workers', '2']],
] as const)('with %s', (_, flags) => {
  it('writes of other tenants are answered as before, and what others set comes due', {
    timeout: 120_000,
  }, async () => {
    const location = await mkdtemp(join(tmpdir(), 'relata-removed-'))
    folders.push(location)
    // Makes the database.
    await (await startBuilt(location)).end('SIGTERM')
    const tenant = (...args: string[]) => running(process.execPath, [program, 'tenant', ...args, '-l', location])
    // The order of the tenants in memory is that of their ids: those behind the removed ones count.
    for (const [at, name] of ['Early', 'Late'].entries()) {
      const id = `${at === 0 ? '0' : 'f'}0000000-0000-4000-8000-00000000000${at}`
      await tenant('add', '--id', id, '--name', name, '--domain', `${name.toLowerCase()}.example`)
    }
    // It begins with all of them.
    const server = await startBuilt(location, undefined, [...flags, '--gdap-activation-latency', '1'])
    const send = senderTo(server, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon))
    const write = async (turns: number) => {
      const answers = new Map<string, number>()
      for (let turn = 0; turn < turns; turn += 1) {
        const { status, text } = await send('POST', `${TS}/groups`, { displayName: `G ${Math.random()}` })
        const said = status === 201 ? '201' : `${status} ${text}`
        answers.set(said, (answers.get(said) ?? 0) + 1)
      }
      return Object.fromEntries(answers)
    }
    expect(await write(8)).toEqual({ '201': 8 })
    await tenant('remove', 'early.example', '--confirm', 'Early')
    expect(await write(8)).toEqual({ '201': 8 })
    // Somebody is told of what happens in it: one request fails and waits, one is answered when the tenant is gone.
    const held: (() => void)[] = []
    receiver.answer(({ path }) =>
      path.endsWith('/held') ? new Promise((resolve) => held.push(() => resolve({ status: 202 }))) : 500,
    )
    for (const name of ['held', 'waits']) {
      const wish = { url: `${receiver.url}/${name}`, events: ['relata.taxonomy.*'] }
      const made = await fetch(`${server.http}/_relata/webhooks?tenant=late.example`, jsonPost(wish))
      const { id } = (await made.json()) as { id: string }
      const tested = await fetch(`${server.http}/_relata/webhooks/${id}/test?tenant=late.example`, jsonPost({}))
      expect(tested.status).toBe(202)
    }
    await receiver.until(2)
    await tenant('remove', 'late.example', '--confirm', 'Late')
    for (const answer of held) answer()
    const count = receiver.received.length
    expect(await write(8)).toEqual({ '201': 8 })
    // A change by another process, after the removal.
    await tenant('update', 'northwind.example', '--country', 'DE')
    expect(await write(8)).toEqual({ '201': 8 })
    const approve = (id: string, body: unknown) => send('POST', `/_relata/gdap/${id}/approve`, body)
    const ids: string[] = []
    for (let at = 0; at < 4; at += 1)
      ids.push(await relationshipsOver(send, approve).relationship('active', { duration: 'P90D' }))
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    for (const id of ids)
      for (let again = 0; again < 3; again += 1)
        expect((await send<{ status: string }>('GET', `${relationships}/${id}`)).body.status).toBe('active')
    expect(receiver.received.length).toBe(count)
    receiver.clear()
    expect(server.log()).not.toMatch(/error 500|500 for request|precondition/)
    expect((await server.end('SIGTERM')).code).toBe(0)
  })
})
