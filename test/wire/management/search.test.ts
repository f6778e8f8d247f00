/** Search and the flat list of a set over the wire: exchange.md §9.2, §11. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { createOver, labels, names, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

const root = '/v1.0/termStore'

interface Found {
  id: string
  setId: string
  kind: string
  path: string[]
  matched: { name: string; languageTag: string; isDefault: boolean }
  label: string
  tier: number
  places?: { setId: string; kind: string; path: string[] }[]
}

let server: TestServer
let made: Taxonomy
let group: string
let geo: string
let trips: string
const terms: Record<string, string> = {}

const label = (name: string, languageTag: string, isDefault = true) => ({ name, languageTag, isDefault })
const search = (body: Record<string, unknown>, headers = {}): Promise<Answer> =>
  server.send('POST', `${root}/relata.search`, body, headers)
const found = async (body: Record<string, unknown>): Promise<Found[]> => {
  const { status, body: answer } = await search(body)
  expect(status).toBe(200)
  return answer.items
}
const namesOf = (items: readonly Found[]): string[] => items.map(({ matched }) => matched.name)

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  await server.send('PATCH', root, { languageTags: ['en-US', 'de-DE', 'ru-RU'] })
  group = await made.group('Search')
  geo = await made.set(group, 'Geo')
  trips = await made.set(group, 'Trips')
  terms['europe'] = await made.term(geo, 'Europe', {
    labels: [label('Europe', 'en-US'), label('Европа', 'ru-RU'), label('Old World', 'en-US', false)],
  })
  terms['munich'] = await made.term({ set: geo, term: terms['europe'] }, 'Munich', {
    labels: [label('Munich', 'en-US'), label('München', 'de-DE')],
  })
  terms['elbrus'] = await made.term({ set: geo, term: terms['europe'] }, 'Elbrus', {
    labels: [label('Elbrus', 'en-US'), label('Ёлка', 'ru-RU')],
  })
  await made.pin({ set: geo, term: terms['europe'] }, trips)
})
afterAll(() => server.close())

describe('relata.search', () => {
  it('has at most 100 scopes, and counts a scope or a language once', async () => {
    const scope = { set: geo }
    const once = await found({ text: 'mun', scopes: [scope] })
    expect(await found({ text: 'mun', scopes: [scope, { set: geo.toUpperCase() }, scope] })).toEqual(once)
    expect(await found({ text: 'mun', languages: ['en-US', 'EN-us', 'en-US'] })).toEqual(once)
    const body = { text: 'mun', scopes: Array.from({ length: 101 }, () => scope) }
    const { status, body: refused } = await server.send('POST', `${root}/relata.search`, body)
    expect([status, refused.error.target]).toEqual([400, 'scopes'])
  })

  it('finds terms as they are typed, with the place and the label that matches', async () => {
    expect(await found({ text: 'mun' })).toEqual([
      {
        id: terms['munich'],
        setId: geo,
        kind: 'home',
        path: ['Europe', 'Munich'],
        matched: { name: 'Munich', languageTag: 'en-US', isDefault: true },
        label: 'Munich',
        tier: 5,
        isDeprecated: false,
        isAvailable: true,
        lastModifiedDateTime: expect.stringMatching(/^2/),
      },
    ])
    expect(namesOf(await found({ text: 'muen' }))).toEqual(['München'])
    expect(namesOf(await found({ text: 'ЕЛКА' }))).toEqual(['Ёлка'])
    expect(namesOf(await found({ text: 'wor' }))).toEqual(['Old World'])
    expect(await found({ text: 'uni' })).toEqual([])
    expect(namesOf(await found({ text: 'uni', match: 'contains' }))).toEqual(['Munich'])
  })

  it('prefers languages, and leaves out the others', async () => {
    const [item] = await found({ text: 'm', languages: ['de-DE'] })
    expect(item).toMatchObject({ matched: { languageTag: 'de-DE' }, label: 'München' })
    expect(await found({ text: 'm', languages: ['ru-RU'] })).toEqual([])
  })

  it('searches sets with what is shared and mirrored there, and tells all places', async () => {
    const [item] = await found({ text: 'munich', scopes: [{ set: trips }], withPlaces: true })
    expect(item).toMatchObject({ setId: trips, kind: 'mirror', path: ['Europe', 'Munich'] })
    expect(item?.places?.map(({ setId, kind }) => [setId, kind])).toEqual([
      [geo, 'home'],
      [trips, 'mirror'],
    ])
    expect(await found({ text: 'munich', scopes: [{ set: trips }, { set: geo }] })).toHaveLength(2)
    expect(await found({ text: 'europe', scopes: [{ set: trips }] })).toMatchObject([{ kind: 'pin' }])
    expect(await found({ text: 'e', scopes: [{ term: terms['europe'] }] })).toMatchObject([{ id: terms['elbrus'] }])
    expect(await found({ text: 'e', scopes: [{ group }] })).toHaveLength(2)
    const other = await made.set(group, 'Other')
    expect(await found({ text: 'e', scopes: [{ set: other }] })).toEqual([])
  })

  it('follows changes of labels, of places and of state at once', async () => {
    const set = await made.set(group, 'Changes')
    const term = await made.term(set, 'Quagga')
    expect(await found({ text: 'quag' })).toHaveLength(1)
    await server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { labels: labels('Zebra') })
    expect(await found({ text: 'quag' })).toEqual([])
    expect(await found({ text: 'zebra', scopes: [{ set }] })).toHaveLength(1)
    await server.send('POST', `${root}/sets/${set}/terms/${term}/relata.move`, { set: trips })
    expect(await found({ text: 'zebra', scopes: [{ set }] })).toEqual([])
    expect(await found({ text: 'zebra', scopes: [{ set: trips }] })).toHaveLength(1)
    await server.send('POST', `${root}/sets/${trips}/terms/${term}/relata.deprecate`, {})
    expect(await found({ text: 'zebra' })).toEqual([])
    expect(await found({ text: 'zebra', includeDeprecated: true })).toHaveLength(1)
    await server.send('DELETE', `${root}/sets/${trips}/terms/${term}`)
    expect(await found({ text: 'zebra', includeDeprecated: true })).toEqual([])
  })

  it('finds a term by its GUID, and by that of a term that was merged into it', async () => {
    const set = await made.set(group, 'Merged')
    const [car, vehicle] = [await made.term(set, 'Car'), await made.term(set, 'Vehicle')]
    await server.send('POST', `${root}/sets/${set}/terms/${car}/relata.merge`, { into: vehicle })
    expect(await found({ text: `{${vehicle.toUpperCase()}}` })).toMatchObject([{ id: vehicle, tier: 0 }])
    expect(await found({ text: car })).toMatchObject([{ id: vehicle }])
    expect(await found({ text: 'car' })).toMatchObject([{ id: vehicle, matched: { name: 'Car', isDefault: false } }])
  })

  it('goes on page by page, each term once', async () => {
    const set = await made.set(group, 'Pages')
    for (const name of ['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5']) await made.term(set, name)
    const ids: string[] = []
    for (let skipToken: string | null = null; ; ) {
      const { body } = await search({ text: 'page', scopes: [{ set }], top: 2, skipToken })
      ids.push(...namesOf(body.items))
      skipToken = body.skipToken
      if (skipToken === null) break
    }
    expect(ids).toEqual(['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5'])
  })

  it('counts what is found where it is asked to, to a thousand', async () => {
    const set = await made.set(group, 'Counted')
    const children = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => ({ labels: labels(`Counted ${from + at}`) }))
    const add = async (from: number, to: number): Promise<void> => {
      const requests = children(from, to).map((body, at) => ({
        id: String(at),
        method: 'POST',
        url: `/termStore/sets/${set}/children`,
        headers: { 'Content-Type': 'application/json' },
        body,
      }))
      for (let at = 0; at < requests.length; at += 20) {
        const { body } = await server.send('POST', '/v1.0/$batch', { requests: requests.slice(at, at + 20) })
        expect(body.responses.map(({ status }: { status: number }) => status)).not.toContain(400)
      }
    }
    await add(0, 30)
    const asked = { text: 'counted', scopes: [{ set }], top: 2, withTotal: true }
    const { body } = await search(asked)
    expect([body.items.length, body.total]).toEqual([2, 30])
    expect((await search({ ...asked, skipToken: body.skipToken })).body.total).toBe(30)
    expect((await search({ ...asked, withTotal: null })).body.total).toBeNull()
    expect((await search({ ...asked, text: 'nothing of it' })).body.total).toBe(0)
    await add(30, 1010)
    expect((await search(asked)).body.total).toBe(1000)
  })

  it('finds what was changed since an instant', async () => {
    const set = await made.set(group, 'Recent')
    const [old, recent] = [await made.term(set, 'Recent one'), await made.term(set, 'Recent two')]
    const { now } = await server.clock({ advance: 'PT1H' })
    const path = `${root}/sets/${set}/terms/${recent}`
    await server.send('PATCH', path, { descriptions: [{ description: 'new', languageTag: 'en-US' }] })
    const asked = { text: 'recent', scopes: [{ set }], withTotal: true }
    expect((await search(asked)).body.total).toBe(2)
    const { body } = await search({ ...asked, modifiedSince: now })
    expect([body.items.map(({ id }: Found) => id), body.total]).toEqual([[recent], 1])
    expect(await found({ text: old, modifiedSince: now })).toEqual([])
    expect((await search({ ...asked, modifiedSince: 'yesterday' })).status).toBe(400)
  })

  it('says what is wrong with its parameters', async () => {
    const target = async (body: Record<string, unknown>) => {
      const { status, body: answer } = await search(body)
      return [status, answer.error.code, answer.error.details?.[0]?.target ?? answer.error.target]
    }
    expect(await target({})).toEqual([400, 'invalidRequest', 'text'])
    expect((await target({ text: 'a', top: 0 }))[0]).toBe(400)
    for (const tag of ['xx-XX', 'fr-FR', '\0'])
      expect(await target({ text: 'a', languages: ['en-US', tag] })).toEqual([400, 'invalidRequest', 'languages/1'])
    expect((await target({ text: 'a', skipToken: 'x' }))[0]).toBe(400)
    expect((await target({ text: 'a', match: 'fuzzy' }))[0]).toBe(400)
    expect((await target({ text: 'a', scopes: [{}] }))[0]).toBe(400)
    expect((await target({ text: 'a', scopes: [{ set: '00000000-0000-4000-8000-00000000dead' }] }))[0]).toBe(404)
  })
})

describe('a text with U+0000', () => {
  it('finds nothing, and is no part of a token', async () => {
    for (const text of ['\0', 'mu\0n']) expect(await found({ text })).toEqual([])
    const skipToken = Buffer.from('[0,["\\u0000","x"],null]').toString('base64url')
    const { status, body } = await server.send('POST', `${root}/relata.search`, { text: 'mun', skipToken })
    expect([status, body.error.target]).toEqual([400, 'skipToken'])
    for (const call of ["label='%00'", "label='mun',languageTag='%00'"]) {
      const answer = await server.send('GET', `/_api/v2.1/termStore/searchTerm(${call})`)
      expect([answer.status, answer.body.value]).toEqual([200, []])
    }
  })
})

describe('relata.getAllTerms', () => {
  const all = async (set: string, options = ''): Promise<Answer[]> => {
    const values: Answer[] = []
    let address = `${root}/sets/${set}/relata.getAllTerms()${options}`
    for (;;) {
      const { status, body, text } = await server.send('GET', address)
      expect(status, text).toBe(200)
      values.push(...body.value)
      if (body['@odata.nextLink'] === undefined) return values
      const next = new URL(body['@odata.nextLink'])
      address = next.pathname + next.search
    }
  }

  it('lists a set depth first, with what it mirrors', async () => {
    const set = await made.set(group, 'Flat')
    const b = await made.term(set, 'B')
    const a = await made.term(set, 'A')
    const c = await made.term({ set, term: a }, 'C')
    await server.send('POST', `${root}/sets/${set}/relata.order`, { ids: [b] })
    await made.pin({ set: geo, term: terms['europe'] as string }, { set, term: c })
    const wanted = [
      { id: b, parentId: null, level: 1, index: 0, kind: 'home', path: ['B'] },
      { id: a, parentId: null, level: 1, index: 1, kind: 'home', path: ['A'] },
      { id: c, parentId: a, level: 2, index: 0, kind: 'home', path: ['A', 'C'] },
      { id: terms['europe'], parentId: c, level: 3, index: 0, kind: 'pin', homeSetId: geo },
      { id: terms['elbrus'], parentId: terms['europe'], level: 4, index: 0, kind: 'mirror' },
      { id: terms['munich'], parentId: terms['europe'], level: 4, index: 1, kind: 'mirror' },
    ]
    expect(await all(set)).toMatchObject(wanted)
    for (const top of [1, 2, 4]) expect(await all(set, `?$top=${top}`)).toMatchObject(wanted)
    const [, , , , , last] = (await all(set, '?language=de-DE')) as unknown as { label: string }[]
    expect(last?.label).toBe('München')
    const unknown = await server.send('GET', `${root}/sets/${set}/relata.getAllTerms()?language=nl-NL`)
    expect([unknown.status, unknown.body.error.target]).toEqual([400, 'language'])
    expect(unknown.body.error.message).toContain('de-DE')
  })

  it('leaves out deprecated terms, not what is below them, unless they are asked for', async () => {
    const set = await made.set(group, 'Outdated')
    const old = await made.term(set, 'Old')
    const below = await made.term({ set, term: old }, 'Below')
    await server.send('POST', `${root}/sets/${set}/terms/${old}/relata.deprecate`, {})
    expect(await all(set)).toMatchObject([{ id: below, parentId: old, level: 2 }])
    expect(await all(set, '?includeDeprecated=true&$top=1')).toMatchObject([
      { id: old, isDeprecated: true },
      { id: below },
    ])
  })
})

describe('With --strict', () => {
  it('there is neither', async () => {
    const strict = await startTestServer({ strict: true })
    try {
      const beta = '/beta/termStore'
      const { body } = await strict.send('POST', `${beta}/groups`, { displayName: 'Strict' })
      const set = await createOver(strict.send, `${beta}/sets`, {
        localizedNames: names('Set'),
        parentGroup: { id: body.id },
      })
      const answers = [
        await strict.send('POST', `${beta}/relata.search`, { text: 'a' }),
        await strict.send('GET', `${beta}/sets/${set}/relata.getAllTerms()`),
      ]
      expect(answers.map(({ status }) => status)).toEqual([400, 400])
    } finally {
      await strict.close()
    }
  })
})
