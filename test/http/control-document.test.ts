/** `/_relata/control.openapi.json`: valid by somebody else's rules, complete, and true of what the server does. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlDocumentOf } from '#app/openapi.ts'
import { ownAddresses } from '#control/addresses.ts'
import { operations } from '#control/openapi/operations.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const

describe.each([
  ['the stand-in', false],
  ['a registry', true],
] as const)('the document of %s', (_, registry) => {
  let document: Document
  beforeAll(async () => {
    document = await controlDocumentOf(registry, '0.0.0')
  })

  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('has the addresses of the table, each with what it does', () => {
    const served = ownAddresses.filter((row) => (registry ? row.registry : row.standIn) !== undefined)
    expect(Object.keys(document.paths)).toEqual(served.map(({ template }) => template))
    for (const [template, path] of Object.entries(document.paths))
      expect(Object.keys(path as object).length, `${template} is in src/control/openapi/`).toBeGreaterThan(0)
  })
})

it('describes no address that is not in the table', () => {
  const known = new Set(ownAddresses.map(({ template }) => template))
  expect(Object.keys(operations).filter((template) => !known.has(template))).toEqual([])
})

describe('the stand-in', () => {
  let server: TestServer
  let document: Document
  beforeAll(async () => {
    server = await startTestServer({ metrics: true })
    document = await (await fetch(`${server.http}/_relata/control.openapi.json`)).json()
  })
  afterAll(() => server.close())

  const addressOf = (template: string): string =>
    template
      .replace('{id}', '11111111-1111-4111-8111-111111111111-11111111-1111-4111-8111-111111111111')
      .replace('{name}', 'none')

  it('takes the methods that the document has, and no other', async () => {
    for (const [template, path] of Object.entries<Document>(document.paths)) {
      // Plain HTTP has no certificate; a form has a token of its own.
      if (template === '/_relata/certificate.pem' || template === '/approve/{id}') continue
      const told: string[] = []
      for (const method of methods) {
        // HEAD is GET without an answer that goes on for ever. The body is nothing that any address takes.
        const send = method === 'GET' ? 'HEAD' : method
        const more = method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{"stray":1}' }
        const { status } = await fetch(`${server.http}${addressOf(template)}`, { method: send, ...more })
        if (status !== 405) told.push(method.toLowerCase())
        expect([template, method, status < 500]).toEqual([template, method, true])
      }
      expect([template, told]).toEqual([template, Object.keys(path)])
    }
  })

  /** The answer to a request, by the schema of its status. */
  const isAsDescribed = async (method: string, template: string, url: string, init: RequestInit = {}) => {
    const answer = await fetch(`${server.http}${url}`, { method, ...init })
    const responses = document.paths[template][method.toLowerCase()].responses
    const described = responses[answer.status]
    expect([method, url, Object.keys(responses)]).toEqual([method, url, expect.arrayContaining([`${answer.status}`])])
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    const text = await answer.text()
    if (described.content === undefined) return expect(text).toBe('')
    expect([url, Object.keys(described.content)]).toEqual([url, [type]])
    if (type !== 'application/json') return
    const schema = { ...described.content[type].schema, components: document.components }
    const validate = ajv.compile(schema)
    validate(JSON.parse(text))
    expect([url, validate.errors ?? null]).toEqual([url, null])
  }

  it('answers as the document says', async () => {
    const token = { headers: { authorization: `Bearer ${await server.token()}` } }
    await server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {})
    const of = async (method: string, template: string, query = '', init: RequestInit = {}) =>
      isAsDescribed(method, template, `${template}${query}`, init)
    const streams = new Set(['/_relata/events', '/_relata/requests/stream'])
    for (const [template, path] of Object.entries<Document>(document.paths)) {
      if (path.get === undefined || template.includes('{') || streams.has(template)) continue
      if (template === '/_relata/certificate.pem' || template === '/_relata/export') continue
      await of('GET', template, '', template === '/_relata/me' ? token : {})
    }
    await of('GET', '/_relata/gdap', '?customer=fabrikam.example')
    await of('GET', '/_relata/access', '?user=hugo@contoso.example&tenant=fabrikam.example')
    await of('GET', '/_relata/term-store/roles', '?tenant=contoso.example')
    await of('GET', '/_relata/clock/due', '?top=0')
    await of('GET', '/_relata/me')
    await of('POST', '/_relata/clock', '', jsonPost({ advance: 'PT1S' }))
    await of('POST', '/_relata/tokens', '', jsonPost({ tenant: 'contoso.example', user: 'tara@contoso.example' }))
    await of('POST', '/_relata/tokens', '', jsonPost({ tenant: 'contoso.example' }))
    await of('POST', '/_relata/tokens', '', { body: '{}' })
    await of('POST', '/_relata/faults', '', jsonPost({}))
    const what = { status: 503, gdap: undefined }
    await of('POST', '/_relata/faults', '', jsonPost({ id: 'one', where: { path: '/v1.0/me' }, what, times: 1 }))
    await of('POST', '/_relata/faults', '', jsonPost({ rules: [{ what: { latencyMs: 1 } }] }))
    await server.send('GET', '/v1.0/me')
    await of('GET', '/_relata/faults')
    await of('GET', '/_relata/faults', '?as=scenario')
    const one = ['/_relata/faults/{id}', '/_relata/faults/one'] as const
    await isAsDescribed('GET', ...one)
    await isAsDescribed('PATCH', ...one, { ...jsonPost({ times: null, on: false }), method: 'PATCH' })
    await isAsDescribed('DELETE', ...one)
    await of('POST', '/_relata/applications', '', jsonPost({ tenantId: 'contoso.example' }))
    await of('POST', '/_relata/keys/rotate', '', jsonPost({ leadSeconds: 60 }))
    await isAsDescribed('GET', '/_relata/tenants/{id}', '/_relata/tenants/c0117050-0000-4000-8000-000000000001')
    await isAsDescribed('GET', '/_relata/tenants/{id}', '/_relata/tenants/none')
    await isAsDescribed('GET', '/_relata/requests/{id}', '/_relata/requests/none')
    await of('GET', '/_relata/export', '?snapshot=none')
    await of('GET', '/_relata/term-store/roles', '?tenant=none')
    await isAsDescribed('GET', '/_relata/snapshots/{name}', '/_relata/snapshots/..%2F..')
    await of('POST', '/_relata/import', '', jsonPost({}))
    await of('POST', '/_relata/worlds', '', jsonPost({ id: 'x'.repeat(5_000_000) }))
  })

  it('has the parameters of the request log, as its addresses name them themselves', async () => {
    for (const template of ['/_relata/requests', '/_relata/requests/stream']) {
      const answer = await fetch(`${server.http}${template}?nonsense=1`)
      const { error } = (await answer.json()) as { error: { message: string } }
      const [, names = ''] = /There are (.*)\.$/.exec(error.message) ?? []
      const told = document.paths[template].get.parameters.map(({ name }: { name: string }) => name)
      expect([template, told.sort()]).toEqual([template, names.split(', ').sort()])
    }
  })

  it('takes the members of a body that the document has, and refuses others', async () => {
    for (const [template, path] of Object.entries<Document>(document.paths)) {
      const schema = path.post?.requestBody?.content['application/json']?.schema
      if (schema?.additionalProperties !== false) continue
      const answer = await fetch(`${server.http}${addressOf(template)}`, jsonPost({ nonsense: 1 }))
      const { error } = (await answer.json()) as { error: { target?: string; message: string } }
      expect([template, answer.status, error.target]).toEqual([template, 400, 'nonsense'])
    }
  })
})
