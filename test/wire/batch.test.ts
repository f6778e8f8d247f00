/** JSON batches over the wire: protocol.md §1.12, and OData's atomicity groups. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { isOnPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'

interface Answered {
  readonly id: string
  readonly status: number
  readonly headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly body: any
  readonly atomicityGroup?: string
}

let server: TestServer
let group: string
let set: string
const store = '/termStore'
const json = { 'Content-Type': 'application/json' }
const addTerm = (id: string, name: string, more: object = {}) => ({
  id,
  method: 'POST',
  url: `${store}/sets/${set}/children`,
  headers: json,
  body: { labels: labels(name) },
  ...more,
})

beforeAll(async () => {
  // On a file or on PostgreSQL, where reads and writes have a connection each; the clients' tests run in memory.
  server = await startTestServer({ inMemory: isOnPostgres })
  const made = taxonomyOver(server.send)
  group = await made.group('Batch')
  set = await made.set(group, 'Things')
})
afterAll(() => server.close())

const send = (requests: unknown, version = 'v1.0') => server.send('POST', `/${version}/$batch`, { requests })
/** Answers by id; the batch itself must be well. */
const run = async (requests: readonly unknown[], version?: string): Promise<Record<string, Answered>> => {
  const { status, body, text } = await send(requests, version)
  expect(status, text).toBe(200)
  expect(body.responses).toHaveLength(requests.length)
  for (const { headers, status: inner } of body.responses) {
    expect(headers).toBeTypeOf('object')
    expect(inner).toBeTypeOf('number')
  }
  return Object.fromEntries(body.responses.map((entry: Answered) => [entry.id, entry]))
}
const names = async (): Promise<string[]> =>
  (await server.send('GET', `/v1.0${store}/sets/${set}/children`)).body.value.map(
    ({ labels: [first] }: { labels: { name: string }[] }) => first?.name,
  )

