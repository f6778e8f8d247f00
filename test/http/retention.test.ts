/** Records that are older than they are kept for go away by themselves, by the clock of the rows (A8). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { directoryAudit, outboxEvent } from '#workloads/directory/audit.ts'
import { job } from '#workloads/term-store/own-types.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ metrics: true, auditRetention: 30, eventRetention: 7 })
})
afterAll(() => server.close())

const { contoso, fabrikam } = wellKnown
const count = (
  type: Parameters<Parameters<Parameters<TestServer['parts']['store']['read']>[1]>[0]['find']>[0],
  tenant: string = contoso,
) => server.parts.store.read(tenant, async (tx) => (await tx.find(type, {})).length)
// Changes of the taxonomy stay as long as their record.
const audits = `/v1.0/auditLogs/directoryAudits?$top=500&$filter=loggedByService ne 'Term Store'`
const removed = async (kind: string): Promise<number> => {
  const text = await (await fetch(`${server.http}/metrics`)).text()
  return Number(new RegExp(`relata_retention_removed_total\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
}

describe('retention', () => {
  it('keeps audit records for 30 days and events for 7, in every tenant', async () => {
    const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
    await relationship('active', { displayName: 'Old', duration: 'P365D', autoExtendDuration: 'PT0S' })
    const before = await Promise.all([count(directoryAudit), count(outboxEvent), count(directoryAudit, fabrikam)])
    expect(Math.min(...before)).toBeGreaterThan(0)
    await server.clock({ advance: 'P6D' })
    expect(await count(outboxEvent)).toBe(before[1])
    await server.clock({ advance: 'P2D' })
    expect([await count(outboxEvent), await count(directoryAudit)]).toEqual([1, before[0]])
    expect(await removed('outboxEvent')).toBe(before[1] - 1)
    await server.clock({ advance: 'P20D' })
    expect((await server.send('GET', audits)).body.value.length).toBe(before[0])
    await server.clock({ advance: 'P3D' })
    expect((await server.send('GET', audits)).body.value).toEqual([])
    expect(await count(directoryAudit, fabrikam)).toBe(0)
    expect(await removed('directoryAudit')).toBeGreaterThanOrEqual(before[0] + before[2])
  })

  it('keeps the newest event, so that no place in the order is given twice', async () => {
    const last = async () =>
      (await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))).map((row) => row.sequence)
    const [before = 0] = await last()
    const [kept] = await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))
    expect(kept?.facts).toBeNull()
    const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
    await relationship('created', { displayName: 'Next', duration: 'P365D', autoExtendDuration: 'PT0S' })
    // Between the two is the checkpoint that the log was removed up to.
    expect(await last()).toEqual([before, before + 1, before + 2])
  })

  it('removes a great many in small transactions', async () => {
    const now = (await server.clock()).now
    await server.parts.store.write(contoso, async (tx) => {
      for (let at = 0; at < 450; at++)
        await tx.insert(outboxEvent, {
          id: `many-${at}`,
          eventName: 'x',
          resourceName: 'x',
          resourcePath: 'x',
          subjectId: 'x',
          changedDateTime: now,
        })
    })
    const before = await removed('outboxEvent')
    await server.clock({ advance: 'P8D' })
    expect(await count(outboxEvent)).toBe(1)
    expect((await removed('outboxEvent')) - before).toBeGreaterThanOrEqual(450)
  })

  it('forgets plans of imports after a day', async () => {
    const body = 'Term Set Name,Level 1 Term\nGeo,Europe\n'
    const headers = { 'Content-Type': 'application/octet-stream' }
    const url = `${server.http}/_relata/term-store/plan?file=geo.csv&group=Places`
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
    // The plan and the piece with its text.
    expect(await count(job)).toBe(2)
    await server.clock({ advance: 'PT23H' })
    expect(await count(job)).toBe(2)
    await server.clock({ advance: 'PT2H' })
    expect(await count(job)).toBe(0)
  })
})
