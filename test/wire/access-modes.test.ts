/** `--auth off`, `warn` and `enforce`: the same requests, and what is said of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#app/config.ts'
import type { Answer } from '../_support/server.ts'
import { type AccessServer, contoso, fabrikam, northwind, outcome, people, startAccessServer } from './access-kit.ts'

const groups = '/beta/termStore/groups'
const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const write = ['TermStore.ReadWrite.All']

const plain = async (server: AccessServer, path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${server.http}${path}`, init)
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) } as Answer
}
const asking = (authorization: string): RequestInit => ({ headers: { authorization } })
/** A token nobody signed. */
const forged = (claims: object): string =>
  `Bearer ${['{"alg":"none"}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.')}x`

describe('off', () => {
  let server: AccessServer
  beforeAll(async () => {
    server = await startAccessServer({ auth: 'off' })
  })
  afterAll(() => server.close())

  it('asks for no token, and lets everything through', async () => {
    const library = await plain(server, groups)
    expect(library.status).toBe(200)
    expect(library.body.value.map(({ displayName }: { displayName: string }) => displayName)).toContain('Library')
    const made = await plain(server, groups, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"displayName":"Without a token"}',
    })
    expect(made.status).toBe(201)
    for (const path of ['/v1.0/users', relationships, '/v1.0/organization', '/v1.0/auditLogs/directoryAudits'])
      expect([path, (await plain(server, path)).status]).toEqual([path, 200])
  })

  it('takes the tenant from a token that is there, whoever signed it', async () => {
    const names = async (init?: RequestInit) =>
      (await plain(server, groups, init)).body.value.map(({ displayName }: { displayName: string }) => displayName)
    expect(await names(asking(`Bearer ${await server.token(fabrikam)}`))).toContain('Company')
    expect(await names(asking(forged({ tid: fabrikam })))).toContain('Company')
    for (const other of [forged({ tid: 'x' }), forged({}), 'Bearer x', 'Basic x'])
      expect(await names(asking(other))).toContain('Library')
  })
})

