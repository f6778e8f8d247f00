/** The request log on the wire: what it tells of real requests, and what it hides. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, startTestServer, type TestServer, tokenFor } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
})
afterAll(() => server.close())

const root = '/_relata/requests'
const groups = '/v1.0/termStore/groups'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
const look = async (query = '', headers: Readonly<Record<string, string>> = {}): Promise<any> => {
  const answer = await fetch(`${server.http}${root}${query}`, { headers })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status} ${text}`)
  return JSON.parse(text)
}

const clear = async () => {
  const answer = await fetch(`${server.http}${root}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.status).toBe(204)
}

const add = (displayName: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('POST', groups, { displayName }, { headers })

beforeEach(async () => {
  await server.token()
  await clear()
})

describe('the request log', () => {
  it('has each request with who asked, what came of it, and both bodies', async () => {
    const made = await add('Log')
    const { value } = await look()
    expect(value).toEqual([
      {
        id: made.headers.get('request-id'),
        sequence: expect.any(Number),
        dateTime: expect.stringMatching(/^20\d\d-.*Z$/),
        method: 'POST',
        path: groups,
        status: 201,
        durationMs: expect.any(Number),
        caller: { kind: 'app', tenantId: wellKnown.contoso, appId: wellKnown.daemon, name: expect.any(String) },
        remote: '127.0.0.1',
      },
    ])
    const one = await look(`/${value[0].id}`)
    expect(one.request).toEqual({
      headers: expect.objectContaining({ authorization: 'Bearer [removed token]', 'content-type': 'application/json' }),
      bodyBytes: '{"displayName":"Log"}'.length,
      body: { displayName: 'Log' },
    })
    expect(one.response.body).toEqual(made.body)
    expect(one.response.bodyBytes).toBe(Buffer.byteLength(made.text))
    expect(one.response.headers['request-id']).toBe(value[0].id)
    expect(one.steps.at(-1)).toEqual({ name: 'create', outcome: 'answered' })
  })

  it('says which check refused a request, where it is specified, and what was held and wanted', async () => {
    const refused = await server.send('POST', groups, { displayName: 'x' }, { app: wellKnown.reader })
    expect(refused.status).toBe(403)
    const { value } = await look('?status=4xx')
    expect(value[0].refusal).toMatchObject({
      check: 'access.permission',
      section: expect.stringMatching(/^docs\/spec\/.+\.md /),
      step: 'permission',
      code: refused.body.error.code,
      message: refused.body.error.message,
      layer: 'permission',
      wanted: expect.arrayContaining(['TermStore.ReadWrite.All']),
      held: expect.any(Array),
    })
    const { steps } = await look(`/${value[0].id}`)
    expect(steps.slice(-2)).toEqual([
      { name: 'options', outcome: 'passed' },
      { name: 'permission', outcome: 'refused' },
    ])
  })

  it('says that a known address replaced the steps', async () => {
    const { body } = await add('Known')
    for (let at = 0; at < 3; at += 1) await server.send('GET', `${groups}/${body.id}`)
    const { value } = await look('?method=GET&top=1')
    expect((await look(`/${value[0].id}`)).steps).toEqual([{ name: 'known-address', outcome: 'answered' }])
  })

  it('has the requests of a batch with their answers', async () => {
    await server.send('POST', '/v1.0/$batch', {
      requests: [
        { id: 'a', method: 'GET', url: '/termStore/groups' },
        { id: 'b', method: 'GET', url: '/nothing' },
      ],
    })
    const { value } = await look()
    expect(value[0].requests).toEqual([
      { id: 'a', method: 'GET', url: '/termStore/groups', status: 200 },
      { id: 'b', method: 'GET', url: '/nothing', status: 501 },
    ])
  })

  it('is found by the client request id too, newest first, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await add(name, { 'client-request-id': `mine-${name}` })
    const first = await look('?top=2')
    expect(first.value.map((one: { clientRequestId: string }) => one.clientRequestId)).toEqual(['mine-c', 'mine-b'])
    const next = await (await fetch(first.next)).json()
    expect(next).toMatchObject({ value: [{ clientRequestId: 'mine-a' }], held: 3 })
    expect(next).not.toHaveProperty('next')
    expect((await look('/MINE-B')).request.body).toEqual({ displayName: 'b' })
    await add('d', { 'client-request-id': 'mine/50%' })
    expect((await look(`/${encodeURIComponent('mine/50%')}`)).request.body).toEqual({ displayName: 'd' })
  })

  it('is filtered by method, path, status, tenant, client and place', async () => {
    const { body } = await add('Filtered')
    await server.send('GET', `${groups}/${body.id}`)
    await server.send('GET', `${groups}/${body.id}/sets`)
    await server.send('GET', '/v1.0/users', undefined, { tenant: wellKnown.fabrikam })
    await fetch(`${server.http}/v1.0/nothing`)
    const paths = async (query: string) => (await look(query)).value.map(({ path }: { path: string }) => path).reverse()
    expect(await paths('?method=post&path=/v1.0/**')).toEqual([groups])
    expect(await paths('?path=/v1.0/termStore/groups/*')).toEqual([`${groups}/${body.id}`])
    expect(await paths('?path=/v1.0/termstore/groups/**')).toEqual([
      groups,
      `${groups}/${body.id}`,
      `${groups}/${body.id}/sets`,
    ])
    expect(await paths('?path=SETS')).toEqual([`${groups}/${body.id}/sets`])
    expect(await paths('?status=2xx,404&method=GET&path=groups/')).toHaveLength(2)
    expect(await paths('?status=4xx')).toEqual(['/v1.0/nothing'])
    expect(await paths(`?tenant=${wellKnown.fabrikam}&path=/v1.0/**`)).toEqual(['/v1.0/users'])
    expect(await paths(`?client=${wellKnown.daemon}&method=POST`)).toEqual([groups])
    const [{ sequence, dateTime }] = (await look('?path=SETS')).value
    expect(await paths(`?since=${sequence}&path=/v1.0/**`)).toEqual(['/v1.0/users', '/v1.0/nothing'])
    expect(await paths(`?since=${dateTime}&before=${sequence + 1}&path=SETS`)).toHaveLength(1)
    expect(await paths('?since=2999-01-01T00:00:00Z')).toEqual([])
  })

  it.each([
    ['?stauts=4xx', 'stauts'],
    ['?status=four', 'status'],
    ['?top=0', 'top'],
    ['?since=yesterday', 'since'],
    ['?since=2026-05-01T00:00', 'since'],
    ['?as=perl', 'as'],
    ['?top=1&top=2', 'top'],
  ])('refuses %s', async (query, target) => {
    const answer = await fetch(`${server.http}${root}${query}`)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: { target: string } }).error.target).toBe(target)
  })

  it('has no requests for the log itself, nor probes', async () => {
    await look()
    await fetch(`${server.http}/alive`)
    expect((await look()).value).toEqual([])
    expect((await fetch(`${server.http}${root}/nothing`)).status).toBe(404)
  })

  it('is that of a world: copies begin empty, and a reset empties it', async () => {
    await add('Here')
    const made = (await (await fetch(`${server.http}/_relata/worlds`, jsonPost({}))).json()) as { id: string }
    const inWorld = { 'relata-world': made.id }
    expect((await look('', inWorld)).value).toEqual([])
    await add('There', inWorld)
    expect((await look('', inWorld)).value).toHaveLength(1)
    expect((await look('?path=/v1.0/**')).value).toHaveLength(1)
    const { headers, ...post } = jsonPost('{}')
    await fetch(`${server.http}/_relata/reset`, { ...post, headers: { ...headers, ...inWorld } })
    expect((await look('', inWorld)).value).toEqual([])
  })

  it('says how long a body was of which it has the beginning', async () => {
    const text = `{"displayName":"${'é'.repeat(100_000)}"}`
    const answer = await fetch(`${server.http}${groups}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/json' },
      body: text,
    })
    expect(answer.status).toBe(400)
    const { value } = await look()
    const { request } = await look(`/${value[0].id}`)
    expect(request).toMatchObject({ bodyBytes: Buffer.byteLength(text), bodyIsCut: true })
    expect(text.startsWith(request.body)).toBe(true)
    expect(Buffer.byteLength(request.body)).toBeGreaterThan(65_530)
    expect(Buffer.byteLength(request.body)).toBeLessThanOrEqual(65_536)
  })
})

describe('faults', () => {
  it('are named, and can be asked for, in batches and where the connection was dropped too', async () => {
    const fault = (rule: unknown) => fetch(`${server.http}/_relata/faults`, jsonPost(rule))
    await fault({ id: 'full', where: { method: 'POST', path: '/v1.0/termStore/groups' }, what: { status: 507 } })
    await fault({ id: 'gone', where: { path: '/v1.0/users' }, what: { drop: true } })
    await add('Refused')
    await server.send('POST', '/v1.0/$batch', {
      requests: [{ id: '1', method: 'POST', url: '/termStore/groups', headers: {}, body: { displayName: 'x' } }],
    })
    await expect(server.send('GET', '/v1.0/users')).rejects.toThrow()
    await fetch(`${server.http}/_relata/faults`, { ...jsonPost({}), method: 'DELETE' })
    await add('Taken')
    const told = async (query: string) =>
      (await look(query)).value.map(({ status, fault: name, requests }: Record<string, unknown>) => [
        status,
        name,
        requests,
      ])
    expect(await told('?fault=full')).toEqual([[507, 'full', undefined]])
    expect(await told('?fault=*&path=/v1.0/**')).toEqual([
      [0, 'gone', undefined],
      [507, 'full', undefined],
    ])
    expect(await told('?path=**/$batch')).toEqual([
      [200, undefined, [{ id: '1', method: 'POST', url: '/termStore/groups', status: 507, fault: 'full' }]],
    ])
  })
})

