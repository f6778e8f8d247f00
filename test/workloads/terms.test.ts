/** Terms and relations, rule by rule: term-store.md §3.2, §3.5, §3.6, §4.2, on the scenario recorded in term-store.md §3.2. */
import { beforeEach, describe, expect, it } from 'vitest'
import { relationId } from '#workloads/term-store/rules/relations/relation-id.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { relation, term } from '#workloads/term-store/types.ts'
import { names as named, type Place } from '../_support/taxonomy.ts'
import { guid, openWorld, system, type World } from './harness.ts'

const refuses = async (work: Promise<unknown>, kind: string, code?: string, target?: string) => {
  const facts = {
    kind,
    ...(code === undefined
      ? {}
      : { facts: expect.objectContaining({ code, ...(target === undefined ? {} : { target }) }) }),
  }
  await expect(work).rejects.toMatchObject(facts)
}

let world: World
const [one, two, three] = [guid('5e', 1), guid('5e', 2), guid('5e', 3)]
let last = 0

/** A term with that label; ids are numbered as they come. */
const grow = (at: string | Place, label: string): Promise<string> =>
  world.taxonomy.term(at, label, { id: guid('7', ++last) })
const share = async (kind: string, toTermId: string, setId: string, fromTermId: string | null = null) =>
  (await world.create(`sets/${setId}/relations`, { relationship: kind, toTermId, fromTermId })).id
const homeOf = async (id: string) => world.read(async (tx) => (await tx.get(term, id))?.setId)

beforeEach(async () => {
  last = 0
  world = await openWorld()
  const group = await world.taxonomy.group()
  for (const id of [one, two, three]) await world.taxonomy.set(group, id, { id })
})

describe('a term', () => {
  it('is made under a set, through terms as well, or under a term', async () => {
    const made = await world.create(`sets/${one}/terms`, {
      labels: named(' A & b '),
      descriptions: [{ description: '', languageTag: 'en-US' }],
    })
    expect(made).toMatchObject({
      labels: [{ name: 'A ＆ b', isDefault: true, languageTag: 'en-US' }],
      sortKey: 'a ＆ b',
      level: 1,
      height: 1,
    })
    expect(made['descriptions']).toEqual([{ description: '', languageTag: 'en-US' }])
    expect(await world.get(`terms/${made.id}`)).toMatchObject({
      descriptions: [],
      createdDateTime: world.now,
      lastModifiedDateTime: world.now,
    })
    await grow({ set: one, term: made.id }, 'below')
    expect(await world.get(`terms/${made.id}`)).toMatchObject({ height: 2 })
    expect(await world.get(`sets/${one}`)).toMatchObject({ termCount: 2 })
  })

  it('shares its default labels with no sibling, in any language both have', async () => {
    await world.create(`sets/${one}/children`, { labels: [...named('Cat'), ...named('Chat', 'fr-FR')] })
    const clash = world.create(`sets/${one}/children`, { labels: [...named('Talk'), ...named('CHAT', 'fr-FR')] })
    await expect(clash).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(
        "There is already a term with the same default label and parent term. The label is 'CHAT' in fr-FR; the set is ",
      ),
      facts: { target: 'labels/1/name' },
    })
    await refuses(world.create(`sets/${one}/children`, { labels: named('cat') }), 'conflict', 'nameAlreadyExists')
    await world.create(`sets/${one}/children`, {
      labels: [...named('Talk'), { name: 'Cat', languageTag: 'en-US', isDefault: false }].map((label, at) => ({
        ...label,
        isDefault: at === 0,
      })),
    })
    await world.create(`sets/${two}/children`, { labels: named('cat') })
  })

  it('is not made at an eighth level', async () => {
    let at: Place = { set: one }
    for (let level = 1; level <= 7; level += 1) at = { set: one, term: await grow(at, `level ${level}`) }
    await refuses(grow(at, 'level 8'), 'invalid', 'invalidRequest')
  })

  it('is changed by replacing what is sent, and its date moves', async () => {
    const id = await grow(one, 'A')
    const made = world.now
    world.now = '2026-02-02T00:00:00.000Z'
    expect(await world.update(`sets/${one}/terms/${id}`, {})).toMatchObject({
      lastModifiedDateTime: made,
    })
    const properties = [{ key: 'k', value: 'v' }]
    const descriptions = [{ description: 'd', languageTag: 'fr-FR' }]
    expect(await world.update(`sets/${one}/terms/${id}`, { properties, descriptions })).toMatchObject({
      properties,
      descriptions,
      lastModifiedDateTime: world.now,
    })
    expect(await world.update(`terms/${id}`, { descriptions: [] })).toMatchObject({ descriptions: [], properties })
    await refuses(world.update(`terms/${id}`, { labels: [] }), 'invalid', 'invalidRequest', 'labels')
    expect(await world.update(`terms/${id}`, { labels: named('B') })).toMatchObject({ sortKey: 'b' })
    await grow(one, 'C')
    await refuses(world.update(`terms/${id}`, { labels: named('c') }), 'conflict', 'nameAlreadyExists')
  })

  it('is reached below the term it stands under, and nowhere else', async () => {
    const a = await grow(one, 'A')
    const b = await grow({ set: one, term: a }, 'B')
    await world.get(`sets/${one}/children/${a}/children/${b}`)
    await refuses(world.get(`sets/${one}/children/${b}`), 'notFound')
    await refuses(world.get(`sets/${two}/terms/${b}`), 'notFound')
    await refuses(world.get(`terms/${guid('7', 99)}`), 'notFound')
    await refuses(world.get('terms/no-guid'), 'notFound')
  })
})

