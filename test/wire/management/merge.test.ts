/** `relata.merge`: exchange.md §9.5, each check and each row of its tables once; exchange.md §16 case 24. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relation as relationType, term as termType } from '#workloads/term-store/types.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels } from '../../_support/taxonomy.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
  await server.send('PATCH', root, { languageTags: ['en-US', 'de-DE', 'fr-FR'] })
})
afterAll(() => server.close())

const label = (name: string, languageTag = 'en-US', isDefault = true) => ({ name, languageTag, isDefault })
const termOf = async (id: string) =>
  (await kit.get(`/terms/${id}?$select=id,labels,descriptions,properties,mergedTermIds,isDeprecated`)).body
const merge = (set: string, term: string, into: string, more: object = {}, prefer?: string) =>
  kit.onTerm(set, term, 'merge', { into, ...more }, prefer)
const relationsOf = async (term: string) => {
  const { body } = await kit.get(`/terms/${term}/relations?$expand=set,fromTerm,toTerm`)
  return body.value as {
    id: string
    relationship: string
    set: { id: string }
    fromTerm?: { id: string }
    toTerm: { id: string }
  }[]
}
/** Two siblings at the root of a fresh set. */
const siblings = async (one: object = {}, other: object = {}) => {
  const set = await kit.freshSet()
  const gone = await kit.made.term(set, 'Gone', one as never)
  const survivor = await kit.made.term(set, 'Survivor', other as never)
  return { set, gone, survivor }
}