describe('secrets', () => {
  /** All that the log says, and the texts it makes. */
  const everything = async () => {
    const { value } = await look()
    const all = await Promise.all(value.map(({ id }: { id: string }) => look(`/${id}`)))
    const texts = await Promise.all(
      ['curl', 'vitest', 'pytest'].map(async (as) => (await fetch(`${server.http}${root}?as=${as}`)).text()),
    )
    return JSON.stringify([value, all, texts])
  }

  it('of a token request and its answer are not told', async () => {
    const token = await tokenFor(server.http, wellKnown.contoso, wellKnown.reader)
    const told = await everything()
    expect(told).toContain('client_secret')
    for (const secret of [token, wellKnown.secret]) expect(told).not.toContain(secret)
  })

  it('are not told wherever they stand', async () => {
    const token = await server.token()
    const secret = 'S3cret+/='
    const text = `${server.http}/v1.0/users`
    await fetch(`${server.http}/v1.0/${token}?access_token=${token}&code=${encodeURIComponent(secret)}`, {
      headers: { cookie: `a=${secret}` },
    })
    await fetch(text, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ passwordProfile: { password: secret }, 'p\u0061ssword': [secret], note: token }).replace(
        '"password":[',
        '"p\\u0061ssword":[',
      ),
    })
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: secret,
      refresh_token: secret,
      client_assertion: secret,
      password: secret,
      code_verifier: secret,
    })
    await fetch(`${server.http}/common/oauth2/v2.0/token`, { method: 'POST', body: form })
    await fetch(
      `${server.http}/_relata/issuers/check`,
      jsonPost({ token: createHash('sha256').update(secret).digest('hex') }),
    )
    const told = await everything()
    expect((await look()).value).toHaveLength(4)
    for (const one of [token, secret, encodeURIComponent(secret), createHash('sha256').update(secret).digest('hex')])
      expect(told).not.toContain(one)
  })
})
