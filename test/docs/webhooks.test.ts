/** docs/webhooks.md: what it tells the reader to type runs, and the waits that it names are those of the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { starPattern } from '#base/text/star-pattern.ts'
import type { deliveryStates } from '#control/feed/deliveries/deliveries.ts'
import { ownSchedule } from '#notify/kinds/schedule.ts'
import { eventNames } from '#workloads/events/names.ts'
import { freePort } from '../_support/free-port.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'
import { blocksIn, hasCurl, objectsIn, pageAt, runScript } from './paste.ts'

const page = pageAt('docs/webhooks.md')

let server: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  receiver = await webhookReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

const here = (script: string, url: string): string =>
  script.replaceAll('http://localhost:4365', server.http).replaceAll('http://127.0.0.1:9000/hook', url)
const run = (script: string) => runScript(['-euo', 'pipefail', '-c', script])

it('registers a webhook, tests it, and shows what has become of it', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const [register = '', test = '', one = '', deliveries = '', summary = ''] = blocksIn(page, 'sh').map((block) =>
    here(block, receiver.url),
  )
  const { id, secret } = JSON.parse(await run(register))
  expect(secret).toMatch(/^whsec_/)
  const said = await run(`ID=${id}\n${test}\n${one}`)
  const [{ id: eventId, sequence }, due] = objectsIn(said.replaceAll('\n', ''))
  expect(due).toMatchObject({ sequence, event: { id: eventId } })
  const [told] = await receiver.until(1)
  expect(told?.headers['webhook-id']).toBe(eventId)
  for (const name of ['webhook-timestamp', 'webhook-signature', 'relata-attempt']) {
    expect(page).toContain(`\`${name}\``)
    expect(told?.headers).toHaveProperty(name)
  }
  let value: { state: string }[] = []
  while (value.length === 0) ({ value } = JSON.parse(await run(`ID=${id}\n${deliveries}`)))
  expect(value).toMatchObject([{ state: 'delivered', eventId, targetId: id }])
  const shown = JSON.parse(await run(`ID=${id}\nSEQUENCE=${sequence}\n${one}`))
  expect(shown).toMatchObject({ state: 'delivered', event: { id: eventId }, rounds: [{ attempts: 1 }] })
  expect(JSON.parse(await run(summary)).value).toMatchObject([{ target: id, waiting: 0, dead: 0 }])
  await fetch(`${server.http}/_relata/webhooks/${id}`, { method: 'DELETE' })
})

it('has a receiver that verifies what it gets, and takes nothing else', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'relata-webhooks-page-'))])
  const url = `http://127.0.0.1:${port}/hook`
  const [register = '', test = ''] = blocksIn(page, 'sh').map((block) => here(block, url))
  const { id, secret } = JSON.parse(await run(register))
  const file = join(folder, 'receiver.mjs')
  // It tells when it listens, for the test only.
  const [text = ''] = blocksIn(page, 'js')
  await writeFile(file, text.replace("'127.0.0.1')", "'127.0.0.1', () => console.log('ready'))"))
  const env = { ...process.env, PORT: `${port}`, WEBHOOK_SECRET: secret }
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    const forged = { 'webhook-id': 'x', 'webhook-timestamp': '1767693600', 'webhook-signature': 'v1,AAAA' }
    expect((await fetch(url, { method: 'POST', headers: forged, body: '{}' })).status).toBe(403)
    await run(`ID=${id}\n${test}`)
    expect((await lines.next()).value).toBe(`relata.webhook-test webhooks/${id} relata.webhook-test`)
    await relationshipsOver(server.send, (key, body) => server.customer('approve', key, body)).relationship('active')
    const names = ['relata.granular-admin-relationship-created', 'relata.granular-admin-relationship-locked']
    for (const name of names) expect((await lines.next()).value).toMatch(new RegExp(`^${name} \\S+ ${name}$`))
    const approved = 'granular-admin-relationship-approved'
    expect((await lines.next()).value).toMatch(new RegExp(`^relata.${approved} \\S+ ${approved}$`))
  } finally {
    const ended = once(child, 'exit')
    child.kill()
    await ended
    await rm(folder, { recursive: true, force: true })
    await fetch(`${server.http}/_relata/webhooks/${id}`, { method: 'DELETE' })
  }
})

it('shows an event as it is sent', async () => {
  const wish = { url: receiver.url, events: ['granular-admin-relationship-approved'] }
  const headers = { 'content-type': 'application/json' }
  await fetch(`${server.http}/_relata/webhooks`, { method: 'POST', headers, body: JSON.stringify(wish) })
  receiver.clear()
  await relationshipsOver(server.send, (key, body) => server.customer('approve', key, body)).relationship('active')
  const [told] = await receiver.until(1)
  const shapeOf = (value: unknown): unknown =>
    value !== null && typeof value === 'object'
      ? Object.entries(value).map(([name, one]) => [name, shapeOf(one)])
      : typeof value
  const shown = JSON.parse(blocksIn(page, 'json')[0] ?? '')
  expect(shapeOf(shown)).toEqual(shapeOf(told?.json))
  expect([shown.type, shown.data]).toEqual([told?.json.type, told?.json.data])
  expect(shown.subject.split('/')[0]).toBe(told?.json.subject.split('/')[0])
})

it('asks for all events of GDAP', () => {
  const [, list = '[]'] = /"events": (\[.*\])/.exec(page) ?? []
  const patterns = (JSON.parse(list) as string[]).map(starPattern)
  const asked = eventNames.filter((name) => patterns.some((matches) => matches(name)))
  expect(asked).toHaveLength(18)
  expect(asked).toEqual(eventNames.filter((name) => name.includes('granular-admin')))
})

it('names the waits and the states as they are', () => {
  const hours = ownSchedule.slice(4).map((millis) => millis / 3_600_000)
  expect(ownSchedule.slice(0, 4)).toEqual([0, 5_000, 300_000, 1_800_000])
  expect(page).toContain(`5 s, 5 min, 30 min, ${hours.slice(0, -1).join(', ')} and ${hours.at(-1)} h`)
  for (const state of ['waiting', 'behind', 'redelivered', 'skipped'] satisfies (typeof deliveryStates)[number][])
    expect(page).toContain(`\`${state}\``)
})