describe('what goes over', () => {
  it('labels: default ones become synonyms, or the default of a language without; equal ones are dropped', async () => {
    const { set, gone, survivor } = await siblings(
      {
        labels: [
          label('Car'),
          label('Auto', 'de-DE'),
          label('Automobile', 'en-US', false),
          label('VEHICLE', 'en-US', false),
          label('Wagen', 'de-DE', false),
        ],
      },
      { labels: [label('Vehicle'), label('Véhicule', 'fr-FR')] },
    )
    const answer = await merge(set, gone, survivor)
    expect(answer.status).toBe(200)
    expect(answer.body.id).toBe(survivor)
    expect(answer.body.labels).toEqual([
      label('Auto', 'de-DE'),
      label('Wagen', 'de-DE', false),
      label('Vehicle'),
      label('Car', 'en-US', false),
      label('Automobile', 'en-US', false),
      label('Véhicule', 'fr-FR'),
    ])
  })

  it('descriptions in languages without one, properties with other keys, and ids of terms merged before', async () => {
    const { set, gone, survivor } = await siblings(
      {
        descriptions: [
          { description: 'of the gone', languageTag: 'en-US' },
          { description: 'vom anderen', languageTag: 'de-DE' },
        ],
        properties: [
          { key: 'Colour', value: 'red' },
          { key: 'size', value: '7' },
        ],
      },
      {
        descriptions: [{ description: 'own', languageTag: 'en-US' }],
        properties: [{ key: 'colour', value: 'blue' }],
      },
    )
    const first = await kit.made.term(set, 'First')
    await merge(set, first, gone)
    await merge(set, gone, survivor)
    const after = await termOf(survivor)
    expect(after.mergedTermIds).toEqual([gone, first])
    expect(after.descriptions).toEqual([
      { description: 'own', languageTag: 'en-US' },
      { description: 'vom anderen', languageTag: 'de-DE' },
    ])
    expect(after.properties).toEqual([
      { key: 'colour', value: 'blue' },
      { key: 'size', value: '7' },
    ])
    // Both ids lead to the one that is left.
    for (const id of [first, gone]) expect((await kit.get(`/terms/${id}`)).body.id).toBe(survivor)
  })

  it('what it replaces, but not that it is deprecated', async () => {
    const { set, gone, survivor } = await siblings()
    const old = await kit.made.term(set, 'Old')
    await kit.onTerm(set, old, 'deprecate', { replacedBy: gone })
    await kit.onTerm(set, gone, 'deprecate')
    await merge(set, gone, survivor)
    expect((await termOf(survivor)).isDeprecated).toBe(false)
    // Through the survivor the chain would close.
    expect(refusal(await kit.onTerm(set, survivor, 'deprecate', { replacedBy: old })).status).toBe(400)
    await kit.onTerm(set, old, 'undeprecate')
    const third = await kit.made.term(set, 'Third')
    // An id of a merged term stands for its survivor.
    expect((await kit.onTerm(set, third, 'deprecate', { replacedBy: gone })).status).toBe(200)
    expect(refusal(await kit.onTerm(set, survivor, 'deprecate', { replacedBy: third })).status).toBe(400)
  })

  it('children, after those of the survivor: its list, then the other', async () => {
    const { set, gone, survivor } = await siblings()
    const [a, b] = [
      await kit.made.term({ set, term: survivor }, 'a'),
      await kit.made.term({ set, term: survivor }, 'b'),
    ]
    const [c, d] = [await kit.made.term({ set, term: gone }, '0 c'), await kit.made.term({ set, term: gone }, '1 d')]
    await kit.onTerm(set, survivor, 'order', { ids: [b, a] })
    await kit.onTerm(set, gone, 'order', { ids: [d, c] })
    await merge(set, gone, survivor)
    expect(await kit.children(set, survivor)).toEqual([b, a, d, c])
    expect(await kit.children(set)).toEqual([survivor])
  })

  it('its home, where the survivor is in another set: it is reused there, in the place and order of the term', async () => {
    const [one, other] = [await kit.freshSet(), await kit.freshSet()]
    const ids = [await kit.made.term(one, 'x'), await kit.made.term(one, 'y'), await kit.made.term(one, 'z')]
    const [x, gone, z] = ids as [string, string, string]
    const below = await kit.made.term({ set: one, term: gone }, 'Below')
    await kit.onTerm(one, gone, 'setAvailableForTagging', { value: false })
    await kit.call(`/sets/${one}`, 'order', { ids: [gone, z] })
    const survivor = await kit.made.term(other, 'Survivor')
    expect((await merge(one, gone, survivor)).status).toBe(200)
    expect(await kit.children(one)).toEqual([survivor, z, x])
    expect(await kit.children(one, survivor)).toEqual([below])
    expect(await kit.children(other, survivor)).toEqual([])
    const [relation] = await relationsOf(survivor)
    expect(relation).toMatchObject({ relationship: 'reuse', set: { id: one } })
    expect((await kit.get(`/terms/${survivor}/set`)).body.id).toBe(other)
  })

  it('what is local to its place, where the survivor takes it; what else it said stays in the record', async () => {
    const [one, other] = [await kit.freshSet(), await kit.freshSet()]
    const [gone, survivor] = [
      await kit.made.term(one, 'Gone', { descriptions: [{ description: 'of the gone', languageTag: 'en-US' }] }),
      await kit.made.term(other, 'Survivor', { descriptions: [{ description: 'own', languageTag: 'en-US' }] }),
    ]
    const properties = [{ key: 'shelf', value: 'A' }]
    await kit.onTerm(one, gone, 'setAvailableForTagging', { value: false })
    await kit.onTerm(one, gone, 'setLocalProperties', { properties })
    expect((await merge(one, gone, survivor)).status).toBe(200)
    const [row] = await server.parts.store.read(wellKnown.contoso, (tx) =>
      tx.find(relationType, { setId: one, toTermId: survivor }),
    )
    expect(row).toMatchObject({ relationship: 'reuse', isAvailableForTagging: false, localProperties: properties })
    const [change] = (await kit.get(`/sets/${one}/relata.history()?branch=true&$top=1`)).body.value
    const removed = change.rows.find(({ id }: { id: string }) => id === gone)
    expect(JSON.parse(removed.before)).toMatchObject({
      descriptions: [{ description: 'of the gone', languageTag: 'en-US' }],
    })
  })

  it('its local properties: of its place, or joined to those of the survivor beside it', async () => {
    const { set, gone, survivor } = await siblings()
    const taken = await kit.freshSet()
    await kit.made.reuse({ set, term: gone }, taken)
    const own = [{ key: 'Shelf', value: 'A' }]
    const theirs = [
      { key: 'shelf', value: 'B' },
      { key: 'floor', value: '2' },
    ]
    await kit.onTerm(set, survivor, 'setLocalProperties', { properties: own })
    await kit.onTerm(set, gone, 'setLocalProperties', { properties: theirs })
    await kit.onTerm(taken, gone, 'setLocalProperties', { properties: theirs })
    expect((await merge(set, gone, survivor)).status).toBe(200)
    const rows = await server.parts.store.read(wellKnown.contoso, async (tx) => ({
      home: await tx.get(termType, survivor),
      relation: (await tx.find(relationType, { toTermId: survivor, setId: taken }))[0],
    }))
    expect(rows.home?.localProperties).toEqual([...own, { key: 'floor', value: '2' }])
    expect(rows.relation?.localProperties).toEqual(theirs)
  })

  it('its relations: of the same kind where the survivor is not, and none beside it; children go along', async () => {
    const { set, gone, survivor } = await siblings()
    const [reusing, pinning, both] = [await kit.freshSet(), await kit.freshSet('Pinning'), await kit.freshSet()]
    const parent = await kit.made.term(reusing, 'Parent')
    await kit.made.reuse({ set, term: gone }, { set: reusing, term: parent })
    const local = await kit.made.term({ set: reusing, term: gone }, 'Local')
    await kit.made.pin({ set, term: gone }, pinning)
    for (const term of [gone, survivor]) await kit.made.reuse({ set, term }, both)
    const other = await kit.made.term({ set: both, term: gone }, 'Other')
    await merge(set, gone, survivor)
    const kinds = new Map((await relationsOf(survivor)).map((one) => [one.set.id, one]))
    expect(kinds.get(reusing)).toMatchObject({ relationship: 'reuse', fromTerm: { id: parent } })
    expect(kinds.get(pinning)).toMatchObject({ relationship: 'pin' })
    expect(kinds.get(both)).toMatchObject({ relationship: 'reuse' })
    expect(kinds.size).toBe(3)
    expect(await kit.children(reusing, survivor)).toEqual([local])
    expect(await kit.children(both, survivor)).toEqual([other])
    expect(await kit.children(both)).toEqual([survivor])
  })

  it('and says which sets show less, as a pin now shows the children of the survivor', async () => {
    const [one, other, pinning] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet('Überblick')]
    const gone = await kit.made.term(one, 'Gone')
    await kit.made.term({ set: one, term: gone }, 'Below')
    const survivor = await kit.made.term(other, 'Survivor')
    const shown = await kit.made.term({ set: other, term: survivor }, 'Shown')
    await kit.made.pin({ set: one, term: gone }, pinning)
    const answer = await merge(one, gone, survivor)
    const note = decodeURIComponent(answer.headers.get('relata-note') ?? '')
    expect(note).toContain("The set 'Überblick'")
    expect(note).toContain("no longer shows 'Below'.")
    expect(await kit.children(pinning, survivor)).toEqual([shown])
  })
})

