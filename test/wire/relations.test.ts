/**
 * Relations on the wire: the recorded scenario of term-store.md §3.2, the calls of term-store.md §3.5, and the
 * two draft pages.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
})
afterAll(() => server.close())

const TS = '/v1.0/termStore'
const send = async (method: string, path: string, body?: unknown) => server.send(method, `${TS}${path}`, body)
const ids = (answer: { body: { value: { id: string }[] } }) => answer.body.value.map(({ id }) => id)

let count = 0
let group: string
let set1: string
let set2: string
const term = (set: string, name: string, parent?: string) => made.term({ set, term: parent }, name)
const relate = (set: string, toTerm: string, relationship: string, target: string, fromTerm?: string) =>
  send('POST', `/sets/${set}/terms/${toTerm}/relations`, {
    relationship,
    set: { id: target },
    ...(fromTerm === undefined ? {} : { fromTerm: { id: fromTerm } }),
  })

beforeEach(async () => {
  count += 1
  group = await made.group(`Relations ${count}`)
  set1 = await made.set(group, 'One')
  set2 = await made.set(group, 'Two')
})

describe('the recorded scenario', () => {
  it('lists what Graph lists', async () => {
    const a = await term(set1, 'A')
    const aa = await term(set1, 'AA')
    const b = await term(set2, 'B')
    const before = (await send('GET', `/sets/${set1}/terms/${a}`)).body.lastModifiedDateTime
    const pin = (await relate(set1, a, 'pin', set2, b)).body
    const reuse = (await relate(set1, aa, 'reuse', set2)).body
    expect(ids(await send('GET', `/sets/${set1}/relations`))).toEqual([])
    const atRoot = (await send('GET', `/sets/${set2}/relations?$expand=fromTerm,set,toTerm`)).body.value
    expect(atRoot).toMatchObject([{ id: reuse.id, relationship: 'reuse', toTerm: { id: aa }, set: { id: set2 } }])
    expect(atRoot[0]).not.toHaveProperty('fromTerm')
    const ofA = (await send('GET', `/sets/${set1}/terms/${a}/relations?$expand=fromTerm,set,toTerm`)).body.value
    expect(ofA).toMatchObject([{ id: pin.id, fromTerm: { id: b }, toTerm: { id: a }, set: { id: set2 } }])
    expect(ids(await send('GET', `/sets/${set1}/terms/${aa}/relations`))).toEqual([reuse.id])
    expect(ids(await send('GET', `/sets/${set2}/terms/${b}/relations`))).toEqual([pin.id])
    expect((await send('GET', `/sets/${set1}/relations`)).body.value).toEqual([])
    expect(
      (await send('GET', `/sets/${set2}?$expand=children`)).body.children.map(({ id }: { id: string }) => id),
    ).toEqual([b])
    expect(ids(await send('GET', `/sets/${set2}/terms`))).toEqual([a, aa, b])
    expect((await send('GET', `/sets/${set2}/terms/${a}`)).body.id).toBe(a)
    const after = (await send('GET', `/sets/${set1}/terms/${a}`)).body.lastModifiedDateTime
    expect(Date.parse(after)).toBeGreaterThanOrEqual(Date.parse(before))
  })
})

describe('listing', () => {
  it('is natural where asked for, by preference', async () => {
    const a = await term(set1, 'A')
    const child = await term(set1, 'child', a)
    const b = await term(set2, 'B')
    await relate(set1, a, 'pin', set2, b)
    const natural = { headers: { prefer: 'relata.listing=natural' } }
    const asked = await server.send('GET', `${TS}/sets/${set2}/terms/${b}/children`, undefined, natural)
    expect([ids(asked), asked.headers.get('preference-applied')]).toEqual([[a], 'relata.listing=natural'])
    expect(ids(await send('GET', `/sets/${set2}/terms/${b}/children`))).toEqual([])
    expect(ids(await server.send('GET', `${TS}/sets/${set2}/terms/${a}/children`, undefined, natural))).toEqual([child])
    const tree = await server.send('GET', `${TS}/sets/${set2}?$expand=children($levels=3)`, undefined, natural)
    expect(tree.body.children[0].children[0].children[0].id).toBe(child)
  })

  it('is natural by a setting of the server', async () => {
    const other = await startTestServer({ listing: 'natural' })
    const [genres] = (await other.send('GET', `${TS}/sets?$filter=localizedNames/any(n:n/name eq 'Genres')`)).body.value
    const { body } = await other.send('GET', `${TS}/sets/${genres.id}?$expand=children($expand=children)`)
    const below = body.children[1].children.map(
      (entry: { labels: { name: string; languageTag: string }[] }) =>
        entry.labels.find((label) => label.languageTag === 'en-US')?.name,
    )
    expect(below).toEqual(['Biography', 'Nature', 'Travel'])
    await other.close()
  })
})

describe('a pin', () => {
  it('mirrors what is added at the source, and nothing can be added at the mirror', async () => {
    const a = await term(set1, 'A')
    await relate(set1, a, 'pin', set2)
    const later = await term(set1, 'later', a)
    expect((await send('GET', `/sets/${set2}/terms/${later}`)).status).toBe(200)
    expect(ids(await send('GET', `/sets/${set2}/terms`))).toEqual([a, later])
    for (const parent of [a, later]) {
      const refused = await send('POST', `/sets/${set2}/terms/${parent}/children`, { labels: labels('x') })
      expect([refused.status, refused.body.error.code]).toEqual([400, 'invalidRequest'])
    }
    const patched = await send('PATCH', `/sets/${set2}/terms/${later}`, { labels: labels('y') })
    expect([patched.status, patched.body.error.code]).toEqual([400, 'invalidRequest'])
    expect((await send('DELETE', `/sets/${set2}/terms/${later}`)).status).toBe(400)
    expect((await send('DELETE', `/sets/${set2}/terms/${a}`)).status).toBe(204)
    expect(ids(await send('GET', `/sets/${set2}/terms`))).toEqual([])
    expect(ids(await send('GET', `/sets/${set1}/terms`))).toEqual([a, later])
  })

  it('becomes a reuse and a pin again by PATCH, keeping its id', async () => {
    const a = await term(set1, 'A')
    const child = await term(set1, 'child', a)
    const { body: pin } = await relate(set1, a, 'pin', set2)
    const reused = await send('PATCH', `/sets/${set2}/relations/${pin.id}`, { relationship: 'reuse' })
    expect([reused.status, reused.body.id, reused.body.relationship]).toEqual([200, pin.id, 'reuse'])
    const local = await term(set2, 'local', child)
    expect(ids(await send('GET', `/sets/${set2}/terms`))).toEqual([a, child, local])
    expect((await send('GET', `/sets/${set1}/terms/${local}`)).status).toBe(404)
    expect((await send('PATCH', `/sets/${set2}/relations/${pin.id}`, { relationship: 'pin' })).status).toBe(409)
    await send('DELETE', `/sets/${set2}/terms/${local}`)
    const pinned = await send('PATCH', `/sets/${set1}/terms/${a}/relations/${pin.id}`, { relationship: 'pin' })
    expect([pinned.status, pinned.body.relationship]).toEqual([200, 'pin'])
    const moved = await send('PATCH', `/sets/${set2}/relations/${pin.id}`, { set: { id: set1 } })
    expect([moved.status, moved.body.error.code]).toEqual([400, 'invalidRequest'])
  })

  it('outlives its source, which goes to Orphaned Terms and with its last relation', async () => {
    const a = await term(set1, 'A')
    const child = await term(set1, 'child', a)
    const { body: pin } = await relate(set1, a, 'pin', set2)
    expect((await send('DELETE', `/sets/${set1}/terms/${a}`)).status).toBe(204)
    expect(ids(await send('GET', `/sets/${set1}/terms`))).toEqual([])
    expect(ids(await send('GET', `/sets/${set2}/terms`))).toEqual([a, child])
    expect((await send('GET', `/sets/${set2}/terms/${a}?$expand=set`)).body.set.localizedNames[0].name).toBe(
      'Orphaned Terms',
    )
    expect(ids(await send('GET', `/sets/${set2}/relations`))).toEqual([pin.id])
    expect((await send('DELETE', `/sets/${set2}/relations/${pin.id}`)).status).toBe(204)
    expect((await send('GET', `/terms/${a}`)).status).toBe(404)
    expect((await send('GET', `/terms/${child}`)).status).toBe(404)
  })
})

describe('creating is refused', () => {
  it.each([
    ['no relationship', { set: true }, 400, 'invalidRequest'],
    ['an unknown relationship', { relationship: 'copy', set: true }, 400, 'invalidRequest'],
    ['the sentinel', { relationship: 'unknownFutureValue', set: true }, 400, 'invalidRequest'],
    ['no set', { relationship: 'pin' }, 400, 'invalidRequest'],
    [
      'an unknown set',
      { relationship: 'pin', set: { id: '00000000-1111-4222-8333-444444444444' } },
      404,
      'itemNotFound',
    ],
    [
      'an unknown parent',
      { relationship: 'pin', set: true, fromTerm: { id: '00000000-1111-4222-8333-444444444444' } },
      404,
      'itemNotFound',
    ],
  ])('for %s', async (_, given, status, code) => {
    const a = await term(set1, 'A')
    const body = { ...given, ...('set' in given && given.set === true ? { set: { id: set2 } } : {}) }
    const answer = await send('POST', `/sets/${set1}/terms/${a}/relations`, body)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  it('for its own set, a second occurrence, a twin label, too deep a branch, and a cycle', async () => {
    const a = await term(set1, 'A')
    const b = await term(set2, 'B')
    const twin = await term(set2, 'a')
    const code = async (answer: Promise<{ status: number; body: { error?: { code: string } } }>) => {
      const { status, body } = await answer
      return [status, body.error?.code]
    }
    expect(await code(relate(set1, a, 'pin', set1))).toEqual([400, 'invalidRequest'])
    expect(await code(relate(set1, a, 'pin', set2))).toEqual([409, 'nameAlreadyExists'])
    expect(twin).toBeTruthy()
    expect((await relate(set1, a, 'pin', set2, b)).status).toBe(201)
    expect(await code(relate(set1, a, 'pin', set2, b))).toEqual([409, 'nameAlreadyExists'])
    expect(await code(relate(set1, a, 'reuse', set2, twin))).toEqual([400, 'invalidRequest'])
    expect(await code(relate(set2, b, 'pin', set1, a))).toEqual([400, 'invalidRequest'])
    let deep = b
    const set3 = await made.set(group, 'Three')
    let bottom = await term(set3, 'L1')
    for (let level = 2; level <= 7; level += 1) bottom = await term(set3, `L${level}`, bottom)
    expect(await code(send('POST', `/sets/${set3}/terms/${bottom}/children`, { labels: labels('L8') }))).toEqual([
      400,
      'invalidRequest',
    ])
    deep = await term(set1, 'deep')
    await term(set1, 'deeper', deep)
    expect(await code(relate(set1, deep, 'pin', set3, bottom))).toEqual([400, 'invalidRequest'])
  })
})

describe.each(['v1.0', 'beta'])('the draft pages in %s', (version) => {
  const call = (method: string, path: string, body: unknown) => server.send(method, `/${version}${path}`, body)
  const type = { '@odata.type': '#microsoft.graph.termStore.relation' }

  it('create a relation on a set and on a term, update it through the collection', async () => {
    const a = await term(set1, 'A')
    const b = await term(set1, 'B')
    const store = (await send('GET', '')).body.id
    const onSet = await call('POST', `/termStore/groups/${group}/sets/${set2}/relations`, {
      ...type,
      relationship: 'pin',
      toTerm: { id: a },
    })
    expect([onSet.status, onSet.body.set]).toEqual([201, { id: set2 }])
    const collection = `/termStores/${store}/groups/${group}/sets/${set2}/relations`
    const only = await call('PATCH', collection, { ...type, relationship: 'reuse' })
    expect([only.status, only.body.relationship]).toEqual([200, 'reuse'])
    const onTerm = await call('POST', `/termStore/groups/${group}/sets/${set1}/terms/${b}/relations`, {
      ...type,
      relationship: 'pin',
      set: { id: set2 },
    })
    expect(onTerm.status).toBe(201)
    const unnamed = await call('PATCH', collection, { ...type, relationship: 'reuse' })
    expect([unnamed.status, unnamed.body.error.target]).toEqual([400, 'id'])
    const named = await call('PATCH', collection, { ...type, id: onTerm.body.id, relationship: 'reuse' })
    expect([named.status, named.body.id, named.body.relationship]).toEqual([200, onTerm.body.id, 'reuse'])
    const sets = await call('PATCH', `/termStores/${store}/sets`, { id: set2, description: 'Changed' })
    expect([sets.status, sets.body.description]).toEqual([200, 'Changed'])
  })
})

describe('the setting for the status of a create', () => {
  it('answers 204 without a body, as was recorded', async () => {
    const other = await startTestServer({ relationStatus: 204 })
    const sets = (await other.send('GET', `${TS}/sets`)).body.value as {
      id: string
      localizedNames: { name: string }[]
    }[]
    const id = (name: string) => sets.find((set) => set.localizedNames.some((entry) => entry.name === name))?.id
    const [first] = (await other.send('GET', `${TS}/sets/${id('Genres')}/children`)).body.value
    const made = await other.send('POST', `${TS}/sets/${id('Genres')}/terms/${first.id}/relations`, {
      relationship: 'pin',
      set: { id: id('Subjects') },
    })
    expect([made.status, made.text]).toEqual([204, ''])
    await other.close()
  })
})
