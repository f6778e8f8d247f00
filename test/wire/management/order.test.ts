/** `relata.order`, and the natural listing in that order: exchange.md §9.6, docs/adr/0040. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
})
afterAll(() => server.close())

const terms = async (set: string, names: readonly string[], term?: string): Promise<string[]> => {
  const ids: string[] = []
  for (const name of names) ids.push(await kit.made.term({ set, term }, name))
  return ids
}
const natural = 'relata.listing=natural'

/** All pages of a natural listing. */
const pages = async (path: string, between?: (page: number) => Promise<unknown>): Promise<string[][]> => {
  const found: string[][] = []
  for (let next: string | undefined = root + path; next !== undefined; ) {
    const { body, status, text } = await server.send('GET', next, undefined, { headers: { prefer: natural } })
    expect(status, text).toBe(200)
    found.push(body.value.map(({ id }: { id: string }) => id))
    const link = body['@odata.nextLink']
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search
    if (next !== undefined) await between?.(found.length)
  }
  return found
}

describe('relata.order', () => {
  it('puts some children first; the others follow by label', async () => {
    const set = await kit.freshSet()
    const [a, b, c, d] = (await terms(set, ['a', 'b', 'c', 'd'])) as [string, string, string, string]
    expect(await kit.children(set)).toEqual([a, b, c, d])
    const answer = await kit.call(`/sets/${set}`, 'order', { ids: [d, b] })
    expect(answer.status).toBe(200)
    expect(answer.body.id).toBe(set)
    expect(await kit.children(set)).toEqual([d, b, a, c])
    expect((await kit.get(`/sets/${set}?$select=customSortOrder`)).body.customSortOrder).toEqual([d, b])
    // Graph's own listing stays as it is.
    const { body } = await kit.get(`/sets/${set}/children`)
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual([a, b, c, d])
    await kit.call(`/sets/${set}`, 'order', { ids: [] })
    expect(await kit.children(set)).toEqual([a, b, c, d])
  })

  it('passes over what is no child, and what is there again', async () => {
    const set = await kit.freshSet()
    const [top] = (await terms(set, ['Top'])) as [string]
    const [a, b] = (await terms(set, ['a', 'b'], top)) as [string, string]
    const ids = [b, top, 'nonsense', b.toUpperCase(), a, b]
    const answer = await kit.onTerm(set, top, 'order', { ids })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('relata-note')).toBe(
      `Passed over, as they are no children of this place: ${top}, nonsense.`,
    )
    expect(await kit.children(set, top)).toEqual([b, a])
    const again = await kit.onTerm(set, top, 'order', { ids: [b, a] })
    expect(again.headers.get('relata-note')).toBeNull()
    expect(again.headers.get('relata-change')).toBeNull()
  })

  it('is of one place: of a reuse and of the root of a pin too, but of no mirror', async () => {
    const [home, reusing, pinning] = [await kit.freshSet('Owner'), await kit.freshSet(), await kit.freshSet()]
    const [top] = (await terms(home, ['Top'])) as [string]
    const [a, b] = (await terms(home, ['a', 'b'], top)) as [string, string]
    await terms(home, ['x', 'y'], a)
    await kit.made.reuse({ set: home, term: top }, reusing)
    await kit.made.pin({ set: home, term: top }, pinning)
    await kit.onTerm(reusing, top, 'order', { ids: [b, a] })
    expect(await kit.children(reusing, top)).toEqual([b, a])
    expect(await kit.children(home, top)).toEqual([a, b])
    expect(await kit.children(pinning, top)).toEqual([a, b])
    await kit.onTerm(pinning, top, 'order', { ids: [b] })
    expect(await kit.children(pinning, top)).toEqual([b, a])
    const answer = refusal(await kit.onTerm(pinning, a, 'order', { ids: [] }))
    expect(answer).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(answer.message).toContain("'Owner'")
    // What a mirror shows follows its source.
    const [y, x] = [...(await kit.children(home, a))].reverse()
    await kit.onTerm(home, a, 'order', { ids: [y, x] })
    expect(await kit.children(pinning, a)).toEqual([y, x])
  })

  it('loses what is deleted, moved away or no longer shared, in pins as well', async () => {
    const [home, pinning] = [await kit.freshSet(), await kit.freshSet()]
    const [top, other] = (await terms(home, ['Top', 'Other'])) as [string, string]
    const ids = (await terms(home, ['a', 'b', 'c', 'd'], top)) as [string, string, string, string]
    const [a, b, c, d] = ids
    await kit.made.pin({ set: home, term: top }, pinning)
    for (const set of [home, pinning]) await kit.onTerm(set, top, 'order', { ids: [d, c, b, a] })
    await kit.remove(`/sets/${home}/terms/${d}`)
    await kit.onTerm(home, c, 'move', { parent: other })
    await kit.onTerm(home, c, 'move', { parent: top })
    for (const set of [home, pinning]) expect(await kit.children(set, top)).toEqual([b, a, c])
    const shared = await kit.made.term(await kit.freshSet(), 'Shared')
    const place = { set: (await kit.get(`/terms/${shared}/set`)).body.id, term: shared }
    const relation = await kit.made.reuse(place, { set: home, term: other })
    await kit.onTerm(home, other, 'order', { ids: [shared] })
    await kit.remove(`/sets/${home}/terms/${other}/relations/${relation}`)
    await kit.made.reuse(place, { set: home, term: other })
    await terms(home, ['Alpha'], other)
    expect((await kit.children(home, other)).at(-1)).toBe(shared)
  })

  it('is refused in the sets of the system, and for terms that are not there', async () => {
    const set = await kit.freshSet()
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    expect(refusal(await kit.onTerm(set, nothing, 'order', { ids: [] })).status).toBe(404)
    const groups = (await kit.get('/groups')).body.value
    const system = groups.find(({ scope }: { scope: string }) => scope === 'system').id
    const [first] = (await kit.get(`/groups/${system}/sets`)).body.value
    expect(refusal(await kit.call(`/sets/${first.id}`, 'order', { ids: [] }))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
    })
  })
})

