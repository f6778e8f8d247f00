/** `relata.move` of a term: exchange.md §9.3, each check of its table once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

const relationsOf = async (set: string, term: string) =>
  (await kit.get(`/sets/${set}/terms/${term}/relations?$expand=set,fromTerm,toTerm`)).body.value

describe('a term at home', () => {
  it('moves below another parent, with its branch and its id', async () => {
    const set = await kit.freshSet()
    const [a, b] = [await kit.made.term(set, 'A'), await kit.made.term(set, 'B')]
    const below = await kit.made.term({ set, term: a }, 'Below')
    const moved = await kit.onTerm(set, a, 'move', { parent: b })
    expect(moved.status).toBe(200)
    expect(moved.body).toMatchObject({ id: a, labels: labels('A') })
    expect(moved.headers.get('relata-change')).toMatch(/^\d+$/)
    expect(await kit.children(set)).toEqual([b])
    expect(await kit.children(set, b)).toEqual([a])
    expect(await kit.children(set, a)).toEqual([below])
  })

  it('moves to the root where neither set nor parent is sent, and beside a sibling where one is', async () => {
    const set = await kit.freshSet()
    const [top, deep] = await kit.chain(set, 2)
    const sibling = await kit.made.term({ set, term: top }, 'Sibling')
    expect((await kit.onTerm(set, deep as string, 'move')).status).toBe(200)
    expect(new Set(await kit.children(set))).toEqual(new Set([top, deep]))
    expect((await kit.onTerm(set, deep as string, 'move', { before: sibling })).status).toBe(200)
    expect(await kit.children(set, top)).toEqual([deep, sibling])
  })

  it('moves into another set, which becomes the home of all below it', async () => {
    const [from, to] = [await kit.freshSet(), await kit.freshSet()]
    const [a, below] = await kit.chain(from, 2)
    const shared = await kit.made.term(await kit.freshSet(), 'Shared')
    const home = (await kit.get(`/terms/${shared}/set`)).body.id
    await kit.made.pin({ set: home, term: shared }, { set: from, term: below })
    const [before] = await relationsOf(home, shared)
    const parent = await kit.made.term(to, 'Parent')
    expect((await kit.onTerm(from, a as string, 'move', { set: to, parent })).status).toBe(200)
    for (const id of [a, below]) expect((await kit.get(`/terms/${id}/set`)).body.id).toBe(to)
    expect((await kit.get(`/sets/${from}/terms/${a}`)).status).toBe(404)
    const [after] = await relationsOf(home, shared)
    expect(after.id).not.toBe(before.id)
    expect(after.set.id).toBe(to)
    expect(after.fromTerm.id).toBe(below)
    expect(await kit.children(to, below)).toEqual([shared])
  })

  it('takes its pins along, and leaves its reuses as they are', async () => {
    const [from, to, pinning, reusing] = [
      await kit.freshSet(),
      await kit.freshSet(),
      await kit.freshSet(),
      await kit.freshSet(),
    ]
    const [a, below] = await kit.chain(from, 2)
    await kit.made.pin({ set: from, term: a as string }, pinning)
    await kit.made.reuse({ set: from, term: a as string }, reusing)
    await kit.onTerm(from, a as string, 'move', { set: to })
    const fresh = await kit.made.term({ set: to, term: a as string }, 'Fresh')
    expect(new Set(await kit.children(pinning, a))).toEqual(new Set([below, fresh]))
    expect(await kit.children(reusing, a)).toEqual([below])
  })

  it('leaves the pins of what was above it, and joins those of what is; pins of what is below it follow', async () => {
    const [set, ofOld, ofNew, ofBelow] = [
      await kit.freshSet(),
      await kit.freshSet(),
      await kit.freshSet(),
      await kit.freshSet(),
    ]
    const [old, term, below] = (await kit.chain(set, 3)) as [string, string, string]
    const fresh = await kit.made.term(set, 'Fresh parent')
    await kit.made.pin({ set, term: old }, ofOld)
    await kit.made.pin({ set, term: fresh }, ofNew)
    await kit.made.pin({ set, term: below }, ofBelow)
    const leaf = await kit.made.term({ set, term: below }, 'Leaf')
    expect((await kit.onTerm(set, term, 'move', { parent: fresh })).status).toBe(200)
    expect(await kit.children(ofOld, old)).toEqual([])
    expect((await kit.get(`/sets/${ofOld}/terms/${below}`)).status).toBe(404)
    expect(await kit.children(ofNew, fresh)).toEqual([term])
    expect(await kit.children(ofNew, below)).toEqual([leaf])
    const away = await kit.freshSet()
    await kit.onTerm(set, term, 'move', { set: away })
    await kit.made.term({ set: away, term: below }, 'Z')
    expect(await kit.children(ofNew, fresh)).toEqual([])
    expect(await kit.children(ofBelow, below)).toHaveLength(2)
  })

  it('beside a sibling keeps the whole order of the place, and otherwise stands behind it', async () => {
    const orderOf = async (set: string) =>
      (await kit.get(`/sets/${set}?$select=customSortOrder`)).body.customSortOrder as string[]
    const [from, to] = [await kit.freshSet(), await kit.freshSet()]
    const [x, y] = [await kit.made.term(from, 'x'), await kit.made.term(from, 'y')]
    const [a, b, c] = [await kit.made.term(to, 'a'), await kit.made.term(to, 'b'), await kit.made.term(to, 'c')]
    await kit.call(`/sets/${from}`, 'order', { ids: [y, x] })
    await kit.call(`/sets/${to}`, 'order', { ids: [c] })
    await kit.onTerm(from, y, 'move', { set: to, after: a })
    expect(await orderOf(from)).toEqual([x])
    expect(await orderOf(to)).toEqual([c, a, y, b])
    await kit.onTerm(from, x, 'move', { set: to })
    expect(await orderOf(to)).toEqual([c, a, y, b])
    expect(await kit.children(to)).toEqual([c, a, y, b, x])
    expect(refusal(await kit.onTerm(to, x, 'move', { before: x }))).toMatchObject({ status: 400, target: 'before' })
  })

  it('is one row of the record, with whatever is below it', async () => {
    const set = await kit.freshSet()
    const [top] = (await kit.chain(set, 4)) as [string]
    const parent = await kit.made.term(set, 'Parent')
    const moved = await kit.onTerm(set, top, 'move', { parent })
    const { value } = (await kit.get(`/sets/${set}/relata.history()?branch=true&$top=1`)).body
    expect(value).toMatchObject([
      { id: moved.headers.get('relata-change'), verb: 'move', count: 1, rows: [{ kind: 'term', id: top }] },
    ])
    // Levels are derived.
    expect(JSON.parse(value[0].rows[0].before)).toEqual({ parentId: null })
    expect(JSON.parse(value[0].rows[0].after)).toEqual({ parentId: parent })
  })

  it('stays where it is without a change where it stands there already', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set)
    const answer = await kit.onTerm(set, term, 'move')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('relata-change')).toBeNull()
  })

  it('is no keyword any more when it leaves the keywords', async () => {
    const groups = (await kit.get('/groups')).body.value
    const system = groups.find(({ scope }: { scope: string }) => scope === 'system').id
    const sets = (await kit.get(`/groups/${system}/sets`)).body.value
    const keywords = sets.find(({ localizedNames }: { localizedNames: { name: string }[] }) =>
      localizedNames.some(({ name }) => name === 'Keywords'),
    ).id
    const term = await kit.made.term(keywords, 'Free text')
    const to = await kit.freshSet()
    expect((await kit.onTerm(keywords, term, 'move', { set: to })).status).toBe(200)
    expect((await kit.get(`/terms/${term}?$select=isKeyword`)).body.isKeyword).toBe(false)
    expect(refusal(await kit.onTerm(to, term, 'move', { set: keywords }))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
      target: 'set',
    })
  })
})

describe('a shared term', () => {
  it('moves as it occurs in its set, with the id of its relation', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const term = await kit.made.term(home, 'Shared')
    const relation = await kit.made.reuse({ set: home, term }, set)
    const parent = await kit.made.term(set, 'Parent')
    expect((await kit.onTerm(set, term, 'move', { parent })).status).toBe(200)
    const [moved] = await relationsOf(home, term)
    expect(moved.id).not.toBe(relation)
    expect(moved.fromTerm.id).toBe(parent)
    expect((await kit.get(`/terms/${term}/set`)).body.id).toBe(home)
  })

  it('moves into a third set, with what is below it there, local-only children too', async () => {
    const [home, set, third] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet()]
    const [term, below] = await kit.chain(home, 2)
    await kit.made.reuse({ set: home, term: term as string }, set)
    const local = await kit.made.term({ set, term }, 'Local')
    expect((await kit.onTerm(set, term as string, 'move', { set: third })).status).toBe(200)
    expect(await kit.children(set)).toEqual([])
    expect(new Set(await kit.children(third, term))).toEqual(new Set([below, local]))
    expect((await kit.get(`/terms/${local}/set`)).body.id).toBe(third)
  })

  it('does not move into its home set', async () => {
    const [home, set] = [await kit.freshSet('Home'), await kit.freshSet()]
    const term = await kit.made.term(home)
    await kit.made.pin({ set: home, term }, set)
    const answer = refusal(await kit.onTerm(set, term, 'move', { set: home }))
    expect(answer).toMatchObject({ status: 409, target: 'set' })
    expect(answer.message).toContain("'Home'")
  })
})

describe('a move is refused', () => {
  it('(1) below itself, in the words of Microsoft', async () => {
    const set = await kit.freshSet()
    const [a, b] = await kit.chain(set, 2)
    expect(refusal(await kit.onTerm(set, a as string, 'move', { parent: a }))).toEqual({
      status: 400,
      code: 'invalidRequest',
      message: 'Cannot move a Term to itself.',
      target: 'parent',
    })
    expect(refusal(await kit.onTerm(set, a as string, 'move', { parent: b })).message).toBe(
      'Cannot move a Term to its descendent Term objects.',
    )
  })

  it('(2) below a mirror and of a mirror, with the set that owns it', async () => {
    const [home, set] = [await kit.freshSet('Owner'), await kit.freshSet()]
    const [term, below] = await kit.chain(home, 2)
    await kit.made.pin({ set: home, term: term as string }, set)
    const other = await kit.made.term(set, 'Other')
    const under = refusal(await kit.onTerm(set, other, 'move', { parent: term }))
    expect(under).toMatchObject({ status: 400, code: 'invalidRequest', target: 'parent' })
    const of = refusal(await kit.onTerm(set, below as string, 'move'))
    expect(of).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(of.message).toContain("'Owner'")
  })

  it('(2) out of the orphans, which reassignSource is for', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet()]
    const term = await kit.made.term(home)
    await kit.made.reuse({ set: home, term }, set)
    await kit.remove(`/sets/${home}/terms/${term}`)
    const orphans = (await kit.get(`/terms/${term}/set`)).body.id
    const answer = refusal(await kit.onTerm(orphans, term, 'move', { set }))
    expect(answer.status).toBe(400)
    expect(answer.message).toContain('relata.reassignSource')
  })

  it('(2) into the sets of the system', async () => {
    const group = (await kit.get('/groups')).body.value.find(({ scope }: { scope: string }) => scope === 'system').id
    const sets = (await kit.get(`/groups/${group}/sets`)).body.value
    const own = await kit.freshSet()
    const term = await kit.made.term(own)
    expect(sets.length).toBeGreaterThan(1)
    for (const { id } of sets)
      for (const verb of ['move', 'copy'])
        expect(refusal(await kit.onTerm(own, term, verb, { set: id }))).toMatchObject({
          status: 400,
          code: 'invalidRequest',
          target: 'set',
        })
  })

  it('(3) into a set that has a term of the branch, pinned or mirrored', async () => {
    const [from, pinning, mirroring] = [
      await kit.freshSet(),
      await kit.freshSet('Pinning'),
      await kit.freshSet('Mirror'),
    ]
    const [a, below] = await kit.chain(from, 2)
    await kit.made.pin({ set: from, term: below as string }, pinning)
    const pinned = refusal(await kit.onTerm(from, a as string, 'move', { set: pinning }))
    expect(pinned).toMatchObject({ status: 409, code: 'conflict', target: 'set' })
    expect(pinned.message).toContain(below)
    expect(pinned.message).toContain("'Pinning'")
    const middle = await kit.freshSet()
    const [holder] = await kit.chain(middle, 1)
    const holding = { set: middle, term: holder as string }
    await kit.made.pin({ set: from, term: below as string }, holding)
    await kit.made.pin(holding, mirroring)
    expect(refusal(await kit.onTerm(from, a as string, 'move', { set: mirroring })).message).toContain("'Mirror'")
  })

  it('(4) beside a sibling of that name, in any language', async () => {
    const set = await kit.freshSet()
    const parent = await kit.made.term(set, 'Parent')
    await kit.made.term({ set, term: parent }, 'Jazz')
    const other = await kit.made.term(set, 'jazz')
    const answer = refusal(await kit.onTerm(set, other, 'move', { parent }))
    expect(answer).toMatchObject({ status: 409, code: 'nameAlreadyExists', target: 'parent' })
    expect(answer.message).toContain('There is already a term with the same default label and parent term.')
  })

  it('(5) below level 7, also in a set that mirrors the place', async () => {
    const set = await kit.freshSet()
    const deep = await kit.chain(set, 6)
    const [a] = await kit.chain(await kit.freshSet(), 1)
    const home = (await kit.get(`/terms/${a}/set`)).body.id
    await kit.chain(home, 1, a)
    expect(refusal(await kit.onTerm(home, a as string, 'move', { set, parent: deep.at(-1) }))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
      target: 'parent',
    })
    const [source, mirror] = [await kit.freshSet(), await kit.freshSet('Deep mirror')]
    const top = await kit.made.term(source, 'Top')
    const place = await kit.chain(mirror, 5)
    await kit.made.pin({ set: source, term: top }, { set: mirror, term: place.at(-1) })
    const [b] = await kit.chain(source, 2)
    const answer = refusal(await kit.onTerm(source, b as string, 'move', { parent: top }))
    expect(answer).toMatchObject({ status: 400, target: 'parent' })
    expect(answer.message).toContain("'Deep mirror'")
  })

  it('(6) where a set that mirrors the place has the term already', async () => {
    const [source, mirror] = [await kit.freshSet(), await kit.freshSet('Twice')]
    const [top, other] = [await kit.made.term(source, 'Top'), await kit.made.term(source, 'Other')]
    await kit.made.pin({ set: source, term: top }, mirror)
    await kit.made.pin({ set: source, term: other }, mirror)
    const answer = refusal(await kit.onTerm(source, other, 'move', { parent: top }))
    expect(answer).toMatchObject({ status: 409, code: 'conflict' })
    expect(answer.message).toContain("'Twice'")
  })

  it('(6) where a branch would contain itself by way of pins', async () => {
    const [a, b, c] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet('Round')]
    const [term, x, parent] = [await kit.made.term(a), await kit.made.term(b), await kit.made.term(c)]
    await kit.made.pin({ set: c, term: parent }, { set: b, term: x })
    await kit.made.pin({ set: b, term: x }, { set: a, term })
    const answer = refusal(await kit.onTerm(a, term, 'move', { set: c, parent }))
    expect(answer).toMatchObject({ status: 409, code: 'conflict' })
    expect(answer.message).toContain("'Round'")
  })

  it('(7) over the limit of terms of a set', async () => {
    const small = await startTestServer({ limits: { terms: 1000, sets: 100, termsPerSet: 3 } } as never)
    const own = verbKitFor(small)
    const [from, to] = [await own.freshSet(), await own.freshSet()]
    const [a] = await own.chain(from, 2)
    await own.chain(to, 2)
    expect(refusal(await own.onTerm(from, a as string, 'move', { set: to }))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
      target: 'set',
    })
    await small.close()
  })

  it('to what is not there, with the parameter that names it', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set)
    const other = await kit.made.term(await kit.freshSet())
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    for (const name of ['set', 'parent', 'before', 'after'])
      expect(refusal(await kit.onTerm(set, term, 'move', { [name]: nothing }))).toMatchObject({
        status: 404,
        code: 'itemNotFound',
        target: name,
      })
    expect(refusal(await kit.onTerm(set, term, 'move', { parent: other }))).toMatchObject({ status: 404 })
    const both = { before: term, after: term }
    expect(refusal(await kit.onTerm(set, term, 'move', both))).toMatchObject({ status: 400 })
  })
})

describe('the operation', () => {
  it('does not exist with --strict', async () => {
    const strict = await startTestServer({ strict: true })
    const own = verbKitFor(strict, '/beta/termStore')
    const set = await own.freshSet()
    const term = await own.made.term(set)
    expect((await own.onTerm(set, term, 'move')).status).toBe(400)
    const { text } = await strict.send('GET', '/beta/$metadata')
    expect(text).not.toContain('relata')
    await strict.close()
  })

  it('says in a dry run what it would move, and moves nothing', async () => {
    const group = await kit.made.group('Dry runs')
    const set = await kit.made.set(group, 'Places')
    const [a, b] = [await kit.made.term(set, 'A'), await kit.made.term(set, 'B')]
    const answer = await kit.onTerm(set, a, 'move', { parent: b }, 'relata.dry-run')
    expect(answer.body).toEqual({
      refusals: [],
      effects: [
        {
          kind: 'term',
          action: 'move',
          count: 1,
          sample: [{ id: a, name: 'A', path: 'Dry runs/Places/B/A' }],
        },
      ],
      needs: [],
    })
    expect(new Set(await kit.children(set))).toEqual(new Set([a, b]))
    const refused = await kit.onTerm(set, a, 'move', { parent: a }, 'relata.dry-run')
    expect(refused.body).toMatchObject({ refusals: [{ code: 'invalidRequest', target: 'parent' }], effects: [] })
  })

  it('is found below every address of the store', async () => {
    const set = await kit.freshSet()
    const [a, b] = [await kit.made.term(set), await kit.made.term(set)]
    const below = `/terms/${a}/relata.move`
    for (const address of [`${root}${below}`, `/beta/termStore/sets/${set}${below}`]) {
      expect((await server.send('POST', address, { parent: b })).status).toBe(200)
      expect((await server.send('POST', address)).status).toBe(200)
    }
  })
})
