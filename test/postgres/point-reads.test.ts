/**
 * Reads of one entity whose address is known: one statement that checks the whole way (docs/adr/0014), shared by those of a
 * turn. On the wire, with a second node that writes to the same database.
 */
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { freshPostgres } from '../_support/database.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let one: TestServer
let other: TestServer
let databaseUrl = ''
const root = '/v1.0/termStore'
let made: Taxonomy
const label = (name: string) => ({ labels: labels(name) })

/** What differs between two answers to one request. */
const bare = ({ status, text }: Answer) => ({
  status,
  text: text.replace(/"(?:request-id|client-request-id|date)":"[^"]*",?/g, ''),
})
/** An unknown preference is no plain request: it goes the whole way, and changes nothing. */
const whole = { headers: { prefer: 'test.unknown' } }

/** As the short way has it, which has to be what the whole way says. */
const read = async (path: string, options = {}): Promise<Answer> => {
  const short = await one.send('GET', `${root}${path}`, undefined, options)
  expect(bare(short)).toEqual(bare(await one.send('GET', `${root}${path}`, undefined, { ...options, ...whole })))
  return short
}

/** The statements about rows that the work sends: the real ones, only heard. */
const textsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    const texts = spy.mock.calls.map(([statement]) => (statement as { readonly text?: string } | undefined)?.text ?? '')
    return texts.filter((text) => text.includes('tenant_no'))
  } finally {
    spy.mockRestore()
  }
}

let group = ''
let set = ''
beforeAll(async () => {
  databaseUrl = await freshPostgres()
  one = await startTestServer({ inMemory: false, databaseUrl })
  other = await startTestServer({ inMemory: false, databaseUrl })
  // Nothing happens beside the requests.
  for (const { parts } of [one, other]) await parts.audit.close()
  made = taxonomyOver(one.send)
  group = await made.group()
  set = await made.set(group)
})
afterAll(async () => {
  await other.close()
  await one.close()
})

it('is one statement once the address is known, whichever row is asked for', async () => {
  const [first, second] = [await made.term(set, 'A'), await made.term(set, 'B')]
  await one.send('GET', `${root}/sets/${set}/terms/${first}`)
  const texts = await textsOf(async () => {
    expect((await one.send('GET', `${root}/sets/${set}/terms/${second}`)).body.labels[0].name).toBe('B')
  })
  expect(texts).toHaveLength(1)
  expect(texts[0]).toContain('"term_store_term"')
  // The row is never asked for without what has to be there for it.
  expect(texts[0]).toContain('"term_store_set"')
})

it('shows at once what another node has written to the row or above it', async () => {
  const [moving, home] = [await made.set(group), await made.group()]
  const term = await made.term(moving)
  const child = await made.term({ set: moving, term })
  const paths = [
    `/sets/${moving}`,
    `/groups/${group}/sets/${moving}`,
    `/groups/${home}/sets/${moving}`,
    `/sets/${moving}/terms/${term}`,
    `/groups/${group}/sets/${moving}/terms/${term}`,
    `/sets/${moving}/terms/${term}/children/${child}`,
  ]
  const statuses = async () => {
    const list: number[] = []
    for (const path of paths) list.push((await read(path)).status)
    return list
  }
  const write = async (method: string, path: string, body?: unknown) =>
    expect((await other.send(method, `${root}${path}`, body)).status).toBeLessThan(300)
  for (const _ of [1, 2]) expect(await statuses()).toEqual([200, 200, 404, 200, 200, 200])
  await write('PATCH', `/sets/${moving}/terms/${term}`, label('New'))
  expect((await read(`/sets/${moving}/terms/${term}`)).body.labels[0].name).toBe('New')
  // No request moves a set, but whatever the database says counts.
  const database = new pg.Client({ connectionString: databaseUrl })
  await database.connect()
  await database.query('update term_store_set set parent_group_id = $1 where id = $2', [home, moving])
  await database.end()
  for (const _ of [1, 2]) expect(await statuses()).toEqual([200, 404, 200, 200, 404, 200])
  await write('DELETE', `/sets/${moving}/terms/${child}`)
  expect(await statuses()).toEqual([200, 404, 200, 200, 404, 404])
  await write('DELETE', `/sets/${moving}`)
  expect(await statuses()).toEqual([404, 404, 404, 404, 404, 404])
})

it('keeps rows, tenants and rights apart among those that are asked for in one turn', async () => {
  // The same ids in both tenants, with other labels.
  const ids = Array.from({ length: 8 }, (_, at) => `0d0d0d0d-0000-4000-8000-00000000000${at}`)
  const same = 'abababab-0000-4000-8000-000000000001'
  const there = taxonomyOver((method, path, body) => one.send(method, path, body, { tenant: wellKnown.fabrikam }))
  await made.set(group, 'Same', { id: same })
  await there.set(await there.group(), 'Same', { id: same })
  for (const id of ids) {
    await made.term(same, `ours ${id}`, { id })
    // What one of them does not have is not found for it.
    if (id.endsWith('7')) continue
    await there.term(same, `theirs ${id}`, { id })
  }
  const askers = [
    { tenant: wellKnown.contoso, name: 'ours' },
    { tenant: wellKnown.fabrikam, name: 'theirs' },
    { tenant: wellKnown.contoso, app: wellKnown.middleTier, name: undefined },
  ]
  const asked = ids.flatMap((id) => askers.map((asker) => ({ id, ...asker })))
  const ask = ({ id, name: _, ...options }: (typeof asked)[number]) =>
    one.send('GET', `${root}/sets/${same}/terms/${id}`, undefined, options)
  const expected = asked.map(({ id, name }) => {
    if (name === undefined) return 403
    return name === 'theirs' && id.endsWith('7') ? 404 : `${name} ${id}`
  })
  for (let round = 0; round < 4; round += 1) {
    const answers = await Promise.all(asked.map(ask))
    expect(answers.map(({ status, body }) => (status === 200 ? body.labels[0].name : status))).toEqual(expected)
  }
  const texts = await textsOf(() => Promise.all(asked.map(ask)))
  expect(texts.length).toBeLessThan(asked.length)
})

it('finds by a rule what the statement does not: a shared term, a key written differently', async () => {
  const [from, to] = [await made.set(group), await made.set(group)]
  const [term, own] = [await made.term(from, 'Shared'), await made.term(to, 'Own')]
  expect((await read(`/sets/${to}/terms/${own}`)).status).toBe(200)
  expect((await read(`/sets/${to}/terms/${term}`)).status).toBe(404)
  await made.pin({ set: from, term }, to)
  expect((await read(`/sets/${to}/terms/${term}`)).body.labels[0].name).toBe('Shared')
  expect((await read(`/sets/${to}/terms/${own.toUpperCase()}`)).body.id).toBe(own)
  expect((await read(`/sets/${to}/terms/nobody`)).status).toBe(400)
})

it('says what the whole way says when the database does not answer', async () => {
  const term = await made.term(set, 'Out')
  const path = `/sets/${set}/terms/${term}`
  expect((await read(path)).status).toBe(200)
  const gone = Object.assign(new Error('the system is out of order'), { code: '57P01' })
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(() => Promise.reject(gone))
  try {
    expect((await read(path)).status).toBe(503)
  } finally {
    spy.mockRestore()
  }
  expect((await read(path)).status).toBe(200)
})
