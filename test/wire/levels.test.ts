/** How much control information answers hold: `odata.metadata=none|minimal|full` from Accept and `$format` (OData JSON 4.01 §3.1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relationships as relations, relationshipDraft } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let group: string
let set: string
let term: string

const accept = (level: string) => ({ headers: { accept: `application/json;odata.metadata=${level}` } })
const get = (path: string, level?: string) =>
  server.send('GET', path, undefined, level === undefined ? {} : accept(level))
const contentType = (level: string) =>
  `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`

/** Names with an at sign, anywhere in an answer. */
const annotationsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [...(name.includes('@') ? [name] : []), ...annotationsIn(inner)])

/** The answer without what a level adds. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(([name, inner]) => [name, bare(inner)]),
  )
}

beforeAll(async () => {
  server = await startTestServer()
  const made = taxonomyOver(server.send)
  group = await made.group('Levels')
  set = await made.set(group)
  term = await made.term(set)
  await made.term(set)
  for (const displayName of ['First', 'Second'])
    await createOver(server.send, relations, relationshipDraft({ displayName }))
})
afterAll(() => server.close())

const paths = () => [
  '/v1.0/termStore',
  `/v1.0/termStore/sets/${set}`,
  `/v1.0/termStore/sets/${set}?$select=id,description`,
  `/v1.0/termStore/sets/${set}/children`,
  `/v1.0/termStore/sets/${set}/terms/${term}/set`,
  `/v1.0/termStore/sets/${set}?$expand=parentGroup,children($expand=set)`,
  '/v1.0/sites/root/termStores',
  relations,
  `${relations}?$select=displayName,accessDetails`,
  '/v1.0/users',
  '/v1.0/groups?$top=2',
]

describe('the levels of control information', () => {
  it('change nothing but control information, on entities, collections and what is expanded', async () => {
    for (const path of paths()) {
      const minimal = await get(path)
      expect(minimal.status, path).toBe(200)
      for (const level of ['none', 'minimal', 'full']) {
        const answer = await get(path, level)
        expect(answer.status, path).toBe(200)
        expect(answer.headers.get('content-type')).toBe(contentType(level))
        expect(bare(answer.body), `${level} ${path}`).toEqual(bare(minimal.body))
        if (level === 'minimal') expect(answer.text).toBe(minimal.text)
      }
    }
  })

  it('none leaves nothing but counts and links to more', async () => {
    for (const path of paths()) {
      const left = annotationsIn((await get(path, 'none')).body)
      expect(
        left.filter((name) => !name.endsWith('@odata.nextLink')),
        path,
      ).toEqual([])
    }
    const page = await get(`${relations}?$count=true&$top=1`, 'none')
    expect(Object.keys(page.body)).toEqual(['@odata.count', '@odata.nextLink', 'value'])
    const one = await get(`${relations}/${page.body.value[0].id}`, 'none')
    expect(annotationsIn(one.body)).toEqual([])
    expect(one.headers.get('etag')).toMatch(/^W\/"/)
    const next = await get(page.body['@odata.nextLink'].slice(server.http.length), 'none')
    expect(next.body.value).toHaveLength(1)
  })

  it('full says what a row is, where it is and where its links lead', async () => {
    const { body } = await get(`/v1.0/termStore/sets/${set}`, 'full')
    const address = `${server.http}/v1.0/termStore/sets/${set}`
    expect(body).toMatchObject({
      '@odata.context': `${server.http}/v1.0/$metadata#termStore/sets/$entity`,
      '@odata.type': '#microsoft.graph.termStore.set',
      '@odata.id': address,
      '@odata.editLink': address,
      'createdDateTime@odata.type': '#DateTimeOffset',
      'localizedNames@odata.type': '#Collection(microsoft.graph.termStore.localizedName)',
      'children@odata.navigationLink': `${address}/children`,
      'children@odata.associationLink': `${address}/children/$ref`,
    })
    expect(body.localizedNames[0]['@odata.type']).toBe('#microsoft.graph.termStore.localizedName')
    expect(Object.keys(body)[0]).toBe('@odata.context')
    expect(Object.keys(body)).not.toContain('store@odata.navigationLink')
  })

  it('full leads from every row of a collection to that row', async () => {
    for (const path of [
      `/v1.0/termStore/sets/${set}/children`,
      relations,
      '/v1.0/groups?$top=2',
      '/v1.0/sites/root/termStores',
    ]) {
      const { body } = await get(path, 'full')
      expect(body.value.length).toBeGreaterThan(0)
      for (const row of body.value) {
        const again = await get(row['@odata.id'].slice(server.http.length))
        expect(again.status).toBe(200)
        expect(again.body.id).toBe(row.id)
        expect(row['@odata.type']).toMatch(/^#microsoft\.graph\./)
      }
    }
  })

  it('full leads from expanded rows too, over links to one and to many', async () => {
    const { body } = await get(`/v1.0/termStore/sets/${set}?$expand=parentGroup,children($expand=set)`, 'full')
    const at = `${server.http}/v1.0/termStore/sets/${set}`
    expect(body.parentGroup['@odata.id']).toBe(`${at}/parentGroup`)
    const [child] = body.children
    expect(child['@odata.id']).toBe(`${at}/children/${child.id}`)
    expect(child.set['@odata.id']).toBe(`${at}/children/${child.id}/set`)
    expect(child.set['children@odata.navigationLink']).toBe(`${at}/children/${child.id}/set/children`)
    for (const row of [body.parentGroup, child, child.set]) {
      const again = await get(row['@odata.id'].slice(server.http.length))
      expect(again.body.id).toBe(row.id)
    }
  })

  it('full shows the links that are selected, and no others', async () => {
    const { body } = await get(`/v1.0/termStore/sets/${set}?$select=id,children`, 'full')
    expect(Object.keys(body).filter((name) => name.endsWith('navigationLink'))).toEqual([
      'children@odata.navigationLink',
    ])
  })

  it('holds for what a create and an update answer', async () => {
    const made = await server.send('POST', '/v1.0/termStore/groups', { displayName: 'Made full' }, accept('full'))
    expect(made.status).toBe(201)
    expect(made.body['@odata.id']).toBe(made.headers.get('location'))
    const changed = await server.send(
      'PATCH',
      `/v1.0/termStore/groups/${made.body.id}`,
      { description: 'x' },
      accept('none'),
    )
    expect(annotationsIn(changed.body)).toEqual([])
    expect(changed.body.description).toBe('x')
  })

  it('come from $format as well, which goes before Accept', async () => {
    const path = `/v1.0/termStore/sets/${set}`
    const full = await get(path, 'full')
    for (const format of [
      'application/json;odata.metadata=full',
      'application/json;metadata=FULL',
      'APPLICATION/JSON; odata.streaming=true; odata.metadata=full',
    ])
      for (const level of [undefined, 'none'])
        expect((await get(`${path}?$format=${encodeURIComponent(format)}`, level)).text).toBe(full.text)
    const plain = await get(`${path}?$format=json`, 'none')
    expect(plain.headers.get('content-type')).toBe(contentType('minimal'))
    expect(plain.text).toBe((await get(path)).text)
  })

  it('are chosen by what Accept wants most', async () => {
    const of = async (header: string) =>
      (await server.send('GET', '/v1.0/termStore', undefined, { headers: { accept: header } })).headers.get(
        'content-type',
      )
    expect(await of('application/json;odata.metadata=none;q=0.5, application/json;odata.metadata=full')).toBe(
      contentType('full'),
    )
    expect(await of('text/html, application/json;metadata=none, */*;q=0.1')).toBe(contentType('none'))
    expect(await of('application/json;odata.metadata=much, */*')).toBe(contentType('minimal'))
  })

  it('hold for each request of a batch', async () => {
    const url = `/termStore/sets/${set}`
    const item = (id: string, level?: string) => ({
      id,
      method: 'GET',
      url,
      ...(level === undefined ? {} : { headers: accept(level).headers }),
    })
    const requests = [item('1'), item('2', 'none'), item('3', 'full')]
    const { body } = await server.send('POST', '/v1.0/$batch', { requests })
    const of = (id: string) => body.responses.find((answer: { id: string }) => answer.id === id).body
    expect(of('1')).toEqual((await get(`/v1.0${url}`)).body)
    expect(annotationsIn(of('2'))).toEqual([])
    expect(of('3')['@odata.id']).toBe(`${server.http}/v1.0${url}`)
  })

  it('are refused where they are not known', async () => {
    for (const format of [
      'application/json;odata.metadata=much',
      'application/json;x=y',
      'atom',
      'xml',
      'json;odata.metadata=full',
    ]) {
      const { status, body } = await get(`/v1.0/termStore?$format=${encodeURIComponent(format)}`)
      expect(status, format).toBe(400)
      expect(body.error.target).toBe('$format')
      expect(body.error.message).toContain('$format')
    }
    expect((await get('/v1.0/termStore', 'much')).status).toBe(406)
  })

  it('never hand out what was remembered of another level', async () => {
    for (const path of [
      `/v1.0/termStore/sets/${set}/terms/${term}`,
      `/v1.0/termStore/sets/${set}/children`,
      relations,
    ]) {
      const texts = new Map<string | undefined, string>()
      for (const level of [undefined, 'full', undefined, 'none', 'full', undefined, 'none', 'minimal']) {
        const { text, headers } = await get(path, level)
        expect(headers.get('content-type')).toBe(contentType(level ?? 'minimal'))
        const key = level === 'minimal' ? undefined : level
        expect(text).toBe(texts.get(key) ?? text)
        texts.set(key, text)
      }
      expect(new Set(texts.values()).size).toBe(3)
    }
  })
})
