/** Who did it: the log of the directory, and the log of the server (B11; events.md §9, docs/operations.md “The log”). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessServer, contoso, fabrikam, people, startAccessServer } from './access-kit.ts'

let server: AccessServer
beforeAll(async () => {
  server = await startAccessServer({ silent: false, output: 'json' })
})
afterAll(() => server.close())

const scopes = [
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'RoleManagement.ReadWrite.Directory',
  'Directory.AccessAsUser.All',
  'TermStore.ReadWrite.All',
  'AuditLog.Read.All',
]
const administrator = { tenant: contoso, user: people.administrator, scopes }
const sana = { ...administrator, user: people.sana }
const agents = 'c0117050-6207-4000-8000-000000000001'
const security = 'c0117050-6207-4000-8000-000000000016'
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const globalReader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

const who = {
  tenantId: contoso,
  userId: people.administrator,
  clientId: '4e1a7a00-0000-4000-8000-00000000a99d',
  peer: '127.0.0.1',
}

/** The records since the last call, oldest first. */
let seen = 0
const records = async () => {
  const { value } = (await server.send('GET', '/v1.0/auditLogs/directoryAudits')).body
  const all = (value as Record<string, unknown>[]).toReversed()
  const fresh = all.slice(seen)
  seen = all.length
  return fresh
}
/** Lines since the last call. */
const lines = async (): Promise<Record<string, unknown>[]> => {
  await new Promise((resolve) => setImmediate(resolve))
  return server.log.splice(0).map((line) => JSON.parse(line))
}
const by = (user: string, name: string) => ({
  app: null,
  user: {
    id: user,
    displayName: name,
    userPrincipalName: expect.stringMatching(/@contoso\.example$/),
    ipAddress: '127.0.0.1',
  },
})
const done = (method: string, path: string, body?: unknown) => server.as(administrator, method, `/v1.0${path}`, body)

