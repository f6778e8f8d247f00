/** The service document and `$metadata` in its two formats, over a real port. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitCsdlJson } from '#edm/documents/csdl.ts'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { models } from '#workloads/models.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let strict: TestServer
beforeAll(async () => {
  server = await startTestServer()
  strict = await startTestServer({ strict: true })
})
afterAll(async () => {
  await server.close()
  await strict.close()
})

interface Entry {
  readonly name: string
  readonly kind: string
  readonly url: string
}
const get = async (path: string, accept?: string, of = server) => {
  const answer = await fetch(`${of.http}${path}`, accept === undefined ? {} : { headers: { accept } })
  const text = await answer.text()
  const type = answer.headers.get('content-type') ?? ''
  return {
    status: answer.status,
    text,
    type,
    headers: answer.headers,
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    body: (type.includes('json') ? JSON.parse(text) : undefined) as any,
  }
}

describe.each(['v1.0', 'beta'] as const)('the service document of %s', (version) => {
  it('lists the roots, with and without a slash at the end, and asks nobody who he is', async () => {
    const { status, body, type, headers } = await get(`/${version}`)
    expect(status).toBe(200)
    expect(type).toContain('odata.metadata=minimal')
    expect(headers.get('odata-version')).toBe('4.0')
    expect(body['@odata.context']).toBe(`${server.http}/${version}/$metadata`)
    expect(body.value).toContainEqual({ name: 'termStore', kind: 'Singleton', url: 'termStore' })
    expect(body.value).toContainEqual({ name: 'sites', kind: 'EntitySet', url: 'sites' })
    expect((await get(`/${version}/`)).body).toEqual(body)
  })

  it('lists in strict mode what $metadata has, and no more', async () => {
    const { body } = await get(`/${version}`, undefined, strict)
    const schema = JSON.parse(emitCsdlJson(models[version]))['microsoft.graph'].GraphService
    const published = Object.entries(schema as Record<string, { $Collection?: boolean }>)
      .filter(([name]) => name !== '$Kind')
      .map(([name, { $Collection }]) => ({ name, kind: $Collection === true ? 'EntitySet' : 'Singleton', url: name }))
    expect(body.value).toEqual(published)
  })

  it('leads to addresses that are served', async () => {
    for (const { url } of (await get(`/${version}`)).body.value as Entry[]) {
      const { status, text } = await server.send('GET', `/${version}/${url}`)
      expect([200, 400, 403, 405, 501], url).toContain(status)
      // One who signed in as an application has no `me`; but the address is known.
      if (status === 400) expect(text).not.toContain('Resource not found')
    }
  })

  it('has no context at the level that has none, and no other method', async () => {
    expect(Object.keys((await get(`/${version}?$format=application/json;odata.metadata=none`)).body)).toEqual(['value'])
    expect((await get(`/${version}?$format=xml`)).status).toBe(400)
    expect((await get(`/${version}`, 'text/html')).status).toBe(406)
    const post = await server.send('POST', `/${version}/`, {})
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET'])
  })
})

describe('the OpenAPI documents', () => {
  it.each([
    ['/_relata/openapi.json', 'v1.0'],
    ['/_relata/openapi-beta.json', 'beta'],
  ] as const)('%s is that of %s', async (address, version) => {
    for (let time = 0; time < 2; time++) {
      const { status, text, type } = await get(address)
      expect(status).toBe(200)
      expect(type).toBe('application/json')
      expect(text).toBe(emitOpenApi(models[version], codeFor))
    }
    expect((await server.send('PUT', address, {})).status).toBe(405)
  })

  it('have examples of reads that are answered, and of refusals that are like ours', async () => {
    const { body } = await get('/_relata/openapi.json')
    const page = await server.send('GET', '/v1.0/termStore/groups')
    const wanted = body.components.schemas['microsoft.graph.termStore.groupCollectionResponse']
    for (const name of wanted.required) expect(page.body).toHaveProperty(name)
    const shown = body.components.examples['microsoft.graph.termStore.group'].value
    const { '@odata.context': _, ...row } = (await server.send('POST', '/v1.0/termStore/groups', { displayName: 'X' }))
      .body
    expect(Object.keys(row)).toEqual(Object.keys(shown))
    const missing = await server.send('GET', '/v1.0/termStore/groups/00000000-0000-4000-8000-000000000000')
    const refusal = body.components.responses['onedrive.404'].content['application/json'].example
    expect(missing.body.error.code).toBe(refusal.error.code)
    expect(Object.keys(missing.body.error.innerError)).toEqual(Object.keys(refusal.error.innerError))
  })
})

describe.each(['v1.0', 'beta'] as const)('$metadata of %s', (version) => {
  const xml = emitCsdl(models[version])
  const json = emitCsdlJson(models[version])

  it.each([
    ['', undefined, xml],
    ['', '*/*', xml],
    ['', 'application/xml', xml],
    ['', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', xml],
    ['', 'application/xml, application/json', xml],
    ['', 'application/json', json],
    ['', 'application/json;odata.metadata=minimal', json],
    ['', 'application/xml;q=0.2, application/json;q=0.7', json],
    ['?$format=json', 'application/xml', json],
    ['?$format=application/json', undefined, json],
    ['?%24format=application%2Fxml', 'application/json', xml],
    ['?$FORMAT=XML', undefined, xml],
  ])('%s with Accept %s is in the format asked for', async (query, accept, expected) => {
    const { status, text, type, headers } = await get(`/${version}/$metadata${query}`, accept)
    expect(status).toBe(200)
    expect(text).toBe(expected)
    expect(type).toContain(expected === xml ? 'application/xml' : 'application/json')
    expect(headers.get('vary')).toMatch(/(^|, )Accept(,|$)/)
  })

  it('refuses other formats and methods', async () => {
    expect((await get(`/${version}/$metadata?$format=yaml`)).body.error.target).toBe('$format')
    expect((await server.send('GET', `/${version}/$metadata`)).text).toContain('<edmx:Edmx')
    const put = await server.send('PUT', `/${version}/$metadata`, {})
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET'])
  })
})
