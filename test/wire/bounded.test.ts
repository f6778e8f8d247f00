/**
 * Requests that would take minutes, hold the event loop or fill the memory: each ends, by its time limit or by a limit of
 * its own, and the server answers others meanwhile.
 * @module-tag slow
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { isOnPostgres } from '../_support/database.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'

const TS = '/v1.0/termStore'
const termCount = 4_000
let server: TestServer
let set: string

const actor = {
  kind: 'app',
  tenantId: wellKnown.contoso,
  permissions: new Set(['TermStore.ReadWrite.All']),
} as const

/** Through the engine and not over the wire, as there are many. */
const makeTerm = async (number: number): Promise<void> => {
  const body = {
    labels: labels(`Term ${number}`),
    descriptions: [{ languageTag: 'en-US', description: `About ${number}. `.repeat(50) }],
  }
  const { status } = await server.parts.handle({
    method: 'POST',
    version: 'v1.0',
    path: `/termStore/sets/${set}/children`,
    query: '',
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    origin: server.http,
    requestId: 'made',
    clientRequestId: 'made',
    actor,
  })
  expect(status).toBe(201)
}

beforeAll(async () => {
  server = await startTestServer({ requestTimeout: 2 })
  const made = taxonomyOver(server.send)
  set = await made.set(await made.group())
  for (let from = 0; from < termCount; from += 200)
    await Promise.all(Array.from({ length: 200 }, (_, at) => makeTerm(from + at)))
}, 120_000)
afterAll(() => server.close())

/** Sends a request, and asks meanwhile whether the server lives. Answers both. */
const besides = async (ask: () => Promise<Answer>): Promise<{ answer: Answer; alive: number }> => {
  let isOver = false
  const asked = ask().finally(() => {
    isOver = true
  })
  let alive = 0
  while (!isOver) {
    const { status } = await fetch(`${server.http}/alive`)
    if (status === 200 && !isOver) alive += 1
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { answer: await asked, alive }
}

const get = (path: string) => server.send('GET', path)
const filtered = (filter: string) => `${TS}/sets/${set}/terms/$count?$filter=${encodeURIComponent(filter)}`
const withinTerms = "set/terms/any(c:c/labels/any(l:contains(l/name,'zzz')))"
const notInTime = 'within 2 seconds, the time limit of this server'

/** The processes of this one that read, with what they were started with. */
const commandOf = (id: string): string => {
  try {
    const isOurs = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid)
    return isOurs ? readFileSync(`/proc/${id}/cmdline`, 'utf8') : ''
  } catch {
    return ''
  }
}
const readers = (): string[] =>
  readdirSync('/proc').filter((id) => /^\d+$/.test(id) && commandOf(id).includes('reader-process'))
const patient = { timeout: 10_000, interval: 20 }
const seesProcesses = !isOnPostgres && existsSync('/proc/self/stat')
const elsewhere = 'needs /proc and a SQLite file; what ends on PostgreSQL is in test/postgres/deadlines.test.ts'

