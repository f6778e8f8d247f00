/** Many clients at once, and a set of ten thousand terms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let set: string
const TS = '/v1.0/termStore'
const label = (name: string) => ({ labels: labels(name) })

beforeAll(async () => {
  server = await startTestServer({ inMemory: false })
  made = taxonomyOver(server.send)
  set = await made.set(await made.group())
})
afterAll(() => server.close())

/** Runs the jobs with a bounded number under way. */
const inParallel = async <T>(width: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> => {
  const results: T[] = []
  let next = 0
  const worker = async () => {
    while (next < jobs.length) {
      const at = next
      next += 1
      const job = jobs[at]
      if (job !== undefined) results[at] = await job()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

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

describe('a set of 10,000 terms', { tags: ['slow'] }, () => {
  it('is written by many, read by pages, and ordered by label', { timeout: 120_000 }, async () => {
    const jobs = Array.from(
      { length: 10_000 },
      (_, number) => () =>
        server.send('POST', `${TS}/sets/${set}/children`, label(`Term ${String(number).padStart(5, '0')}`)),
    )
    const statuses = (await inParallel(64, jobs)).map(({ status }) => status)
    expect(statuses.every((status) => status === 201)).toBe(true)
    expect((await server.send('GET', `${TS}/sets/${set}/terms/$count`)).text).toBe('10001')
    const seen: string[] = []
    let path: string | undefined = `${TS}/sets/${set}/terms?$top=3000`
    while (path !== undefined) {
      const { body } = await server.send('GET', path)
      seen.push(...body.value.map((term: { labels: { name: string }[] }) => term.labels[0]?.name))
      path = body['@odata.nextLink']?.slice(server.http.length)
    }
    expect(seen).toHaveLength(10_001)
    expect(seen).toEqual([...seen].sort())
    const capped = (await server.send('GET', `${TS}/sets/${set}/children?$top=99999`)).body
    expect([capped.value.length, '@odata.nextLink' in capped]).toEqual([5000, true])
    const expanded = (await server.send('GET', `${TS}/sets/${set}?$expand=children`)).body
    expect(expanded.children).toHaveLength(5000)
    const rest = (await server.send('GET', expanded['children@odata.nextLink'].slice(server.http.length))).body
    expect(rest.value[0].labels[0].name).toBe('Term 04999')
    const tooMany = await server.send('GET', `${TS}/sets/${set}?$expand=children($select=id)`)
    expect([tooMany.status, tooMany.body.error.innerError.code]).toEqual([400, 'tooManyResultsRequested'])
  })
})
