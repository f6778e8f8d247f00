/** Many clients at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { inParallel } from '../_support/in-parallel.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let set: string
const TS = '/v1.0/termStore'
const label = (name: string) => ({ labels: labels(name) })

beforeAll(async () => {
  // On a file or on PostgreSQL, where writers can meet.
  server = await startTestServer({ inMemory: isOnPostgres })
  made = taxonomyOver(server.send)
  set = await made.set(await made.group())
})
afterAll(() => server.close())

describe('two writers at once', () => {
  it('give one label to one of them only', async () => {
    const jobs = Array.from(
      { length: 40 },
      () => () => server.send('POST', `${TS}/sets/${set}/children`, label('Contested')),
    )
    const statuses = (await inParallel(20, jobs)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(39)
  })

  it('never both succeed in pinning two terms under each other', async () => {
    const group = await made.group()
    for (let round = 0; round < 5; round += 1) {
      const make = async () => {
        const set = await made.set(group)
        return { set, term: await made.term(set) }
      }
      const [a, b] = [await make(), await make()]
      const pin = (from: typeof a, to: typeof a) =>
        server.send('POST', `${TS}/sets/${from.set}/terms/${from.term}/relations`, {
          relationship: 'pin',
          set: { id: to.set },
          fromTerm: { id: to.term },
        })
      const statuses = (await Promise.all([pin(a, b), pin(b, a)])).map(({ status }) => status).sort()
      expect(statuses).toEqual([201, 400])
    }
  })
})
