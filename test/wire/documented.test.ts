/** The 18 documented operations (term-store.md §2.3), each in both versions, over a real port. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const roots = [
  ['v1.0', '/v1.0/sites/root/termStore'],
  ['beta', '/beta/termStore'],
] as const

const label = (name: string, languageTag = 'en-US', isDefault = true) => ({ name, languageTag, isDefault })
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?Z$/

describe.each(roots)('documented operations in %s', (version, root) => {
  const made = { group: '', set: '', other: '', term: '', child: '', relation: '' }
  const get = (path: string) => server.send('GET', `${root}${path}`)
  const metadata = () =>
    `${server.http}/${version}/$metadata#${root.slice(version.length + 2)}`.replace('sites/root', "sites('root')")

  it('gets the store', async () => {
    const { status, body, headers } = await get('')
    expect(status).toBe(200)
    expect(body).toEqual({
      // A singleton has no `/$entity`; for the single link of a site, Graph was observed to write it.
      '@odata.context': version === 'beta' ? metadata() : `${metadata()}/$entity`,
      id: expect.stringMatching(guid),
      defaultLanguageTag: 'en-US',
      languageTags: ['de-DE', 'en-US', 'fr-FR'],
    })
    expect(headers.get('content-type')).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    )
    expect(headers.get('odata-version')).toBe('4.0')
    expect(headers.get('request-id')).toMatch(guid)
  })

  it('updates the store', async () => {
    const { status, body } = await server.send('PATCH', root, { languageTags: ['de-DE', 'en-US', 'fr-FR', 'nl-NL'] })
    expect(status).toBe(200)
    expect(body.languageTags).toEqual(['de-DE', 'en-US', 'fr-FR', 'nl-NL'])
    const back = await server.send('PATCH', root, { languageTags: ['fr-FR', 'en-US', 'de-DE'] })
    expect(back.body.languageTags).toEqual(['de-DE', 'en-US', 'fr-FR'])
  })

  it('creates a group', async () => {
    const { status, body, headers } = await server.send('POST', `${root}/groups`, { displayName: `Group ${version}` })
    expect(status).toBe(201)
    expect(body).toEqual({
      '@odata.context': `${metadata()}/groups/$entity`,
      id: expect.stringMatching(guid),
      description: '',
      displayName: `Group ${version}`,
      createdDateTime: expect.stringMatching(instant),
      scope: 'global',
    })
    expect(Object.keys(body)).toEqual([
      '@odata.context',
      'id',
      'description',
      'displayName',
      'createdDateTime',
      'scope',
    ])
    expect(headers.get('location')).toBe(`${server.http}${root}/groups/${body.id}`)
    made.group = body.id
  })

  it('lists groups by name', async () => {
    const { status, body } = await get('/groups')
    expect(status).toBe(200)
    expect(body['@odata.context']).toBe(`${metadata()}/groups`)
    const names = body.value.map((group: { displayName: string }) => group.displayName)
    expect(names).toContain(`Group ${version}`)
    expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)))
  })

  it('gets a group, with parentSiteId only when it is asked for', async () => {
    expect((await get(`/groups/${made.group}`)).body).not.toHaveProperty('parentSiteId')
    const { body } = await get(`/groups/${made.group}?$select=*,parentSiteId`)
    expect(body).toMatchObject({ id: made.group, scope: 'global', parentSiteId: null })
  })

  it('creates sets', async () => {
    const names = [{ languageTag: 'en-US', name: 'Colours' }]
    const { status, body } = await server.send('POST', `${root}/sets`, {
      '@odata.type': '#microsoft.graph.termStore.set',
      parentGroup: { id: made.group },
      localizedNames: names,
      properties: [{ key: 'owner', value: 'desk-4' }],
    })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['@odata.context', 'id', 'description', 'createdDateTime', 'localizedNames'])
    expect(body.localizedNames).toEqual([{ name: 'Colours', languageTag: 'en-US' }])
    made.set = body.id
    const second = await server.send('POST', `${root}/groups/${made.group}/sets`, {
      localizedNames: [{ languageTag: 'en-US', name: 'Art' }],
    })
    expect(second.status).toBe(201)
    made.other = second.body.id
  })

  it('lists the sets of a group', async () => {
    const { body } = await get(`/groups/${made.group}/sets`)
    expect(body['@odata.context']).toBe(`${metadata()}/groups('${made.group}')/sets`)
    expect(body.value.map((set: { id: string }) => set.id)).toEqual([made.other, made.set])
  })

  it('gets a set, with properties only when they are asked for', async () => {
    expect((await get(`/sets/${made.set}`)).body).not.toHaveProperty('properties')
    const { body } = await get(`/sets/${made.set}?$select=id,properties`)
    expect(body).toEqual({
      '@odata.context': `${metadata()}/sets(id,properties)/$entity`,
      id: made.set,
      properties: [{ key: 'owner', value: 'desk-4' }],
    })
  })

  it('updates a set', async () => {
    const { status, body } = await server.send('PATCH', `${root}/sets/${made.set}`, {
      description: 'Of the rainbow',
      properties: [{ key: 'owner', value: 'desk-5' }],
    })
    expect(status).toBe(200)
    expect(body.description).toBe('Of the rainbow')
    expect(body).not.toHaveProperty('properties')
  })

  it('creates terms under a set and under a term', async () => {
    const { status, body, headers } = await server.send('POST', `${root}/sets/${made.set}/children`, {
      labels: [label('Red'), label('Crimson', 'en-US', false), label('Rot', 'de-DE')],
      descriptions: [{ languageTag: 'en-US', description: 'Warm' }],
    })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual([
      '@odata.context',
      'id',
      'createdDateTime',
      'lastModifiedDateTime',
      'labels',
      'descriptions',
    ])
    expect(body.labels).toEqual([
      { name: 'Rot', isDefault: true, languageTag: 'de-DE' },
      { name: 'Red', isDefault: true, languageTag: 'en-US' },
      { name: 'Crimson', isDefault: false, languageTag: 'en-US' },
    ])
    expect(body['@odata.context']).toBe(`${metadata()}/sets('${made.set}')/children/$entity`)
    expect(headers.get('location')).toBe(`${server.http}${root}/sets/${made.set}/children/${body.id}`)
    made.term = body.id
    const child = await server.send('POST', `${root}/sets/${made.set}/terms/${made.term}/children`, {
      labels: [label('Dark red')],
    })
    expect(child.status).toBe(201)
    made.child = child.body.id
  })

  it('lists children of the first level only', async () => {
    expect((await get(`/sets/${made.set}/children`)).body.value.map((term: { id: string }) => term.id)).toEqual([
      made.term,
    ])
    const below = await get(`/sets/${made.set}/terms/${made.term}/children`)
    expect(below.body.value.map((term: { id: string }) => term.id)).toEqual([made.child])
  })

  it('gets a term through its set and through its group', async () => {
    const direct = await get(`/sets/${made.set}/terms/${made.term}`)
    expect(direct.body['@odata.context']).toBe(`${metadata()}/sets('${made.set}')/terms/$entity`)
    const through = await get(`/groups/${made.group}/sets/${made.set}/terms/${made.term}`)
    expect(through.body).toEqual({ ...direct.body, '@odata.context': through.body['@odata.context'] })
  })

  it('updates a term', async () => {
    const { status, body } = await server.send('PATCH', `${root}/sets/${made.set}/terms/${made.term}`, {
      labels: [label('Scarlet')],
      properties: [{ key: 'hex', value: 'ff2400' }],
    })
    expect(status).toBe(200)
    expect(body.labels).toEqual([label('Scarlet')])
    expect(body).not.toHaveProperty('properties')
  })

  it('creates a relation and lists it on both ends', async () => {
    const parent = await server.send('POST', `${root}/sets/${made.other}/children`, { labels: [label('Paint')] })
    const { status, body } = await server.send('POST', `${root}/sets/${made.set}/terms/${made.term}/relations`, {
      '@odata.type': '#microsoft.graph.termStore.relation',
      relationship: 'pin',
      fromTerm: { id: parent.body.id },
      set: { id: made.other },
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      '@odata.context': `${metadata()}/sets('${made.set}')/terms('${made.term}')/relations/$entity`,
      id: expect.stringMatching(/^r![\w-]{64}$/),
      relationship: 'pin',
      fromTerm: { id: parent.body.id },
      toTerm: { id: made.term },
      set: { id: made.other },
    })
    made.relation = body.id
    const listed = { value: [{ id: made.relation, relationship: 'pin' }] }
    expect((await get(`/sets/${made.set}/terms/${made.term}/relations`)).body).toMatchObject(listed)
    expect((await get(`/sets/${made.other}/terms/${parent.body.id}/relations`)).body).toMatchObject(listed)
    expect((await get(`/sets/${made.other}/relations`)).body.value).toEqual([])
  })

  it('expands a relation', async () => {
    const { body } = await get(`/sets/${made.set}/terms/${made.term}/relations?$expand=fromTerm,set,toTerm`)
    expect(body['@odata.context']).toBe(
      `${metadata()}/sets('${made.set}')/terms('${made.term}')/relations(fromTerm(),set(),toTerm())`,
    )
    expect(body.value[0].toTerm).toMatchObject({ id: made.term, labels: [label('Scarlet')] })
    expect(body.value[0].set).toMatchObject({ id: made.other })
    expect(body.value[0]).not.toHaveProperty('set@odata.context')
  })

  it('deletes a term, a set and a group, in that order', async () => {
    expect((await server.send('DELETE', `${root}/sets/${made.set}/terms/${made.child}`)).status).toBe(204)
    expect((await get(`/sets/${made.set}/terms/${made.child}`)).status).toBe(404)
    const early = await server.send('DELETE', `${root}/groups/${made.group}`)
    expect([early.status, early.body.error.code]).toEqual([409, 'conflict'])
    for (const set of [made.other, made.set]) {
      const gone = await server.send('DELETE', `${root}/sets/${set}`)
      expect([gone.status, gone.text]).toEqual([204, ''])
    }
    expect((await server.send('DELETE', `${root}/groups/${made.group}`)).status).toBe(204)
    const missing = await get(`/groups/${made.group}`)
    expect(missing.status).toBe(404)
    expect(missing.body.error).toMatchObject({ code: 'itemNotFound', message: `Group with id ${made.group} not found` })
  })
})