describe('the log of the directory', () => {
  beforeAll(async () => {
    await records()
  })

  it('tells who a person is that was made, changed, disabled and deleted, and by whom', async () => {
    const made = await done('POST', '/users', {
      displayName: 'Nina New',
      accountEnabled: true,
      mailNickname: 'nina',
      userPrincipalName: 'nina@contoso.example',
      passwordProfile: { password: 'Correct-horse-7-battery' },
    })
    const { id } = made.body
    await done('PATCH', `/users/${id}`, { jobTitle: 'Clerk', accountEnabled: false })
    await done('PATCH', `/users/${id}`, { passwordProfile: { password: 'Battery-7-horse-correct' } })
    await done('PATCH', `/users/${id}`, { accountEnabled: true })
    await done('DELETE', `/users/${id}`)
    const all = await records()
    expect(
      all.map(({ category, activityDisplayName, operationType }) => [category, activityDisplayName, operationType]),
    ).toEqual([
      ['UserManagement', 'Add user', 'Add'],
      ['UserManagement', 'Update user', 'Update'],
      ['UserManagement', 'Disable account', 'Update'],
      ['UserManagement', 'Reset user password', 'Update'],
      ['UserManagement', 'Update user', 'Update'],
      ['UserManagement', 'Enable account', 'Update'],
      ['UserManagement', 'Delete user', 'Delete'],
    ])
    for (const record of all) {
      expect(record).toMatchObject({
        result: 'success',
        resultReason: '',
        loggedByService: 'Core Directory',
        initiatedBy: by(people.administrator, 'Administrator'),
        targetResources: [{ id, type: 'User', userPrincipalName: 'nina@contoso.example' }],
        additionalDetails: [{ key: 'User-Agent', value: 'node' }],
      })
    }
    const [, changed, disabled] = all as { correlationId: string; targetResources: { modifiedProperties: unknown }[] }[]
    expect(changed?.targetResources[0]?.modifiedProperties).toEqual([
      { displayName: 'jobTitle', oldValue: null, newValue: '"Clerk"' },
      { displayName: 'accountEnabled', oldValue: 'true', newValue: 'false' },
    ])
    expect(changed?.correlationId).toBe(disabled?.correlationId)
    expect(JSON.stringify(all)).not.toMatch(/battery/i)
  })

  it('tells who was put into a group or a role, and taken out', async () => {
    await done('POST', `/groups/${agents}/members/$ref`, ref(people.sana))
    await done('DELETE', `/groups/${agents}/members/${people.sana}/$ref`)
    await done('POST', '/directoryRoles', { roleTemplateId: globalReader })
    await done('POST', `/directoryRoles/${globalReader}/members/$ref`, ref(people.sana))
    await done('DELETE', `/directoryRoles/${globalReader}/members/${people.sana}/$ref`)
    const all = await records()
    const property = (displayName: string, oldValue: string | null, newValue: string | null) => ({
      displayName,
      oldValue: oldValue === null ? null : JSON.stringify(oldValue),
      newValue: newValue === null ? null : JSON.stringify(newValue),
    })
    const member = (changes: unknown) => ({
      id: people.sana,
      type: 'User',
      groupType: null,
      modifiedProperties: changes,
    })
    const none = { userPrincipalName: null, modifiedProperties: [] }
    const group = { ...none, id: agents, type: 'Group', groupType: 'unknownFutureValue', displayName: 'AdminAgents' }
    const role = { ...none, id: globalReader, type: 'Role', groupType: null, displayName: 'Global Reader' }
    expect(all).toMatchObject([
      {
        category: 'GroupManagement',
        activityDisplayName: 'Add member to group',
        operationType: 'Assign',
        targetResources: [
          member([
            property('Group.ObjectID', null, agents),
            property('Group.DisplayName', null, 'AdminAgents'),
            property('Group.WellKnownObjectName', null, null),
          ]),
          group,
        ],
      },
      {
        activityDisplayName: 'Remove member from group',
        operationType: 'Unassign',
        targetResources: [
          member([
            property('Group.ObjectID', agents, null),
            property('Group.DisplayName', 'AdminAgents', null),
            property('Group.WellKnownObjectName', null, null),
          ]),
          group,
        ],
      },
      { category: 'RoleManagement', activityDisplayName: 'Add role from template', operationType: 'Add' },
      {
        category: 'RoleManagement',
        activityDisplayName: 'Add member to role',
        operationType: 'Assign',
        targetResources: [
          member([
            property('Role.ObjectID', null, globalReader),
            property('Role.DisplayName', null, 'Global Reader'),
            property('Role.TemplateId', null, globalReader),
            property('Role.WellKnownObjectName', null, 'GlobalReader'),
          ]),
          role,
        ],
      },
      { activityDisplayName: 'Remove member from role', operationType: 'Unassign' },
    ])
    await done('POST', `/directoryRoles/${globalAdministrator}/members/$ref`, ref(people.sana))
    await done('DELETE', `/directoryRoles/${globalAdministrator}/members/${people.sana}/$ref`)
    const [given, taken] = (await records()) as { targetResources: { modifiedProperties: unknown[] }[] }[]
    expect(given?.targetResources[0]?.modifiedProperties[3]).toEqual(
      property('Role.WellKnownObjectName', null, 'TenantAdmins'),
    )
    expect(taken?.targetResources[0]?.modifiedProperties[3]).toEqual(
      property('Role.WellKnownObjectName', 'TenantAdmins', null),
    )
    for (const record of all) expect(record['initiatedBy']).toEqual(by(people.administrator, 'Administrator'))
  })

  it('tells what becomes of groups, and names an application that did it', async () => {
    const body = { displayName: 'Short-lived', mailEnabled: false, mailNickname: 'short', securityEnabled: true }
    const member = { 'members@odata.bind': [ref(people.sana)['@odata.id']] }
    const { id } = (await server.send('POST', '/v1.0/groups', { ...body, ...member })).body
    await server.send('PATCH', `/v1.0/groups/${id}`, { description: 'x' })
    await server.send('DELETE', `/v1.0/groups/${id}`)
    const all = await records()
    expect(all.map(({ activityDisplayName }) => activityDisplayName)).toEqual([
      'Add group',
      'Add member to group',
      'Update group',
      'Delete group',
    ])
    for (const record of all)
      expect(record['initiatedBy']).toMatchObject({ user: null, app: { displayName: 'Relata daemon' } })
  })

  it('tells which applications were registered, and changed, without their secrets', async () => {
    const id = '7e570000-0000-4000-8000-00000000a001'
    const register = (displayName: string) =>
      fetch(`${server.http}/_relata/applications`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ tenantId: contoso, id, displayName, secret: 'hush-hush', appRoles: ['User.Read.All'] }),
      })
    expect((await register('First')).status).toBe(200)
    expect((await register('Second')).status).toBe(200)
    const all = await records()
    expect(all).toMatchObject([
      { category: 'ApplicationManagement', activityDisplayName: 'Add application', operationType: 'Add' },
      {
        activityDisplayName: 'Update application',
        targetResources: [
          {
            id,
            type: 'Application',
            displayName: 'Second',
            modifiedProperties: [{ displayName: 'displayName', oldValue: '"First"', newValue: '"Second"' }],
          },
        ],
      },
    ])
    expect(JSON.stringify(all)).not.toMatch(/hush|scrypt/)
  })

  it('says nothing of what was refused or undone', async () => {
    await server.as(sana, 'POST', `/v1.0/groups/${agents}/members/$ref`, ref(people.sana))
    await done('POST', `/groups/${agents}/members/$ref`, ref(people.tara))
    const item = (id: string, member: string) => ({
      id,
      atomicityGroup: 'g',
      method: 'POST',
      url: `/groups/${security}/members/$ref`,
      headers: { 'Content-Type': 'application/json' },
      body: ref(member),
    })
    await lines()
    await done('POST', '/$batch', {
      requests: [item('1', people.sana), item('2', 'c0117050-7ea0-4000-8000-000000000001')],
    })
    expect(await records()).toEqual([])
    expect((await lines()).filter(({ msg }) => msg === 'security')).toEqual([])
  })
})