describe('sharing', () => {
  let a: string, aa: string, b: string, below: string
  beforeEach(async () => {
    a = await grow(one, 'A')
    aa = await grow(one, 'AA')
    b = await grow(two, 'B')
    below = await grow({ set: one, term: a }, 'below A')
  })

  it('lists as recorded', async () => {
    world.now = '2026-03-03T00:00:00.000Z'
    const pin = await world.create(`sets/${one}/terms/${a}/relations`, {
      relationship: 'pin',
      setId: two,
      fromTermId: b,
    })
    const reuse = await world.create(`sets/${one}/terms/${aa}/relations`, { relationship: 'reuse', setId: two })
    expect(pin).toMatchObject({ id: relationId(two, b, a), level: 2, height: 2, fromTermId: b, toTermId: a })
    expect(await world.list(`sets/${one}/relations`)).toEqual([])
    expect(await world.list(`sets/${two}/relations`)).toEqual([reuse.id])
    expect(await world.list(`sets/${one}/terms/${a}/relations`)).toEqual([pin.id])
    expect(await world.list(`sets/${two}/terms/${b}/relations`)).toEqual([pin.id])
    expect(await world.list(`sets/${two}/children`)).toEqual([b])
    expect(await world.list(`sets/${two}/children`, 'natural')).toEqual([aa, b])
    expect(await world.list(`sets/${two}/terms/${b}/children`, 'natural')).toEqual([a])
    expect(await world.list(`sets/${two}/terms/${b}/children/${a}/children`, 'natural')).toEqual([below])
    expect(await world.list(`sets/${two}/terms`)).toEqual([a, aa, b, below])
    expect(await world.get(`terms/${a}`)).toMatchObject({ lastModifiedDateTime: world.now })
    expect((await world.get(`terms/${b}`))['lastModifiedDateTime']).not.toBe(world.now)
    await world.get(`sets/${two}/terms/${a}/children/${below}`)
    await world.get(`sets/${two}/children/${aa}`)
    await refuses(world.get(`sets/${two}/children/${a}`), 'notFound')
    expect(await world.list(`sets/${two}/relations/${reuse.id}/toTerm/children`, 'natural')).toEqual([])
  })

  it('lists naturally by setting, unless the request or strictness says otherwise', async () => {
    await share('pin', a, two)
    expect(await world.list(`sets/${two}/children`, 'nonsense')).toEqual([b])
    const natural = await openWorld({ settings: { ...defaultSettings, listing: 'natural' } })
    const { group, set, term: addTerm, reuse } = natural.taxonomy
    const groupId = await group()
    const [x, y] = [await set(groupId), await set(groupId)]
    const made = await addTerm(x)
    await reuse({ set: x, term: made }, y)
    expect(await natural.list(`sets/${y}/children`)).toEqual([made])
    expect(await natural.list(`sets/${y}/children`, 'strict')).toEqual([])
  })

  it('needs a kind, a set and a term, and says all that is missing', async () => {
    await expect(
      world.create(`sets/${one}/terms/${a}/relations`, { relationship: 'unknownFutureValue', toTermId: b }),
    ).rejects.toMatchObject({
      facts: { details: [{ target: 'relationship' }, { target: 'set' }, { target: 'toTerm' }] },
    })
    await refuses(world.create(`sets/${two}/relations`, { relationship: 'pin' }), 'invalid', 'invalidRequest', 'toTerm')
    await refuses(share('pin', a, guid('5e', 9)), 'notFound')
    await refuses(
      world.create(`sets/${one}/terms/${a}/relations`, { relationship: 'pin', setId: guid('5e', 9) }),
      'notFound',
      'itemNotFound',
    )
    await refuses(share('pin', guid('7', 99), two), 'notFound', 'itemNotFound')
    await refuses(share('pin', a, two, aa), 'notFound', 'itemNotFound')
  })

  it('refuses the home set, the sets of the system, deprecated terms, and a second occurrence', async () => {
    await refuses(share('pin', a, one), 'invalid', 'invalidRequest')
    await refuses(share('pin', a, system.hashtags), 'forbidden', 'accessDenied')
    await world.write((tx) => tx.update(term, aa, { isDeprecated: true }))
    await refuses(share('pin', aa, two), 'invalid', 'invalidRequest')
    await share('pin', a, two)
    await refuses(share('reuse', a, two), 'conflict', 'nameAlreadyExists')
    await refuses(share('reuse', a, two, b), 'invalid', 'invalidRequest')
    await refuses(share('reuse', below, two), 'invalid', 'invalidRequest')
    await refuses(share('reuse', below, two, a), 'invalid', 'invalidRequest')
  })

  it('refuses a sibling of the same default label, a ninth part, and a term inside itself', async () => {
    await grow(two, 'a')
    await refuses(share('pin', a, two), 'conflict', 'nameAlreadyExists')
    await share('pin', b, one, below)
    await refuses(share('pin', a, two, b), 'invalid', 'invalidRequest')
    let deepest = await grow(three, 'level 1')
    for (let level = 2; level <= 6; level += 1) deepest = await grow({ set: three, term: deepest }, `level ${level}`)
    await refuses(share('reuse', a, three, deepest), 'invalid', 'invalidRequest')
    await share('pin', aa, three, deepest)
    await refuses(grow({ set: one, term: aa }, 'too deep there'), 'invalid', 'invalidRequest')
  })

  it.each([0, 70])(
    'finds a clash with siblings shared and at home when %i others have the labels',
    { timeout: 60_000 },
    async (others) => {
      const twin = (path: string, labels: object[]) => world.create(`${path}/children`, { labels })
      const french = [...named('Talk'), ...named('AA', 'fr-FR')]
      await share('reuse', aa, two)
      for (let at = 0; at < others; at += 1) {
        const parent = await grow(three, `parent ${at}`)
        await twin(`sets/${three}/terms/${parent}`, [...named('AA'), ...named('AA', 'fr-FR')])
      }
      await refuses(grow(two, 'aa'), 'conflict', 'nameAlreadyExists')
      const free = await grow({ set: two, term: b }, 'aa')
      await refuses(grow({ set: two, term: b }, 'aa'), 'conflict', 'nameAlreadyExists')
      await refuses(share('pin', aa, two, b), 'invalid')
      await world.remove(`sets/${two}/relations/${relationId(two, null, aa)}`)
      await refuses(share('pin', aa, two, b), 'conflict', 'nameAlreadyExists')
      await twin(`sets/${two}`, french)
      await refuses(twin(`sets/${two}`, [...named('Other'), ...named('aa', 'fr-FR')]), 'conflict', 'nameAlreadyExists')
      await twin(`sets/${two}/terms/${b}`, french)
      // Of itself it is no twin, and a label that is no default one is nobody's.
      await world.update(`sets/${two}/terms/${free}`, { labels: [...named('aa'), ...named('Pur', 'fr-FR')] })
      const second = [...named('Any'), { name: 'aa', languageTag: 'en-US', isDefault: false }]
      await twin(`sets/${two}/terms/${b}`, [{ ...second[0], isDefault: true }, second[1] as object])
    },
  )

  it('refuses a branch part of which another mirror shows there already', async () => {
    const head = await grow(two, 'head')
    await share('reuse', below, two, head)
    await share('pin', head, three)
    expect(await world.list(`sets/${three}/terms`)).toEqual([below, head])
    await refuses(share('pin', a, three), 'invalid', 'invalidRequest')
    await refuses(share('reuse', a, three, null), 'invalid', 'invalidRequest')
    await refuses(share('pin', a, two, b), 'invalid', 'invalidRequest')
    await share('pin', aa, three)
    await refuses(share('reuse', aa, two, head), 'invalid', 'invalidRequest')
  })

  it('locks what is pinned', async () => {
    await share('pin', a, two)
    const path = `sets/${two}/terms/${a}`
    await refuses(world.update(path, { labels: named('x') }), 'invalid', 'invalidRequest')
    await refuses(world.update(`${path}/children/${below}`, { properties: [] }), 'invalid', 'invalidRequest')
    await refuses(grow({ set: two, term: a }, 'x'), 'invalid', 'invalidRequest')
    await refuses(grow({ set: two, term: below }, 'x'), 'invalid', 'invalidRequest')
    await refuses(world.remove(`sets/${two}/terms/${below}`), 'invalid', 'invalidRequest')
    await world.remove(path)
    expect(await world.list(`sets/${two}/terms`)).toEqual([b])
    expect(await homeOf(below)).toBe(one)
  })

  it('lets a reused branch be extended and renamed in its place', async () => {
    const id = await share('reuse', a, two)
    expect(await world.read(async (tx) => (await tx.find(relation, { setId: two })).length)).toBe(2)
    const local = await grow({ set: two, term: below }, 'local')
    expect(await homeOf(local)).toBe(two)
    expect(await world.list(`sets/${one}/terms/${below}/children`, 'natural')).toEqual([])
    await world.update(`sets/${two}/terms/${below}`, { labels: named('renamed') })
    await grow({ set: one, term: a }, 'only at the source')
    expect(await world.list(`sets/${two}/terms`)).toEqual([a, b, local, below])
    await refuses(world.update(`sets/${two}/relations/${id}`, { relationship: 'pin' }), 'conflict', 'conflict')
    await refuses(world.update(`sets/${two}/terms/${a}`, { labels: named('B') }), 'conflict', 'nameAlreadyExists')
    await world.remove(`sets/${two}/terms/${local}`)
    expect(await world.update(`sets/${two}/relations/${id}`, { relationship: 'pin' })).toMatchObject({
      id,
      relationship: 'pin',
      height: 2,
    })
    expect(await world.list(`sets/${two}/terms/${a}/children`, 'natural')).toHaveLength(2)
    expect(await world.update(`sets/${two}/relations/${id}`, { relationship: 'pin', setId: two })).toMatchObject({
      relationship: 'pin',
    })
    await refuses(
      world.update(`sets/${two}/relations/${id}`, { setId: one, toTermId: b, fromTermId: null }),
      'invalid',
      'invalidRequest',
      'set',
    )
    await refuses(
      world.update(`sets/${two}/relations/${id}`, { relationship: null }),
      'invalid',
      'invalidRequest',
      'relationship',
    )
  })

  it('takes the shape of the source again as a pin, and its height', async () => {
    const other = await grow({ set: one, term: a }, 'other')
    const id = await share('reuse', a, two, b)
    await world.remove(`sets/${two}/terms/${other}`)
    await share('reuse', other, two, below)
    expect(await world.get(`terms/${b}`)).toMatchObject({ height: 4 })
    await world.update(`sets/${two}/terms/${b}/relations/${id}`, { relationship: 'pin' })
    expect(await world.get(`terms/${b}`)).toMatchObject({ height: 3 })
    expect(await world.list(`sets/${two}/terms/${a}/children`, 'natural')).toEqual([below, other])
  })

  it('does not turn into a pin what would lose a term that has its home below', async () => {
    const id = await share('reuse', a, two)
    const local = await grow({ set: two, term: a }, 'local')
    await share('pin', local, one, below)
    await refuses(world.update(`sets/${two}/relations/${id}`, { relationship: 'pin' }), 'conflict', 'conflict')
  })

  it('is refused for a term the set of the address does not show', async () => {
    await share('reuse', a, two)
    await world.remove(`sets/${two}/terms/${below}`)
    // The list as Graph gives it is the source's, so its members can be read; they cannot be changed from there.
    const path = `sets/${two}/terms/${a}/children/${below}`
    await world.get(path)
    await refuses(world.update(path, { properties: [] }), 'notFound', 'itemNotFound')
    await refuses(world.remove(path), 'notFound', 'itemNotFound')
    await refuses(world.create(`${path}/relations`, { relationship: 'pin', setId: three }), 'notFound', 'itemNotFound')
    expect(await world.list(`${path}/children`, 'natural')).toEqual([])
  })
})

