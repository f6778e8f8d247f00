/** Entity tags, conditions, preferences and deferred changes, through the engine with a real store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heard, project, startHub } from './hub-model.ts'

let server: Awaited<ReturnType<typeof startHub>>
beforeAll(async () => {
  server = await startHub()
})
afterAll(async () => {
  expect(server.faults).toEqual([])
  await server.close()
})
beforeEach(() => {
  heard.length = 0
})

const base = 'https://host/v1.0'
let used = 0
const make = async (more: object = {}) => {
  used += 1
  const { status, json } = await server.send('POST', '/hub/projects', { displayName: `Project ${used}`, ...more })
  expect(status).toBe(201)
  return { id: json.id as string, tag: json['@odata.etag'] as string, json, at: `/hub/projects/${json.id}` }
}
const tagForm = /^W\/"([A-Za-z0-9+/]+=*)"$/
const match = (tag: string) => ({ 'if-match': tag })

describe('the tag', () => {
  it('is shaped as in the samples and stands before the members in every answer', async () => {
    const { id, tag, at, json } = await make()
    const inside = Buffer.from(tagForm.exec(tag)?.[1] ?? '', 'base64').toString()
    // 2026-01-05T09:00:00Z
    expect(inside).toMatch(/^'"[0-9a-f]{8}-0000-[0-9a-f]{2}00-0000-695b7d900000"'$/)
    expect(Object.keys(json).slice(0, 4)).toEqual(['@odata.context', '@odata.type', '@odata.etag', 'id'])
    const one = await server.send('GET', at)
    expect(Object.keys(one.json).slice(0, 4)).toEqual(['@odata.context', '@odata.type', '@odata.etag', 'id'])
    expect([one.json['@odata.etag'], one.headers['ETag']]).toEqual([tag, tag])
    const listed = (await server.send('GET', '/hub/projects')).json.value.find((row: { id: string }) => row.id === id)
    expect(Object.keys(listed).slice(0, 3)).toEqual(['@odata.type', '@odata.etag', 'id'])
    expect(listed['@odata.etag']).toBe(tag)
    const paged = await server.send('GET', `/hub/projects?$expand=tasks&$filter=id eq '${id}'`)
    expect(paged.json.value[0]['@odata.etag']).toBe(tag)
  })

  it('comes with expanded rows, also of a type whose tag is optional', async () => {
    const { at } = await make()
    const made = await server.send('POST', `${at}/tasks`, { title: 'x' })
    const { json } = await server.send('GET', `${at}?$expand=tasks`)
    expect(json.tasks).toEqual([{ '@odata.etag': made.json['@odata.etag'], id: made.json.id, title: 'x' }])
  })

  it('changes with every write, never twice the same, and with writes of the rules', async () => {
    const { id, at, tag } = await make()
    const tags = new Set([tag])
    for (let turn = 0; turn < 5; turn += 1) {
      const { json } = await server.send('PATCH', at, { phase: 'running' }, match('*'))
      tags.add(json['@odata.etag'])
    }
    const tagNow = async () => (await server.send('GET', at)).json['@odata.etag']
    await server.inTenant((tx) => tx.update(project, id, { phase: 'idea' }))
    tags.add(await tagNow())
    await server.inTenant((tx) => tx.add(project, id, { votes: 1 }))
    tags.add(await tagNow())
    expect(tags.size).toBe(8)
    const made = await server.send('POST', `${at}/tasks`, { title: 'x' })
    const patched = await server.send('PATCH', `${at}/tasks/${made.json.id}`, { title: 'y' })
    const read = await server.send('GET', `${at}/tasks/${made.json.id}`)
    expect([patched.json.title, read.json.title]).toEqual(['y!', 'y!'])
    expect(patched.json['@odata.etag']).toBe(read.json['@odata.etag'])
    expect(patched.json['@odata.etag']).not.toBe(made.json['@odata.etag'])
  })

  it('stays when nothing was written', async () => {
    const { at, tag } = await make()
    const answer = await server.send('PATCH', at, {}, match(tag))
    expect([answer.status, answer.json['@odata.etag']]).toEqual([200, tag])
  })

  it('is shown whatever is selected, and may be named there', async () => {
    const { id, at, tag } = await make()
    const { json } = await server.send('GET', `${at}?$select=@odata.etag,phase`)
    expect(json).toEqual({
      '@odata.context': `${base}/hub/$metadata#projects(phase)/$entity`,
      '@odata.type': '#hub.project',
      '@odata.etag': tag,
      phase: 'idea',
    })
    const list = await server.send('GET', `/hub/projects?$filter=id eq '${id}'&$select=@odata.etag,id,owner`)
    expect(list.json.value).toEqual([{ '@odata.type': '#hub.project', '@odata.etag': tag, id, owner: null }])
    const only = await server.send('GET', `${at}?$select=@odata.etag`)
    expect(Object.keys(only.json)).toEqual(['@odata.context', '@odata.type', '@odata.etag'])
  })

  it('is not there for types without one, which know no conditions', async () => {
    const made = await server.send('POST', '/hub/notes', { title: 'x' })
    expect(Object.keys(made.json)).toEqual(['@odata.context', 'id', 'title'])
    expect(made.headers['ETag']).toBeUndefined()
    const at = `/hub/notes/${made.json.id}`
    expect((await server.send('PATCH', at, { title: 'y' }, match('"other"'))).status).toBe(200)
    expect((await server.send('GET', `${at}?$select=@odata.etag,id`)).json.id).toBe(made.json.id)
    expect((await server.send('DELETE', at)).status).toBe(204)
  })
})

describe('If-Match', () => {
  it.each([
    ['the tag as it came', (tag: string) => tag],
    ['a strong tag of the same text', (tag: string) => tag.replace('W/', '')],
    ['any', () => '*'],
    ['a list with the tag in it', (tag: string) => `W/"other", ${tag}`],
    ['a list with empty places', (tag: string) => `, "x" ,,${tag},`],
  ])('lets %s through', async (_, headerOf) => {
    const { at, tag } = await make()
    expect((await server.send('PATCH', at, { phase: 'running' }, match(headerOf(tag)))).status).toBe(200)
  })

  it.each(['PATCH', 'DELETE'])('is required for %s: 400 without it, and nothing happens', async (method) => {
    const { at, tag } = await make()
    const answer = await server.send(method, at, { phase: 'running' })
    expect([answer.status, answer.json.error.code, answer.json.error.target]).toEqual([400, 'badRequest', 'If-Match'])
    expect((await server.send('GET', at)).json['@odata.etag']).toBe(tag)
    expect(heard).toEqual(['create'])
  })

  it.each(['PATCH', 'DELETE'])('that is stale stops %s with 412 before the rules', async (method) => {
    const { at, tag } = await make()
    await server.send('PATCH', at, { phase: 'running' }, match(tag))
    heard.length = 0
    const answer = await server.send(method, at, { displayName: 'wrong state' }, match(tag))
    expect([answer.status, answer.json.error.code, answer.json.error.innerError.code]).toEqual([
      412,
      'preconditionFailed',
      'entityTagDoesNotMatch',
    ])
    expect(heard).toEqual([])
  })

  it.each(['abc', 'W/abc', '"a" "b"', '"a', '*, "a"', ',', '', 'w/"a"', '"a\u0001"'])(
    'that is %j is malformed',
    async (header) => {
      const { at } = await make()
      const { status, json } = await server.send('PATCH', at, {}, match(header))
      expect([status, json.error.code, json.error.innerError.code]).toEqual([400, 'badRequest', 'malformedEntityTag'])
    },
  )

  it('comes after 404 and is ignored on POST', async () => {
    expect((await server.send('DELETE', '/hub/projects/nobody', undefined, match('nonsense'))).status).toBe(404)
    const { at } = await make()
    expect((await server.send('POST', `${at}/tasks`, { title: 'x' }, match('nonsense'))).status).toBe(201)
  })

  it('is checked where it is optional, and only where it is given', async () => {
    const { at } = await make()
    const made = await server.send('POST', `${at}/tasks`, { title: 'x' })
    const one = `${at}/tasks/${made.json.id}`
    expect((await server.send('PATCH', one, { title: 'y' }, match('"stale"'))).status).toBe(412)
    expect((await server.send('DELETE', one, undefined, match('"stale"'))).status).toBe(412)
    expect((await server.send('PATCH', one, { title: 'y' })).status).toBe(200)
    expect((await server.send('DELETE', one)).status).toBe(204)
  })

  it('lets one of two writers with the same tag through', async () => {
    const { at, tag } = await make()
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => server.send('PATCH', at, { displayName: `${name} ${at}` }, match(tag))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  })
})

describe('If-None-Match', () => {
  it('answers 304 without a body while the row is the same', async () => {
    const { at, tag } = await make()
    const same = await server.send('GET', at, undefined, { 'if-none-match': `"x", ${tag}` })
    expect([same.status, same.body, same.headers['ETag'], same.headers['Content-Type']]).toEqual([
      304,
      undefined,
      tag,
      undefined,
    ])
    expect((await server.send('GET', at, undefined, { 'if-none-match': '*' })).status).toBe(304)
    expect((await server.send('GET', at, undefined, { 'if-none-match': '"x"' })).status).toBe(200)
    expect((await server.send('GET', at, undefined, { 'if-none-match': 'x' })).json.error.innerError.code).toBe(
      'malformedEntityTag',
    )
    expect((await server.send('PATCH', at, {}, { ...match(tag), 'if-none-match': tag })).status).toBe(412)
  })
})

describe('Prefer', () => {
  it('return=minimal leaves the entity out of the answer, not out of the store', async () => {
    used += 1
    const name = `Minimal ${used}`
    const made = await server.send('POST', '/hub/projects', { displayName: name }, { prefer: 'return=minimal' })
    expect([made.status, made.body, made.headers['Preference-Applied']]).toEqual([204, undefined, 'return=minimal'])
    const { Location: location = '' } = made.headers
    expect(made.headers['OData-EntityId']).toBe(location)
    const at = location.slice(base.length)
    const read = await server.send('GET', at)
    expect([read.json.displayName, read.headers['ETag']]).toEqual([name, made.headers['ETag']])
    const patched = await server.send('PATCH', at, { phase: 'running' }, { ...match('*'), prefer: 'return=minimal' })
    expect([patched.status, patched.body, patched.headers['Preference-Applied']]).toEqual([
      204,
      undefined,
      'return=minimal',
    ])
    expect(patched.headers['OData-EntityId']).toBeUndefined()
    expect((await server.send('GET', at)).headers['ETag']).toBe(patched.headers['ETag'])
  })

  it('return=representation is said to be honoured', async () => {
    const { at } = await make()
    const answer = await server.send('PATCH', at, {}, { ...match('*'), prefer: 'return=representation' })
    expect([answer.status, answer.headers['Preference-Applied']]).toEqual([200, 'return=representation'])
  })
})

describe('a deferred change', () => {
  it('is answered with 202 and the address of its operation', async () => {
    const { at, tag, id } = await make()
    const answer = await server.send('PATCH', at, { displayName: 'later' }, { ...match(tag), prefer: 'return=minimal' })
    expect([answer.status, answer.body, answer.headers['Retry-After'], answer.headers['Content-Type']]).toEqual([
      202,
      '{}',
      '10',
      expect.stringContaining('application/json'),
    ])
    expect(answer.headers['Location']).toBe(`${base}/hub/projects/${id}/tasks/op%201`)
    const made = await server.send('POST', `${at}/tasks`, { title: 'x' })
    const below = await server.send('PATCH', `/HUB/Projects('${id}')/tasks('${made.json.id}')`, { title: 'later' })
    expect([below.status, below.headers['Location']]).toEqual([202, `${base}/hub/projects/${id}/tasks/op2`])
  })
})

describe('a refusal', () => {
  it('of a wrong state is 405 methodNotAllowed with the methods there are', async () => {
    const { at, tag } = await make()
    const { status, json, headers } = await server.send('PATCH', at, { displayName: 'wrong state' }, match(tag))
    expect([status, json.error.code, headers['Allow']]).toEqual([405, 'methodNotAllowed', 'GET, PATCH, DELETE'])
    expect(json.error.innerError).toEqual({
      date: '2026-01-05T09:00:00',
      'request-id': 'r',
      'client-request-id': 'c',
    })
  })

  it('of a body names every fault, in the words of the dialect', async () => {
    const { status, json } = await server.send('POST', '/hub/projects', { phase: 'gone', length: 'P', nobody: 1 })
    expect([status, json.error.code, json.error.target]).toEqual([400, 'badRequest', 'phase'])
    expect(json.error.details.map((fault: object) => ({ ...fault, message: '' }))).toEqual([
      { code: 'badRequest', message: '', target: 'phase' },
      { code: 'badRequest', message: '', target: 'length' },
      { code: 'badRequest', message: '', target: 'nobody' },
      { code: 'badRequest', message: '', target: 'displayName' },
    ])
    const broken = await server.send('POST', '/hub/projects', [])
    expect([broken.status, broken.json.error.code]).toEqual([400, 'badRequest'])
  })

  it('of a taken name is 409 conflict, of an unknown row 404 notFound, of a permission 403 forbidden', async () => {
    const { json } = await make()
    const twice = await server.send('POST', '/hub/projects', { displayName: json.displayName.toUpperCase() })
    expect([twice.status, twice.json.error.code]).toEqual([409, 'conflict'])
    const missing = await server.send('GET', '/hub/projects/nobody')
    expect([missing.status, missing.json.error.code]).toEqual([404, 'notFound'])
    const denied = await server.send('POST', '/hub/projects', { displayName: 'x' }, {}, ['Hub.Read'])
    expect([denied.status, denied.json.error.code]).toEqual([403, 'forbidden'])
  })
})

describe('context URLs', () => {
  it('begin at the links that start them, under the root', async () => {
    const { at, id, json } = await make()
    const contextOf = async (target: string) => (await server.send('GET', target)).json['@odata.context']
    expect(json['@odata.context']).toBe(`${base}/hub/$metadata#projects`)
    expect(await contextOf('/hub')).toBe(`${base}/$metadata#hub`)
    expect(await contextOf('/hub/projects')).toBe(`${base}/hub/$metadata#projects`)
    expect(await contextOf(at)).toBe(`${base}/hub/$metadata#projects/$entity`)
    expect(await contextOf(`${at}/tasks`)).toBe(`${base}/hub/$metadata#tasks`)
    expect(await contextOf(`${at}/files`)).toBe(`${base}/hub/$metadata#projects/${id}/files`)
    const made = await server.send('POST', `${at}/tasks`, { title: 'x' })
    expect(made.json['@odata.context']).toBe(`${base}/hub/$metadata#tasks`)
    expect(await contextOf(`${at}/tasks/${made.json.id}`)).toBe(`${base}/hub/$metadata#tasks/$entity`)
    const patched = await server.send('PATCH', at, {}, match('*'))
    expect(patched.json['@odata.context']).toBe(`${base}/hub/$metadata#projects/$entity`)
    const expanded = await server.send('GET', `${at}?$expand=tasks`)
    expect(expanded.json['tasks@odata.context']).toBe(`${base}/hub/$metadata#projects/${id}/tasks`)
    expect(await contextOf('/oldProjects')).toBe(`${base}/$metadata#oldProjects`)
  })
})
