/** What belongs to a server is in no copy of its rows: who is told of events, with secrets, and how far each has been told. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { auditSink } from '#workloads/audit/types.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { deliveryTarget } from '#workloads/events/types.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso } = wellKnown
const secret = 'whsec_that-nobody-else-may-have'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  await server.parts.store.write(contoso, async (tx) => {
    await tx.insert(auditSink, { id: 'syslog+tls://collector.example:6514', sent: 7, lastError: secret })
    await tx.insert(deliveryTarget, {
      id: 'a-target',
      kind: 'webhook',
      url: `https://hook.example/?key=${secret}`,
      events: '[]',
      secret,
      createdAfterSequence: 0,
      state: 'removed',
      createdDateTime: '2026-01-06T10:00:00.000Z',
      changedDateTime: '2026-01-06T10:00:00.000Z',
    })
  })
})
afterAll(() => server.close())

it('neither as rows nor as bytes', async () => {
  const image = await server.parts.store.content?.image()
  if (image === undefined) throw new Error('this database has no image')
  expect(Buffer.from(image).includes(secret)).toBe(false)
  const copy = await openParts({ ...defaultConfig, database: undefined, seed: 'none', image })
  try {
    const rows = (store: typeof copy.store) =>
      store.read(contoso, async (tx) => [
        (await tx.find(auditSink, {})).length,
        (await tx.find(deliveryTarget, {})).length,
        (await tx.find(directoryAudit, {})).length,
      ])
    const [, , audits] = await rows(server.parts.store)
    expect(await rows(copy.store)).toEqual([0, 0, audits])
    expect(await rows(server.parts.store)).toEqual([1, 1, audits])
  } finally {
    await copy.close()
  }
  const file = await (await fetch(`${server.http}/_relata/export`)).arrayBuffer()
  expect(Buffer.from(file).includes(secret)).toBe(false)
})
