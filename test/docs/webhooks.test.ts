/** docs/webhooks.md: what it tells the reader to type runs, and the waits that it names are those of the server. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { deliveryStates } from '#control/feed/deliveries/deliveries.ts'
import { ownSchedule } from '#notify/kinds/schedule.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'
import { blocksIn, hasCurl, pageAt, runScript } from './paste.ts'

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

const run = (script: string) =>
  runScript([
    '-euo',
    'pipefail',
    '-c',
    script.replaceAll('http://localhost:4365', server.http).replaceAll('http://localhost:9000/hook', receiver.url),
  ])

it('registers a webhook, tests it, and shows what has become of it', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const [register = '', test = '', one = '', deliveries = '', summary = ''] = blocksIn(page, 'sh')
  const { id, secret } = JSON.parse(await run(register))
  expect(secret).toMatch(/^whsec_/)
  const { id: eventId, sequence } = JSON.parse(await run(`ID=${id}\n${test}`))
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
})

it('names the waits and the states as they are', () => {
  const hours = ownSchedule.slice(4).map((millis) => millis / 3_600_000)
  expect(ownSchedule.slice(0, 4)).toEqual([0, 5_000, 300_000, 1_800_000])
  expect(page).toContain(`5 s, 5 min, 30 min, ${hours.slice(0, -1).join(', ')} and ${hours.at(-1)} h`)
  for (const state of ['waiting', 'behind', 'redelivered', 'skipped'] satisfies (typeof deliveryStates)[number][])
    expect(page).toContain(`\`${state}\``)
})
