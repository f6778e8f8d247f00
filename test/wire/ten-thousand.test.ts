/**
 * A set of ten thousand terms, written by many clients at once: of more than one page where `CI` is not set.
 * @module-tag slow
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { inParallel } from '../_support/in-parallel.ts'
import { rounds } from '../_support/run-size.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let set: string
/** A page has 5000 rows at most. */
const count = isOnPostgres ? 5_100 : rounds(10_000, 5_100)
const TS = '/v1.0/termStore'
const label = (name: string) => ({ labels: labels(name) })

beforeAll(async () => {
  // On a file or on PostgreSQL, where writers can meet.
  server = await startTestServer({ inMemory: isOnPostgres })
  const made = taxonomyOver(server.send)
  set = await made.set(await made.group())
})
afterAll(() => server.close())

it('is written by many, read by pages, and ordered by label', { timeout: 120_000 }, async () => {
  const jobs = Array.from(
    { length: count },
    (_, number) => () =>
      server.send('POST', `${TS}/sets/${set}/children`, label(`Term ${String(number).padStart(5, '0')}`)),
  )
  const statuses = (await inParallel(64, jobs)).map(({ status }) => status)
  expect(statuses.every((status) => status === 201)).toBe(true)
  expect((await server.send('GET', `${TS}/sets/${set}/terms/$count`)).text).toBe(`${count}`)
  const seen: string[] = []
  let path: string | undefined = `${TS}/sets/${set}/terms?$top=3000`
  while (path !== undefined) {
    const { body } = await server.send('GET', path)
    seen.push(...body.value.map((term: { labels: { name: string }[] }) => term.labels[0]?.name))
    path = body['@odata.nextLink']?.slice(server.http.length)
  }
  expect(seen).toHaveLength(count)
  expect(seen).toEqual([...seen].sort())
  const capped = (await server.send('GET', `${TS}/sets/${set}/children?$top=99999`)).body
  expect([capped.value.length, '@odata.nextLink' in capped]).toEqual([5000, true])
  const expanded = (await server.send('GET', `${TS}/sets/${set}?$expand=children`)).body
  expect(expanded.children).toHaveLength(5000)
  const rest = (await server.send('GET', expanded['children@odata.nextLink'].slice(server.http.length))).body
  expect(rest.value[0].labels[0].name).toBe('Term 05000')
  const tooMany = await server.send('GET', `${TS}/sets/${set}?$expand=children($select=id)`)
  expect([tooMany.status, tooMany.body.error.innerError.code]).toEqual([400, 'tooManyResultsRequested'])
})
