/** Users on the wire, and `/me`, which needs a person's token: those are made by the handler, as nobody signs in yet. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts, type Parts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const users = '/v1.0/users'
const password = 'Tr0ub4dor&3'
let made = 0

const plain = () => {
  made += 1
  return {
    accountEnabled: true,
    displayName: `Person ${made}`,
    mailNickname: `person${made}`,
    userPrincipalName: `person${made}@contoso.example`,
    passwordProfile: { forceChangePasswordNextSignIn: true, password },
  }
}

const create = (body: object = {}): Promise<Answer> => server.send('POST', users, { ...plain(), ...body })

const expectFault = (answer: Answer, target: string) => {
  expect(answer.status).toBe(400)
  expect(answer.body.error).toMatchObject({ code: 'Request_BadRequest', target })
}

describe('a user', () => {
  it('is created, read by id and by sign-in name, changed and deleted', async () => {
    const body = plain()
    const answer = await server.send('POST', users, body)
    expect(answer.status).toBe(201)
    const { id } = answer.body
    expect(answer.body).toMatchObject({ displayName: body.displayName, userPrincipalName: body.userPrincipalName })
    const byName = await server.send(
      'GET',
      `${users}/${body.userPrincipalName.toUpperCase()}?$select=id,accountEnabled`,
    )
    expect(byName.body).toMatchObject({ id, accountEnabled: true })

    const changed = await server.send('PATCH', `${users}/${body.userPrincipalName}`, { jobTitle: 'Cook' })
    expect([changed.status, changed.text]).toEqual([204, ''])
    expect((await server.send('GET', `${users}/${id}`)).body.jobTitle).toBe('Cook')

    expect((await server.send('DELETE', `${users}/${id}`)).status).toBe(204)
    for (const key of [id, body.userPrincipalName]) {
      const gone = await server.send('GET', `${users}/${key}`)
      expect([gone.status, gone.body.error.code]).toEqual([404, 'Request_ResourceNotFound'])
    }
  })

  it('never shows a password, neither the first one nor a later one', async () => {
    const answer = await create()
    const path = `${users}/${answer.body.id}`
    await server.send('PATCH', path, { passwordProfile: { password } })
    const read = await server.send('GET', `${path}?$select=id,passwordProfile`)
    expect(read.body.passwordProfile).toBeNull()
    const listed = await server.send('GET', `${users}?$select=*,passwordProfile`)
    for (const { text } of [answer, read, listed]) expect(text).not.toContain(password)
  })

  it.each(['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'])(
    'needs %s',
    async (name) => {
      const { [name as 'displayName']: _, ...rest } = plain()
      expectFault(await server.send('POST', users, rest), name)
    },
  )

  it.each([
    ['a profile without a password', { passwordProfile: {} }, 'passwordProfile/password'],
    ['a sign-in name without a domain', { userPrincipalName: 'somebody' }, 'userPrincipalName'],
    ['a sign-in name of another tenant', { userPrincipalName: 'a@fabrikam.example' }, 'userPrincipalName'],
    ['a sign-in name with blanks', { userPrincipalName: 'a b@contoso.example' }, 'userPrincipalName'],
    ['a mail alias with an @', { mailNickname: 'a@b' }, 'mailNickname'],
    ['a kind there is not', { userType: 'Robot' }, 'userType'],
  ])('is refused with %s', async (_, body, target) => {
    expectFault(await create(body), target)
  })

  it('has its sign-in name alone', async () => {
    const { userPrincipalName, id } = (await create()).body
    const twin = await create({ userPrincipalName: userPrincipalName.toUpperCase() })
    expectFault(twin, 'userPrincipalName')
    expect(twin.body.error.details[0].code).toBe('ObjectConflict')
    const other = (await create()).body
    expectFault(await server.send('PATCH', `${users}/${other.id}`, { userPrincipalName }), 'userPrincipalName')
    const itself = await server.send('PATCH', `${users}/${id}`, { userPrincipalName })
    expect(itself.status).toBe(204)
  })

  it('leaves its groups and its roles when it is deleted', async () => {
    const { id } = (await create()).body
    const group = (await server.send('GET', `/v1.0/groups?$filter=displayName eq 'AdminAgents'`)).body.value[0].id
    const members = `/v1.0/groups/${group}/members`
    // No application may delete who holds a privileged role, so it is one that only reads.
    const readers = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
    expect((await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: readers })).status).toBe(201)
    const holders = `/v1.0/directoryRoles/${readers}/members`
    for (const list of [members, holders]) {
      const ref = { '@odata.id': `${server.http}/v1.0/directoryObjects/${id}` }
      expect((await server.send('POST', `${list}/$ref`, ref)).status).toBe(204)
    }
    expect((await server.send('DELETE', `${users}/${id}`)).status).toBe(204)
    for (const list of [members, holders]) expect((await server.send('GET', list)).text).not.toContain(id)
  })

  it('is kept from who may only read', async () => {
    const refused = await server.send('POST', users, plain(), { app: wellKnown.reader })
    expect([refused.status, refused.body.error.code]).toEqual([403, 'Authorization_RequestDenied'])
  })
})

describe('/me', () => {
  let parts: Parts
  beforeAll(async () => {
    parts = await openParts({ ...defaultConfig, database: undefined })
  })
  afterAll(() => parts.close())

  const administrator = 'c0117050-05e7-4000-8000-000000000001'

  const me = async (userId: string, permissions: readonly string[], rest = '') => {
    const answer = await parts.handle({
      method: 'GET',
      version: 'v1.0',
      path: `/me${rest}`,
      query: '',
      headers: {},
      body: undefined,
      origin: 'https://localhost',
      requestId: '',
      clientRequestId: '',
      actor: { kind: 'user', tenantId: wellKnown.contoso, userId, permissions: new Set(permissions) },
    })
    return { status: answer.status, body: JSON.parse(answer.body ?? '{}') }
  }

  it('is the person whose token it is', async () => {
    const { status, body } = await me(administrator, ['User.Read'])
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: administrator, userPrincipalName: 'admin@contoso.example' })
    expect(body['@odata.context']).toMatch(/\$metadata#users\/\$entity$/)
    const tara = 'c0117050-05e7-4000-8000-000000000002'
    expect((await me(tara, ['User.Read'])).body.id).toBe(tara)
  })

  it('leads on to what the person is in', async () => {
    for (const link of ['/memberOf', '/transitiveMemberOf'])
      for (const [permissions, name] of [
        [['User.Read', 'Group.Read.All'], 'AdminAgents'],
        [['User.Read'], null],
      ] as const) {
        const { status, body } = await me(administrator, permissions, link)
        expect(status).toBe(200)
        const agents = body.value.find(({ id }: { id: string }) => id === 'c0117050-6207-4000-8000-000000000001')
        expect(agents.displayName).toBe(name)
      }
  })

  it('asks for a permission', async () => {
    const { status, body } = await me(administrator, ['TermStore.Read.All'])
    expect([status, body.error.code]).toEqual([403, 'Authorization_RequestDenied'])
  })

  it('asks for the permissions of a link where it is followed, and for its own where it is not', async () => {
    const permissions = ['GroupMember.Read.All']
    expect((await me(administrator, permissions)).status).toBe(403)
    expect((await me(administrator, permissions, '/displayName')).status).toBe(403)
    expect((await me(administrator, permissions, '/memberOf')).status).toBe(200)
    expect((await me(administrator, permissions, '/transitiveMemberOf')).status).toBe(200)
  })

  it('is nobody for somebody who was deleted', async () => {
    expect((await me('99999999-0000-4000-8000-000000000001', ['User.Read'])).status).toBe(404)
  })

  it('is not for applications', async () => {
    const answer = await server.send('GET', '/v1.0/me')
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({
      code: 'BadRequest',
      message: '/me request is only valid with delegated authentication flow.',
    })
  })
})
