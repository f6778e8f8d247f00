/**
 * Pages of the directory's log go over stored entries and drawn ones in one order (docs/adr/0044): with random instants, of
 * which many are equal and some run backwards, no page loses or repeats an entry, whatever its size, order and filter.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeId, leftMark, recordedRow } from '#edm/records/recording.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { rounds } from '../../_support/run-size.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { contoso } from '../access-kit.ts'

const log = '/v1.0/auditLogs/directoryAudits'
const firstNumber = 1_000
const most = 60

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

interface Written {
  readonly isDrawn: boolean
  /** Seconds: few, so that many are equal. */
  readonly second: number
  readonly rows: number
}

const written = fc.record({ isDrawn: fc.boolean(), second: fc.nat(12), rows: fc.integer({ min: 1, max: 3 }) })
// Not so old that they would be removed.
const began = Math.floor(Date.now() / 1000) - 3600
const instant = (second: number) => new Date((began + second) * 1000).toISOString()
const origin = JSON.stringify({ by: { kind: 'app', id: 'c0117050-0000-4000-8000-000000000009', name: 'Walk' } })

const idOf = ({ isDrawn }: Written, at: number): string => {
  if (!isDrawn) return `c0117050-0000-0000-${at % 2 === 0 ? '0000' : 'ffff'}-${String(at).padStart(12, '0')}`
  const digits = contoso.slice(24)
  return `${contoso.slice(0, 8)}-${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}-00${changeId(firstNumber + at)}`
}

async function write(all: readonly Written[]): Promise<void> {
  await server.parts.store.write(contoso, async (tx) => {
    for (const { id } of await tx.find(recordedRow, {})) await tx.remove(recordedRow, id)
    for (const { id } of await tx.find(directoryAudit, {})) await tx.remove(directoryAudit, id)
    for (const [at, one] of all.entries()) {
      const { isDrawn, second, rows } = one
      if (!isDrawn) {
        await tx.insert(directoryAudit, {
          id: idOf(one, at),
          category: 'UserManagement',
          activityDisplayName: 'Add user',
          activityDateTime: instant(second),
          operationType: 'Add',
          initiatedBy: { app: null, user: null },
          targetResources: [],
          additionalDetails: [],
          subjectId: 'x',
        })
        continue
      }
      for (let place = 0; place <= rows; place += 1)
        await tx.insert(recordedRow, {
          id: changeId(firstNumber + at, place),
          type: 'microsoft.graph.termStore.term',
          subject: `subject-${at}-${place}`,
          within: 'set',
          before: null,
          // The last one only marks that a row has left its set.
          after: place === rows ? leftMark : null,
          ...(place > 0 ? {} : { changedDateTime: instant(second), verb: 'create', origin, count: rows }),
        })
    }
  })
}

interface Shown {
  readonly id: string
  readonly activityDateTime: string
  readonly category: string
  readonly targetResources: readonly unknown[]
}

async function walked(query: string): Promise<Shown[]> {
  const found: Shown[] = []
  for (let next: string | undefined = `${log}?${query}`; next !== undefined && found.length <= most * 2; ) {
    const { body } = await server.send('GET', next)
    found.push(...body.value)
    next = body['@odata.nextLink']?.replace(server.http, '')
  }
  return found
}

const filters: readonly [string, (one: Written) => boolean][] = [
  ['', () => true],
  [`category eq 'UserManagement'`, ({ isDrawn }) => !isDrawn],
  [`category ne 'UserManagement'`, ({ isDrawn }) => isDrawn],
  [
    `activityDateTime ge ${instant(3)} and activityDateTime lt ${instant(9)}`,
    ({ second }) => second >= 3 && second < 9,
  ],
  [`targetResources/$count gt 1`, ({ isDrawn, rows }) => isDrawn && rows > 1],
]

it('lose and repeat nothing', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(written, { maxLength: most }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(filters.length - 1),
      fc.constantFrom('', 'activityDateTime desc', 'activityDateTime', 'category', 'operationType desc'),
      async (all, size, which, order) => {
        await write(all)
        const [filter, test] = filters[which] as (typeof filters)[number]
        const wanted = all.flatMap((one, at) => (test(one) ? [{ id: idOf(one, at), one }] : []))
        const options = [`$top=${size}`, filter && `$filter=${filter}`, order && `$orderby=${order}`]
        const shown = await walked(options.filter((option) => option !== '').join('&'))
        expect(shown.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted())
        const { text } = await server.send('GET', `${log}/$count${filter === '' ? '' : `?$filter=${filter}`}`)
        expect(text).toBe(String(wanted.length))
        for (const { id, one } of wanted)
          expect(shown.find((row) => row.id === id)?.targetResources).toHaveLength(one.isDrawn ? one.rows : 0)
        const keys = shown.map(({ activityDateTime, id }) => `${activityDateTime} ${id}`)
        if (order === '') expect(keys).toEqual(keys.toSorted().toReversed())
        const times = shown.map(({ activityDateTime }) => activityDateTime)
        if (order === 'activityDateTime desc') expect(times).toEqual(times.toSorted().toReversed())
        if (order === 'activityDateTime') expect(keys).toEqual(keys.toSorted())
        if (order === 'category')
          expect(shown.map((row) => row.category)).toEqual(shown.map((row) => row.category).toSorted())
      },
    ),
    { numRuns: rounds(150, 25) },
  )
})