describe('a batch', () => {
  it('answers each item as a single request is answered', async () => {
    const paths = [store, `${store}/groups/${group}`, `${store}/sets/${set}/children?$count=true`, `${store}/sets/x`]
    const answers = await run(paths.map((url, at) => ({ id: String(at), method: 'GET', url })))
    for (const [at, path] of paths.entries()) {
      const single = await server.send('GET', `/v1.0${path}`)
      const inner = answers[at]
      expect(inner?.status).toBe(single.status)
      expect(inner?.headers['Content-Type']).toBe(single.headers.get('content-type'))
      expect(inner?.headers['OData-Version']).toBe('4.0')
      if (single.status === 200) expect(inner?.body).toEqual(single.body)
      else expect(inner?.body.error.message).toBe(single.body.error.message)
    }
  })

  it('carries Location, the text of a count, and nothing where there is nothing', async () => {
    const one = await run([
      addTerm('made', 'Located'),
      { id: 'count', method: 'GET', url: `${store}/sets/${set}/terms/$count`, headers: { Accept: 'text/plain' } },
    ])
    const { made } = one
    expect(made?.status).toBe(201)
    expect(made?.headers['Location']).toMatch(new RegExp(`/v1.0${store}/sets/${set}/children/${made?.body.id}$`))
    expect(one['count']).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: expect.stringMatching(/^\d+$/),
    })
    const two = await run([
      addTerm('quiet', 'Quiet', { headers: { ...json, Prefer: 'return=minimal' } }),
      { id: 'gone', method: 'delete', url: `${store}/sets/${set}/terms/${made?.body.id}` },
      { id: 'head', method: 'HEAD', url: store },
    ])
    expect(two['quiet']).toMatchObject({ status: 204, headers: { 'Preference-Applied': 'return=minimal' } })
    expect(two['quiet']?.headers['Location']).toContain('/children/')
    expect(two['gone']?.status).toBe(204)
    for (const id of ['quiet', 'gone', 'head']) expect(two[id]).not.toHaveProperty('body')
    expect(two['head']?.status).toBe(200)
  })

  it('gives the metadata as base64url, as anything that is neither JSON nor text', async () => {
    const { m } = await run([{ id: 'm', method: 'GET', url: '$metadata', headers: { Accept: 'application/xml' } }])
    expect(m?.headers['Content-Type']).toBe('application/xml')
    expect(Buffer.from(m?.body, 'base64url').toString()).toContain('<edmx:Edmx')
  })

  it('takes an address in every form clients write it', async () => {
    const forms = [
      `${store}/groups/${group}`,
      `termStore/groups/${group}`,
      `/v1.0${store}/groups/${group}`,
      `beta/termStore/groups/${group}`,
      `${server.http}/v1.0${store}/groups/${group}`,
      `${server.http.toUpperCase()}/V1.0${store}/groups/${group}/`,
      `${store}/groups('${group}')`,
    ]
    const answers = await run(forms.map((url, at) => ({ id: at, method: 'get', url })))
    for (const [at, form] of forms.entries()) {
      expect(answers[at]?.body, form).toMatchObject({ id: group, displayName: 'Batch' })
      // The version is the batch's, whatever the address says.
      expect(answers[at]?.body['@odata.context']).toContain('/v1.0/$metadata#')
    }
  })

  it('takes a query unescaped as .NET sends it, encoded, and with plus signs for spaces', async () => {
    const texts = ['Salt & pepper', '100% pure', 'C++ or C#', 'Crème brûlée', "It's &c"]
    await run(
      texts.map((description, id) => {
        const body = { displayName: `Query ${id}`, description }
        return { id, method: 'POST', url: `${store}/groups`, headers: json, body }
      }),
    )
    const filter = (text: string) => `description eq '${text.replaceAll("'", "''")}'`
    const queries = [
      ...texts.map((text) => `$filter=${filter(text)}&$top=5`),
      `$filter=${encodeURIComponent(filter('Salt & pepper'))}&$top=5`,
      `%24filter=${encodeURIComponent(filter('Salt & pepper')).replaceAll('%20', '+')}&%24top=5`,
    ]
    const answers = await run(
      queries.map((query, id) => ({ id, method: 'GET', url: `${store}/groups?${query}&$select=description` })),
    )
    const found = Object.values(answers).map(({ body }) => body.value?.map((one: Answered['body']) => one.description))
    expect(found).toEqual([...texts, 'Salt & pepper', 'Salt & pepper'].map((text) => [text]))
  })

  it('takes a body as an object, as base64 with and without a content type, and as JSON text', async () => {
    const body = { labels: labels('Form') }
    const text = JSON.stringify(body)
    const base64 = Buffer.from(text).toString('base64')
    const url = `${store}/sets/${set}/children`
    const named = (name: string) => Buffer.from(JSON.stringify({ labels: labels(name) }))
    const answers = await run([
      { id: 'base64', method: 'POST', url, body: named('Form 1').toString('base64') },
      { id: 'base64url', method: 'POST', url, headers: json, body: named('Form ÿ?ÿ').toString('base64url') },
      { id: 'text', method: 'POST', url, headers: json, body: named('Form 2').toString() },
      { id: 'object', method: 'POST', url, body: { labels: labels('Form 3') } },
      { id: 'nonsense', method: 'POST', url, body: 'lorem ipsum' },
      { id: 'none', method: 'POST', url, headers: json },
      { id: 'null', method: 'GET', url, body: null },
      { id: 'plain', method: 'POST', url, headers: { 'content-type': 'text/plain' }, body: base64 },
    ])
    for (const id of ['base64', 'base64url', 'text', 'object']) expect(answers[id]?.status, id).toBe(201)
    expect(answers['nonsense']).toMatchObject({ status: 400, body: { error: { target: 'body' } } })
    expect(answers['none']).toMatchObject({ status: 400 })
    expect(answers['null']?.status).toBe(200)
    expect(answers['plain']?.status).toBe(415)
  })

  it('refuses in the item what only the item is wrong about', async () => {
    const answers = await run([
      { id: 'nested', method: 'POST', url: '/$batch', body: { requests: [] } },
      { id: 'nested too', method: 'POST', url: 'v1.0/%24BATCH', body: { requests: [] } },
      { id: 'foreign', method: 'GET', url: 'https://graph.example/v1.0/me' },
      { id: 'unknown', method: 'GET', url: 'nowhere' },
      { id: 'method', method: 'FROB', url: store },
      { id: 'if', method: 'DELETE', url: `${store}/sets/${set}`, if: '$nested/succeeded' },
      { id: 'version', method: 'GET', url: store, headers: { 'OData-MaxVersion': '3.0' } },
      { id: 'accept', method: 'GET', url: store, headers: { Accept: 'image/png' } },
    ])
    const statuses = Object.fromEntries(Object.entries(answers).map(([id, { status }]) => [id, status]))
    expect(statuses).toEqual({
      nested: 400,
      'nested too': 400,
      foreign: 400,
      unknown: 501,
      method: 405,
      if: 501,
      version: 406,
      accept: 406,
    })
    for (const { headers, body } of Object.values(answers)) {
      expect(headers['Content-Type']).toBe('application/json')
      expect(body.error.innerError['request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect(answers['method']?.headers['Allow']).toContain('GET')
    expect((await server.send('GET', `/v1.0${store}/sets/${set}`)).status).toBe(200)
  })

  it('judges each item by the permissions of the one token, whatever token the item brings', async () => {
    const { body } = await server.send(
      'POST',
      '/v1.0/$batch',
      {
        requests: [
          { id: '1', method: 'GET', url: store, headers: { Authorization: 'Bearer nonsense' } },
          addTerm('2', 'Forbidden'),
        ],
      },
      { app: wellKnown.reader },
    )
    expect(body.responses.map(({ status }: Answered) => status)).toEqual([200, 403])
    const stranger = await server.send(
      'POST',
      '/v1.0/$batch',
      { requests: [{ id: '1', method: 'GET', url: `${store}/sets/${set}` }] },
      { tenant: wellKnown.fabrikam },
    )
    expect(stranger.body.responses[0].status).toBe(404)
    const nobody = await fetch(`${server.http}/v1.0/$batch`, { method: 'POST', body: '{"requests":[]}' })
    expect(nobody.status).toBe(401)
  })

  it('honours the headers of each item, and those only', async () => {
    const { body } = await server.send(
      'POST',
      '/v1.0/$batch',
      {
        requests: [
          { id: '1', method: 'GET', url: `${store}/sets/${set}/children`, headers: { PREFER: 'odata.maxpagesize=1' } },
          { id: '2', method: 'GET', url: `${store}/sets/${set}/children` },
          { id: '3', method: 'GET', url: 'nowhere', headers: { 'client-request-id': 'mine' } },
        ],
      },
      { headers: { prefer: 'maxpagesize=2', 'if-none-match': '*' } },
    )
    const [one, two, three] = body.responses as Answered[]
    expect(one?.headers['Preference-Applied']).toBe('odata.maxpagesize=1')
    expect(one?.body.value).toHaveLength(1)
    expect(two?.body.value.length).toBeGreaterThan(2)
    expect(two?.headers).not.toHaveProperty('Preference-Applied')
    expect(three?.body.error.innerError['client-request-id']).toBe('mine')
  })
})

describe('a batch as such', () => {
  const refused = async (body: unknown, status = 400, options = {}) => {
    const answer = await server.send('POST', '/v1.0/$batch', body, options)
    expect(answer.status, answer.text).toBe(status)
    return answer.body.error
  }
  const get = (id: unknown, more: object = {}) => ({ id, method: 'GET', url: store, ...more })

  it('holds twenty requests and no more', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => get(String(at)))
    expect(Object.keys(await run(many(20)))).toHaveLength(20)
    expect(await refused({ requests: many(21) })).toMatchObject({
      code: 'badRequest',
      target: 'requests',
      message: 'A batch holds at most 20 requests; this one has 21.',
    })
    expect((await send([])).body).toEqual({ responses: [] })
  })

  it('is refused whole with all its faults', async () => {
    const error = await refused({
      requests: [
        get('a'),
        get('A'),
        { method: 'GET', url: store },
        { id: 'b', url: '', headers: [] },
        'text',
        get('c', { dependsOn: ['d'] }),
        get('d', { dependsOn: ['D'] }),
        get('e', { dependsOn: 'a' }),
        get('f', { headers: { x: {} } }),
      ],
    })
    expect(error.details.map(({ target }: { target: string }) => target)).toEqual([
      'requests/1/id',
      'requests/2/id',
      'requests/3/method',
      'requests/3/url',
      'requests/3/headers',
      'requests/4',
      'requests/4/id',
      'requests/4/method',
      'requests/4/url',
      'requests/5/dependsOn',
      'requests/6/dependsOn',
      'requests/7/dependsOn',
      'requests/8/headers/x',
    ])
  })

  it.each([
    ['no JSON', 'lorem'],
    ['no object', '[]'],
    ['no requests', '{}'],
    ['requests that are no list', '{"requests":{}}'],
    ['no UTF-8', Buffer.from([0x7b, 0xff]).toString('latin1')],
  ])('is refused with %s', async (_, body) => {
    await refused(body)
  })

  it('is sent with POST, as JSON', async () => {
    const get = await server.send('GET', '/v1.0/$batch')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    await refused('--b\r\n', 415, { headers: { 'content-type': 'multipart/mixed; boundary=b' } })
    await refused('', 400)
  })

  it('answers to /beta as well, and to a body nested without end', async () => {
    expect((await run([get('1')], 'beta'))['1']?.body['@odata.context']).toContain('/beta/$metadata#')
    const deep = `{"requests":[{"id":"1","method":"PATCH","url":"${store}","body":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`
    const { status, body } = await server.send('POST', '/v1.0/$batch', deep)
    expect([status, body.responses[0].status]).toEqual([200, 400])
  })
})

