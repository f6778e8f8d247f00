/** Bad and odd bodies: the rules of term-store.md §4 and §5, the wire rules of protocol.md §0 and §1. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let group: string
let set: string
const TS = '/v1.0/termStore'
const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  server.send(method, `${TS}${path}`, body, headers === undefined ? {} : { headers })
const label = (name: string, languageTag = 'en-US', isDefault = true) => ({ name, languageTag, isDefault })

beforeAll(async () => {
  server = await startTestServer()
  const made = taxonomyOver(server.send)
  group = await made.group('Bodies')
  set = await made.set(group, 'Bodies')
})
afterAll(() => server.close())

describe('a body', () => {
  it.each([
    ['empty', ''],
    ['not JSON', '{"displayName": '],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['with a wrong type name', '{"@odata.type":"#microsoft.graph.user","displayName":"x"}'],
    ['with a property given twice', '{"displayName":"x","DisplayName":"y"}'],
  ])('that is %s is refused with 400', async (_, text) => {
    const { status, body } = await send('POST', '/groups', text)
    expect([status, body.error.code]).toEqual([400, 'invalidRequest'])
  })

  it.each([
    ['description', '{"displayName":"x","description":"a","description":"b"}'],
    ['a/0/b', '{"displayName":"x","a":[{"b":1,"b":1}]}'],
  ])('that has the name %s twice is refused, with it as target', async (target, text) => {
    const { status, body } = await send('POST', '/groups', text)
    expect([status, body.error.code, body.error.target]).toEqual([400, 'invalidRequest', target])
  })

  it('that has a name twice inside a value, in two cases, is refused', async () => {
    const localizedNames = [{ name: 'x', Name: 'y', languageTag: 'en-US' }]
    const { status, body } = await send('POST', `/groups/${group}/sets`, { localizedNames })
    expect([status, body.error.target]).toEqual([400, 'localizedNames/0/Name'])
  })

  it('that is not UTF-8 is refused', async () => {
    const answer = await fetch(`${server.http}${TS}/groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    })
    expect(answer.status).toBe(400)
  })

  it('of another type is refused with 415, and may come zipped', async () => {
    const wrong = await send('POST', '/groups', '<a/>', { 'content-type': 'text/xml' })
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([415, 'application/json'])
    const zipped = await fetch(`${server.http}${TS}/groups`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.token()}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(JSON.stringify({ displayName: 'Zipped' })),
    })
    expect(zipped.status).toBe(201)
  })

  it('too large is refused with 413', async () => {
    const { status, body } = await send('POST', '/groups', { displayName: 'x', description: 'y'.repeat(5_000_000) })
    expect([status, body.error.message]).toEqual([413, expect.any(String)])
  })

  it('may be missing although its type is declared', async () => {
    const headers = { 'content-type': 'application/json' }
    expect((await send('GET', '', undefined, headers)).status).toBe(200)
    expect((await send('DELETE', '/sets/00000000-1111-4222-8333-444444444444', undefined, headers)).status).toBe(404)
  })

  it('has every fault reported at once, each with its target', async () => {
    const { status, body } = await send('POST', `/sets/${set}/children`, {
      labels: [
        { name: 'semi;colon', languageTag: 'en-US', isDefault: true },
        { name: 5, languageTag: 'en-US' },
        { name: 'x', languageTag: 'xx-nope', isDefault: 'yes' },
      ],
      descriptions: 'none',
      properties: [{ key: 'a<b', value: 'v' }],
    })
    expect(status).toBe(400)
    const targets = body.error.details.map((detail: { target: string }) => detail.target)
    expect(targets).toEqual(
      expect.arrayContaining([
        'labels/0/name',
        'labels/1/name',
        'labels/2/isDefault',
        'descriptions',
        'properties/0/key',
      ]),
    )
    expect(body.error).toMatchObject({
      code: 'invalidRequest',
      target: targets[0],
      message: body.error.details[0].message,
    })
    expect((await send('GET', `/sets/${set}/terms`)).body.value).toEqual([])
  })

  it('holds no U+0000 anywhere, nor does a query, and half a character becomes U+FFFD', async () => {
    const refused = [
      await send('POST', '/groups', { displayName: 'a\u0000b' }),
      await send('POST', `/sets/${set}/children`, { labels: [label('a\u0000b')] }),
      await send('POST', `/sets/${set}/children`, {
        labels: [label('Whole')],
        descriptions: [{ description: '\u0000', languageTag: 'en-US' }],
      }),
      await send('GET', `/groups?$filter=${encodeURIComponent("displayName eq 'a\u0000'")}`),
      await send('GET', `/sets/${set}/terms?$search=${encodeURIComponent('"a\u0000"')}`),
    ]
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
    const made = await send('POST', '/groups', '{"displayName":"Half \\ud83d"}')
    expect([made.status, made.body.displayName]).toEqual([201, 'Half \ufffd'])
  })

  it('may hold members nobody knows', async () => {
    const { status, body } = await send('POST', '/groups', {
      displayName: 'Extras',
      contact: 'x',
      isOpen: true,
      scope: 'GLOBAL',
    })
    expect([status, body.scope]).toEqual([201, 'global'])
    expect(body).not.toHaveProperty('contact')
  })

  it('keeps text as it is, normalised as SharePoint does', async () => {
    const name = '  Salt  &\u00a0Pepper \u{1f9c2} '
    const { body } = await send('POST', `/sets/${set}/children`, {
      labels: [label(name)],
      descriptions: [{ languageTag: 'en-US', description: 'a "quote", a \\ and a \u2028' }],
    })
    expect(body.labels[0].name).toBe('Salt ＆ Pepper \u{1f9c2}')
    const read = (await send('GET', `/sets/${set}/terms/${body.id}`)).body
    expect(read.descriptions).toEqual([{ description: 'a "quote", a \\ and a \u2028', languageTag: 'en-US' }])
    expect({ ...read, '@odata.context': '' }).toEqual({ ...body, '@odata.context': '' })
    await send('DELETE', `/sets/${set}/terms/${body.id}`)
  })
})

describe('labels', () => {
  it.each([
    ['missing', undefined],
    ['empty', []],
    ['two defaults in a language', [label('a'), label('b')]],
    ['none default among several', [label('a', 'en-US', false), label('b', 'en-US', false)]],
    ['a language the store does not have', [label('a', 'sv-SE')]],
    ['no language', [{ name: 'a', isDefault: true }]],
    ['white space', [label('   ')]],
    ['too long', [label('x'.repeat(256))]],
    ['a tab', [label('a\tb;')]],
    ['the same label twice', [label('a'), label('A', 'en-US', false)]],
    ['a null element', [null]],
    ['null', null],
  ])('are refused when %s', async (_, labels) => {
    const { status, body } = await send('POST', `/sets/${set}/children`, { labels })
    expect([status, body.error.code, body.error.target]).toEqual([
      400,
      'invalidRequest',
      expect.stringMatching(/^labels/),
    ])
  })

  it('get a default of their language, and one in the default language', async () => {
    const { body } = await send('POST', `/sets/${set}/children`, {
      labels: [{ name: 'Nur deutsch', languageTag: 'de-de' }],
    })
    expect(body.labels).toEqual([label('Nur deutsch', 'de-DE'), label('Nur deutsch', 'en-US')])
  })

  it('are unique among siblings, in every language both have', async () => {
    expect(
      (await send('POST', `/sets/${set}/children`, { labels: [label('One'), label('Eins', 'de-DE')] })).status,
    ).toBe(201)
    for (const labels of [[label('ONE')], [label('Two'), label('eins', 'de-DE')]]) {
      const { status, body } = await send('POST', `/sets/${set}/children`, { labels })
      expect([status, body.error.code]).toEqual([409, 'nameAlreadyExists'])
    }
    expect(
      (await send('POST', `/sets/${set}/children`, { labels: [label('Other'), label('one', 'en-US', false)] })).status,
    ).toBe(201)
  })
})

describe('a patch', () => {
  it('replaces collections, clears with null, and ignores what is read-only', async () => {
    const { body: made } = await send('POST', `/sets/${set}/children`, {
      labels: [label('Patched')],
      descriptions: [{ languageTag: 'en-US', description: 'x' }],
      properties: [{ key: 'a', value: '1' }],
    })
    const at = `/sets/${set}/terms/${made.id}`
    const { body } = await send('PATCH', at, {
      id: made.id,
      createdDateTime: '2000-01-01T00:00:00Z',
      descriptions: [],
      properties: [{ key: 'b', value: '2' }],
    })
    expect(body).toMatchObject({ createdDateTime: made.createdDateTime, descriptions: [], labels: made.labels })
    expect((await send('GET', `${at}?$select=properties`)).body.properties).toEqual([{ key: 'b', value: '2' }])
    expect((await send('PATCH', at, { labels: [] })).status).toBe(400)
    expect((await send('PATCH', at, { id: group })).status).toBe(400)
    expect((await send('PATCH', at, {})).status).toBe(200)
  })

  it('keeps the names of a set when they are sent empty, and empties its description', async () => {
    const { status, body } = await send('PATCH', `/sets/${set}`, { localizedNames: [], description: null })
    expect([status, body.localizedNames, body.description]).toEqual([
      200,
      [{ name: 'Bodies', languageTag: 'en-US' }],
      '',
    ])
  })

  it('renames a group, and not to a name that is taken', async () => {
    expect((await send('PATCH', `/groups/${group}`, { displayName: 'Renamed' })).body.displayName).toBe('Renamed')
    const taken = await send('PATCH', `/groups/${group}`, { displayName: 'library' })
    expect([taken.status, taken.body.error.code]).toEqual([409, 'nameAlreadyExists'])
  })
})

describe('languages of the store', () => {
  it('are sorted by LCID, and never lose the default or the last one', async () => {
    const { body } = await send('PATCH', '', {
      languageTags: ['nl-BE', 'en-us', 'cs-CZ', 'de-DE', 'fr-FR', 'ha-Latn-NG'],
    })
    expect(body.languageTags).toEqual(['cs-CZ', 'de-DE', 'en-US', 'fr-FR', 'ha-Latn-NG', 'nl-BE'])
    for (const languageTags of [[], ['de-DE'], null, ['en-US', 'not a tag']]) {
      const { status, body: error } = await send('PATCH', '', { languageTags })
      expect([status, error.error.code]).toEqual([400, 'invalidRequest'])
    }
  })

  it('take a new default language, which every term then has a label in', async () => {
    const { body: made } = await send('POST', `/sets/${set}/children`, { labels: [label('Only English')] })
    const { status, body } = await send('PATCH', '', { defaultLanguageTag: 'sv-SE' })
    expect([status, body.defaultLanguageTag]).toEqual([200, 'sv-SE'])
    expect(body.languageTags).toContain('sv-SE')
    const read = (await send('GET', `/sets/${set}/terms/${made.id}`)).body
    expect(read.labels).toEqual([label('Only English', 'en-US'), label('Only English', 'sv-SE')])
    expect((await send('PATCH', '', { defaultLanguageTag: 'en-US' })).status).toBe(200)
  })
})

describe('what the system owns', () => {
  it('cannot be made, changed or removed', async () => {
    const groups = (await send('GET', '/groups')).body.value as { id: string; scope: string; description: string }[]
    const system = groups.find((entry) => entry.scope === 'system')
    expect(system?.description).toBe('These term sets are used by the system itself.')
    const sets = (await send('GET', `/groups/${system?.id}/sets`)).body.value as {
      id: string
      localizedNames: { name: string }[]
    }[]
    expect(sets.map((entry) => entry.localizedNames[0]?.name)).toEqual(['Hashtags', 'Keywords', 'Orphaned Terms'])
    const refused = [
      await send('DELETE', `/groups/${system?.id}`),
      await send('POST', '/groups', { displayName: 'Mine', scope: 'system' }),
      await send('POST', `/groups/${system?.id}/sets`, { localizedNames: [{ languageTag: 'en-US', name: 'x' }] }),
      await send('DELETE', `/sets/${sets[1]?.id}`),
    ]
    expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
      refused.map(() => [403, 'accessDenied']),
    )
  })
})

describe('limits', () => {
  const small = { limits: { terms: 1_000_000, sets: 20, termsPerSet: 2 } }
  it('of a set and of the store are kept', async () => {
    const other = await startTestServer(small)
    const group = (await other.send('POST', `${TS}/groups`, { displayName: 'Small' })).body.id
    const make = (name: string) =>
      other.send('POST', `${TS}/groups/${group}/sets`, { localizedNames: [{ languageTag: 'en-US', name }] })
    const id = (await make('First')).body.id
    const add = (name: string) => other.send('POST', `${TS}/sets/${id}/children`, { labels: [label(name)] })
    expect([(await add('a')).status, (await add('b')).status]).toEqual([201, 201])
    const third = await add('c')
    expect([third.status, third.body.error.code]).toEqual([400, 'invalidRequest'])
    const statuses: number[] = []
    for (let number = 0; number < 15; number += 1) statuses.push((await make(`Set ${number}`)).status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(20 - 4 - 3 - 1)
    expect(statuses.at(-1)).toBe(400)
    await other.close()
  })
})
