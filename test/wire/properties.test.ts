/** Single properties, members of their values, raw values, and their changes: OData protocol 4.01 §11.2.4 and §11.4.9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let set: string
let term: string
let at: string
const relations = '/v1.0/tenantRelationships/delegatedAdminRelationships'
let relationship: { id: string; '@odata.etag': string }

const get = (path: string, headers: Record<string, string> = {}) => server.send('GET', path, undefined, { headers })
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.send(method, path, body, { headers })

beforeAll(async () => {
  server = await startTestServer()
  const made = taxonomyOver(server.send)
  set = await made.set(await made.group('Properties'), 'Properties', { description: 'Grüße, "x"' })
  at = `/v1.0/termStore/sets/${set}`
  const second = { languageTag: 'en-US', name: 'Uno', isDefault: false }
  term = await made.term(set, 'One', { labels: [...labels('One'), second] })
  relationship = (
    await send('POST', relations, {
      displayName: 'A property',
      duration: 'P30D',
      customer: null,
      accessDetails: { unifiedRoles: [{ roleDefinitionId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' }] },
    })
  ).body
})
afterAll(() => server.close())

describe('reading a property', () => {
  it('answers its value with the context of the property, whatever the case of the name', async () => {
    for (const name of ['description', 'DESCRIPTION', '%64escription']) {
      const { status, body } = await get(`${at}/${name}`)
      expect(status).toBe(200)
      expect(body).toEqual({
        '@odata.context': `${server.http}/v1.0/$metadata#termStore/sets('${set}')/description`,
        value: 'Grüße, "x"',
      })
    }
    const { body } = await get('/v1.0/sites/root/termStore/defaultLanguageTag')
    expect(body).toEqual({
      '@odata.context': `${server.http}/v1.0/$metadata#sites('root')/termStore/defaultLanguageTag`,
      value: 'en-US',
    })
  })

  it('answers what the row itself shows, for every property of both workloads', async () => {
    for (const path of [`${at}`, `${at}/terms/${term}`, '/v1.0/termStore', `${relations}/${relationship.id}`]) {
      const { body: row } = await get(path)
      for (const [name, value] of Object.entries(row)) {
        if (name.includes('@')) continue
        const { status, body } = await get(`${path}/${name}`)
        expect(status, name).toBe(value === null ? 204 : 200)
        if (value === null) continue
        const { '@odata.context': context, ...rest } = body
        expect(context).toMatch(new RegExp(`/${name}$`))
        expect('value' in body ? rest.value : rest).toEqual(value)
      }
    }
  })

  it('answers a complex value as itself, and a member of it', async () => {
    const path = `${relations}/${relationship.id}/accessDetails`
    const { body } = await get(path)
    expect(body.unifiedRoles).toHaveLength(1)
    const roles = await get(`${path}/UnifiedRoles`)
    expect(roles.body['@odata.context']).toMatch(/\/accessDetails\/unifiedRoles$/)
    expect(roles.body.value).toEqual(body.unifiedRoles)
    expect((await get(`${path}/unifiedRoles/$count`)).text).toBe('1')
  })

  it('answers 204 for null, and 404 for a member of null or of a row that is not there', async () => {
    const path = `${relations}/${relationship.id}`
    const empty = await get(`${path}/customer`)
    expect([empty.status, empty.text]).toEqual([204, ''])
    expect((await get(`${path}/endDateTime/$value`)).status).toBe(204)
    expect((await get(`${path}/customer/displayName`)).status).toBe(404)
    expect((await get(`${at.slice(0, -4)}0000/description`)).status).toBe(404)
  })

  it('answers the bare text of $value, and the number of $count', async () => {
    const { status, text, headers } = await get(`${at}/description/$value`, { accept: 'text/plain' })
    expect([status, text]).toEqual([200, 'Grüße, "x"'])
    expect(headers.get('content-type')).toBe('text/plain;charset=utf-8')
    expect((await get(`${at}/id/$value`)).text).toBe(set)
    expect((await get('/v1.0/termStore/languageTags/$count')).text).toBe('3')
    expect((await get(`${at}/terms/${term}/labels/$count`)).text).toBe('2')
  })

  it('carries the entity tag of its row and heeds If-None-Match', async () => {
    const path = `${relations}/${relationship.id}/displayName`
    const tag = (await get(path)).headers.get('etag') ?? ''
    expect(tag).toMatch(/^W\/"/)
    expect((await get(path, { 'if-none-match': tag })).status).toBe(304)
    expect((await get(path, { 'if-none-match': 'W/"other"' })).status).toBe(200)
  })

  it('follows the level of control information', async () => {
    const path = `${at}/createdDateTime`
    const none = await get(path, { accept: 'application/json;odata.metadata=none' })
    expect(Object.keys(none.body)).toEqual(['value'])
    const full = await get(`${path}?$format=application/json;odata.metadata=full`)
    expect(full.body['@odata.type']).toBe('#DateTimeOffset')
    const complex = await get(
      `${relations}/${relationship.id}/accessDetails?$format=application/json;odata.metadata=full`,
    )
    expect(complex.body['@odata.type']).toMatch(/microsoft\.graph\.delegatedAdminAccessDetails$/)
  })

  it.each([
    ['description/more', "'more' follows 'description'"],
    ['localizedNames/name', 'Nothing follows'],
    ['localizedNames/$value', "'localizedNames' has no '$value'"],
    ['description/$count', '$count'],
    ['description/$value/more', 'Nothing follows'],
    ['description?$select=id', '$select'],
    ['description?$top=1', '$top'],
    ['nothing', 'nothing'],
    ['sortKey', 'sortKey'],
  ])('refuses %s with 400', async (path, message) => {
    const { status, body } = await get(`${at}/${path}`)
    expect(status).toBe(400)
    expect(body.error.message).toContain(message)
  })

  it('asks for the permission the row asks for', async () => {
    const answer = await fetch(`${server.http}${at}/description`)
    expect(answer.status).toBe(401)
  })
})

describe('changing a property', () => {
  it('puts a value, raw or in JSON, and shows it in the row', async () => {
    expect((await send('PUT', `${at}/description`, { value: 'new' })).status).toBe(204)
    expect((await get(at)).body.description).toBe('new')
    const raw = await send('PUT', `${at}/description/$value`, 'räw', { 'content-type': 'text/plain' })
    expect(raw.status).toBe(204)
    expect((await get(`${at}/description`)).body.value).toBe('räw')
  })

  it('puts a whole collection', async () => {
    const value = [{ languageTag: 'en-US', name: 'Renamed' }]
    const put = await send('PUT', `${at}/localizedNames`, { value }, { prefer: 'return=representation' })
    expect(put.status).toBe(200)
    expect(put.headers.get('preference-applied')).toBe('return=representation')
    expect(put.body.value).toEqual(value)
    expect((await get(at)).body.localizedNames).toEqual(value)
  })

  it('sets a property to null by DELETE, where it may be', async () => {
    const customer = `${relations}/${relationship.id}/customer`
    const any = { 'if-match': '*' }
    expect((await send('PUT', customer, { tenantId: '4021417d-0000-4000-8000-000000000003' }, any)).status).toBe(204)
    expect((await get(customer)).status).toBe(200)
    expect((await send('DELETE', customer, undefined, any)).status).toBe(204)
    expect((await get(customer)).status).toBe(204)
    // What a rule makes of null is the rule's.
    expect((await send('DELETE', `${at}/description`)).status).toBe(204)
    expect((await get(at)).body.description).toBe('')
    const { status, headers } = await send('DELETE', '/v1.0/termStore/defaultLanguageTag')
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET, PUT')
  })

  it('goes by the rules of the row: bad values, permissions and entity tags', async () => {
    const wrong = await send('PUT', '/v1.0/termStore/defaultLanguageTag', { value: 7 })
    expect(wrong.status).toBe(400)
    expect(wrong.body.error.target).toBe('defaultLanguageTag')
    const path = `${relations}/${relationship.id}/displayName`
    expect((await send('PUT', path, { value: 'X' })).body.error.target).toBe('If-Match')
    const stale = await send('PUT', path, { value: 'X' }, { 'if-match': 'W/"old"' })
    expect(stale.status).toBe(412)
    const tag = (await get(path)).headers.get('etag') ?? ''
    const put = await send('PUT', path, { value: 'X' }, { 'if-match': tag })
    expect(put.status).toBe(204)
    expect(put.headers.get('etag')).not.toBe(tag)
    expect((await get(path)).body.value).toBe('X')
  })

  it('changes one member of a complex value and leaves the others', async () => {
    const path = `${relations}/${relationship.id}`
    const any = { 'if-match': '*' }
    const role = (roleDefinitionId: string) => ({ roleDefinitionId })
    const roles = [role('29232cdf-9323-42fd-ade2-1d097af3e4de'), role('88d8e3e3-8f55-4a1e-953a-9b9898b8876b')]
    expect((await send('PUT', `${path}/accessDetails/unifiedRoles`, { value: roles }, any)).status).toBe(204)
    expect((await get(path)).body.accessDetails.unifiedRoles).toHaveLength(2)
    expect(
      (await send('PUT', `${path}/customer`, { tenantId: '4021417d-0000-4000-8000-000000000003' }, any)).status,
    ).toBe(204)
    const before = (await get(path)).body.customer
    const patched = await send('PATCH', `${path}/customer`, { displayName: before.displayName }, any)
    expect([200, 204]).toContain(patched.status)
    expect((await get(path)).body.customer.tenantId).toBe(before.tenantId)
    // The name is read from the customer's directory (B9).
    const renamed = await send('PATCH', `${path}/customer`, { displayName: 'Another' }, any)
    expect([renamed.status, renamed.body.error.target]).toEqual([400, 'customer/displayName'])
  })

  it.each([
    ['PUT', 'createdDateTime', 'GET'],
    ['PUT', 'id', 'GET'],
    ['PATCH', 'description', 'GET, PUT, DELETE'],
    ['POST', 'description', 'GET, PUT, DELETE'],
    ['DELETE', 'localizedNames', 'GET, PUT'],
    ['PUT', 'localizedNames/$count', 'GET'],
  ])('refuses %s of %s with 405, and says what there is', async (method, name, allow) => {
    const { status, headers } = await send(method, `${at}/${name}`, { value: 'x' })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe(allow)
  })

  it('says by OPTIONS what may be done, and answers HEAD without a body', async () => {
    const options = await send('OPTIONS', `${at}/description`)
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, PUT, DELETE, OPTIONS'])
    const head = await send('HEAD', `${at}/description/$value`)
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('refuses bodies of another form', async () => {
    expect((await send('PUT', `${at}/description`, { text: 'x' })).body.error.target).toBe('value')
    expect((await send('PUT', `${at}/description/$value`, { value: 'x' })).status).toBe(415)
    expect((await send('PUT', `${at}/description`, '{')).status).toBe(400)
  })
})
