/** Several nodes remove old records at the same time: each record is removed by one of them, and no node fails. */
import { expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { unobserved } from '#app/observe/observation.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { systemClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { seededPostgres } from '../_support/database.ts'

const tenants = [wellKnown.contoso, wellKnown.fabrikam, wellKnown.northwind]

it('removes each once, and leaves what is not old enough', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const removed = [0, 0]
  const faults: unknown[] = []
  const open = (at: number) =>
    openParts(
      { ...defaultConfig, database: undefined, databaseUrl: url, report: (error) => faults.push(error) },
      systemClock,
      randomIds,
      {
        ...unobserved,
        onPruned: (_, count) => {
          removed[at] = (removed[at] ?? 0) + count
        },
      },
    )
  const nodes = [await open(0), await open(1)] as const
  try {
    const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
    const facts = { eventName: 'x', resourceName: 'x', resourcePath: 'x', subjectId: 'x' }
    for (const tenant of tenants)
      await nodes[0].store.write(tenant, async (tx) => {
        for (const row of await tx.find(outboxEvent, {})) await tx.remove(outboxEvent, row.id)
        for (let at = 0; at < 350; at++)
          await tx.insert(outboxEvent, { ...facts, id: `old-${at}`, changedDateTime: dayAgo(8) })
        await tx.insert(outboxEvent, { ...facts, id: 'new', changedDateTime: dayAgo(6) })
      })
    await Promise.all(nodes.map((node) => node.settle()))
    // What one node left to the other, the other has removed by now.
    const left = () => Promise.all(tenants.map((id) => nodes[1].store.read(id, (tx) => tx.find(outboxEvent, {}))))
    await expect.poll(async () => (await left()).flat().map(({ id }) => id)).toEqual(['new', 'new', 'new'])
    expect(removed.reduce((one, other) => one + other, 0)).toBe(350 * tenants.length)
    expect(faults).toEqual([])
  } finally {
    for (const node of nodes) await node.close()
    await drop()
  }
})