describe('the id of a merged term', () => {
  it('is read as that of its survivor, which Content-Location names', async () => {
    const { set, gone, survivor } = await siblings()
    const below = await kit.made.term({ set, term: survivor }, 'Below')
    await merge(set, gone, survivor)
    for (const path of [
      `/terms/${gone}`,
      `/sets/${set}/terms/${gone}`,
      `/sets/${set}/children/${gone.toUpperCase()}`,
    ]) {
      const answer = await kit.get(path)
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body.id).toBe(survivor)
      const where = new URL(answer.headers.get('content-location') ?? '')
      expect(where.pathname).toBe(`${root}${path}`.replace(new RegExp(gone, 'i'), survivor))
    }
    expect((await kit.get(`/sets/${set}/terms/${survivor}`)).headers.get('content-location')).toBeNull()
    const children = await kit.get(`/sets/${set}/terms/${gone}/children`)
    expect(children.body.value.map(({ id }: { id: string }) => id)).toEqual([below])
    const elsewhere = await kit.freshSet()
    expect((await kit.get(`/sets/${elsewhere}/terms/${gone}`)).status).toBe(404)
  })

  it('is taken for it in the body of a relation', async () => {
    const { set, gone, survivor } = await siblings()
    const other = await kit.freshSet()
    await merge(set, gone, survivor)
    const { status, body } = await server.send('POST', `${root}/sets/${other}/relations`, {
      relationship: 'pin',
      toTerm: { id: gone },
    })
    expect(status).toBe(201)
    expect(body.toTerm.id).toBe(survivor)
    const shared = await kit.made.term(await kit.freshSet())
    const below = await server.send('POST', `${root}/sets/${set}/relations`, {
      relationship: 'reuse',
      toTerm: { id: shared },
      fromTerm: { id: gone },
    })
    expect(below.body.fromTerm.id).toBe(survivor)
  })

  it('is refused by writes that name it, and for a new term', async () => {
    const { set, gone, survivor } = await siblings()
    await merge(set, gone, survivor)
    const path = `/sets/${set}/terms/${gone}`
    const wanted = { status: 409, code: 'nameAlreadyExists' }
    expect(refusal(await kit.patch(path, { labels: labels('New') }))).toMatchObject(wanted)
    expect(refusal(await kit.remove(path))).toMatchObject(wanted)
    expect(refusal(await kit.onTerm(set, gone, 'move'))).toMatchObject(wanted)
    const again = refusal(
      await server.send('POST', `${root}/sets/${set}/children`, { id: gone, labels: labels('Again') }),
    )
    expect(again).toMatchObject({ ...wanted, target: 'id' })
    expect(again.message).toContain(`merged into ${survivor}`)
  })
})