describe.each(['off', 'warn'] as const)('%s, with a token for a tenant that is not there', (auth) => {
  let server: AccessServer
  beforeAll(async () => {
    server = await startAccessServer({ auth })
  })
  afterAll(() => server.close())

  const create = (authorization: string) =>
    plain(server, groups, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: '{"displayName":"Of nobody"}',
    })
  const isWritten = async () => (await plain(server, groups)).text.includes('Of nobody')

  it('writes into no other one', async () => {
    const tid = '0e0e0e0e-0000-4000-8000-00000000000e'
    const answer = await create(forged({ tid }))
    expect([answer.status, answer.body.error.code]).toEqual([401, 'InvalidAuthenticationToken'])
    expect(answer.body.error.message).toContain(`There is no tenant '${tid}' on this server.`)
    expect((await plain(server, groups, asking(forged({ tid })))).status).toBe(401)
    expect(await isWritten()).toBe(false)
  })

  it('writes into none when the tenant has been removed, genuine or not', async () => {
    const genuine = `Bearer ${await server.tokenOf({ tenant: northwind, user: people.tara, scopes: write })}`
    const removal = await fetch(`${server.http}/_relata/tenants/${northwind}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: '{"confirm":"Northwind Traders"}',
    })
    expect([removal.status, await removal.text()]).toEqual([204, ''])
    for (const token of [genuine, forged({ tid: northwind })]) expect((await create(token)).status).toBe(401)
    expect(await isWritten()).toBe(false)
  })
})

interface Line {
  readonly layer: string
  readonly wanted: readonly string[]
  readonly held: readonly string[]
  readonly method: string
  readonly path: string
  readonly requestId: string
}

describe('warn', () => {
  let server: AccessServer
  let strict: AccessServer
  beforeAll(async () => {
    strict = await startAccessServer()
    server = await startAccessServer({ auth: 'warn', output: 'json', silent: false, logLevel: 'warn' })
  })
  afterAll(async () => {
    await server.close()
    await strict.close()
  })

  /** The lines written for what is done. */
  const told = async (work: () => Promise<Answer>) => {
    const from = server.log.length
    const answer = await work()
    await new Promise((resolve) => setImmediate(resolve))
    const lines = server.log.slice(from).map((line) => JSON.parse(line) as Line & { readonly msg: string })
    return { answer, lines: lines.filter(({ msg }) => msg === 'would be refused') }
  }

  const sana = { tenant: contoso, user: people.sana }
  const gdap = ['DelegatedAdminRelationship.ReadWrite.All']
  const delegated = { tenant: fabrikam, home: contoso, user: people.sana, scopes: write }
  let last = 0
  const body = () => ({ displayName: `Group ${++last}` })

  it.each([
    ['a permission', { ...sana, scopes: [] }, 'GET', groups, undefined, 200, 'permission'],
    ['a role', { ...sana, scopes: write }, 'POST', groups, body, 201, 'role'],
    ['a delegation', delegated, 'POST', groups, body, 201, 'delegation'],
    ['AdminAgents', { ...sana, scopes: gdap }, 'GET', relationships, undefined, 200, 'role'],
    ['permissions of /me', { ...sana, scopes: [] }, 'GET', '/v1.0/me', undefined, 200, 'permission'],
    [
      'what an expand reaches',
      { ...sana, scopes: ['Sites.Read.All'] },
      'GET',
      '/v1.0/sites/root?$expand=termStore',
      undefined,
      200,
      'permission',
    ],
  ] as const)('answers as if there were %s, and tells', async (_, person, method, path, make, status, layer) => {
    // Twice: an answer that could be remembered is told of each time.
    for (const _ of [1, 2]) {
      const { answer, lines } = await told(() => server.as(person, method, path, make?.()))
      expect([answer.status, lines.length]).toEqual([status, 1])
      expect(lines[0]).toMatchObject({
        layer,
        method,
        path: path.split('?')[0],
        requestId: answer.headers.get('request-id'),
      })
      expect(lines[0]?.wanted).not.toEqual([])
      const enforced = outcome(await strict.as(person, method, path, make?.()))
      // Where AdminAgents is missing Graph shows nothing.
      if (!path.startsWith(relationships)) expect(enforced).toMatch(new RegExp(`^403 \\w+ access\\.${layer};`))
    }
  })

  it('names what was wanted, and what there is', async () => {
    const one = await told(() => server.as({ ...sana, scopes: ['Sites.Read.All'] }, 'POST', groups, body()))
    expect(one.lines).toMatchObject([{ wanted: write, held: ['Sites.Read.All'] }])
    const two = await told(() => server.as({ ...sana, scopes: write }, 'POST', groups, body()))
    expect(two.lines).toMatchObject([{ wanted: ['term store administrator'], held: [] }])
  })

  it('shows everything to a user outside of AdminAgents', async () => {
    const { answer } = await told(() => server.as({ ...sana, scopes: gdap }, 'GET', relationships))
    expect(answer.body.value.length).toBeGreaterThan(0)
    expect((await strict.as({ ...sana, scopes: gdap }, 'GET', relationships)).body.value).toEqual([])
  })

  it('tells of nothing that would be allowed', async () => {
    const daemon = await told(() => server.send('GET', groups))
    const administrator = { tenant: contoso, user: people.administrator, scopes: write }
    const person = await told(() => server.as(administrator, 'POST', groups, body()))
    expect([daemon.answer.status, daemon.lines, person.answer.status, person.lines]).toEqual([200, [], 201, []])
  })

  it.each([
    ['none', undefined],
    ['a bad one', 'Bearer x'],
    ['one of nobody', forged({ tid: contoso })],
  ])('tells of a missing token, once, and of nothing behind it: %s', async (_, authorization) => {
    const init = authorization === undefined ? {} : asking(authorization)
    const { answer, lines } = await told(() => plain(server, groups, init))
    expect([answer.status, lines.length]).toEqual([200, 1])
    expect(lines[0]).toMatchObject({ layer: 'token', method: 'GET', path: groups })
    expect(outcome(await plain(strict, groups, init))).toMatch(/^401 InvalidAuthenticationToken/)
  })

  it('tells of each request of a batch', async () => {
    const requests = ['1', '2'].map((id) => ({ id, method: 'GET', url: '/termStore/groups' }))
    const { answer, lines } = await told(() => server.as({ ...sana, scopes: [] }, 'POST', '/beta/$batch', { requests }))
    expect(answer.body.responses.map(({ status }: { status: number }) => status)).toEqual([200, 200])
    expect(lines.map(({ path }) => path)).toEqual([groups, groups])
  })

  it('still refuses what is wrong for other reasons', async () => {
    const { answer, lines } = await told(() => server.as({ ...sana, scopes: [] }, 'GET', '/beta/termStore/nothing'))
    expect([answer.status, lines]).toEqual([400, []])
  })

  it('writes no token', () => {
    expect(server.log.join('\n')).not.toMatch(/eyJ|Bearer/)
  })
})

describe('a registry', () => {
  const faults = (flags: Record<string, string | boolean>) => {
    const outcome = readConfig(flags, {})
    return 'faults' in outcome ? outcome.faults : []
  }

  it('enforces, unless it is said twice that it should not', () => {
    expect(faults({ registry: true })).toEqual([])
    expect(faults({ auth: 'off' })).toEqual([])
    for (const auth of ['off', 'warn']) {
      expect(faults({ registry: true, auth })).toEqual([
        `--auth ${auth} gives everybody access to a registry; add --open-registry if that is intended`,
      ])
      expect(faults({ registry: true, auth, openRegistry: true })).toEqual([])
    }
    expect(faults({ auth: 'none' })).toEqual(["--auth: 'none' is not one of off, warn, enforce"])
  })
})

describe('a user outside of AdminAgents', () => {
  it('may be let in by a setting', async () => {
    const outcome = readConfig({ gdapAdminAgents: 'no' }, {})
    if ('faults' in outcome) throw new Error(outcome.faults.join('\n'))
    const server = await startAccessServer({ gdap: outcome.config.gdap })
    try {
      const person = { tenant: contoso, user: people.sana, scopes: ['DelegatedAdminRelationship.Read.All'] }
      expect((await server.as(person, 'GET', relationships)).body.value).not.toEqual([])
    } finally {
      await server.close()
    }
  })
})
