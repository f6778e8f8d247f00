/** `relata.copy` of terms, sets and groups: exchange.md §9.4 and §9.6. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relation as relationType, term as termType } from '#workloads/term-store/types.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { names } from '../../_support/taxonomy.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
  await server.send('PATCH', root, { languageTags: ['en-US', 'de-DE'] })
})
afterAll(() => server.close())

const nameOf = (
  { labels: all }: { labels: { name: string; isDefault: boolean; languageTag: string }[] },
  tag = 'en-US',
) => all.find(({ isDefault, languageTag }) => isDefault && languageTag === tag)?.name
/** Names of children in natural order. */
const childNames = async (set: string, term?: string): Promise<string[]> => {
  const at = `/sets/${set}${term === undefined ? '' : `/terms/${term}`}/children`
  return (await kit.get(at, 'relata.listing=natural')).body.value.map((one: Parameters<typeof nameOf>[0]) =>
    nameOf(one),
  )
}

describe('the copy of a term', () => {
  it('is a sibling with its members, but for the name and the id', async () => {
    const set = await kit.freshSet()
    const parent = await kit.made.term(set)
    const term = await kit.made.term({ set, term: parent }, 'Jazz', {
      labels: [
        { name: 'Jazz', languageTag: 'en-US', isDefault: true },
        { name: 'Swing', languageTag: 'en-US', isDefault: false },
        { name: 'Jatz', languageTag: 'de-DE', isDefault: true },
      ],
      descriptions: [{ description: 'Music', languageTag: 'en-US' }],
      properties: [{ key: 'k', value: 'v' }],
    })
    await kit.made.term({ set, term }, 'Below')
    await kit.onTerm(set, term, 'deprecate')
    const copy = await kit.onTerm(set, term, 'copy')
    expect(copy.status, copy.text).toBe(201)
    expect(copy.body.id).not.toBe(term)
    expect(copy.body.labels).toEqual([
      { name: 'Jatz - Copy', languageTag: 'de-DE', isDefault: true },
      { name: 'Jazz - Copy', languageTag: 'en-US', isDefault: true },
      { name: 'Swing', languageTag: 'en-US', isDefault: false },
    ])
    const again = await kit.onTerm(set, term, 'copy')
    expect(nameOf(again.body)).toBe('Jazz - Copy (2)')
    const { body } = await kit.get(`/terms/${copy.body.id}?$select=descriptions,properties,isDeprecated`)
    expect(body).toMatchObject({
      descriptions: [{ description: 'Music', languageTag: 'en-US' }],
      properties: [{ key: 'k', value: 'v' }],
      isDeprecated: true,
    })
    expect(await kit.children(set, copy.body.id)).toEqual([])
    expect(await childNames(set, parent)).toEqual(['Jazz', 'Jazz - Copy', 'Jazz - Copy (2)'])
  })

  it('has what is local to the place, and neither relations nor ids of merged terms', async () => {
    const [set, other] = [await kit.freshSet(), await kit.freshSet()]
    const [term, merged] = [await kit.made.term(set, 'Term'), await kit.made.term(set, 'Merged')]
    await kit.onTerm(set, merged, 'merge', { into: term })
    await kit.made.pin({ set, term }, other)
    const localProperties = [{ key: 'shelf', value: 'A' }]
    await kit.onTerm(set, term, 'setLocalProperties', { properties: localProperties })
    await kit.onTerm(set, term, 'setAvailableForTagging', { value: false })
    const { body } = await kit.onTerm(set, term, 'copy', { name: 'Other' })
    const copy = (await kit.get(`/terms/${body.id}?$select=labels,mergedTermIds`)).body
    expect(copy.mergedTermIds).toEqual([])
    // The default label of the store's language is the name; the synonym that came by the merge is copied.
    expect(copy.labels.map(({ name }: { name: string }) => name)).toEqual(['Other', 'Merged'])
    expect((await kit.get(`/terms/${body.id}/relations`)).body.value).toEqual([])
    const row = await server.parts.store.read(wellKnown.contoso, (tx) => tx.get(termType, body.id))
    expect(row).toMatchObject({ localProperties, isAvailableForTagging: false })
    expect((await kit.get(`/terms/${merged}`)).body.id).toBe(term)
  })

  it('takes a name, which no sibling may have, and keeps it within the length of names', async () => {
    const set = await kit.freshSet()
    const long = 'x'.repeat(255)
    const term = await kit.made.term(set, long)
    expect(nameOf((await kit.onTerm(set, term, 'copy', { name: ' Blues  &  Soul ' })).body)).toBe('Blues ＆ Soul')
    expect(nameOf((await kit.onTerm(set, term, 'copy')).body)).toBe(`${'x'.repeat(248)} - Copy`)
    expect(refusal(await kit.onTerm(set, term, 'copy', { name: long }))).toMatchObject({
      status: 409,
      code: 'nameAlreadyExists',
      target: 'name',
    })
    expect(refusal(await kit.onTerm(set, term, 'copy', { name: 'a;b' }))).toMatchObject({ status: 400, target: 'name' })
  })

  it('brings what is below in new terms, in its order and with what replaces what', async () => {
    const [set, to] = [await kit.freshSet(), await kit.freshSet()]
    const top = await kit.made.term(set, 'Top')
    const [a, b] = [await kit.made.term({ set, term: top }, 'a'), await kit.made.term({ set, term: top }, 'b')]
    const shared = await kit.made.term(await kit.freshSet(), 'c')
    const home = (await kit.get(`/terms/${shared}/set`)).body.id
    await kit.made.term({ set: home, term: shared }, 'd')
    await kit.made.pin({ set: home, term: shared }, { set, term: b })
    await kit.onTerm(set, top, 'order', { ids: [b, a] })
    await kit.onTerm(set, a, 'deprecate', { replacedBy: b })
    const copy = await kit.onTerm(set, top, 'copy', { set: to, withChildren: true })
    expect(nameOf(copy.body)).toBe('Top')
    expect(await childNames(to, copy.body.id)).toEqual(['b', 'a'])
    const [copyOfB = '', copyOfA = ''] = await kit.children(to, copy.body.id)
    expect([copyOfA, copyOfB]).not.toContain(a)
    expect(await childNames(to, copyOfB)).toEqual(['c'])
    const [copyOfC = ''] = await kit.children(to, copyOfB)
    expect(copyOfC).not.toBe(shared)
    expect(await childNames(to, copyOfC)).toEqual(['d'])
    // What replaced the original's a replaces the copy's: the copy's b cannot be replaced by the copy's a.
    expect(refusal(await kit.onTerm(to, copyOfB, 'deprecate', { replacedBy: copyOfA })).status).toBe(400)
  })

  it('shares again what is shared, where it is wanted and the set does not have it; deprecated terms are left out', async () => {
    const [set, to, home] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet()]
    const top = await kit.made.term(set, 'Top')
    const [pinned, reused, old] = [
      await kit.made.term(home, 'Pinned'),
      await kit.made.term(home, 'Reused'),
      await kit.made.term(home, 'Ölt'),
    ]
    await kit.made.pin({ set: home, term: pinned }, { set, term: top })
    await kit.made.reuse({ set: home, term: reused }, { set, term: top })
    await kit.made.reuse({ set: home, term: old }, { set, term: top })
    await kit.onTerm(home, old, 'deprecate')
    const args = { withChildren: true, shared: 'keep' }
    const same = refusal(await kit.onTerm(set, top, 'copy', args))
    expect(same).toMatchObject({ status: 409, target: 'shared' })
    const copy = await kit.onTerm(set, top, 'copy', { ...args, set: to })
    expect(copy.status, copy.text).toBe(201)
    expect(decodeURIComponent(copy.headers.get('relata-note') ?? '')).toContain("'Ölt'")
    expect(await kit.children(to, copy.body.id)).toEqual([pinned, reused])
    const kinds = (await kit.get(`/sets/${to}/terms/${copy.body.id}/relations`)).body.value
    expect(kinds.map(({ relationship }: { relationship: string }) => relationship).sort()).toEqual(['pin', 'reuse'])
  })

  it('may be of what a pin mirrors, but not into it', async () => {
    const [home, set] = [await kit.freshSet('Owner'), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.pin({ set: home, term: top }, set)
    const into = refusal(await kit.onTerm(set, below, 'copy'))
    expect(into).toMatchObject({ status: 400, target: 'parent' })
    expect(into.message).toContain("'Owner'")
    const free = await kit.freshSet()
    expect((await kit.onTerm(set, below, 'copy', { set: free })).status).toBe(201)
    expect((await kit.onTerm(set, top, 'copy', { withChildren: true })).status).toBe(201)
  })

  it('has at most seven levels, also where a pin mirrors the place', async () => {
    const set = await kit.freshSet()
    const ids = (await kit.chain(set, 6)) as [string, string, string, string, string, string]
    const answer = refusal(await kit.onTerm(set, ids[3], 'copy', { parent: ids[4], withChildren: true }))
    expect(answer).toMatchObject({ status: 400, target: 'parent' })
    expect((await kit.onTerm(set, ids[3], 'copy', { parent: ids[4] })).status).toBe(201)
  })
})