describe('sets that show both terms by one pin', () => {
  it('show the survivor alone, as the terms are siblings where they are at home', async () => {
    const [home, mirror] = [await kit.freshSet(), await kit.freshSet()]
    const parent = await kit.made.term(home, 'Parent')
    const [gone, survivor] = [
      await kit.made.term({ set: home, term: parent }, 'Gone'),
      await kit.made.term({ set: home, term: parent }, 'Survivor'),
    ]
    const below = await kit.made.term({ set: home, term: gone }, 'Below')
    await kit.made.pin({ set: home, term: parent }, mirror)
    expect((await merge(home, gone, survivor)).status).toBe(200)
    expect(await kit.children(mirror, parent)).toEqual([survivor])
    expect(await kit.children(mirror, survivor)).toEqual([below])
  })
})

describe('undo of a merge', () => {
  it('is refused where something later changed the survivor, its labels or its children', async () => {
    const undo = (changeId: string | null) => kit.call('', 'undo', { changeId })
    const later: ((set: string, survivor: string, below: string) => Promise<Answer>)[] = [
      (set, survivor) => kit.patch(`/sets/${set}/terms/${survivor}`, { labels: labels('Renamed') }),
      (set, survivor, below) => kit.onTerm(set, below, 'move', { parent: null, set, after: survivor }),
    ]
    for (const change of later) {
      const { set, gone, survivor } = await siblings()
      const below = await kit.made.term({ set, term: gone }, 'Below')
      const merged = (await merge(set, gone, survivor)).headers.get('relata-change')
      const id = (await change(set, survivor, below)).headers.get('relata-change')
      const refused = await undo(merged)
      expect([refused.status, refused.body.error.later.map((one: { id: string }) => one.id)]).toEqual([409, [id]])
      expect((await undo(id)).status).toBe(200)
      expect((await undo(merged)).status).toBe(200)
      expect(new Set(await kit.children(set))).toEqual(new Set([gone, survivor]))
      expect(await kit.children(set, gone)).toEqual([below])
    }
  })
})

describe('with --strict', () => {
  it('the id of a merged term is not found, as nothing stands for another there', async () => {
    const location = await mkdtemp(join(tmpdir(), 'relata-merged-'))
    try {
      const first = await startTestServer({ location, inMemory: false })
      const own = verbKitFor(first)
      const set = await own.freshSet()
      const [gone, survivor] = [await own.made.term(set), await own.made.term(set)]
      await own.onTerm(set, gone, 'merge', { into: survivor })
      expect((await own.get(`/sets/${set}/terms/${gone}`)).body.id).toBe(survivor)
      await first.close()
      const strict = await startTestServer({ location, inMemory: false, strict: true })
      const path = `/beta/termStore/sets/${set}/terms`
      expect((await strict.send('GET', `${path}/${survivor}`)).status).toBe(200)
      expect((await strict.send('GET', `${path}/${gone}`)).status).toBe(404)
      await strict.close()
    } finally {
      await rm(location, { recursive: true, force: true })
    }
  })
})