describe('a query that compares each term with each other one', () => {
  it('ends at the time limit, which the answer names, and the server answers others meanwhile', async () => {
    const { answer, alive } = await besides(() => get(filtered(withinTerms)))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
    expect(answer.body.error).toMatchObject({ code: 'serviceNotAvailable', innerError: { code: 'requestTimeLimit' } })
    expect(answer.body.error.message).toContain(notInTime)
    expect(alive).toBeGreaterThan(3)
  })

  it('leaves no process that goes on with it', async ({ skip }) => {
    if (!seesProcesses) skip(elsewhere)
    await get(filtered(withinTerms))
    await vi.waitFor(() => expect(readers().filter((id) => isRunning(id))).toEqual([]), patient)
  })

  it('ends when its client closes the connection', async ({ skip }) => {
    if (!seesProcesses) skip(elsewhere)
    const gone = new AbortController()
    const headers = { authorization: `Bearer ${await server.token()}` }
    const asked = fetch(`${server.http}${filtered(withinTerms)}`, { headers, signal: gone.signal })
    const refused = expect(asked).rejects.toThrow()
    await vi.waitFor(() => expect(readers().some((id) => isRunning(id))).toBe(true), patient)
    gone.abort()
    await refused
    await vi.waitFor(() => expect(readers().filter((id) => isRunning(id))).toEqual([]), patient)
  })

  it('takes one time limit for a whole batch', async () => {
    const requests = Array.from({ length: 20 }, (_, at) => ({
      id: `${at}`,
      method: 'GET',
      url: filtered(withinTerms).replace('/v1.0', ''),
    }))
    const { answer, alive } = await besides(() => server.send('POST', '/v1.0/$batch', { requests }))
    const statuses = answer.body.responses.map(({ status }: { status: number }) => status)
    expect(statuses).toEqual(requests.map(() => 503))
    expect(alive).toBeGreaterThan(3)
  })

  it('is refused in a group of a batch, whose writes would hold up all others', async ({ skip }) => {
    if (isOnPostgres) skip('on PostgreSQL a group holds up the writes of its tenant only, and ends in time')
    const url = filtered(withinTerms).replace('/v1.0', '')
    const requests = [{ id: '1', method: 'GET', url, atomicityGroup: 'g' }]
    const { body } = await server.send('POST', '/v1.0/$batch', { requests })
    const { status, body: refused } = body.responses[0]
    expect([status, refused.error.innerError.code]).toEqual([400, 'tooManyResultsRequested'])
    expect(refused.error.message).toContain('while other writes wait for it')
  })
})

/** Whether the process works, and does not only wait for something to read. */
const isRunning = (id: string): boolean => {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.startsWith('R') === true
  } catch {
    return false
  }
}

describe('an expression', () => {
  it('of a hundred and fifty lambdas is answered or ended', async () => {
    const filter = Array.from({ length: 150 }, (_, at) => `labels/any(l:endswith(l/name,'z${at}'))`).join(' or ')
    const { answer, alive } = await besides(() => get(filtered(filter)))
    expect([200, 503]).toContain(answer.status)
    expect(alive).toBeGreaterThan(3)
  })

  it('that doubles a text eight times is refused by name', async () => {
    const doubled = (times: number): string =>
      times === 0 ? 'id' : `concat(${doubled(times - 1)},${doubled(times - 1)})`
    const { status, body } = await get(filtered(`contains(${doubled(8)},'zzz')`))
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalidRequest', target: '$filter' })
    expect(body.error.message).toContain('256 values, and 64 are allowed')
  })

  it('with lambdas over links in each other is refused by name', async () => {
    const within = (levels: number, inner: string): string =>
      levels === 0 ? inner : `set/terms/any(v${levels}:v${levels}/${within(levels - 1, inner)})`
    const { status, body } = await get(filtered(within(5, "id eq 'x'")))
    expect(status).toBe(400)
    expect(body.error.target).toBe('$filter')
    expect(body.error.message).toContain('comparisons for each row')
  })
})

describe('a large answer', () => {
  it('of many expanded rows gives others their turn, and ends in time', async () => {
    const { answer, alive } = await besides(() =>
      get(`${TS}/sets/${set}/terms?$top=4000&$expand=relations,children($expand=children,relations),set`),
    )
    expect([200, 503]).toContain(answer.status)
    expect(alive).toBeGreaterThan(0)
  })

  it('is refused by name where it has too many characters, in a batch for all its items together', async () => {
    const requests = Array.from({ length: 8 }, (_, at) => ({
      id: `${at}`,
      method: 'GET',
      url: `/termStore/sets/${set}/terms?$top=4000`,
    }))
    const { status, body } = await server.send('POST', '/v1.0/$batch', { requests })
    expect(status).toBe(200)
    const answered = body.responses as { status: number; body: { error?: { innerError: { code: string } } } }[]
    expect(answered.some((one) => one.status === 200)).toBe(true)
    const refused = answered.filter((one) => one.status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const one of refused) {
      expect([400, 503]).toContain(one.status)
      if (one.status === 400) expect(one.body.error?.innerError.code).toBe('tooManyResultsRequested')
    }
  })
})
