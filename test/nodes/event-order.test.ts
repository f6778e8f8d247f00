/** Several nodes write events of one tenant: the places they get are those of their commits, whatever their clocks say. */
import { expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { seededPostgres } from '../_support/database.ts'

const { contoso } = wellKnown
const mostWrites = 60

it('gives each event the next place, with no hole but those of what was undone', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const open = () => openParts({ ...defaultConfig, database: undefined, databaseUrl: url })
  const nodes = [await open(), await open()] as const
  const facts = { eventName: 'x', resourceName: 'x', resourcePath: 'x', subjectId: 'x' }
  const rows = () => nodes[0].store.read(contoso, (tx) => tx.find(outboxEvent, {}))
  const undone = new Error('undone')
  try {
    const first = (await rows()).length
    /** In the order in which the writes were answered at their node. */
    const written: string[][] = [[], []]
    const work = nodes.flatMap(({ store }, node) =>
      Array.from({ length: mostWrites }, (_, at) =>
        store
          .write(contoso, async (tx) => {
            for (const part of ['a', 'b'])
              await tx.insert(outboxEvent, {
                ...facts,
                id: `${node}-${String(at).padStart(3, '0')}-${part}`,
                // As if the clocks of the nodes were a year apart.
                changedDateTime: node === 0 ? '2026-01-01T00:00:00.000Z' : '2027-01-01T00:00:00.000Z',
              })
            if (at % 7 === 3) throw undone
          })
          .then(
            () => written[node]?.push(`${node}-${String(at).padStart(3, '0')}-a`),
            (error: unknown) => expect(error).toBe(undone),
          ),
      ),
    )
    await Promise.all(work)
    const all = (await rows()).toSorted((a, b) => a.sequence - b.sequence)
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, at) => at + 1))
    expect(all.length - first).toBe(written.flat().length * 2)
    const place = new Map(all.map(({ id, sequence }) => [id, sequence]))
    for (const mine of written) {
      const places = mine.map((id) => place.get(id) ?? 0)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
    }
    for (const id of written.flat()) expect(place.get(id.replace(/a$/, 'b'))).toBe((place.get(id) ?? 0) + 1)
  } finally {
    for (const node of nodes) await node.close()
    await drop()
  }
})