describe('a merge is refused', () => {
  it('(1) where the term is shared, and not at home; for keywords and orphans', async () => {
    const { set, gone, survivor } = await siblings()
    const other = await kit.freshSet()
    await kit.made.reuse({ set, term: gone }, other)
    expect(refusal(await merge(other, gone, survivor))).toEqual({
      status: 400,
      code: 'invalidRequest',
      message: 'Only a source Term can be merged into another source Term.',
      target: undefined,
    })
    await kit.remove(`/sets/${set}/terms/${gone}`)
    expect(refusal(await merge(set, survivor, gone))).toMatchObject({ status: 400, target: 'into' })
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    expect(refusal(await merge(set, survivor, nothing))).toMatchObject({ status: 404, target: 'into' })
  })

  it('(2) into itself, and into what is below it', async () => {
    const set = await kit.freshSet()
    const [top, , deep] = (await kit.chain(set, 3)) as [string, string, string]
    expect(refusal(await merge(set, top, top))).toMatchObject({
      status: 400,
      message: 'Cannot merge a Term to its reused Term.',
      target: 'into',
    })
    expect(refusal(await merge(set, top, deep))).toMatchObject({ status: 400, target: 'into' })
    const other = await kit.freshSet()
    const mirrored = await kit.made.term(other, 'Mirrored')
    await kit.made.pin({ set: other, term: mirrored }, { set, term: deep })
    expect(refusal(await merge(set, top, mirrored)).status).toBe(400)
  })

  it('(3) where both are in a set and no siblings there, mirrored or not', async () => {
    const set = await kit.freshSet('Family')
    const [top, child] = (await kit.chain(set, 2)) as [string, string]
    const answer = refusal(await merge(set, child, top))
    expect(answer).toMatchObject({ status: 409, code: 'conflict', target: 'into' })
    expect(answer.message).toContain("'Family'")
    const [one, other, mirror] = [await kit.freshSet(), await kit.freshSet(), await kit.freshSet('Mirror')]
    const [a] = (await kit.chain(one, 1)) as [string]
    const below = await kit.made.term({ set: one, term: a }, 'Below')
    const survivor = await kit.made.term(other, 'Survivor')
    await kit.made.pin({ set: one, term: a }, mirror)
    await kit.made.pin({ set: other, term: survivor }, mirror)
    expect(refusal(await merge(one, below, survivor)).message).toContain("'Mirror'")
  })

  it('(4) into a deprecated term', async () => {
    const { set, gone, survivor } = await siblings()
    await kit.onTerm(set, survivor, 'deprecate')
    expect(refusal(await merge(set, gone, survivor))).toMatchObject({ status: 409, target: 'into' })
  })

  it('(5) where the branch of the survivor does not fit in the place of a pin', async () => {
    const [one, other, deep, twice] = [
      await kit.freshSet(),
      await kit.freshSet(),
      await kit.freshSet('Deep'),
      await kit.freshSet('Twice'),
    ]
    const [gone, second] = [await kit.made.term(one), await kit.made.term(one)]
    const [survivor, below] = (await kit.chain(other, 2)) as [string, string]
    const place = await kit.chain(deep, 6)
    await kit.made.pin({ set: one, term: gone }, { set: deep, term: place.at(-1) })
    const levels = refusal(await merge(one, gone, survivor))
    expect(levels).toMatchObject({ status: 409, target: 'into' })
    expect(levels.message).toContain("'Deep'")
    await kit.made.pin({ set: one, term: second }, twice)
    await kit.made.pin({ set: other, term: below }, twice)
    const once = refusal(await merge(one, second, survivor))
    expect(once).toMatchObject({ status: 409, target: 'into' })
    expect(once.message).toContain("'Twice'")
  })

  it('(6) where children have one default label, unless these are merged as well', async () => {
    const { set, gone, survivor } = await siblings()
    const [a, b] = [
      await kit.made.term({ set, term: gone }, 'Same', { labels: [label('Same'), label('Gleich', 'de-DE')] }),
      await kit.made.term({ set, term: survivor }, 'same'),
    ]
    const [deepA, deepB] = [
      await kit.made.term({ set, term: a }, 'Deep'),
      await kit.made.term({ set, term: b }, 'Deep'),
    ]
    const own = await kit.made.term({ set, term: a }, 'Own')
    const answer = refusal(await merge(set, gone, survivor))
    expect(answer).toMatchObject({ status: 409, code: 'nameAlreadyExists', target: 'onChildClash' })
    expect(answer.message).toContain('Same (en-US)')
    expect((await merge(set, gone, survivor, { onChildClash: 'merge' })).status).toBe(200)
    expect(await kit.children(set, survivor)).toEqual([b])
    expect(await kit.children(set, b)).toEqual([deepB, own])
    expect((await termOf(b)).labels).toEqual([label('Gleich', 'de-DE'), label('same')])
    expect((await kit.get(`/terms/${deepA}`)).body.id).toBe(deepB)
  })

  it('(6) where a child has the labels of two others', async () => {
    const { set, gone, survivor } = await siblings()
    await kit.made.term({ set, term: gone }, 'One', { labels: [label('One'), label('Zwei', 'de-DE')] })
    await kit.made.term({ set, term: survivor }, 'One')
    await kit.made.term({ set, term: survivor }, 'Two', { labels: [label('Two'), label('Zwei', 'de-DE')] })
    expect(refusal(await merge(set, gone, survivor, { onChildClash: 'merge' })).status).toBe(409)
  })

  it('(7) where the children are too deep in a set that mirrors the survivor', async () => {
    const { set, gone, survivor } = await siblings()
    await kit.chain(set, 2, gone)
    const deep = await kit.freshSet('Too deep')
    const place = await kit.chain(deep, 5)
    await kit.made.pin({ set, term: survivor }, { set: deep, term: place.at(-1) })
    const answer = refusal(await merge(set, gone, survivor))
    expect(answer).toMatchObject({ status: 400, code: 'invalidRequest', target: 'into' })
    expect(answer.message).toContain("'Too deep'")
  })

  it('where the survivor is pinned, and the other has children beside it', async () => {
    const [home, set] = [await kit.freshSet(), await kit.freshSet('Here')]
    const survivor = await kit.made.term(home, 'Survivor')
    await kit.made.pin({ set: home, term: survivor }, set)
    const [gone] = (await kit.chain(set, 2)) as [string]
    const answer = refusal(await merge(set, gone, survivor))
    expect(answer).toMatchObject({ status: 409, target: 'into' })
    expect(answer.message).toContain("'Here'")
  })

  it('where a sibling has a label that the survivor would get', async () => {
    const { set, gone, survivor } = await siblings({ labels: [label('Gone'), label('Haus', 'de-DE')] })
    const [other] = [await kit.freshSet()]
    await kit.made.term(other, 'House', { labels: [label('House'), label('Haus', 'de-DE')] })
    await kit.made.reuse({ set, term: survivor }, other)
    expect(refusal(await merge(set, gone, survivor))).toMatchObject({
      status: 409,
      code: 'nameAlreadyExists',
      target: 'into',
    })
  })
})