describe('the natural listing in custom order', () => {
  it('is paged without a gap or a repetition, over shared terms too', async () => {
    const [set, home] = [await kit.freshSet(), await kit.freshSet()]
    const own = await terms(
      set,
      Array.from({ length: 23 }, (_, at) => `Own ${String(at).padStart(2, '0')}`),
    )
    const shared = await terms(
      home,
      Array.from({ length: 9 }, (_, at) => `Shared ${String(at).padStart(2, '0')}`),
    )
    for (const term of shared) await kit.made.pin({ set: home, term }, set)
    const order = [shared[3], own[20], own[2], shared[0], own[11], own[4], own[5]] as string[]
    await kit.call(`/sets/${set}`, 'order', { ids: order })
    const others = [...own, ...shared].filter((id) => !order.includes(id))
    for (const top of [1, 3, 7, 8, 100]) {
      const found = await pages(`/sets/${set}/children?$top=${top}`)
      expect(found.flat()).toEqual([...order, ...others])
      expect(found.slice(0, -1).every((page) => page.length === top)).toBe(true)
    }
    const filtered = await pages(
      `/sets/${set}/children?$top=2&$filter=id eq '${own[2]}' or id eq '${own[7]}' or id eq '${shared[0]}'`,
    )
    expect(filtered.flat()).toEqual([own[2], shared[0], own[7]])
    const counted = await kit.get(`/sets/${set}/children?$count=true&$top=1`, natural)
    expect(counted.body['@odata.count']).toBe(32)
    const named = await pages(`/sets/${set}/children?$top=5&$orderby=createdDateTime desc`)
    expect(new Set(named.flat()).size).toBe(32)
  })

  it('is expanded in that order', async () => {
    const set = await kit.freshSet()
    const [a, b, c] = (await terms(set, ['a', 'b', 'c'])) as [string, string, string]
    await kit.call(`/sets/${set}`, 'order', { ids: [c, a] })
    const { body } = await kit.get(`/sets/${set}?$expand=children`, natural)
    expect(body.children.map(({ id }: { id: string }) => id)).toEqual([c, a, b])
  })

  it('goes on where it was, when the order changes between two pages', async () => {
    const set = await kit.freshSet()
    const ids = await terms(set, ['a', 'b', 'c', 'd', 'e', 'f'])
    const [a, b, c, d, e, f] = ids as [string, string, string, string, string, string]
    const order = (list: readonly string[]) => kit.call(`/sets/${set}`, 'order', { ids: list })
    await order([f, e, d])
    // The last id of the page is gone from the order: it goes on with what has its place there.
    const path = `/sets/${set}/children?$top=2`
    expect(await pages(path, (page) => (page === 1 ? order([f, d]) : Promise.resolve()))).toEqual([
      [f, e],
      [d, a],
      [b, c],
      [e],
    ])
    await order([f, e, d])
    // It is further in front: it goes on after it.
    expect((await pages(path, (page) => (page === 1 ? order([e, f, d]) : Promise.resolve())))[1]).toEqual([f, d])
    // A listing that began by label goes on by label.
    await order([])
    const byLabel = await pages(path, (page) => (page === 1 ? order([f, e]) : Promise.resolve()))
    expect(byLabel.flat()).toEqual(ids)
    // And one whose order is gone begins with the others.
    const gone = await pages(path, (page) => (page === 1 ? order([]) : Promise.resolve()))
    expect(gone.flat()).toEqual([f, e, ...ids])
  })

  it('takes no token of another listing for one of its own', async () => {
    const set = await kit.freshSet()
    const ids = await terms(set, ['a', 'b', 'c'])
    const path = `/sets/${set}/children?$top=1`
    const plain = new URL((await kit.get(path, natural)).body['@odata.nextLink']).searchParams.get('$skiptoken') ?? ''
    await kit.call(`/sets/${set}`, 'order', { ids })
    const led = new URL((await kit.get(path, natural)).body['@odata.nextLink']).searchParams.get('$skiptoken') ?? ''
    for (const token of [`l.${plain}`, led.slice(2)]) {
      const answer = await kit.get(`${path}&$skiptoken=${token}`, natural)
      expect(refusal(answer)).toMatchObject({ status: 400, target: '$skiptoken' })
    }
  })
})
