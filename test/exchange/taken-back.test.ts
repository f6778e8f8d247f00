/** What an import deletes is in the recycle bin, and its changes are taken back as others are: exchange.md §10.3, §10.4. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { term } from '#workloads/term-store/types.ts'
import { isOnPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
const root = '/v1.0/termStore'

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

function G(number: number): string {
  return `0d000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

async function ask(path: string, body?: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const how = body === undefined ? {} : { method: 'POST', headers, body }
  const answer = await fetch(`${server.http}/_relata/term-store/${path}`, how)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text
}

interface Node {
  readonly id: string
  readonly name?: string
  readonly kind?: 'pin' | 'reuse'
  readonly children?: readonly Node[]
  readonly replacedBy?: string
}

function nodeOf({ name, kind, children = [], ...node }: Node): object {
  const labels = name === undefined ? {} : { labels: [{ name, languageTag: 'en-US', isDefault: true }] }
  const state = node.replacedBy === undefined ? {} : { isDeprecated: true }
  return { ...node, ...state, ...labels, ...(kind === undefined ? {} : { kind }), children: children.map(nodeOf) }
}

interface SetFile {
  readonly id: string
  readonly name: string
  readonly order?: number
  readonly children: readonly Node[]
}

/** A document in our JSON, whose sets are whole. */
function file(group: string, ...sets: readonly SetFile[]): string {
  const whole = sets.map(({ name, children, ...set }) => ({
    ...set,
    localizedNames: [{ name, languageTag: 'en-US' }],
    children: children.map(nodeOf),
  }))
  return JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ displayName: group, sets: whole }] })
}

const everything = 'format=json&missing=delete&maxMissing=10000'

/** Imports the document, and returns the id of the job. */
async function load(text: string, query = everything): Promise<string> {
  const plan = await ask(`plan?${query}`, text)
  const job = JSON.parse(await ask('apply', plan))
  await server.parts.exchange.settle()
  const ended = JSON.parse(await ask(`jobs/${job.id}`))
  expect(ended, plan).toMatchObject({ state: 'done' })
  return job.id
}

async function actionsOf(text: string): Promise<string[]> {
  const lines = (await ask(`plan?${everything}`, text)).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line)).flatMap(({ action, at }) => (action ? `${action} ${at.path}` : []))
}

const undo = (changeId: unknown) => server.send('POST', `${root}/relata.undo`, { changeId: String(changeId) })
const restore = (deletedItemId: string) => server.send('POST', `${root}/relata.restore`, { deletedItemId })

async function bin(): Promise<{ id: string; kind: string; name: string; path: string; count: number }[]> {
  const { body } = await server.send('GET', `${root}/relata.deletedItems()`)
  return body.value
}

/** Changes of an import, newest first. */
async function changesOf(job: string): Promise<{ id: number; verb: string; batchId: string | null; count: number }[]> {
  const { body } = await server.send('GET', `${root}/relata.history()?$top=200`)
  return body.value.filter(({ importId }: { importId: string | null }) => importId === job)
}

/** What `relata check` finds. */
async function findings(): Promise<string[]> {
  const found: string[] = []
  const note = ({ at, what }: { at: string; what: string }) => found.push(`${at}: ${what}`)
  await checkStore(server.parts.store, {}, note, wellKnown.contoso)
  return found
}