describe('deleting a source that is used elsewhere', () => {
  let top: string, middle: string, leaf: string
  beforeEach(async () => {
    top = await grow(one, 'top')
    middle = await grow({ set: one, term: top }, 'middle')
    leaf = await grow({ set: one, term: middle }, 'leaf')
  })

  it('keeps a pinned branch whole among the orphans, frozen, until its last pin goes', async () => {
    const id = await share('pin', top, two)
    await world.remove(`sets/${one}/terms/${top}`)
    expect(await world.list(`sets/${system.orphanedTerms}/terms`)).toEqual([leaf, middle, top])
    expect(await world.list(`sets/${two}/terms/${middle}/children`, 'natural')).toEqual([leaf])
    await refuses(world.remove(`sets/${system.orphanedTerms}/terms/${top}`), 'forbidden', 'accessDenied')
    await refuses(world.update(`terms/${leaf}`, { properties: [] }), 'forbidden', 'accessDenied')
    await refuses(grow({ set: system.orphanedTerms, term: top }, 'x'), 'forbidden', 'accessDenied')
    await world.remove(`sets/${two}/relations/${id}`)
    expect(await world.list(`sets/${system.orphanedTerms}/terms`)).toEqual([])
    expect(await world.get('')).toMatchObject({ termCount: 0 })
  })

  it('keeps of a reused branch only what is reused, changeable there', async () => {
    await share('reuse', top, two)
    await world.remove(`sets/${two}/terms/${leaf}`)
    await world.remove(`sets/${one}`)
    expect(await world.list(`sets/${system.orphanedTerms}/terms`)).toEqual([middle, top])
    expect(await world.update(`sets/${two}/terms/${middle}`, { labels: named('Middle') })).toMatchObject({
      sortKey: 'middle',
    })
    expect(await world.update(`sets/${two}/terms/${top}`, { labels: named('Top') })).toMatchObject({ sortKey: 'top' })
    await world.remove(`sets/${two}/terms/${top}`)
    expect(await world.get('')).toMatchObject({ termCount: 0, setCount: 5 })
  })

  it('drops what the branch itself shared', async () => {
    const foreign = await grow(three, 'foreign')
    await share('reuse', foreign, one, middle)
    await share('pin', top, two)
    expect(await world.list(`sets/${two}/terms`)).toEqual([foreign, leaf, middle, top])
    await world.remove(`sets/${one}/terms/${top}`)
    expect(await world.list(`sets/${two}/terms`)).toEqual([leaf, middle, top])
    expect(await homeOf(foreign)).toBe(three)
  })
})
