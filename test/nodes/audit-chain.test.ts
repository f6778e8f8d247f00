/** Several nodes chain the log of one tenant: each record has one link, and the chain is one (events.md §9.3). */
import { expect, it, vi } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { auditChain, auditLink, chainId } from '#workloads/audit/types.ts'
import { verifyExport } from '#workloads/audit/verify.ts'
import { checksFor } from '#workloads/checks.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { defaultGdapSettings } from '#workloads/gdap/rules/settings.ts'
import { seededPostgres } from '../_support/database.ts'

const { contoso, fabrikam } = wellKnown
const mostWrites = 150

const record = (node: number, at: number) => ({
  id: `01900000-0000-7${node}00-8000-${String(at).padStart(12, '0')}`,
  category: 'GroupManagement',
  activityDisplayName: 'Add member to group',
  activityDateTime: node === 0 ? '2026-01-01T00:00:00.000Z' : '2027-01-01T00:00:00.000Z',
  initiatedBy: { app: null, user: null },
  targetResources: [],
  additionalDetails: [],
})

it('with one chain, in which each record is once', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const faults: unknown[] = []
  const report = (error: unknown) => faults.push(error)
  const open = () => openParts({ ...defaultConfig, database: undefined, databaseUrl: url, report })
  const nodes = [await open(), await open()] as const
  const rows = () => nodes[0].store.read(contoso, (tx) => tx.find(directoryAudit, {}))
  try {
    // Some into the tenant of another, which does not hold up its writes, nor its chain.
    const work = nodes.flatMap(({ store }, node) =>
      Array.from({ length: mostWrites }, (_, at) =>
        at % 3 === 2
          ? store.write(fabrikam, (tx) => tx.insert(directoryAudit, record(node, at), contoso))
          : store.write(contoso, (tx) => tx.insert(directoryAudit, record(node, at))),
      ),
    )
    await Promise.all(work)
    // Both are at it by themselves; what came from the other tenant is found when somebody asks.
    await Promise.all(nodes.map(({ audit }) => audit.settle(contoso)))
    const all = await rows()
    expect(all.length).toBeGreaterThanOrEqual(2 * mostWrites)
    expect(all.filter(({ chained }) => chained === null)).toEqual([])
    expect(new Set(all.map(({ chained }) => chained)).size).toBe(all.length)
    const [state, links] = await nodes[0].store.read(contoso, async (tx) => [
      await tx.get(auditChain, chainId),
      await tx.find(auditLink, {}),
    ])
    expect(links.length).toBe(state?.newest)
    expect(new Set(links.map(({ recordId }) => recordId)).size).toBe(links.length)
    for (const { audit } of nodes) {
      const lines: string[] = []
      for await (const line of audit.lines(contoso, {})) lines.push(line)
      expect(await verifyExport(lines)).toMatchObject({ start: 0, end: links.length, without: [] })
    }
    // One key for all of them.
    expect(await nodes[1].audit.keys()).toEqual(await nodes[0].audit.keys())
    const found: string[] = []
    const tenant = { store: nodes[0].store, tenantId: contoso, report: (rule: string) => found.push(rule) }
    for (const check of checksFor(defaultGdapSettings)) await check(tenant)
    expect(found.filter((rule) => rule.startsWith('audit'))).toEqual([])
    expect(faults).toEqual([])
  } finally {
    for (const node of nodes) await node.close()
    await drop()
  }
})

it('what a node writes is chained by it within a moment', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const parts = await openParts({ ...defaultConfig, database: undefined, databaseUrl: url })
  try {
    await parts.store.write(contoso, (tx) => tx.insert(directoryAudit, record(0, 1)))
    await vi.waitFor(
      async () => {
        const row = await parts.store.read(contoso, (tx) => tx.get(directoryAudit, record(0, 1).id))
        expect(row?.chained).toBeGreaterThan(0)
      },
      { timeout: 20_000, interval: 50 },
    )
  } finally {
    await parts.close()
    await drop()
  }
})
