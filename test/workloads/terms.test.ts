/** Terms and relations, rule by rule: term-store.md §3.2, §3.5, §3.6, §4.2, on the scenario recorded in term-store.md §3.2. */
import { beforeEach, describe, expect, it } from 'vitest'
import { relationId } from '#workloads/term-store/rules/relations/relation-id.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { relation, term } from '#workloads/term-store/types.ts'
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
const named = (name: string, languageTag = 'en-US') => [{ name, languageTag }]

let world: World
const [one, two, three] = [guid('5e', 1), guid('5e', 2), guid('5e', 3)]
let last = 0

/** A term with that label; ids are numbered as they come. */
const grow = async (path: string, label: string): Promise<string> => {
  const id = guid('7', ++last)
  await world.create(`${path}/children`, { id, labels: named(label) })
  return id
}
const share = async (kind: string, toTermId: string, setId: string, fromTermId: string | null = null) =>
  (await world.create(`sets/${setId}/relations`, { relationship: kind, toTermId, fromTermId })).id
const homeOf = async (id: string) => world.read(async (tx) => (await tx.get(term, id))?.setId)

beforeEach(async () => {
  last = 0
  world = await openWorld()
  const { id } = await world.create('groups', { displayName: 'G' })
  for (const set of [one, two, three]) await world.create(`groups/${id}/sets`, { id: set, localizedNames: named(set) })
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
    await grow(`sets/${one}/terms/${made.id}`, 'below')
    expect(await world.get(`terms/${made.id}`)).toMatchObject({ height: 2 })
    expect(await world.get(`sets/${one}`)).toMatchObject({ termCount: 2 })
  })

  it('shares its default labels with no sibling, in any language both have', async () => {
    await world.create(`sets/${one}/children`, { labels: [...named('Cat'), ...named('Chat', 'fr-FR')] })
    const clash = world.create(`sets/${one}/children`, { labels: [...named('Talk'), ...named('CHAT', 'fr-FR')] })
    await expect(clash).rejects.toMatchObject({
      kind: 'conflict',
      message: 'There is already a term with the same default label and parent term.',
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
    let path = `sets/${one}`
    for (let level = 1; level <= 7; level += 1) path = `sets/${one}/terms/${await grow(path, `level ${level}`)}`
    await refuses(grow(path, 'level 8'), 'invalid', 'invalidRequest')
  })

  it('is changed by replacing what is sent, and its date moves', async () => {
    const id = await grow(`sets/${one}`, 'A')
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
    await grow(`sets/${one}`, 'C')
    await refuses(world.update(`terms/${id}`, { labels: named('c') }), 'conflict', 'nameAlreadyExists')
  })

  it('is reached below the term it stands under, and nowhere else', async () => {
    const a = await grow(`sets/${one}`, 'A')
    const b = await grow(`sets/${one}/terms/${a}`, 'B')
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
    a = await grow(`sets/${one}`, 'A')
    aa = await grow(`sets/${one}`, 'AA')
    b = await grow(`sets/${two}`, 'B')
    below = await grow(`sets/${one}/terms/${a}`, 'below A')
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
    const { id } = await natural.create('groups', { displayName: 'G' })
    const [x, y] = [
      await natural.create(`groups/${id}/sets`, { localizedNames: named('x') }),
      await natural.create(`groups/${id}/sets`, { localizedNames: named('y') }),
    ]
    const made = await natural.create(`sets/${x.id}/children`, { labels: named('t') })
    await natural.create(`sets/${y.id}/relations`, { relationship: 'reuse', toTermId: made.id })
    expect(await natural.list(`sets/${y.id}/children`)).toEqual([made.id])
    expect(await natural.list(`sets/${y.id}/children`, 'strict')).toEqual([])
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
    await grow(`sets/${two}`, 'a')
    await refuses(share('pin', a, two), 'conflict', 'nameAlreadyExists')
    await share('pin', b, one, below)
    await refuses(share('pin', a, two, b), 'invalid', 'invalidRequest')
    let path = `sets/${three}`
    let deepest = ''
    for (let level = 1; level <= 6; level += 1) {
      deepest = await grow(path, `level ${level}`)
      path = `sets/${three}/terms/${deepest}`
    }
    await refuses(share('reuse', a, three, deepest), 'invalid', 'invalidRequest')
    await share('pin', aa, three, deepest)
    await refuses(grow(`sets/${one}/terms/${aa}`, 'too deep there'), 'invalid', 'invalidRequest')
  })

  it.each([0, 70])('finds a clash with siblings shared and at home when %i others have the labels', async (others) => {
    const twin = (path: string, labels: object[]) => world.create(`${path}/children`, { labels })
    const french = [...named('Talk'), ...named('AA', 'fr-FR')]
    await share('reuse', aa, two)
    for (let at = 0; at < others; at += 1) {
      const parent = await grow(`sets/${three}`, `parent ${at}`)
      await twin(`sets/${three}/terms/${parent}`, [...named('AA'), ...named('AA', 'fr-FR')])
    }
    await refuses(grow(`sets/${two}`, 'aa'), 'conflict', 'nameAlreadyExists')
    const free = await grow(`sets/${two}/terms/${b}`, 'aa')
    await refuses(grow(`sets/${two}/terms/${b}`, 'aa'), 'conflict', 'nameAlreadyExists')
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
  })

  it('refuses a branch part of which another mirror shows there already', async () => {
    const head = await grow(`sets/${two}`, 'head')
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
    await refuses(grow(path, 'x'), 'invalid', 'invalidRequest')
    await refuses(grow(`sets/${two}/terms/${below}`, 'x'), 'invalid', 'invalidRequest')
    await refuses(world.remove(`sets/${two}/terms/${below}`), 'invalid', 'invalidRequest')
    await world.remove(path)
    expect(await world.list(`sets/${two}/terms`)).toEqual([b])
    expect(await homeOf(below)).toBe(one)
  })

  it('lets a reused branch be extended and renamed in its place', async () => {
    const id = await share('reuse', a, two)
    expect(await world.read(async (tx) => (await tx.find(relation, { setId: two })).length)).toBe(2)
    const local = await grow(`sets/${two}/terms/${below}`, 'local')
    expect(await homeOf(local)).toBe(two)
    expect(await world.list(`sets/${one}/terms/${below}/children`, 'natural')).toEqual([])
    await world.update(`sets/${two}/terms/${below}`, { labels: named('renamed') })
    await grow(`sets/${one}/terms/${a}`, 'only at the source')
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
    const other = await grow(`sets/${one}/terms/${a}`, 'other')
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
    const local = await grow(`sets/${two}/terms/${a}`, 'local')
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
    top = await grow(`sets/${one}`, 'top')
    middle = await grow(`sets/${one}/terms/${top}`, 'middle')
    leaf = await grow(`sets/${one}/terms/${middle}`, 'leaf')
  })

  it('keeps a pinned branch whole among the orphans, frozen, until its last pin goes', async () => {
    const id = await share('pin', top, two)
    await world.remove(`sets/${one}/terms/${top}`)
    expect(await world.list(`sets/${system.orphanedTerms}/terms`)).toEqual([leaf, middle, top])
    expect(await world.list(`sets/${two}/terms/${middle}/children`, 'natural')).toEqual([leaf])
    await refuses(world.remove(`sets/${system.orphanedTerms}/terms/${top}`), 'forbidden', 'accessDenied')
    await refuses(world.update(`terms/${leaf}`, { properties: [] }), 'forbidden', 'accessDenied')
    await refuses(grow(`sets/${system.orphanedTerms}/terms/${top}`, 'x'), 'forbidden', 'accessDenied')
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
    const foreign = await grow(`sets/${three}`, 'foreign')
    await share('reuse', foreign, one, middle)
    await share('pin', top, two)
    expect(await world.list(`sets/${two}/terms`)).toEqual([foreign, leaf, middle, top])
    await world.remove(`sets/${one}/terms/${top}`)
    expect(await world.list(`sets/${two}/terms`)).toEqual([leaf, middle, top])
    expect(await homeOf(foreign)).toBe(three)
  })
})