describe('the copy of a set', () => {
  it('reuses the terms row by row, with pins, order and without deprecated terms', async () => {
    const group = await kit.made.group()
    const [set, home] = [await kit.made.set(group, 'Music'), await kit.freshSet()]
    const [a, b] = [await kit.made.term(set, 'a'), await kit.made.term(set, 'b')]
    const below = await kit.made.term({ set, term: b }, 'Below')
    const old = await kit.made.term({ set, term: b }, 'Old')
    await kit.made.term({ set, term: old }, 'Below old')
    const pinned = await kit.made.term(home, 'Pinned')
    await kit.made.pin({ set: home, term: pinned }, { set, term: below })
    await kit.onTerm(set, old, 'deprecate')
    await kit.call(`/sets/${set}`, 'order', { ids: [b, a] })
    await kit.patch(`/sets/${set}`, { description: 'About music', properties: [{ key: 'k', value: 'v' }] })
    const copy = await kit.call(`/sets/${set}`, 'copy')
    expect(copy.status, copy.text).toBe(201)
    expect(copy.body).toMatchObject({ localizedNames: names('Copy of Music'), description: 'About music' })
    expect(copy.headers.get('relata-note')).toContain("'Old'")
    expect(await kit.children(copy.body.id)).toEqual([b, a])
    expect(await kit.children(copy.body.id, b)).toEqual([below])
    expect(await kit.children(copy.body.id, below)).toEqual([pinned])
    const kinds = (await kit.get(`/sets/${copy.body.id}/terms/${pinned}/relations?$expand=set`)).body.value
    expect(kinds.filter((one: { set: { id: string } }) => one.set.id === copy.body.id)).toMatchObject([
      { relationship: 'pin' },
    ])
    const again = await kit.call(`/sets/${set}`, 'copy', { terms: 'none' })
    expect(again.body.localizedNames).toEqual(names('Copy of Music (2)'))
    expect(await kit.children(again.body.id)).toEqual([])
  })

  it('reuses the terms with what is local to their places, and is named in each language', async () => {
    const [set, group] = [await kit.freshSet(), await kit.made.group()]
    const named = [...names('Music'), ...names('Musik', 'de-DE')]
    await kit.patch(`/sets/${set}`, { localizedNames: named })
    const [top, below] = (await kit.chain(set, 2)) as [string, string]
    const other = await kit.made.term({ set, term: top }, 'Other')
    const properties = [{ key: 'shelf', value: 'A' }]
    await kit.onTerm(set, below, 'setLocalProperties', { properties })
    await kit.onTerm(set, below, 'setAvailableForTagging', { value: false })
    await kit.onTerm(set, top, 'order', { ids: [other, below] })
    const { body } = await kit.call(`/sets/${set}`, 'copy', { group })
    expect(body.localizedNames).toEqual([...names('Copy of Musik', 'de-DE'), ...names('Copy of Music')])
    expect(await kit.children(body.id, top)).toEqual([other, below])
    const [row] = await server.parts.store.read(wellKnown.contoso, (tx) =>
      tx.find(relationType, { setId: body.id, toTermId: below }),
    )
    expect(row).toMatchObject({ relationship: 'reuse', localProperties: properties, isAvailableForTagging: false })
  })

  it('has new terms where that is wanted, and the name and group that are given', async () => {
    const [group, other] = [await kit.made.group(), await kit.made.group()]
    const set = await kit.made.set(group, 'Music')
    const [a] = (await kit.chain(set, 3)) as [string]
    const copy = await kit.call(`/sets/${set}`, 'copy', { group: other, name: 'Other music', terms: 'new' })
    expect(copy.body.localizedNames).toEqual(names('Other music'))
    expect((await kit.get(`/sets/${copy.body.id}/parentGroup`)).body.id).toBe(other)
    const [top = ''] = await kit.children(copy.body.id)
    expect(top).not.toBe(a)
    expect((await kit.get(`/terms/${top}/set`)).body.id).toBe(copy.body.id)
    expect((await kit.get(`/sets/${copy.body.id}/terms`)).body.value).toHaveLength(3)
    expect(refusal(await kit.call(`/sets/${set}`, 'copy', { name: 'Music' }))).toMatchObject({
      status: 409,
      code: 'nameAlreadyExists',
      target: 'name',
    })
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    expect(refusal(await kit.call(`/sets/${set}`, 'copy', { group: nothing }))).toMatchObject({
      status: 404,
      target: 'group',
    })
  })
})