describe('dependsOn', () => {
  it('waits for the items named, in a chain', async () => {
    const answers = await run([
      addTerm('1', 'Chain'),
      { id: '2', method: 'PATCH', url: '$1', dependsOn: ['1'], headers: json, body: { labels: labels('Chained') } },
      { id: '3', method: 'GET', url: `/$1`, dependsOn: ['1', '2'] },
      {
        id: '4',
        method: 'POST',
        url: '$1/children',
        dependsOn: ['1'],
        headers: json,
        body: { labels: labels('Link') },
      },
      { id: '5', method: 'GET', url: '$1/children?$select=id', dependsOn: ['4', '1'] },
    ])
    expect(Object.values(answers).map(({ status }) => status)).toEqual([201, 200, 200, 201, 200])
    expect(answers['3']?.body.labels[0].name).toBe('Chained')
    expect(answers['5']?.body.value).toEqual([{ id: answers['4']?.body.id }])
  })

  it('says so where a reference is to a request that is not waited for', async () => {
    const answers = await run([
      addTerm('1', 'Not waited for'),
      { id: '2', method: 'GET', url: '/$1/children' },
      { id: 'metadata', method: 'GET', url: '/$metadata' },
      { id: '4', method: 'GET', url: '/$metadata' },
      { id: '5', method: 'GET', url: '/$nobody' },
    ])
    const statuses = ['1', '2', 'metadata', '4', '5'].map((id) => answers[id]?.status)
    expect(statuses).toEqual([201, 400, 200, 200, 501])
    expect(answers['2']?.body.error).toMatchObject({
      message: "The request '2' refers to '$1', so its 'dependsOn' has to name '1'.",
      target: 'dependsOn',
    })
  })

  it('fails with 424 what depends on a failure, and goes on with the rest', async () => {
    const answers = await run([
      { id: '1', method: 'GET', url: `${store}/sets/00000000-0000-4000-8000-000000000000` },
      addTerm('2', 'Never made', { dependsOn: ['1'] }),
      addTerm('3', 'Never made either', { dependsOn: ['2'] }),
      addTerm('4', 'Made all the same'),
    ])
    expect(Object.values(answers).map(({ status }) => status)).toEqual([404, 424, 424, 201])
    expect(answers['2']?.body.error).toMatchObject({
      code: 'failedDependency',
      message: "The request depends on '1', which was answered with 404.",
    })
    const all = await names()
    expect(all).toContain('Made all the same')
    expect(all.some((name) => name.startsWith('Never'))).toBe(false)
  })
})

