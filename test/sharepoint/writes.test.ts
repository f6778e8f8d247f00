/** What is written through the endpoint for pickers: the rules, the roles and the record of changes are Graph's (exchange.md §13.6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

const root = '/_api/v2.1/termStore'
let server: TestServer
let taxonomy: Taxonomy
let group: string
let set: string

beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
  group = await taxonomy.group('Written')
  set = await taxonomy.set(group, 'Written')
})
afterAll(() => server.close())

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.send(method, `${root}/${path}`, body, { headers })
const get = async (path: string) => (await send('GET', path)).body

describe('terms', () => {
  it('are made with members that Graph has no name for, in one change', async () => {
    const made = await send('POST', `sets/${set}/children`, {
      labels: labels('All at once'),
      isDeprecated: true,
      isAvailableForTagging: [{ setId: set, isAvailable: false }],
      localProperties: [{ setId: set, properties: [{ key: 'k', value: 'v' }] }],
    })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`${server.http}${root}/sets('${set}')/children('${made.body.id}')`)
    expect(made.headers.get('relata-change-batch')).toBeTruthy()
    const shown = await get(`sets/${set}/terms/${made.body.id}?$select=*,localProperties`)
    expect(shown).toMatchObject({
      isDeprecated: true,
      isAvailableForTagging: [{ setId: set, isAvailable: false }],
      localProperties: [{ setId: set, properties: [{ key: 'k', value: 'v' }] }],
    })
  })

  it('are not made at all where one of the members is refused', async () => {
    const before = (await get(`sets/${set}/terms`)).value.length
    const { status, body } = await send('POST', `sets/${set}/children`, {
      labels: labels('Half'),
      localProperties: [{ setId: set, properties: [{ key: 'a;b', value: '' }] }],
    })
    expect([status, body.error.code, body.error.target]).toEqual([400, 'invalidRequest', 'properties/0/key'])
    expect((await get(`sets/${set}/terms`)).value).toHaveLength(before)
  })

  it('are changed by what they were read as', async () => {
    const term = await taxonomy.term(set, 'Read and sent')
    const away = await taxonomy.set(group, 'Away')
    await taxonomy.pin({ set, term }, away)
    const read = await get(`sets/${set}/terms/${term}?$select=*,customSortOrder,properties,localProperties`)
    const sent = await send('PATCH', `sets/${set}/terms/${term}`, { ...read, labels: labels('Sent') })
    expect([sent.status, sent.body.labels[0].name]).toEqual([200, 'Sent'])
    expect(sent.body.isAvailableForTagging).toEqual(read.isAvailableForTagging)
  })

  it('are available in one set and not in another', async () => {
    const term = await taxonomy.term(set, 'Available')
    const away = await taxonomy.set(group, 'Not available')
    await taxonomy.reuse({ set, term }, away)
    const entry = { setId: away, isAvailable: false }
    const refused = await send('PATCH', `sets/${set}/terms/${term}`, { isAvailableForTagging: [entry] })
    expect([refused.status, refused.body.error.target]).toEqual([400, 'isAvailableForTagging'])
    const { body } = await send('PATCH', `sets/${away}/terms/${term}`, { isAvailableForTagging: [entry] })
    expect(body.isAvailableForTagging).toEqual([{ setId: set, isAvailable: true }, entry])
    const plain = await send('PATCH', `sets/${away}/terms/${term}`, { isAvailableForTagging: true })
    expect(plain.body.isAvailableForTagging).toContainEqual({ setId: away, isAvailable: true })
  })

  it('keep the order of their children for each set, and lose it', async () => {
    const term = await taxonomy.term(set, 'Order')
    const [a, b] = [await taxonomy.term({ set, term }, 'a'), await taxonomy.term({ set, term }, 'b')]
    const order = async (customSortOrder: unknown) => {
      const { status } = await send('PATCH', `sets/${set}/terms/${term}`, { customSortOrder })
      expect(status).toBe(200)
      return (await get(`sets/${set}/terms/${term}/getLegacyChildren`)).value.map(({ id }: { id: string }) => id)
    }
    expect(await order([{ setId: set, order: [b, a] }])).toEqual([b, a])
    expect((await get(`terms/${term}?$select=customSortOrder`)).customSortOrder).toEqual([
      { setId: set, order: [b, a] },
    ])
    expect(await order(null)).toEqual([a, b])
    expect(await get(`terms/${term}?$select=customSortOrder`)).not.toHaveProperty('customSortOrder')
  })

  it('below a pin are refused as in Graph', async () => {
    const term = await taxonomy.term(set, 'Pinned')
    const below = await taxonomy.term({ set, term }, 'Below')
    const away = await taxonomy.set(group, 'Pins')
    await taxonomy.pin({ set, term }, away)
    for (const body of [
      { isAvailableForTagging: false },
      { localProperties: [{ setId: away, properties: [{ key: 'a', value: 'b' }] }] },
    ])
      expect((await send('PATCH', `sets/${away}/terms/${below}`, body)).body.error.message).toMatch(
        /below a pinned term/,
      )
    const added = await send('POST', `sets/${away}/terms/${term}/children`, { labels: labels('No') })
    expect([added.status, added.body.error.code]).toEqual([400, 'invalidRequest'])
    const twin = await send('POST', `sets/${set}/children`, { labels: labels('Pinned') })
    expect([twin.status, twin.body.error.code]).toEqual([409, 'nameAlreadyExists'])
  })

  it('are shared, and deleted by the way SharePoint’s clients delete', async () => {
    const term = await taxonomy.term(set, 'Shared')
    const away = await taxonomy.set(group, 'Shared into')
    const relation = await send('POST', `sets/${set}/terms/${term}/relations`, {
      relationship: 'reuse',
      set: { id: away },
    })
    expect([relation.status, relation.body.relationship]).toEqual([201, 'reuse'])
    expect((await get(`sets/${away}/relations/${relation.body.id}/toTerm`)).id).toBe(term)
    const unshared = await send('POST', `sets/${away}/relations/${relation.body.id}`, undefined, {
      'x-http-method': 'DELETE',
      'if-match': '*',
    })
    expect(unshared.status).toBe(204)
    expect((await send('DELETE', `sets/${set}/terms/${term}`)).status).toBe(204)
    expect((await send('GET', `terms/${term}`)).status).toBe(404)
  })
})

describe('sets and groups', () => {
  it('have members that Graph cannot change', async () => {
    const made = await send('POST', 'sets', { groupId: group, localizedNames: names('By group'), isOpen: true })
    expect([made.status, made.body.isOpen, made.body.groupId]).toEqual([201, true, group])
    const { body } = await send('PATCH', `sets/${made.body.id}`, {
      isOpen: false,
      isAvailableForTagging: false,
      contact: 'terms@contoso.example',
      description: 'Changed',
    })
    expect(body).toMatchObject({
      isOpen: false,
      isAvailableForTagging: false,
      contact: 'terms@contoso.example',
      description: 'Changed',
    })
    expect((await send('PATCH', `sets/${made.body.id}`, { contact: null })).body.contact).toBeNull()
  })

  it('are named by either name', async () => {
    const made = await send('POST', 'groups', { name: 'Named', description: 'd' })
    expect(made.body).toMatchObject({ name: 'Named', displayName: 'Named', description: 'd', type: 'RegularGroup' })
    const renamed = await send(
      'POST',
      `groups/${made.body.id}`,
      { displayName: 'Renamed' },
      { 'x-http-method': 'MERGE' },
    )
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Renamed'])
    const twin = await send('POST', 'groups', { displayName: 'Renamed' })
    expect([twin.status, twin.body.error.code]).toEqual([409, 'nameAlreadyExists'])
    expect((await send('DELETE', `groups/${made.body.id}`)).status).toBe(204)
  })

  it('say what of a body they do not take', async () => {
    const { headers } = await send('PATCH', `sets/${set}`, { description: 'x', nonsense: 1 })
    expect(headers.get('relata-ignored')).toMatch(/nonsense/)
  })
})

describe('the record of changes', () => {
  it('has what was written, as if it had been written through Graph', async () => {
    const term = await taxonomy.term(set, 'Recorded')
    const { headers } = await send('PATCH', `sets/${set}/terms/${term}`, { isDeprecated: true })
    const change = headers.get('relata-change')
    expect(change).toBeTruthy()
    const undone = await server.send('POST', '/v1.0/termStore/relata.undo', { changeId: change })
    expect([undone.status, undone.text.includes('error')]).toEqual([200, false])
    expect((await get(`terms/${term}`)).isDeprecated).toBe(false)
  })

  it('takes back several members at once, of a term where it is shared and of a set', async () => {
    const away = await taxonomy.set(group, 'Taken back')
    const term = await taxonomy.term(set, 'Taken back')
    await taxonomy.reuse({ set, term }, away)
    const [b, a] = [await taxonomy.term({ set: away, term }, 'a'), await taxonomy.term({ set: away, term }, 'b')]
    const select = '$select=*,customSortOrder,localProperties,properties'
    const read = async () => ({
      term: (await get(`sets/${away}/terms/${term}?${select}`)).isAvailableForTagging,
      local: (await get(`sets/${away}/terms/${term}?${select}`)).localProperties,
      order: (await get(`sets/${away}/terms/${term}/getLegacyChildren`)).value.map(({ id }: { id: string }) => id),
      set: (await get(`sets/${away}?${select}`)).isAvailableForTagging,
    })
    const before = await read()
    const changed = await send('PATCH', `sets/${away}/terms/${term}`, {
      isAvailableForTagging: false,
      customSortOrder: [{ setId: away, order: [a, b] }],
      localProperties: [{ setId: away, properties: [{ key: 'k', value: 'v' }] }],
    })
    const hidden = await send('PATCH', `sets/${away}`, { isAvailableForTagging: false })
    expect(await read()).not.toEqual(before)
    for (const changeId of [hidden.headers.get('relata-change'), changed.headers.get('relata-change-batch')]) {
      const undone = await server.send('POST', '/v1.0/termStore/relata.undo', { changeId })
      expect([undone.status, undone.text]).toEqual([200, expect.not.stringContaining('"error"')])
    }
    expect(await read()).toEqual(before)
  })

  it('has nothing of a dry run, nor of a change that changes nothing', async () => {
    const term = await taxonomy.term(set, 'Dry')
    const dry = await send('PATCH', `sets/${set}/terms/${term}`, { isDeprecated: true }, { prefer: 'relata.dry-run' })
    expect(dry.status).toBe(200)
    expect(dry.body.effects).toHaveLength(1)
    const both = { isDeprecated: true, labels: labels('Wet') }
    const several = await send('PATCH', `sets/${set}/terms/${term}`, both, { prefer: 'relata.dry-run' })
    expect(several.status).toBe(501)
    const removal = await send('DELETE', `sets/${set}/terms/${term}`, undefined, { prefer: 'relata.dry-run' })
    expect(removal.body.effects).toHaveLength(1)
    expect(await get(`terms/${term}`)).toMatchObject({ isDeprecated: false, labels: labels('Dry') })
  })
})

describe('bodies', () => {
  it.each([
    ['[]', 'application/json', 400],
    ['{', 'application/json;odata=verbose', 400],
    ['"a"', 'application/json', 400],
    ['a=b', 'application/x-www-form-urlencoded', 415],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'application/json', 400],
    ['{"isDeprecated":"yes"}', 'application/json', 400],
    ['{"isAvailableForTagging":[1]}', 'application/json', 400],
    ['{"isAvailableForTagging":{"setId":"x"}}', 'application/json', 400],
    ['{"customSortOrder":[{"setId":"x","order":[1]}]}', 'application/json', 400],
    ['{"localProperties":[{"setId":"x","properties":[{"key":1}]}]}', 'application/json', 400],
    ['{"labels":[]}', 'application/json', 400],
    ['{"__proto__":{"isDeprecated":true}}', 'application/json', 200],
    ['{}', 'application/json;odata=verbose;charset=utf-8', 200],
  ])('%.40s as %s: %i', async (body, type, wanted) => {
    const term = await taxonomy.term(set, `Body ${crypto.randomUUID()}`)
    const { status, text } = await send('PATCH', `sets/${set}/terms/${term}`, body, { 'content-type': type })
    expect([status, text]).toEqual([wanted, expect.any(String)])
    expect((await get(`terms/${term}`)).isDeprecated).toBe(false)
  })

  it('that are not UTF-8 are refused', async () => {
    const answer = await fetch(`${server.http}${root}/groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/json' },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    })
    expect(answer.status).toBe(400)
  })
})

describe('methods', () => {
  it('that an address does not have are refused, with those it has', async () => {
    const refused = async (method: string, path: string, headers = {}) => {
      const answer = await send(method, path, undefined, headers)
      return [answer.status, answer.headers.get('allow')]
    }
    expect(await refused('POST', `sets/${set}/getLegacyChildren`)).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(await refused('DELETE', '')).toEqual([405, 'GET, HEAD, PATCH, OPTIONS'])
    expect(await refused('POST', `searchTerm(label='x')`)).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(await refused('PATCH', 'sets')).toEqual([405, 'GET, HEAD, POST, OPTIONS'])
    expect((await send('POST', `sets/${set}`, {}, { 'x-http-method': 'PUT' })).status).toBe(400)
    const options = await send('OPTIONS', `sets/${set}`)
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, PATCH, DELETE, OPTIONS'])
  })
})
