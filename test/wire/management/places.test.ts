/** `reassignSource`, `setAvailableForTagging`, `deprecate` and `undeprecate`: exchange.md §9.6. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relation as relationType, term as termType } from '#workloads/term-store/types.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { labels } from '../../_support/taxonomy.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
})
afterAll(() => server.close())

const homeOf = async (term: string): Promise<string> => (await kit.get(`/terms/${term}/set`)).body.id
const relationIn = (term: string, setId: string) =>
  server.parts.store.read(wellKnown.contoso, async (tx) => (await tx.find(relationType, { toTermId: term, setId }))[0])
const rowOf = (term: string) => server.parts.store.read(wellKnown.contoso, (tx) => tx.get(termType, term))

describe('relata.reassignSource', () => {
  it('swaps the home and a reuse, with order and availability; children stay where they are', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const term = await kit.made.term(home, 'Term')
    const [a, b] = [await kit.made.term({ set: home, term }, 'a'), await kit.made.term({ set: home, term }, 'b')]
    const parent = await kit.made.term(set, 'Parent')
    await kit.made.reuse({ set: home, term }, { set, term: parent })
    const local = await kit.made.term({ set, term }, 'Local')
    await kit.onTerm(home, term, 'order', { ids: [b, a] })
    await kit.onTerm(set, term, 'order', { ids: [local] })
    await kit.onTerm(set, term, 'setAvailableForTagging', { value: false })
    const [here, there] = [[{ key: 'place', value: 'home' }], [{ key: 'place', value: 'set' }]]
    await kit.onTerm(home, term, 'setLocalProperties', { properties: here })
    await kit.onTerm(set, term, 'setLocalProperties', { properties: there })
    const answer = await kit.onTerm(home, term, 'reassignSource', { set })
    expect(answer.status, answer.text).toBe(200)
    expect(await homeOf(term)).toBe(set)
    expect(await kit.children(home, term)).toEqual([b, a])
    expect(await kit.children(set, term)).toEqual([local, a, b])
    for (const id of [a, b]) expect(await homeOf(id)).toBe(home)
    expect(await rowOf(term)).toMatchObject({
      parentId: parent,
      isAvailableForTagging: false,
      localProperties: there,
      level: 2,
    })
    expect(await relationIn(term, home)).toMatchObject({
      relationship: 'reuse',
      isAvailableForTagging: true,
      localProperties: here,
    })
  })

  it('does the same with what is below, where that is wanted and the set reuses it', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [term, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.reuse({ set: home, term }, set)
    const later = await kit.made.term({ set: home, term: below }, 'Later')
    await kit.onTerm(home, term, 'reassignSource', { set, withBranch: true })
    expect(await homeOf(below)).toBe(set)
    expect(await homeOf(later)).toBe(home)
    expect(await kit.children(home, below)).toEqual([later])
  })

  it('takes an orphan home, whose pins show the new home from then on', async () => {
    const [home, set, pinning] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet()]
    const [term, below] = (await kit.chain(home, 2)) as [string, string]
    const reused = await kit.made.term({ set: home, term }, 'Reused')
    await kit.made.reuse({ set: home, term }, set)
    const late = await kit.made.term({ set: home, term }, 'Late')
    await kit.made.pin({ set: home, term }, pinning)
    await kit.remove(`/sets/${set}/terms/${below}`)
    await kit.remove(`/sets/${home}/terms/${term}`)
    const orphans = await homeOf(term)
    const answer = await kit.onTerm(orphans, term, 'reassignSource', { set })
    expect(answer.status, answer.text).toBe(200)
    for (const id of [term, below, late]) expect(await homeOf(id)).toBe(set)
    // It has a use of its own there, and its home stays among the orphans.
    expect(await homeOf(reused)).toBe(orphans)
    expect(new Set(await kit.children(pinning, term))).toEqual(new Set([below, late, reused]))
    expect((await kit.get(`/sets/${orphans}/terms/${term}`)).status).toBe(404)
  })

  it('is refused where a pin shows the term, to itself, and to sets that do not reuse it', async () => {
    const [home, set, pinning] = [await kit.freshSet('Old home'), await kit.freshSet(), await kit.freshSet('Pinning')]
    const [top, term] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.reuse({ set: home, term }, set)
    expect(refusal(await kit.onTerm(home, term, 'reassignSource', { set: home }))).toMatchObject({
      status: 400,
      message: 'Cannot reassign the source Term to itself',
      target: 'set',
    })
    const other = refusal(await kit.onTerm(home, term, 'reassignSource', { set: pinning }))
    expect(other).toMatchObject({ status: 400, target: 'set' })
    await kit.made.pin({ set: home, term: top }, pinning)
    const pinned = refusal(await kit.onTerm(home, term, 'reassignSource', { set }))
    expect(pinned).toMatchObject({ status: 409, code: 'conflict', target: 'set' })
    expect(pinned.message).toContain("'Pinning'")
  })
})

describe('relata.setAvailableForTagging', () => {
  it('counts at one place, and is refused for what a pin mirrors', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.pin({ set: home, term: top }, set)
    expect((await kit.onTerm(set, top, 'setAvailableForTagging', { value: false })).status).toBe(200)
    expect((await rowOf(top))?.isAvailableForTagging).toBe(true)
    expect((await relationIn(top, set))?.isAvailableForTagging).toBe(false)
    expect(refusal(await kit.onTerm(set, below, 'setAvailableForTagging', { value: false })).status).toBe(400)
    const missing = refusal(await kit.onTerm(home, top, 'setAvailableForTagging', {}))
    expect(missing).toMatchObject({ status: 400, target: 'value' })
    const same = await kit.onTerm(home, top, 'setAvailableForTagging', { value: true })
    expect(same.headers.get('relata-change')).toBeNull()
  })
})

describe('relata.setLocalProperties', () => {
  it('holds at one place, and is refused for what a pin mirrors', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.pin({ set: home, term: top }, set)
    const properties = [{ key: 'shelf', value: 'A' }]
    expect((await kit.onTerm(set, top, 'setLocalProperties', { properties })).status).toBe(200)
    expect((await relationIn(top, set))?.localProperties).toEqual(properties)
    expect((await rowOf(top))?.localProperties).toEqual([])
    expect(refusal(await kit.onTerm(set, below, 'setLocalProperties', { properties })).status).toBe(400)
  })
})

describe('relata.setAvailableForTagging of a set', () => {
  it('says whether its terms may be used', async () => {
    const set = await kit.freshSet()
    expect((await kit.call(`/sets/${set}`, 'setAvailableForTagging', { value: false })).status).toBe(200)
    expect((await kit.get(`/sets/${set}?$select=isAvailableForTagging`)).body.isAvailableForTagging).toBe(false)
  })
})

describe('relata.deprecate', () => {
  it('holds everywhere, leaves children as they are, and keeps the term from being shared', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.reuse({ set: home, term: top }, set)
    expect((await kit.onTerm(set, top, 'deprecate')).status).toBe(200)
    const isDeprecated = async (id: string) => (await kit.get(`/terms/${id}?$select=isDeprecated`)).body.isDeprecated
    expect([await isDeprecated(top), await isDeprecated(below)]).toEqual([true, false])
    const third = await kit.freshSet()
    const shared = await server.send('POST', `${root}/sets/${third}/relations`, {
      relationship: 'reuse',
      toTerm: { id: top },
    })
    expect(shared.status).toBe(400)
    await kit.onTerm(home, top, 'undeprecate')
    expect(await isDeprecated(top)).toBe(false)
  })

  it('takes as a successor only another term that is in use, and forgets it when that is deleted', async () => {
    const set = await kit.freshSet()
    const [a, b, c] = [await kit.made.term(set), await kit.made.term(set), await kit.made.term(set)]
    expect(refusal(await kit.onTerm(set, a, 'deprecate', { replacedBy: a }))).toMatchObject({
      status: 400,
      target: 'replacedBy',
    })
    await kit.onTerm(set, c, 'deprecate')
    expect(refusal(await kit.onTerm(set, a, 'deprecate', { replacedBy: c })).status).toBe(400)
    await kit.onTerm(set, a, 'deprecate', { replacedBy: b })
    expect((await rowOf(a))?.replacedBy).toBe(b)
    await kit.remove(`/sets/${set}/terms/${b}`)
    expect((await rowOf(a))?.replacedBy).toBeNull()
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    expect(refusal(await kit.onTerm(set, a, 'deprecate', { replacedBy: nothing })).status).toBe(404)
  })

  it('keeps the successor of a term that is deprecated again, unless null is sent', async () => {
    const set = await kit.freshSet()
    const [old, other] = [await kit.made.term({ set }, 'Old'), await kit.made.term({ set }, 'Other')]
    const successor = async (): Promise<string> =>
      (await kit.get(`/sets/${set}/terms/${old}`, 'include-annotations="relata.*"')).body['@relata.state'].replacedBy
    await kit.onTerm(set, old, 'deprecate', { replacedBy: other })
    const again = await kit.onTerm(set, old, 'deprecate', {})
    expect(again.headers.get('relata-change')).toBeNull()
    expect(await successor()).toBe(other)
    await kit.onTerm(set, old, 'deprecate', { replacedBy: null })
    expect(await successor()).toBeNull()
    await kit.onTerm(set, old, 'deprecate', { replacedBy: other })
    await kit.onTerm(set, old, 'undeprecate')
    expect(await successor()).toBeNull()
  })

  it('is taken back with what replaced the term, unless that is sent again; chains do not close', async () => {
    const set = await kit.freshSet()
    const [a, b, c] = [await kit.made.term(set), await kit.made.term(set), await kit.made.term(set)]
    await kit.onTerm(set, a, 'deprecate', { replacedBy: b })
    await kit.onTerm(set, a, 'undeprecate')
    expect(await rowOf(a)).toMatchObject({ isDeprecated: false, replacedBy: null })
    await kit.onTerm(set, a, 'undeprecate', { replacedBy: b })
    expect(await rowOf(a)).toMatchObject({ isDeprecated: false, replacedBy: b })
    await kit.onTerm(set, b, 'undeprecate', { replacedBy: c })
    expect(refusal(await kit.onTerm(set, c, 'deprecate', { replacedBy: a }))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
      target: 'replacedBy',
    })
    await kit.onTerm(set, a, 'deprecate', { replacedBy: null })
    expect(await rowOf(a)).toMatchObject({ isDeprecated: true, replacedBy: null })
  })

  it('is refused among the orphans and for what a pin mirrors', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.pin({ set: home, term: top }, set)
    expect(refusal(await kit.onTerm(set, below, 'deprecate')).status).toBe(400)
    await kit.remove(`/sets/${home}/terms/${top}`)
    const orphans = await homeOf(top)
    expect(refusal(await kit.onTerm(orphans, top, 'deprecate'))).toMatchObject({ status: 400, code: 'invalidRequest' })
  })
})

describe('a verb that changes nothing', () => {
  it('answers 200, and is no change', async () => {
    const [group, set] = [await kit.made.group(), await kit.freshSet()]
    const [a, b] = [await kit.made.term(set, 'a'), await kit.made.term(set, 'b')]
    const owner = (await server.send('GET', '/v1.0/users')).body.value[0].id
    const calls: [string, string, object][] = [
      [`/sets/${set}/terms/${a}`, 'move', {}],
      [`/sets/${set}/terms/${a}`, 'move', { before: b }],
      [`/sets/${set}/terms/${a}`, 'deprecate', { replacedBy: b }],
      [`/sets/${set}/terms/${b}`, 'undeprecate', {}],
      [`/sets/${set}/terms/${a}`, 'setAvailableForTagging', { value: false }],
      [`/sets/${set}/terms/${a}`, 'setLocalProperties', { properties: [{ key: 'k', value: 'v' }] }],
      [`/sets/${set}/terms/${a}`, 'order', { ids: [] }],
      [`/sets/${set}`, 'order', { ids: [b, a] }],
      [`/sets/${set}`, 'setAvailableForTagging', { value: false }],
      [`/sets/${set}`, 'setSubmissionPolicy', { isOpen: true }],
      [`/sets/${set}`, 'setContacts', { owner, contact: 'a@b.example', stakeholders: [owner] }],
      [`/sets/${set}`, 'move', { group }],
      [`/groups/${group}`, 'setRoles', { managers: [owner], contributors: [owner] }],
      [`/groups/${group}`, 'move', { siteId: null }],
    ]
    for (const [path, verb, body] of calls) {
      await kit.call(path, verb, body)
      const before = (await kit.get('/relata.history()?$top=1')).body.value[0].id
      const again = await kit.call(path, verb, body)
      expect([again.status, again.headers.get('relata-change')], verb).toEqual([200, null])
      expect((await kit.get('/relata.history()?$top=1')).body.value[0].id, verb).toBe(before)
    }
  })
})

describe('a dry run of a deletion', () => {
  it('says which terms become orphans', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const [top, below] = (await kit.chain(home, 2)) as [string, string]
    await kit.made.reuse({ set: home, term: below }, set)
    const { body } = await server.send('DELETE', `${root}/sets/${home}/terms/${top}`, undefined, {
      headers: { prefer: 'relata.dry-run' },
    })
    const effects = body.effects.map(
      ({ kind, action, sample }: { kind: string; action: string; sample: { id: string }[] }) => [
        kind,
        action,
        sample.map(({ id }) => id),
      ],
    )
    expect(effects).toEqual([
      ['term', 'orphan', [below]],
      ['term', 'delete', [top]],
    ])
    expect((await kit.get(`/sets/${home}/terms/${top}`)).body.labels).toEqual(labels(`Level 0 ${home}`))
  })
})