describe('an atomicity group', () => {
  const inGroup = (entry: object, atomicityGroup = 'g') => ({ ...entry, atomicityGroup })

  it('is done as a whole, each item seeing those before it', async () => {
    const answers = await run([
      inGroup(addTerm('1', 'Group 1')),
      inGroup({
        id: '2',
        method: 'POST',
        url: '$1/children',
        dependsOn: ['1'],
        headers: json,
        body: { labels: labels('Group 2') },
      }),
      inGroup({ id: '3', method: 'GET', url: '$1/children', dependsOn: ['1'] }),
      { id: '4', method: 'GET', url: '$1', dependsOn: ['g', '1'] },
    ])
    expect(Object.values(answers).map(({ status }) => status)).toEqual([201, 201, 200, 200])
    expect(answers['1']?.atomicityGroup).toBe('g')
    expect(answers['4']).not.toHaveProperty('atomicityGroup')
    expect(answers['3']?.body.value).toHaveLength(1)
    expect(await names()).toContain('Group 1')
  })

  it('is undone as a whole', async () => {
    const before = await names()
    const answers = await run([
      inGroup(addTerm('1', 'Undone 1')),
      inGroup({
        id: '2',
        method: 'PATCH',
        url: `${store}/sets/${set}`,
        headers: json,
        body: { description: 'Undone' },
      }),
      inGroup(addTerm('3', 'Undone 1')),
      inGroup(addTerm('4', 'Undone 4')),
      addTerm('5', 'After the group', { dependsOn: ['g'] }),
      addTerm('6', 'Beside the group'),
    ])
    expect(Object.values(answers).map(({ status }) => status)).toEqual([424, 424, 409, 424, 424, 201])
    expect(answers['3']?.body.error.code).toBe('nameAlreadyExists')
    expect(answers['1']?.body.error.message).toBe("The group was undone, as its request '3' failed.")
    expect((await names()).toSorted()).toEqual([...before, 'Beside the group'].toSorted())
    expect((await server.send('GET', `/v1.0${store}/sets/${set}`)).body.description).not.toBe('Undone')
    // What a group saw before it was undone is not remembered.
    expect((await run([addTerm('1', 'Undone 1')]))['1']?.status).toBe(201)
  })

  it('sets what time is to do, and takes it back when it is undone', async () => {
    const root = '/tenantRelationships/delegatedAdminRelationships'
    const draft = (displayName: string) => ({
      displayName,
      duration: 'P365D',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
    })
    const both = (name: string) => [
      inGroup({ id: '1', method: 'POST', url: root, headers: json, body: draft(name) }),
      inGroup({
        id: '2',
        method: 'POST',
        url: '$1/requests',
        dependsOn: ['1'],
        headers: json,
        body: { action: 'lockForApproval' },
      }),
    ]
    const done = await run([...both('Due'), { id: '3', method: 'GET', url: '$1', dependsOn: ['1', 'g'] }])
    expect(Object.values(done).map(({ status }) => status)).toEqual([201, 201, 200])
    expect(done['3']?.body.status).toBe('approvalPending')
    const undone = await run([...both('Never due'), inGroup({ id: '3', method: 'GET', url: `${root}/nobody` })])
    expect(
      Object.values(undone)
        .map(({ status }) => status)
        .slice(0, 2),
    ).toEqual([424, 424])
    await server.clock({ advance: 'P1D' })
    const { body } = await server.send('GET', `/v1.0${root}?$filter=startswith(displayName,'Never')`)
    expect(body.value).toEqual([])
  })

  it('waits as a whole for what any of its items depends on', async () => {
    const answers = await run([
      { id: '1', method: 'GET', url: 'nowhere' },
      inGroup(addTerm('2', 'Waits 1')),
      inGroup(addTerm('3', 'Waits 2', { dependsOn: ['1'] })),
    ])
    expect(Object.values(answers).map(({ status }) => status)).toEqual([501, 424, 424])
    expect((await names()).some((name) => name.startsWith('Waits'))).toBe(false)
  })

  it.each([
    ['before', ['g', '2']],
    ['in it', ['1', 'G']],
  ])('is refused where a request has its name as id: %s', async (_, ids) => {
    const [one = '', two = ''] = ids
    const { status, body } = await send([
      one === 'g' ? addTerm(one, 'Named 1') : inGroup(addTerm(one, 'Named 1')),
      inGroup(addTerm(two, 'Named 2')),
    ])
    const at = one === 'g' ? 'requests/1/atomicityGroup' : 'requests/1/id'
    expect([status, body.error.target, body.error.details]).toEqual([
      400,
      at,
      [expect.objectContaining({ message: expect.stringContaining('needs a name of its own'), target: at })],
    ])
    expect((await names()).some((name) => name.startsWith('Named'))).toBe(false)
  })

  it('is refused where its items do not follow each other', async () => {
    const { status, body } = await send([
      inGroup(addTerm('1', 'Apart 1')),
      addTerm('2', 'Apart 2'),
      inGroup(addTerm('3', 'Apart 3')),
    ])
    expect([status, body.error.target]).toEqual([400, 'requests/2/atomicityGroup'])
    expect((await names()).some((name) => name.startsWith('Apart'))).toBe(false)
  })
})