describe('what an import deletes', () => {
  it('is in the recycle bin branch by branch, and comes back with what was below it', async () => {
    const kept = { id: G(3), name: 'Kept' }
    const branch = { id: G(1), name: 'Gone', children: [{ id: G(2), name: 'Below' }] }
    const set = { id: G(90), name: 'Bin' }
    await load(file('Bins', { ...set, order: 3, children: [{ id: G(4), name: 'Alone' }, branch, kept] }))
    const before = await ask('export?format=json&set=Bins/Bin')
    const job = await load(file('Bins', { ...set, order: 1, children: [{ ...kept, name: 'Kept still' }] }))
    const items = (await bin()).slice(0, 2).toSorted((a, b) => b.count - a.count)
    expect(items.map(({ kind, name, path, count }) => ({ kind, name, path, count }))).toEqual([
      { kind: 'term', name: 'Gone', path: 'Bins/Bin/Gone', count: 2 },
      { kind: 'term', name: 'Alone', path: 'Bins/Bin/Alone', count: 1 },
    ])
    const { status, body } = await restore(items[0]?.id as string)
    expect([status, body.restored, body.notRestored]).toEqual([200, 2, []])
    const { body: terms } = await server.send('GET', `${root}/sets/${G(90)}/terms`)
    // The rest of the import stays.
    expect(terms.value.map((one: { labels: { name: string }[] }) => one.labels[0]?.name).sort()).toEqual([
      'Below',
      'Gone',
      'Kept still',
    ])
    expect(await findings()).toEqual([])
    expect((await undo(job)).status).toBe(409)
    const [restored] = (await server.send('GET', `${root}/relata.history()`)).body.value
    expect((await undo(restored.id)).status).toBe(200)
    expect((await undo(job)).status).toBe(200)
    expect(await ask('export?format=json&set=Bins/Bin')).toBe(before)
    const left = new Set((await bin()).map(({ id }) => id))
    expect(items.filter(({ id }) => left.has(id))).toEqual([])
    expect(await findings()).toEqual([])
  })

  it('brings back the place in the order and the successor that it was, where nothing else touched them', async () => {
    const set = { id: G(91), name: 'Order' }
    const [a, b, c] = [
      { id: G(11), name: 'A' },
      { id: G(12), name: 'B' },
      { id: G(13), name: 'C', replacedBy: G(12) },
    ]
    await load(file('Bins', { ...set, order: 3, children: [c, b, a] }))
    const before = await ask('export?format=json&set=Bins/Order')
    await load(file('Bins', { ...set, children: [{ id: G(13), name: 'C' }, a] }), `${everything}&order=keep`)
    const [item] = await bin()
    expect(item).toMatchObject({ name: 'B' })
    expect((await restore(item?.id as string)).status).toBe(200)
    expect(await ask('export?format=json&set=Bins/Order')).toBe(before)
  })

  it('with a share is the place of the term, which comes back where it was', async () => {
    const source = { id: G(92), name: 'Source', children: [{ id: G(21), name: 'Shared' }] }
    const user = { id: G(93), name: 'User', children: [{ id: G(21), kind: 'pin' as const }] }
    await load(file('Shares', source, user))
    const before = await ask('export?format=json&group=Shares')
    // The home goes last: it becomes an orphan with the first step, and is gone with the second.
    const job = await load(file('Shares', { ...source, children: [] }, { ...user, children: [] }))
    const own = (await bin()).filter(({ path }) => path.startsWith('Shares/') || path.includes('Orphaned'))
    expect(own.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(['relation Shared', 'term Shared'])
    expect(await findings()).toEqual([])
    expect((await undo(job)).status).toBe(200)
    expect(await ask('export?format=json&group=Shares')).toBe(before)
    expect(await findings()).toEqual([])
  })
})

describe('an import', () => {
  it('is taken back as a whole by the id of its job, and can be made again', async () => {
    const source = {
      id: G(94),
      name: 'Whole',
      order: 2,
      children: [
        { id: G(31), name: 'Two', children: [{ id: G(32), name: 'Under' }] },
        { id: G(33), name: 'One' },
      ],
    }
    const user = { id: G(95), name: 'Whole user', children: [{ id: G(31), kind: 'reuse' as const }] }
    const text = file('Wholes', source, user)
    const job = await load(text)
    const changes = await changesOf(job)
    expect(changes.map(({ verb, batchId }) => [verb, batchId])).toEqual(changes.map(() => ['import', null]))
    expect(changes.length).toBeGreaterThan(2)
    const made = await actionsOf(text)
    expect(made).toEqual([])
    const taken = await undo(job.toUpperCase())
    expect([taken.status, taken.body.undoes]).toEqual([200, job])
    expect((await server.send('GET', `${root}/sets/${G(94)}`)).status).toBe(404)
    expect(await findings()).toEqual([])
    // The same plan finds the same store: it is a job of its own, not the one that was taken back.
    const again = await load(text)
    expect(again).not.toBe(job)
    expect(await actionsOf(text)).toEqual([])
    expect((await undo('0d000000-0000-4000-8000-0000000000ff')).status).toBe(404)
  })

  it('is taken back step by step, the newest first', async () => {
    const set = {
      id: G(96),
      name: 'Steps',
      children: [
        { id: G(41), name: 'First' },
        { id: G(42), name: 'Second' },
      ],
    }
    await load(file('Steps', set))
    const before = await ask('export?format=json&set=Steps/Steps')
    const next = { ...set, children: [{ id: G(43), name: 'First', children: [{ id: G(42), name: 'Other' }] }] }
    const job = await load(file('Steps', next), `${everything}&match=id`)
    const changes = await changesOf(job)
    expect(changes).toHaveLength(2)
    // The name is taken while the first change stands.
    const refused = await restore((await bin())[0]?.id as string)
    expect([refused.status, refused.body.error.code]).toEqual([409, 'nameAlreadyExists'])
    expect((await undo(changes.at(-1)?.id)).status).toBe(200)
    expect((await undo(changes[0]?.id)).status).toBe(200)
    expect(await ask('export?format=json&set=Steps/Steps')).toBe(before)
    expect(await findings()).toEqual([])
  })
})

// A request has 30 seconds, of which PostgreSQL takes many on a machine that does other things as well.
const branches = isOnPostgres ? 10 : 100

describe(`an import of ${branches * 100} terms`, () => {
  it('is taken back, and its undo as well', { tags: ['slow'], timeout: 120_000 }, async () => {
    const pad = (number: number) => G(10_000 + number)
    const tops = Array.from({ length: branches }, (_, at) => ({
      id: pad(at * 100),
      name: `Top ${at}`,
      children: Array.from({ length: 99 }, (__, below) => ({ id: pad(at * 100 + below + 1), name: `Below ${below}` })),
    }))
    const text = file('Large', { id: G(97), name: 'Large', order: branches, children: tops })
    const job = await load(text)
    const before = await ask('export?format=json&group=Large')
    const count = async () =>
      await server.parts.store.read(wellKnown.contoso, async (tx) => (await tx.find(term, { setId: G(97) })).length)
    expect(await count()).toBe(branches * 100)
    const taken = await undo(job)
    expect(taken.status, taken.text).toBe(200)
    expect(await count()).toBe(0)
    expect(await findings()).toEqual([])
    const again = await undo(taken.body.id)
    expect(again.status, again.text).toBe(200)
    expect(await ask('export?format=json&group=Large')).toBe(before)
    expect(await findings()).toEqual([])
  })
})

describe('an orphan that an import uses no more', { timeout: 60_000 }, () => {
  /** The set is gone, so that its term is an orphan which is pinned. */
  async function pinnedOrphan(number: number, group: string): Promise<SetFile> {
    const below = { id: G(number + 1), name: 'Below', children: [{ id: G(number + 2), name: 'Deep' }] }
    const home = {
      id: G(number + 10),
      name: `${group} home`,
      children: [{ id: G(number), name: 'Top', children: [below] }],
    }
    const user = { id: G(number + 11), name: `${group} user`, children: [{ id: G(number), kind: 'pin' as const }] }
    await load(file(group, home, user))
    expect((await server.send('DELETE', `${root}/sets/${G(number + 10)}`)).status).toBe(204)
    return user
  }

  /** Those of the test: ids from its number on. */
  const orphans = async (from: number): Promise<string[]> => {
    const { body } = await server.send('GET', `${root}/sets`)
    const orphaned = body.value.find(
      ({ localizedNames }: { localizedNames: { name: string }[] }) => localizedNames[0]?.name === 'Orphaned Terms',
    )
    const terms = await server.send('GET', `${root}/sets/${orphaned.id}/terms`)
    const own = new Set([from, from + 1, from + 2].map(G))
    return terms.body.value
      .map(({ id }: { id: string }) => id)
      .filter((id: string) => own.has(id))
      .sort()
  }

  it('goes where a pin becomes a reuse, but what the file shares as well stays', async () => {
    const user = await pinnedOrphan(100, 'Reshared')
    const before = await ask('export?format=json&group=Reshared')
    const reuse = { id: G(100), kind: 'reuse' as const, children: [{ id: G(101), kind: 'reuse' as const }] }
    const job = await load(file('Reshared', { ...user, children: [reuse] }))
    expect(await orphans(100)).toEqual([G(100), G(101)])
    expect(await findings()).toEqual([])
    expect((await undo(job)).status).toBe(200)
    expect(await ask('export?format=json&group=Reshared')).toBe(before)
    expect(await orphans(100)).toEqual([G(100), G(101), G(102)])
    expect(await findings()).toEqual([])
    await load(file('Reshared', { ...user, children: [] }))
    expect(await orphans(100)).toEqual([])
    expect(await findings()).toEqual([])
  })

  it('goes where a reuse becomes a pin of a term that does not have it at home', async () => {
    const user = await pinnedOrphan(150, 'Locked')
    const term = { id: G(171), name: 'Host' }
    const host = { id: G(170), name: 'Locked host', children: [term] }
    const shared = { id: G(171), kind: 'reuse' as const, children: [{ id: G(150), kind: 'reuse' as const }] }
    await load(file('Locked', host, { ...user, children: [shared] }))
    expect(await orphans(150)).toEqual([G(150)])
    await load(file('Locked', host, { ...user, children: [{ id: G(171), kind: 'pin' as const }] }))
    expect(await orphans(150)).toEqual([])
    expect(await findings()).toEqual([])
  })
})