describe('the log of the server', () => {
  it('says in each line who asked', async () => {
    await lines()
    await done('GET', '/users?$top=1')
    await server.send('GET', '/v1.0/termStore/sets')
    await fetch(`${server.http}/alive`)
    const [person, application, ...more] = await lines()
    expect(person).toMatchObject({ level: 'info', path: '/v1.0/users', status: 200, ...who })
    expect(application).toMatchObject({ tenantId: contoso, clientId: who.clientId, peer: '127.0.0.1' })
    expect(application).not.toHaveProperty('userId')
    expect(more).toEqual([])
  })

  it('says whom it refused, as far as it is known', async () => {
    await lines()
    await server.as(sana, 'DELETE', `/v1.0/groups/${agents}`)
    await fetch(`${server.http}/v1.0/users`, { headers: { authorization: 'Bearer a.b.c' } })
    await done('GET', '/tenantRelationships/delegatedAdminRelationships')
    const form = {
      grant_type: 'client_credentials',
      client_id: who.clientId,
      client_secret: 'wrong',
      scope: 'x/.default',
    }
    await fetch(`${server.http}/${contoso}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
    const [role, token, permission, secret] = await lines()
    expect(role).toMatchObject({ level: 'warn', event: 'authz_fail', status: 403, ...who, userId: people.sana })
    expect(role?.['check']).toMatch(/^access\.role/)
    expect(token).toMatchObject({ level: 'warn', event: 'authn_login_fail', status: 401, peer: '127.0.0.1' })
    expect(token).not.toHaveProperty('tenantId')
    expect(permission).toMatchObject({ event: 'authz_fail', status: 403, ...who })
    expect(secret).toMatchObject({ event: 'authn_login_fail', peer: '127.0.0.1' })
  })

  it('names changes of roles, of term store roles and of the clock, and who made them', async () => {
    await lines()
    await done('POST', '/$batch', {
      requests: [
        {
          id: '1',
          method: 'POST',
          url: `/directoryRoles/${globalReader}/members/$ref`,
          headers: { 'Content-Type': 'application/json' },
          body: ref(people.hugo),
        },
      ],
    })
    const body = JSON.stringify({ tenant: 'contoso.example', administrators: [people.administrator, 'app@sharepoint'] })
    await fetch(`${server.http}/_relata/term-store/roles`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    await server.clock({ advance: 'PT1H' })
    const all = await lines()
    const change = all.find(({ msg }) => msg === 'security')
    expect(change).toMatchObject({
      level: 'warn',
      event: 'privilege_permissions_changed',
      activity: 'Add member to role',
      targets: `User/${people.hugo} Role/${globalReader}`,
      ...who,
    })
    const batch = all.find(({ path }) => path === '/v1.0/$batch')
    expect(change?.['requestId']).toBe(batch?.['requestId'])
    expect(all.find(({ path }) => path === '/_relata/term-store/roles')).toMatchObject({
      event: 'privilege_permissions_changed',
      tenant: 'contoso.example',
      administrators: `${people.administrator} app@sharepoint`,
      peer: '127.0.0.1',
    })
    expect(all.find(({ path }) => path === '/_relata/clock')).toMatchObject({
      event: 'sys_clock_changed',
      before: expect.any(String),
      after: expect.any(String),
    })
  })

  it('contains no token', async () => {
    const token = await server.tokenOf(administrator)
    await done('GET', `/users?access_token=${token}`)
    await fetch(`${server.http}/v1.0/users/${token}`, { headers: { authorization: `Bearer ${token}x` } })
    expect(JSON.stringify(await lines())).not.toContain(token.split('.')[2])
  })
})

describe('the taxonomy', () => {
  const root = '/v1.0/sites/root/termStore'
  const tara = { tenant: contoso, user: people.tara, scopes, claims: { upn: 'tara@contoso.example' } }
  const byPerson = (id: string) => ({ application: null, user: { displayName: expect.anything(), id } })
  const selected = '?$select=createdBy,lastModifiedBy'
  const authorsOf = async (path: string) => {
    const { createdBy, lastModifiedBy } = (await server.send('GET', `${path}${selected}`)).body
    return [createdBy, lastModifiedBy]
  }

  it('keeps who made a group, a set and a term, and who changed them last', async () => {
    const made = async (path: string, body: unknown) => {
      const answer = await server.as({ ...tara, user: people.administrator }, 'POST', path, body)
      expect(answer.status, answer.text).toBe(201)
      expect(answer.text).not.toMatch(/createdBy|lastModifiedBy/)
      return answer.body.id as string
    }
    const group = await made(`${root}/groups`, { displayName: 'Of the administrator' })
    const set = await made(`${root}/sets`, {
      parentGroup: { id: group },
      localizedNames: [{ languageTag: 'en-US', name: 'S' }],
    })
    const term = await made(`${root}/sets/${set}/children`, {
      labels: [{ languageTag: 'en-US', name: 'T', isDefault: true }],
    })
    const body = JSON.stringify({ tenant: contoso, groupId: group, managers: [people.tara] })
    await fetch(`${server.http}/_relata/term-store/roles`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    const rows = [`${root}/groups/${group}`, `${root}/sets/${set}`, `${root}/sets/${set}/terms/${term}`]
    const first = byPerson(people.administrator)
    for (const path of rows) expect([path, await authorsOf(path)]).toEqual([path, [first, first]])
    const description = { languageTag: 'en-US', description: 'x' }
    for (const path of rows) {
      const change = path.includes('/terms/') ? { descriptions: [description] } : { description: 'x' }
      expect((await server.as(tara, 'PATCH', path, change)).status).toBe(200)
      expect([path, await authorsOf(path)]).toEqual([path, [first, byPerson(people.tara)]])
    }
    // An application that shares the term changes it.
    const other = (
      await server.send('POST', `${root}/sets`, {
        parentGroup: { id: group },
        localizedNames: [{ languageTag: 'en-US', name: 'O' }],
      })
    ).body.id
    const pin = await server.send('POST', `${rows[2]}/relations`, { relationship: 'pin', set: { id: other } })
    expect(pin.status).toBe(201)
    const [, last] = await authorsOf(rows[2] ?? '')
    expect(last).toEqual({ application: { displayName: expect.anything(), id: who.clientId }, user: null })
    // Nothing is shown that is not asked for, and nothing a client sends is kept.
    expect((await server.send('GET', rows[2] ?? '')).text).not.toMatch(/createdBy|lastModifiedBy/)
    await server.as(tara, 'PATCH', rows[0] ?? '', { description: 'y', createdBy: { user: { id: people.sana } } })
    expect((await authorsOf(rows[0] ?? ''))[0]).toEqual(first)
  })

  it('knows nobody for what the service made', async () => {
    const { value } = (await server.send('GET', `${root}/groups${selected}&$filter=scope eq 'system'`)).body
    for (const row of value) expect([row.createdBy, row.lastModifiedBy]).toEqual([null, null])
  })
})

describe('people of another tenant', () => {
  it('are named with their home in both logs', async () => {
    const visitor = { tenant: fabrikam, home: contoso, user: people.tara, scopes }
    await lines()
    await server.as(visitor, 'GET', '/v1.0/users')
    expect((await lines())[0]).toMatchObject({ tenantId: fabrikam, homeTenantId: contoso, userId: people.tara })
  })
})
