/** How many statements an answer costs: what is expanded costs one for each link and level, not one for each row. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { readFeed } from '../_support/feed.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let set = ''
const root = '/v1.0/termStore'

let made: Taxonomy

const branch = async (count: number): Promise<string> => {
  const top = await made.term(set, `Top ${count}`)
  for (let n = 0; n < count; n++) {
    const middle = await made.term({ set, term: top })
    for (let m = 0; m < 2; m++) await made.term({ set, term: middle })
  }
  return top
}

/** The statements the work sends: the real ones, only heard. */
const textsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return spy.mock.calls.map(([statement]) => (statement as { readonly text?: string } | undefined)?.text ?? '')
  } finally {
    spy.mockRestore()
  }
}

/**
 * What a process tells itself is not among them, nor what it asks in its own time: about deliveries, and for the chain of
 * the log, which reads the number of the newest change as a write does.
 */
const ofItsOwn =
  /"(directory_audit|relata_(delivery|validation|subscription|audit|registration))|^select [^(]* from "relata_record_reach"/
const isOfRequest = (text: string): boolean => text.includes('tenant_no') && !ofItsOwn.test(text)

const statementsOf = async (work: () => Promise<unknown>): Promise<number> =>
  (await textsOf(work)).filter(isOfRequest).length

beforeAll(async () => {
  server = await startTestServer()
  // Nothing happens beside the requests.
  await server.parts.audit.close()
  made = taxonomyOver(server.send)
  set = await made.set(await made.group())
})
afterAll(() => server.close())

it('does not grow with the rows that are expanded', async () => {
  const [few, many] = [await branch(3), await branch(20)]
  const read = async (top: string, rows: number) => {
    const path = `${root}/sets/${set}/terms/${top}/children?$expand=children($expand=children,set),set`
    // The first time, what is on the way is looked up as well.
    await server.send('GET', path)
    return statementsOf(async () => {
      const { body } = await server.send('GET', path)
      expect(body.value).toHaveLength(rows)
      expect(body.value.every((term: { children: unknown[] }) => term.children.length === 2)).toBe(true)
    })
  }
  const [costOfFew, costOfMany] = [await read(few, 3), await read(many, 20)]
  // A group of sixty-four at most shares a statement; none of these levels has more.
  expect(costOfMany).toBe(costOfFew)
  expect(costOfFew).toBeGreaterThan(2)
  expect(costOfMany).toBeLessThan(15)
})

it('is shared by equal reads that come together', async () => {
  const top = await branch(1)
  const path = `${root}/sets/${set}/terms/${top}`
  const send = (count: number) => Promise.all(Array.from({ length: count }, () => server.send('GET', path)))
  // Connections that have yet to be made bring their requests one by one.
  await send(30)
  const one = await statementsOf(() => send(1))
  const thirty = await statementsOf(() => send(30))
  expect(one).toBeGreaterThan(0)
  expect(thirty).toBeLessThan(one * 30)
})

it('answers each for itself where the value of one is at fault', async () => {
  const top = await branch(2)
  const send = (factor: string) => {
    const filter = `length(id) mul ${factor} mul ${factor} gt 1`
    return server.send('GET', `${root}/sets/${set}/terms/${top}/children?$filter=${encodeURIComponent(filter)}`)
  }
  await send('2')
  const [large, small] = await Promise.all([send('9007199254740991'), send('3')])
  expect([large?.status, small?.status]).toEqual([400, 200])
  expect(small?.body.value).toHaveLength(2)
})

it('of writes that come together are few: they read together what each needs, and what all of them write is one', async () => {
  const create = (name: string) => server.send('POST', `${root}/sets/${set}/children`, { labels: labels(name) })
  const together = (name: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => create(`${name} ${n}`)))
  await together('First', 20)
  // However busy the machine is, they come together: none goes on before all are there.
  const { store } = server.parts
  const write = store.write.bind(store)
  let arrived = 0
  let release = (): void => undefined
  const allAreThere = new Promise<void>((resolve) => {
    release = resolve
  })
  const gate = vi.spyOn(store, 'write').mockImplementation(async (...asked) => {
    arrived += 1
    if (arrived === 20) release()
    await allAreThere
    return await (write as (...asked: unknown[]) => Promise<never>)(...asked)
  })
  const texts = await textsOf(() => together('Second', 20)).finally(() => gate.mockRestore())
  expect(arrived).toBe(20)
  // For all: the walk, the store, the relations, a look for the same names.
  expect(texts.filter((text) => text.startsWith('with w0'))).toHaveLength(1)
  expect(texts.filter(isOfRequest).length).toBeLessThan(20)
  expect(texts.filter((text) => /savepoint/.test(text))).toEqual([])
})

it('does not grow with the labels of what is made or shared', async () => {
  const tags = ['en-US', 'fr-FR', 'de-DE', 'it-IT']
  expect((await server.send('PATCH', root, { languageTags: tags })).status).toBe(200)
  const other = await made.set(await made.group())
  const create = (name: string, count: number) =>
    made.term(set, name, { labels: tags.slice(0, count).flatMap((tag) => labels(name, tag)) })
  const pin = (term: string) => made.pin({ set, term }, other)
  const costs = async (count: number): Promise<number[]> => {
    let term = ''
    const make = async () => {
      term = await create(`Labelled ${count}`, count)
    }
    return [await statementsOf(make), await statementsOf(() => pin(term))]
  }
  // From the second pin on it is known that the set mirrors something.
  await pin(await create('First', 1))
  const [few, many] = [await costs(1), await costs(4)]
  expect(many).toEqual(few)
  // Without begin and commit, and the number of the newest change: the way, the roles, the rules, and one that writes.
  expect(few).toEqual([4, 8])
})

it('is the same where somebody is told of what is written, but for the one that reads the events', async () => {
  const other = await made.set(await made.group())
  let last = 0
  const isRead = (text: string): boolean => /^select .* from "relata_outbox/s.test(text)
  const costOf = async (work: () => Promise<unknown>): Promise<number> =>
    (await textsOf(work)).filter((text) => isOfRequest(text) && !isRead(text)).length
  const costs = async (): Promise<number[]> => {
    last += 1
    let term = ''
    const make = async () => {
      term = await made.term(set, `Told ${last}`)
    }
    const change = () =>
      server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { labels: labels(`Told again ${last}`) })
    return [await costOf(make), await costOf(() => made.pin({ set, term }, other)), await costOf(change)]
  }
  await costs()
  const untold = await costs()
  const feed = await readFeed(`${server.http}/_relata/events?event=relata.taxonomy.*`)
  await feed.next('relata.hello')
  const told = await costs()
  await feed.close()
  expect(told).toEqual(untold)
})