describe('the copy of a group', () => {
  it('has copies of its sets, with their names', async () => {
    const group = await kit.made.group('Reading room', { description: 'For all' })
    const [one, two] = [await kit.made.set(group, 'One'), await kit.made.set(group, 'Two')]
    const term = await kit.made.term(one, 'Term')
    const copy = await kit.call(`/groups/${group}`, 'copy')
    expect(copy.status, copy.text).toBe(201)
    expect(copy.body).toMatchObject({ displayName: 'Copy of Reading room', description: 'For all', scope: 'global' })
    const sets = (await kit.get(`/groups/${copy.body.id}/sets`)).body.value
    expect(sets.map(({ localizedNames }: { localizedNames: { name: string }[] }) => localizedNames[0]?.name)).toEqual([
      'One',
      'Two',
    ])
    expect(await kit.children(sets[0].id)).toEqual([term])
    expect(sets.map(({ id }: { id: string }) => id)).not.toContain(two)
    expect((await kit.call(`/groups/${group}`, 'copy', { name: 'Own name', terms: 'none' })).body.displayName).toBe(
      'Own name',
    )
    expect(refusal(await kit.call(`/groups/${group}`, 'copy', { name: 'Reading room' }))).toMatchObject({
      status: 409,
      target: 'name',
    })
  })

  it('is refused for the group of the system', async () => {
    const groups = (await kit.get('/groups')).body.value
    const { id } = groups.find(({ scope }: { scope: string }) => scope === 'system')
    for (const verb of ['copy', 'move', 'setRoles'])
      expect(refusal(await kit.call(`/groups/${id}`, verb))).toMatchObject({ status: 400, code: 'invalidRequest' })
    const [first] = (await kit.get(`/groups/${id}/sets`)).body.value
    expect(refusal(await kit.call(`/sets/${first.id}`, 'copy')).status).toBe(400)
  })
})
