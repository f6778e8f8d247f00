/** People of a registry whose issuer knows them by object id, as Entra does: from the first administrator to somebody who comes later. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { run } from '#cli/program.ts'
import { freshPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { audience, type OutsideProvider, startOutsideProvider } from '../auth/outside-provider.ts'

const tenantId = '0f3b1c52-0d0a-4c3e-9a55-0000000000d1'
const oid = (last: number) => `2f4f1c9e-5d0b-4c7f-9a43-00000000000${last}`

let folder: string
let provider: OutsideProvider
let issuers: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-people-'))
  provider = await startOutsideProvider()
  issuers = JSON.stringify({ issuer: provider.issuer, audience })
})
afterAll(async () => {
  await provider.close()
  await rm(folder, { recursive: true, force: true })
})

const relata = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const said = { out: '', error: '' }
  const taking = (name: 'out' | 'error') => (text: unknown) => {
    said[name] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(taking('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(taking('error')),
  ]
  try {
    const code = await run(args, environment)
    // Which database it is, is told by each command.
    return { code, out: said.out, error: said.error.replace(/^database: .*\n/, '') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (name) => {
  it('an administrator who is given by name gets the id of the tokens, with all rights; and people come later', {
    timeout: 60_000,
  }, async () => {
    const location = join(folder, name)
    const databaseUrl = name === 'PostgreSQL' ? await freshPostgres() : undefined
    const variables: Record<string, string> = databaseUrl === undefined ? {} : { RELATA_DATABASE_URL: databaseUrl }
    const tenant = (...args: string[]) =>
      relata(['tenant', ...args, ...(databaseUrl === undefined ? ['-l', location] : [])], variables)
    const add = ['add', '--id', tenantId, '--name', 'Litware', '--domain', 'litware.example', '--partner']
    const made = await tenant(...add, '--administrator', 'ada@litware.example', '--issuers', issuers)
    expect([made.code, made.error]).toEqual([
      0,
      expect.stringMatching(/ada@litware\.example: .*no token is for them\n/),
    ])
    const cure = /tip: give the id: relata (tenant update litware\.example .*)=OBJECT-ID\n/.exec(made.error)?.[1] ?? ''
    const server = await startTestServer({
      registry: true,
      httpOnly: true,
      seed: 'none',
      inMemory: false,
      location,
      issuers: parseOutsideIssuers(issuers),
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
    const send = async (who: { oid: string } | 'app', method: string, path: string, body?: unknown) => {
      const scp = 'User.Read.All GroupMember.Read.All TermStore.ReadWrite.All'
      const token =
        who === 'app'
          ? await provider.token({ tid: tenantId, idtyp: 'app', roles: ['TermStore.ReadWrite.All'] })
          : await provider.tokenOfPerson('somebody', { tid: tenantId, oid: who.oid, scp })
      const answer = await fetch(`${server.http}/v1.0${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: JSON.parse((await answer.text()) || '{}') }
    }
    try {
      const ada = { oid: oid(1) }
      expect((await send(ada, 'GET', '/me')).status).toBe(404)
      expect((await send(ada, 'POST', '/termStore/groups', { displayName: 'Early' })).status).toBe(403)
      const before = (await send(ada, 'GET', '/termStore?$select=administrators')).body.administrators
      const [, , ...changed] = `${cure}=${ada.oid}`.split(' ')
      expect(await tenant('update', ...changed)).toMatchObject({
        code: 0,
        error: '',
        out: expect.stringContaining(`ada@litware.example=${ada.oid}`),
      })
      expect((await send(ada, 'GET', '/me')).body).toMatchObject({
        id: ada.oid,
        userPrincipalName: 'ada@litware.example',
      })
      expect((await send(ada, 'POST', '/termStore/groups', { displayName: 'Hers' })).status).toBe(201)
      expect((await send(ada, 'GET', '/users')).body.value).toHaveLength(1)
      const { value: groups } = (await send(ada, 'GET', '/groups?$expand=members')).body
      const agents = groups.find((one: { displayName: string }) => one.displayName === 'AdminAgents')
      expect(agents.members.map((one: { id: string }) => one.id)).toEqual([ada.oid])
      expect(before).not.toContain(ada.oid)

      // Somebody who comes later, and whose name changes then.
      const tom = { oid: oid(2) }
      expect((await send(tom, 'GET', '/me')).status).toBe(404)
      expect((await tenant('update', tenantId, '--person', `tom@litware.example=${tom.oid}`)).code).toBe(0)
      expect((await send(tom, 'GET', '/me')).body).toMatchObject({ id: tom.oid, displayName: 'tom' })
      expect((await tenant('update', tenantId, '--person', `thomas@litware.example=${tom.oid}`)).code).toBe(0)
      expect((await send(tom, 'GET', '/me')).body).toMatchObject({ userPrincipalName: 'thomas@litware.example' })
      expect((await send(tom, 'POST', '/termStore/groups', { displayName: 'His' })).status).toBe(403)
      const taken = await tenant('update', tenantId, '--person', `thomas@litware.example=${ada.oid}`)
      expect([taken.code, taken.error]).toEqual([1, expect.stringMatching(/--person: 'thomas@.*of another person/)])
      const stranger = await tenant('update', tenantId, '--person', `x@other.example=${oid(3)}`)
      expect([stranger.code, stranger.error]).toEqual([1, expect.stringMatching(/--person: .*none of the domains/)])

      // A daemon writes only while applications are among the administrators of the term store.
      expect((await send('app', 'POST', '/termStore/groups', { displayName: 'Its' })).status).toBe(403)
      expect(await tenant('update', tenantId, '--administrator', 'app@sharepoint')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/administrators +ada@.*[\s\S]*its administrators +app@sharepoint/),
      })
      expect((await send('app', 'POST', '/termStore/groups', { displayName: 'Its' })).status).toBe(201)
      expect((await send(ada, 'POST', '/termStore/groups', { displayName: 'Hers still' })).status).toBe(201)
    } finally {
      await server.close()
    }
    expect((await relata(['check', ...(databaseUrl === undefined ? ['-l', location] : [])], variables)).code).toBe(0)
  })
})

describe('PATCH /_relata/tenants/{id}', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ httpOnly: true })
  })
  afterAll(() => server.close())

  it('adds people with their ids and roles, changes those who are there, and names each fault', async () => {
    const change = async (body: unknown) => {
      const answer = await fetch(`${server.http}/_relata/tenants/contoso.example`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: JSON.parse(await answer.text()) }
    }
    const person = { id: oid(4), userPrincipalName: 'eve@contoso.example', displayName: 'Eve', jobTitle: 'Tester' }
    const roles = { directoryRoles: ['Helpdesk Administrator'] }
    expect((await change({ people: [{ ...person, ...roles }] })).status).toBe(200)
    expect((await server.send('GET', `/v1.0/users/${person.id}`)).body).toMatchObject(person)
    const held = `/v1.0/users/${person.id}/memberOf`
    expect((await server.send('GET', held)).body.value).toMatchObject([{ displayName: 'Helpdesk Administrator' }])
    expect((await change({ people: [{ ...person, displayName: 'Eve Adams' }] })).status).toBe(200)
    expect((await server.send('GET', `/v1.0/users/${person.id}`)).body).toMatchObject({ displayName: 'Eve Adams' })
    expect((await server.send('GET', held)).body.value).toHaveLength(1)
    const bad = [
      { ...person, userPrincipalName: 'eve@other.example' },
      { ...person, directoryRoles: ['Nothing'] },
    ]
    const refused = await change({ people: bad })
    expect(refused.status).toBe(400)
    const targets = refused.body.error.details.map(({ target }: { target: string }) => target)
    expect(targets).toEqual(['people/0/userPrincipalName', 'people/1/id', 'people/1/directoryRoles/0'])
  })
})

it('the note on people is silent where an issuer knows them by name, and no warning where none is known', async () => {
  const location = join(folder, 'notes')
  const file = join(folder, 'named.json')
  const named = { issuer: 'https://id.example', audience, verified: 'email_verified', claims: { user: 'email' } }
  await writeFile(file, JSON.stringify({ ...named, tenant: 'one.example' }))
  const add = (domain: string, ...more: string[]) => {
    const given = ['--name', domain, '--domain', domain, '--administrator', `ada@${domain}`]
    return relata(['tenant', 'add', '-l', location, ...given, ...more], {})
  }
  const silent = await add('one.example', '--issuers', file)
  expect([silent.error, silent.out.includes('object id')]).toEqual(['', false])
  const plain = await add('two.example')
  expect([plain.error, plain.out]).toEqual([
    '',
    expect.stringMatching(
      /object id[\s\S]*relata tenant update two\.example --administrator ada@two\.example=OBJECT-ID\n$/,
    ),
  ])
})
