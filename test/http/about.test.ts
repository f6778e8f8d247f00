/** The small addresses: tokens without a sign-in, who the token is, what the server is, what is due, a customer's list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, fabrikam, daemon } = wellKnown
const tara = 'tara@contoso.example'

let server: TestServer
let partner: ReturnType<typeof relationshipsOver>
beforeAll(async () => {
  server = await startTestServer()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
})
afterAll(() => server.close())

const answered = async (answer: Response): Promise<Pick<Answer, 'status' | 'body'>> => ({
  status: answer.status,
  body: JSON.parse((await answer.text()) || '{}'),
})
const tokens = async (body: unknown) => answered(await fetch(`${server.http}/_relata/tokens`, jsonPost(body)))
const ask = async (path: string, token?: string) =>
  answered(
    await fetch(
      `${server.http}/_relata/${path}`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    ),
  )

describe('a parameter of the query', () => {
  it('is refused where the address does not have it: it may be a misspelt one', async () => {
    const wrong = ['clock/due?limit=1', 'clock/due?top=1&top=2', 'gdap?customers=x', 'faults?form=scenario']
    const token = await server.token()
    for (const path of [...wrong, 'settings?x=1', 'info?x=1', 'me?x=1']) {
      const { status, body } = await ask(path, path.startsWith('me') ? token : undefined)
      expect([status, path], path).toEqual([400, expect.stringContaining(body.error.target)])
    }
  })
})

describe('POST /_relata/tokens', () => {
  it('gives an application a token with its permissions, or with those that are named', async () => {
    const { status, body } = await tokens({ tenant: contoso, app: daemon })
    expect([status, Object.keys(body), body.expiresIn]).toEqual([200, ['accessToken', 'expiresIn'], 3599])
    const groups = '/v1.0/sites/root/termStore/groups'
    const with_ = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    expect((await server.send('GET', groups, undefined, with_(body.accessToken))).status).toBe(200)
    const narrow = await tokens({ tenant: 'contoso.example', app: daemon, scopes: ['User.Read.All'] })
    expect((await server.send('GET', groups, undefined, with_(narrow.body.accessToken))).status).toBe(403)
    expect((await ask('me', narrow.body.accessToken)).body.permissions).toEqual(['User.Read.All'])
  })

  it('refuses what it cannot give, and names the member', async () => {
    const cases: readonly [unknown, string][] = [
      [{ app: daemon }, 'tenant'],
      [{ tenant: 'nowhere.example', app: daemon }, 'tenant'],
      [{ tenant: contoso }, 'app'],
      [{ tenant: contoso, app: fabrikam }, 'app'],
      [{ tenant: contoso, user: 'nobody@contoso.example' }, 'user'],
      [{ tenant: contoso, app: daemon, scopes: 'all' }, 'scopes'],
      [{ tenant: contoso, app: daemon, scopes: ['a b'] }, 'scopes'],
      [{ tenant: contoso, app: daemon, secret: 'x' }, 'secret'],
    ]
    for (const [wish, target] of cases) {
      const { status, body } = await tokens(wish)
      expect([status, body.error.target], JSON.stringify(wish)).toEqual([400, target])
    }
  })
})

describe('GET /_relata/me', () => {
  it('tells a person who it is, with its roles in the directory and in the taxonomy', async () => {
    const { body: given } = await tokens({ tenant: contoso, user: tara, scopes: ['TermStore.ReadWrite.All'] })
    const { status, body } = await ask('me', given.accessToken)
    expect([status, body.kind, body.user.userPrincipalName, body.isAdminAgent]).toEqual([200, 'user', tara, true])
    expect(body.tenant).toMatchObject({ id: contoso, defaultDomain: 'contoso.example' })
    expect(body.permissions).toEqual(['TermStore.ReadWrite.All'])
    const admin = await tokens({ tenant: contoso, user: 'admin@contoso.example', scopes: ['User.Read'] })
    expect((await ask('me', admin.body.accessToken)).body.directoryRoles).toContainEqual({
      id: '62e90394-69f5-4237-9190-012177145e10',
      displayName: 'Global Administrator',
    })
    const roles = async (change: unknown) =>
      fetch(`${server.http}/_relata/term-store/roles`, jsonPost({ tenant: contoso, ...(change as object) }))
    const [group] = (await server.send('GET', '/v1.0/sites/root/termStore/groups')).body.value
    await roles({ groupId: group.id, managers: [tara] })
    expect((await ask('me', given.accessToken)).body.termStore).toEqual({
      isAdministrator: false,
      groups: [{ id: group.id, displayName: group.displayName, role: 'manager' }],
    })
  })

  it('tells a partner who is in a customer by delegation where it is at home', async () => {
    const { status, body: given } = await tokens({ tenant: fabrikam, user: tara, scopes: ['User.Read.All'] })
    expect(status).toBe(200)
    const { body } = await ask('me', given.accessToken)
    expect(body).toMatchObject({
      tenant: { id: fabrikam },
      homeTenant: { id: contoso },
      user: { userPrincipalName: tara },
      isAdminAgent: false,
      termStore: { isAdministrator: false, groups: [] },
    })
    expect(body.directoryRoles.map(({ displayName }: { displayName: string }) => displayName)).toContain(
      'Helpdesk Administrator',
    )
  })

  it('asks for a token', async () => {
    expect((await ask('me')).status).toBe(401)
    const { body } = await ask('me', await server.token())
    expect(body).toMatchObject({ kind: 'app', app: { id: daemon }, isOperator: false })
    expect(body.user).toBeUndefined()
  })
})

it('GET /_relata/info says what the server is, and lists what it has', async () => {
  const { status, body } = await ask('info')
  expect(status).toBe(200)
  expect(body).toMatchObject({ mode: 'stand-in', auth: 'enforce', strict: false, signIn: true, world: 'default' })
  expect(body.version).toMatch(/^\d+\.\d+\.\d+/)
  expect(body.features).toEqual(
    expect.arrayContaining(['clock', 'clock-move', 'gdap', 'me', 'sign-in', 'tokens', 'worlds']),
  )
  expect(body.features).toEqual([...body.features].sort())
})

describe('GET /_relata/clock/due', () => {
  it('shows what comes next over all tenants, and then that it has fired', async () => {
    const id = await partner.relationship('active', { displayName: 'Comes due', duration: 'P60D' })
    const before = (await ask('clock/due?top=1000')).body
    const mine = before.due.filter(({ subject }: { subject: string }) => subject === id)
    expect(mine.map(({ kind }: { kind: string }) => kind)).toEqual([
      'gdap.reminder30',
      'gdap.reminder7',
      'gdap.reminder1',
      'gdap.end',
    ])
    expect(mine[0]).toMatchObject({ tenantId: contoso, displayName: 'Comes due' })
    expect(before.due.map(({ dueDateTime }: { dueDateTime: string }) => dueDateTime)).toEqual(
      before.due.map(({ dueDateTime }: { dueDateTime: string }) => dueDateTime).toSorted(),
    )
    expect((await ask('clock/due?top=1')).body.due).toEqual(before.due.slice(0, 1))
    await server.clock({ advance: 'P31D' })
    const after = (await ask('clock/due?top=1000')).body
    expect(after.now > before.now).toBe(true)
    expect(after.due.filter(({ subject }: { subject: string }) => subject === id).length).toBe(3)
    expect(after.fired).toContainEqual({
      tenantId: contoso,
      kind: 'gdap.reminder30',
      subject: id,
      displayName: 'Comes due',
      dueDateTime: mine[0].dueDateTime,
    })
    await server.clock({ advance: 'P2Y' })
    const { fired } = (await ask('clock/due?top=1000')).body
    const last = fired.find(({ kind, subject }: { kind: string; subject: string }) => {
      return kind === 'gdap.cleanUp' && subject === id
    })
    expect((await server.send('GET', `${relationships}/${id}`)).status, 'it is removed').toBe(404)
    expect(last.displayName).toBe('Comes due')
  })

  it('refuses a number that is none', async () => {
    for (const top of ['0', '-1', 'x', '1001'])
      expect((await ask(`clock/due?top=${top}`)).body.error.target, top).toBe('top')
  })
})

describe('GET /_relata/gdap', () => {
  it('lists the relationships of a customer, pending and past, with who answered', async () => {
    const { relationship } = partner
    const customer = { tenantId: fabrikam }
    const active = await relationship('active', { displayName: 'Answered', customer })
    const pending = await relationship('approvalPending', { displayName: 'Waits', customer })
    const rejected = await relationship('approvalPending', { displayName: 'Refused', customer })
    expect((await server.customer('reject', rejected, { tenantId: fabrikam })).status).toBe(200)
    const { status, body } = await ask('gdap?customer=fabrikam.example')
    expect([status, body.customer.tenantId]).toEqual([200, fabrikam])
    const of = (id: string) => body.value.find((one: { id: string }) => one.id === id)
    expect(of(active)).toMatchObject({
      status: 'active',
      isPending: false,
      partner: { tenantId: contoso },
      answer: { what: 'approved', by: 'admin@fabrikam.example' },
    })
    expect(of(pending)).toMatchObject({ status: 'approvalPending', isPending: true, answer: null })
    expect(of(rejected)).toMatchObject({
      status: 'terminated',
      answer: { what: 'rejected', by: 'admin@fabrikam.example' },
    })
    expect(of(active).roles.length).toBe(2)
    const shown = (await server.send('GET', `${relationships}/${active}`)).body
    expect(of(active).endDateTime.slice(0, 19)).toBe(shown.endDateTime.slice(0, 19))
    expect(
      (await ask('gdap?customer=northwind.example')).body.value.map((one: { id: string }) => one.id),
    ).not.toContain(active)
  })

  it('refuses a customer that is none', async () => {
    for (const query of ['', '?customer=nowhere.example'])
      expect((await ask(`gdap${query}`)).body.error.target, query).toBe('customer')
  })
})
