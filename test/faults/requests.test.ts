/** Rules for faults on the wire: what they are for, what they answer, and that nothing is written before. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { faultsOf } from './kit.ts'

let server: TestServer
let faults: ReturnType<typeof faultsOf>

beforeAll(async () => {
  server = await startTestServer()
  faults = faultsOf(server)
  await server.token()
})
afterEach(() => faults.clear())
afterAll(() => server.close())

const groups = '/v1.0/termStore/groups'
const addGroup = (displayName: string) => server.send('POST', groups, { displayName })
const names = async (): Promise<string[]> => {
  const { body } = await server.send('GET', groups)
  return body.value.map((group: { displayName: string }) => group.displayName)
}
const statuses = async (count: number, path = groups): Promise<number[]> => {
  const all: number[] = []
  for (let at = 0; at < count; at += 1) all.push((await server.send('GET', path)).status)
  return all
}

describe('an answer on purpose', () => {
  it('has Graph’s envelope with the code of what is asked for, Retry-After, and the rule in a header', async () => {
    const id = await faults.add({ where: { path: '/**' }, what: { status: 429, retryAfter: 2 } })
    for (const [path, code] of [
      [groups, 'activityLimitReached'],
      ['/v1.0/users', 'tooManyRequests'],
      ['/v1.0/tenantRelationships/delegatedAdminRelationships', 'tooManyRequests'],
      ['/v1.0/nothing', 'tooManyRequests'],
    ] as const) {
      const { status, headers, body } = await server.send('GET', path)
      expect([path, status, headers.get('retry-after'), headers.get('relata-fault')]).toEqual([path, 429, '2', id])
      expect(body.error).toMatchObject({ code, innerError: { 'request-id': headers.get('request-id') } })
      expect(body.error.innerError.code).toBe('throttledRequest')
    }
  })

  it.each([
    [503, {}, 'serviceNotAvailable', null],
    [503, { retryAfter: 7 }, 'serviceNotAvailable', '7'],
    [504, {}, 'gatewayTimeout', null],
    [507, {}, 'quotaLimitReached', null],
    [409, {}, 'nameAlreadyExists', null],
    [429, {}, 'activityLimitReached', '10'],
    [429, { retryAfter: 'none' }, 'activityLimitReached', null],
    [500, { code: 'strange', message: 'As you like it.' }, 'strange', null],
  ])('%s %o', async (status, more, code, retryAfter) => {
    await faults.add({ what: { status, ...more } })
    const answer = await server.send('GET', groups)
    expect([answer.status, answer.body.error.code, answer.headers.get('retry-after')]).toEqual([
      status,
      code,
      retryAfter,
    ])
    if ('message' in more) expect(answer.body.error.message).toBe(more.message)
  })

  it('may have headers of its own, but none of the transport', async () => {
    const challenge = 'Bearer error="insufficient_claims", claims="e30="'
    await faults.add({ what: { status: 401, headers: { 'WWW-Authenticate': challenge, 'RateLimit-Reset': '3' } } })
    const { status, headers } = await server.send('GET', groups)
    expect([status, headers.get('www-authenticate'), headers.get('ratelimit-reset')]).toEqual([401, challenge, '3'])
    for (const name of ['Content-Length', 'relata-fault', 'bad name', 'x\r\ny'])
      expect((await faults.post({ what: { status: 401, headers: { [name]: '1' } } })).status).toBe(400)
    expect((await faults.post({ what: { status: 401, headers: { 'x-a': 'b\r\nc' } } })).status).toBe(400)
  })

  it('says nothing where it is opaque, as Microsoft does', async () => {
    await faults.add({ what: { opaque: true } })
    const { status, body } = await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
    expect([status, body.error.code, body.error.message]).toEqual([
      500,
      'unexpectedError',
      'An unexpected error occurred in the server.',
    ])
    expect((await server.send('GET', groups)).body.error.code).toBe('generalException')
  })

  it('comes before anything is written', async () => {
    await faults.add({ where: { method: 'POST' }, what: { status: 503 }, times: 1 })
    expect((await addGroup('Once')).status).toBe(503)
    expect(await names()).not.toContain('Once')
    expect((await addGroup('Once')).status).toBe(201)
  })

  it('comes after the commit where it is asked for, and leaves refusals as they are', async () => {
    await faults.add({ where: { method: 'POST' }, what: { status: 504 }, after: 'commit' })
    expect((await addGroup('Made all the same')).status).toBe(504)
    expect((await addGroup('Made all the same')).status).toBe(409)
    expect(await names()).toContain('Made all the same')
    const [rule] = await faults.list()
    expect(rule).toMatchObject({ matches: 1, hits: 1 })
  })

  it('may depend on the real status', async () => {
    await faults.add({ where: { status: 404 }, what: { status: 503 }, after: 'commit' })
    expect((await server.send('GET', groups)).status).toBe(200)
    expect((await server.send('GET', `${groups}/0f3b1c52-0d0a-4c3e-9a55-00000000dead`)).status).toBe(503)
    await faults.clear()
    await faults.add({ where: { status: '4xx' }, what: { status: 503 }, after: 'commit' })
    expect((await server.send('GET', `${groups}?$filter=nothing`)).status).toBe(503)
  })
})

describe('a rule', () => {
  it('is for the methods, the path, the tenant and the client that it names', async () => {
    const sent = async (rule: unknown, method: string, path: string, options = {}): Promise<number> => {
      await faults.clear()
      await faults.add({ where: rule, what: { status: 418 } })
      return (
        await fetch(`${server.http}${path}`, {
          method,
          headers: { authorization: `Bearer ${await server.token(...(Object.values(options) as [string]))}` },
        })
      ).status
    }
    expect(await sent({ method: ['POST', 'GET'] }, 'GET', groups)).toBe(418)
    expect(await sent({ method: 'GET' }, 'HEAD', groups)).toBe(418)
    expect(await sent({ method: 'POST' }, 'GET', groups)).toBe(200)
    expect(await sent({ path: '/*/termstore/**' }, 'GET', groups)).toBe(418)
    expect(await sent({ path: '/beta/**' }, 'GET', groups)).toBe(200)
    expect(await sent({ tenant: wellKnown.fabrikam }, 'GET', '/v1.0/organization')).toBe(200)
    expect(
      await sent({ tenant: wellKnown.fabrikam }, 'GET', '/v1.0/organization', { tenant: wellKnown.fabrikam }),
    ).toBe(418)
    const domain = server.parts.tenants.find(wellKnown.fabrikam)?.defaultDomain
    expect(await sent({ tenant: domain }, 'GET', '/v1.0/organization', { tenant: wellKnown.fabrikam })).toBe(418)
    expect(await sent({ client: wellKnown.daemon.toUpperCase() }, 'GET', groups)).toBe(418)
    expect(await sent({ client: wellKnown.contoso }, 'GET', groups)).toBe(200)
  })

  it('never touches control addresses, probes and the rules themselves', async () => {
    await faults.add({ where: { path: '/**' }, what: { status: 503 } })
    for (const path of ['/alive', '/ready', '/health', '/_relata/clock', '/_relata/faults', '/_relata/openapi.json'])
      expect([path, (await fetch(`${server.http}${path}`)).status]).toEqual([path, 200])
  })

  it('is applied so often, after so many requests', async () => {
    await faults.add({ what: { status: 503 }, skip: 1, times: 2 })
    expect(await statuses(5)).toEqual([200, 503, 503, 200, 200])
    const [rule] = await faults.list()
    expect(rule).toMatchObject({ matches: 5, hits: 2, lastHit: { requestId: expect.any(String) } })
  })

  it('is applied at a rate that a seed repeats', async () => {
    const run = async (seed: number): Promise<string> => {
      const id = await faults.add({ what: { status: 503 }, rate: 0.3, seed })
      const all = await statuses(40)
      await faults.remove(id)
      return all.join(' ')
    }
    const first = await run(7)
    expect(await run(7)).toBe(first)
    expect(await run(8)).not.toBe(first)
    const hits = first.split('503').length - 1
    expect(hits).toBeGreaterThan(4)
    expect(hits).toBeLessThan(22)
  })

  it('can be switched off and on, keeping its count, and begins anew when it is changed', async () => {
    const id = await faults.add({ what: { status: 503 }, times: 2 })
    expect(await statuses(1)).toEqual([503])
    expect((await faults.patch(id, { on: false })).body).toMatchObject({ on: false, hits: 1 })
    expect(await statuses(1)).toEqual([200])
    await faults.patch(id, { on: true })
    expect(await statuses(2)).toEqual([503, 200])
    const { status, body } = await faults.patch(id, { what: { status: 504 }, times: null })
    expect([status, body.times, body.hits]).toEqual([200, undefined, 0])
    expect(await statuses(3)).toEqual([504, 504, 504])
    expect((await faults.remove(id)).status).toBe(204)
    expect((await faults.show(id)).status).toBe(404)
    expect(await statuses(1)).toEqual([200])
  })

  it('stays off, and keeps its id, whatever else is changed', async () => {
    const id = await faults.add({ what: { status: 503 } })
    await faults.patch(id, { on: false })
    expect((await faults.patch(id, {})).body).toMatchObject({ on: false })
    expect((await faults.patch(id, { note: 'later' })).body).toMatchObject({ on: false, note: 'later' })
    expect(await statuses(1)).toEqual([200])
    const { status, body } = await faults.patch(id, { id: 'other' })
    expect([status, body.error.target]).toEqual([400, 'id'])
    expect((await faults.patch(id, { id, on: null })).body).toMatchObject({ on: true, id })
  })

  it('gives way to the one before it, of those that answer', async () => {
    await faults.add({ id: 'late', what: { latencyMs: 1 } })
    await faults.add({ id: 'first', what: { status: 503 }, times: 1 })
    await faults.add({ id: 'second', what: { status: 504 }, times: 1 })
    const answers = [
      await server.send('GET', groups),
      await server.send('GET', groups),
      await server.send('GET', groups),
    ]
    expect(answers.map(({ status, headers }) => [status, headers.get('relata-fault')])).toEqual([
      [503, 'late, first'],
      [504, 'late, second'],
      [200, 'late'],
    ])
  })

  it('is refused with every fault named, and changes nothing', async () => {
    const { status, body } = await faults.post({
      where: { method: 'FETCH', paths: '/x', path: 'no-slash', client: 'x' },
      what: { status: 200, retryafter: 3 },
      rate: 1.5,
      wat: 1,
    })
    expect(status).toBe(400)
    expect(body.error.details.map((one: { target: string }) => one.target).sort()).toEqual([
      'rate',
      'wat',
      'what/retryafter',
      'what/status',
      'where/client',
      'where/method',
      'where/path',
      'where/paths',
    ])
    expect(await faults.list()).toEqual([])
  })

  it.each([
    [{ what: {} }, 'what'],
    [{ what: { drop: false } }, 'what'],
    [{}, 'what'],
    [{ what: { status: 503, drop: true } }, 'what'],
    [{ what: { retryAfter: 3, latencyMs: 3 } }, 'what/retryAfter'],
    [{ what: { status: 503 }, where: { status: 200 } }, 'where/status'],
    [{ what: { status: 503 }, where: { tenant: 'nobody.example' } }, 'where/tenant'],
    [{ what: { status: 503 }, seed: 3 }, 'seed'],
    [{ what: { status: 503 }, from: '10 minutes' }, 'from'],
    [{ what: { status: 503 }, until: 'P' }, 'until'],
    [{ what: { status: 503 }, from: 'PT5M', until: 'PT5M' }, 'until'],
    [{ what: { status: 503 }, until: 'PT0S' }, 'until'],
    [{ what: { emptyList: true, latencyMs: 5 } }, 'what/latencyMs'],
    [{ what: { listLag: 'PT5S' }, after: 'commit' }, 'after'],
    [{ what: { gdap: { stuck: { machine: 'car' } } } }, 'what/gdap/stuck/machine'],
    [{ what: { gdap: { stuck: { machine: 'assignment', status: 'active' } } } }, 'what/gdap/stuck/status'],
    [{ what: { gdap: { failing: { machine: 'relationship' } } } }, 'what/gdap/failing/machine'],
    [{ what: { gdap: { latencySeconds: { lunch: 3 } } } }, 'what/gdap/latencySeconds/lunch'],
    [{ what: { gdap: {} } }, 'what/gdap'],
    [{ what: { gdap: { latencySeconds: { lock: 3 } } }, where: { method: 'GET' } }, 'where'],
    [{ rules: [{ what: { status: 503 } }, { what: { status: 1 } }] }, 'rules/1/what/status'],
    [
      {
        rules: [
          { id: 'a', what: { drop: true } },
          { id: 'a', what: { drop: true } },
        ],
      },
      'rules/1/id',
    ],
  ])('%j is refused at %s', async (rule, target) => {
    const { status, body } = await faults.post(rule)
    expect([status, body.error.target]).toEqual([400, target])
    expect(await faults.list()).toEqual([])
  })

  it('has an id of its own, and is found by it', async () => {
    const made = await faults.post({ id: 'mine', note: 'as in the incident', what: { status: 503 } })
    expect(made.headers.get('location')).toMatch(/\/_relata\/faults\/mine$/)
    expect((await faults.show('mine')).body).toMatchObject({ id: 'mine', note: 'as in the incident', on: true })
    expect((await faults.post({ id: 'mine', what: { status: 503 } })).status).toBe(409)
    expect((await faults.remove('other')).status).toBe(404)
    expect((await faults.patch('other', {})).status).toBe(404)
  })
})

describe('a delay', () => {
  it('holds the request until it is over or its rule is gone', async () => {
    const id = await faults.add({ where: { method: 'POST' }, what: { latencyMs: 600_000 } })
    const waiting = addGroup('Late')
    await expect.poll(async () => (await faults.list())[0]?.hits).toBe(1)
    expect(await names()).not.toContain('Late')
    await faults.remove(id)
    const answer = await waiting
    expect([answer.status, answer.headers.get('relata-fault')]).toEqual([201, id])
  })

  it('may come after the commit', async () => {
    const id = await faults.add({ where: { method: 'POST' }, what: { latencyMs: 600_000 }, after: 'commit' })
    const waiting = addGroup('Written, not answered')
    await expect.poll(names).toContain('Written, not answered')
    await faults.patch(id, { on: false })
    expect((await waiting).status).toBe(201)
  })

  it('does not count as time of the request', { tags: ['slow'] }, async () => {
    const short = await startTestServer({ requestTimeout: 1 })
    try {
      await faultsOf(short).add({ what: { latencyMs: 2_500 } })
      expect((await short.send('GET', groups)).status).toBe(200)
    } finally {
      await short.close()
    }
  })

  it('ends when the server stops', async () => {
    const other = await startTestServer()
    await faultsOf(other).add({ what: { latencyMs: 600_000 } })
    const waiting = other.send('GET', groups)
    await expect.poll(async () => (await faultsOf(other).list())[0]?.hits).toBe(1)
    await other.close()
    expect((await waiting).status).toBe(200)
  })
})

describe('a dropped connection', () => {
  it('is closed without an answer, before the write or after it', async () => {
    await faults.add({ where: { method: 'POST' }, what: { drop: true }, times: 1 })
    await expect(addGroup('Dropped')).rejects.toThrow('fetch failed')
    expect(await names()).not.toContain('Dropped')
    await faults.clear()
    await faults.add({ where: { method: 'POST' }, what: { drop: true }, after: 'commit' })
    await expect(addGroup('Dropped')).rejects.toThrow('fetch failed')
    expect(await names()).toContain('Dropped')
  })
})

describe('in a batch', () => {
  const item = (id: string, displayName: string, more = {}) => ({
    id,
    method: 'POST',
    url: '/termStore/groups',
    headers: { 'Content-Type': 'application/json' },
    body: { displayName },
    ...more,
  })
  const batch = async (requests: unknown[]) => {
    const { status, body, headers } = await server.send('POST', '/v1.0/$batch', { requests })
    expect(status).toBe(200)
    const responses = body.responses as { id: string; status: number; headers: Record<string, string> }[]
    return { headers, items: responses.sort((one, other) => (one.id < other.id ? -1 : 1)) }
  }

  it('each item is a request by itself', async () => {
    const id = await faults.add({
      where: { method: 'POST', path: groups },
      what: { status: 429, retryAfter: 3 },
      skip: 1,
      times: 1,
    })
    const { items } = await batch([item('1', 'A'), item('2', 'B'), item('3', 'C')])
    expect(items.map(({ status }) => status)).toEqual([201, 429, 201])
    expect(items[1]?.headers).toMatchObject({ 'Retry-After': '3', 'relata-fault': id })
    expect(items[0]?.headers['relata-fault']).toBeUndefined()
    expect(await names()).toEqual(expect.arrayContaining(['A', 'C']))
    expect(await names()).not.toContain('B')
  })

  it('a fault of a member undoes its group, and none comes after a commit', async () => {
    await faults.add({ where: { method: 'POST' }, what: { status: 503 }, skip: 1, times: 1 })
    const group = [item('1', 'D', { atomicityGroup: 'g' }), item('2', 'E', { atomicityGroup: 'g' })]
    expect((await batch(group)).items.map(({ status }) => status)).toEqual([424, 503])
    expect(await names()).not.toContain('D')
    await faults.clear()
    await faults.add({ where: { method: 'POST' }, what: { status: 503 }, after: 'commit' })
    expect((await batch(group)).items.map(({ status }) => status)).toEqual([201, 201])
  })

  it('the whole is meant only by a path that names it', async () => {
    await faults.add({ where: { path: '/**' }, what: { status: 503 } })
    expect((await batch([item('1', 'F')])).items.map(({ status }) => status)).toEqual([503])
    await faults.add({ where: { path: '/v1.0/$batch' }, what: { status: 504 } })
    expect((await server.send('POST', '/v1.0/$batch', { requests: [item('1', 'F')] })).status).toBe(504)
  })
})

describe('a scenario as people write it', () => {
  const give = async (text: string, type = 'application/yaml') => {
    const answer = await fetch(`${server.http}/_relata/faults`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: text,
    })
    const { value, error } = (await answer.json()) as { value?: { id: string }[]; error?: { message: string } }
    return { status: answer.status, ids: value?.map(({ id }) => id), message: error?.message }
  }

  it('is taken as YAML, and as JSON with comments, as a file of --faults is', async () => {
    const yaml = 'rules:\n  - id: outage # in ten minutes\n    what: { status: 503 }\n    from: PT10M\n'
    expect(await give(yaml)).toMatchObject({ status: 201, ids: ['outage'] })
    const json = '{ "rules": [{ "id": "noted", "what": { "drop": true } }] } // once'
    expect(await give(json)).toMatchObject({ status: 201, ids: ['noted'] })
    expect((await faults.list())[0]).toMatchObject({ what: { status: 503 }, from: 'PT10M' })
  })

  it('is refused with its line where it is neither, and by its rules where it is', async () => {
    expect(await give('rules: [')).toMatchObject({ status: 400, message: expect.stringMatching(/not YAML: .*line 1/) })
    expect(await give('- just\n- a list\n')).toMatchObject({ status: 400 })
    expect(await give('what: { status: 200 }\n')).toMatchObject({ status: 400 })
    // Aliases do not make a short text long.
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdef'].map((name, at) =>
      at === 0 ? name : `${name}: &${name} [${Array(10).fill(`*${'abcdef'[at - 1]}`)}]`,
    )
    expect(await give(`${bomb.join('\n')}\n`)).toMatchObject({ status: 400 })
    // A type that a form of another site could send.
    expect((await give('rules: []', 'text/plain')).status).toBe(415)
    expect(await faults.list()).toEqual([])
  })
})