describe('case 24 of exchange.md §16', () => {
  it('merges a car into a vehicle, and takes it back', async () => {
    const [set, reusing] = [await kit.freshSet(), await kit.freshSet()]
    const car = await kit.made.term(set, 'Car', {
      labels: [label('Car'), label('Auto', 'de-DE'), label('Automobile', 'en-US', false)],
    })
    const vehicle = await kit.made.term(set, 'Vehicle')
    await kit.made.reuse({ set, term: car }, reusing)
    await kit.call(`/sets/${set}`, 'order', { ids: [vehicle, car] })
    const before = { car: await termOf(car), vehicle: await termOf(vehicle), relations: await relationsOf(car) }
    const answer = await merge(set, car, vehicle)
    expect(answer.body.labels).toEqual([
      label('Auto', 'de-DE'),
      label('Vehicle'),
      label('Car', 'en-US', false),
      label('Automobile', 'en-US', false),
    ])
    expect((await kit.get(`/terms/${car}`)).body.id).toBe(vehicle)
    const undone = await kit.call('', 'undo', { changeId: answer.headers.get('relata-change') })
    expect(undone.status, undone.text).toBe(200)
    expect(await termOf(car)).toEqual(before.car)
    expect(await termOf(vehicle)).toEqual(before.vehicle)
    expect(await relationsOf(car)).toEqual(before.relations)
    expect(await kit.children(set)).toEqual([vehicle, car])
    expect(await kit.children(reusing)).toEqual([car])
  })
})

describe('a dry run', () => {
  it('says what is merged and what moves', async () => {
    const { set, gone, survivor } = await siblings()
    const below = await kit.made.term({ set, term: gone }, 'Below')
    const { body } = await merge(set, gone, survivor, {}, 'relata.dry-run')
    const effects = new Map(
      body.effects.map(({ kind, action, sample }: { kind: string; action: string; sample: { id: string }[] }) => [
        `${kind} ${action}`,
        sample.map(({ id }) => id),
      ]),
    )
    expect(effects).toEqual(
      new Map([
        ['term move', [below]],
        ['term change', [survivor]],
        ['term merge', [gone]],
      ]),
    )
    expect((await kit.get(`/sets/${set}/terms/${gone}`)).body.id).toBe(gone)
  })
})
