/**
 * People and the directory (gdap.md §7.8): every operation of the models that changes it × every built-in role, with the
 * permission in the token; who may do what to whom; applications; and what `warn` and `off` make of a refusal. What is
 * expected here is written down anew from Microsoft's pages, not taken from the rules.
 * @module-tag slow
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Actor } from '#edm/ports.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { roleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { type AccessServer, contoso, people, startAccessServer } from './access-kit.ts'
import { type Operation, operationsOf } from './access-operations.ts'

const team = 'c0117050-7ea0-4000-8000-000000000001'
const agents = 'c0117050-6207-4000-8000-000000000001'
const security = 'c0117050-6207-4000-8000-000000000016'
const assignable = '7e570000-6207-4000-8000-000000000001'
const nobody = '7e570000-05e7-4000-8000-00000000000b'
const inAssignable = '7e570000-05e7-4000-8000-00000000000c'
const disabled = '7e570000-05e7-4000-8000-00000000000d'
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

const idOf = (name: string): string => {
  const found = roleCatalogue.find((role) => role.name === name)
  if (found === undefined) throw new Error(`no role ${name}`)
  return found.id
}
/** A person who holds the role and no other: one for each role of the catalogue. */
const holderOf = (name: string): string => `7e570001${idOf(name).slice(8)}`
const roleNames = roleCatalogue.map(({ name }) => name)

const everything = new Set([
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'Directory.ReadWrite.All',
  'RoleManagement.ReadWrite.Directory',
  'User-PasswordProfile.ReadWrite.All',
  'Directory.AccessAsUser.All',
])
const personOf = (userId: string, permissions: ReadonlySet<string> = everything): Actor => ({
  kind: 'user',
  tenantId: contoso,
  appId: wellKnown.publicClient,
  userId,
  permissions,
})
const without = (...names: string[]) => new Set([...everything].filter((one) => !names.includes(one)))
const application = (permissions: ReadonlySet<string> = everything): Actor => ({
  kind: 'app',
  tenantId: contoso,
  appId: wellKnown.daemon,
  permissions,
})

interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}
const verdictOn = async (server: AccessServer, actor: Actor, { method, path, body }: Asked): Promise<string> => {
  const answer = await server.parts.handle({
    method,
    version: 'v1.0',
    path,
    query: '',
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin: server.origin,
    requestId: 'r',
    clientRequestId: 'c',
    actor,
  })
  expect(answer.status, answer.body).toBeLessThan(500)
  if (answer.status !== 403) return 'allowed'
  expect(JSON.parse(answer.body ?? '').error).toMatchObject({
    code: 'Authorization_RequestDenied',
    message: 'Insufficient privileges to complete the operation.',
  })
  return (answer.check ?? '').split(';')[0] ?? ''
}

/** The status in a group of a batch that is undone, as its second request fails: 424 for what was carried out. */
const verdictUndone = async (actor: Actor, { method, path }: Asked): Promise<number> => {
  const item = (id: string, more: object) => ({ id, atomicityGroup: 'g', ...more })
  const fails = { method: 'DELETE', url: '/groups/0e0e0e0e-0000-4000-8000-00000000000e' }
  const answer = await server.parts.handle({
    method: 'POST',
    version: 'v1.0',
    path: '/$batch',
    query: '',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ requests: [item('1', { method, url: path }), item('2', fails)] })),
    origin: server.origin,
    requestId: 'r',
    clientRequestId: 'c',
    actor,
  })
  const [first, second] = JSON.parse(answer.body ?? '').responses as { readonly status: number }[]
  // Refused, the first undoes the group; else the second does.
  expect(second?.status).toBe(first?.status === 403 ? 424 : 404)
  return first?.status ?? 0
}

const prepared = async (overrides: Parameters<typeof startAccessServer>[0] = {}): Promise<AccessServer> => {
  const server = await startAccessServer(overrides)
  const system: Actor = { kind: 'system', tenantId: contoso, permissions: new Set() }
  await server.parts.inTenant(contoso, system, async ({ tx, ids }) => {
    const person = (id: string, accountEnabled = true) =>
      tx.insert(user, { id, displayName: id, userPrincipalName: `${id}@contoso.example`, accountEnabled })
    for (const id of [nobody, inAssignable]) await person(id)
    await person(disabled, false)
    await tx.insert(roleHolding, { id: ids.mint(), userId: disabled, roleTemplateId: globalAdministrator })
    for (const name of roleNames) {
      await person(holderOf(name))
      await tx.insert(roleHolding, { id: ids.mint(), userId: holderOf(name), roleTemplateId: idOf(name) })
    }
    await tx.insert(group, {
      id: assignable,
      displayName: 'Assignable',
      mailEnabled: false,
      mailNickname: 'assignable',
      securityEnabled: true,
      isAssignableToRole: true,
    })
    await tx.insert(membership, { id: ids.mint(), groupId: assignable, memberId: inAssignable })
  })
  return server
}

let server: AccessServer
beforeAll(async () => {
  server = await prepared()
})
afterAll(() => server.close())

const always = ['Global Administrator']
const roles = (names: string): readonly string[] => [...always, ...names.split(', ')]
const unified = 'Exchange Administrator, SharePoint Administrator, Teams Administrator, Yammer Administrator'
const privileged = roles('Privileged Role Administrator')

/** The request, too little to be carried out where it is allowed, and who may send it. */
interface Case extends Asked {
  readonly may: readonly string[]
}
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })
const groupBody = { mailNickname: '@', mailEnabled: false, securityEnabled: true }

const changesOf = (id: string, may: { readonly change: readonly string[]; readonly members: readonly string[] }) => [
  { method: 'PATCH', path: `/groups/${id}`, body: { mailNickname: '@' }, may: may.change },
  // A Microsoft 365 group is no member of any group.
  { method: 'POST', path: `/groups/${id}/members/$ref`, body: ref(team), may: may.members },
  {
    method: 'PATCH',
    path: `/groups/${id}`,
    body: { 'members@odata.bind': [ref(team)['@odata.id']] },
    may: may.change.filter((role) => may.members.includes(role)),
  },
]

const ordinary = 'Directory Writers, Groups Administrator, User Administrator'
const basic =
  'Authentication Administrator, Directory Writers, Intune Administrator, Privileged Authentication Administrator, User Administrator'
const cases: Readonly<Record<string, readonly Case[]>> = {
  'create user': [{ method: 'POST', path: '/users', body: {}, may: roles('Directory Writers, User Administrator') }],
  'update user': [{ method: 'PATCH', path: `/users/${nobody}`, body: { displayName: '' }, may: roles(basic) }],
  'create group': [
    { method: 'POST', path: '/groups', body: groupBody, may: roles(`${ordinary}, Intune Administrator`) },
    {
      method: 'POST',
      path: '/groups',
      body: { ...groupBody, groupTypes: ['Unified'] },
      may: roles(`${ordinary}, ${unified}`),
    },
    { method: 'POST', path: '/groups', body: { ...groupBody, isAssignableToRole: true }, may: privileged },
    { method: 'POST', path: '/groups', body: { ...groupBody, displayName: 'adminagents' }, may: privileged },
  ],
  'update group': [
    {
      method: 'PATCH',
      path: `/groups/${security}`,
      body: { displayName: 'AdminAgents', mailNickname: '@' },
      may: privileged,
    },
  ],
  'link membership': [
    ...changesOf(security, {
      change: roles(`${ordinary}, Intune Administrator`),
      members: roles(`${ordinary}, Intune Administrator, Identity Governance Administrator`),
    }),
    ...changesOf(team, {
      change: roles(`${ordinary}, ${unified}`),
      members: roles(`${ordinary}, ${unified}, Identity Governance Administrator`),
    }),
    ...changesOf(assignable, { change: privileged, members: privileged }),
    ...changesOf(agents, { change: privileged, members: privileged }),
  ],
  'create directoryRole': [{ method: 'POST', path: '/directoryRoles', body: {}, may: privileged }],
  'link roleHolding': [
    { method: 'POST', path: `/directoryRoles/${globalAdministrator}/members/$ref`, body: ref(team), may: privileged },
  ],
}

/** Requests that cannot be stopped short of being carried out. */
const removals: Readonly<Record<string, readonly Case[]>> = {
  'delete user': [
    {
      method: 'DELETE',
      path: `/users/${nobody}`,
      may: roles('Authentication Administrator, Privileged Authentication Administrator, User Administrator'),
    },
  ],
  'delete group': [
    {
      method: 'DELETE',
      path: `/groups/${security}`,
      may: roles('Groups Administrator, User Administrator, Intune Administrator'),
    },
    { method: 'DELETE', path: `/groups/${assignable}`, may: privileged },
    { method: 'DELETE', path: `/groups/${agents}`, may: privileged },
  ],
  'unlink membership': [
    { method: 'DELETE', path: `/groups/${assignable}/members/${inAssignable}/$ref`, may: privileged },
    { method: 'DELETE', path: `/groups/${agents}/members/${people.tara}/$ref`, may: privileged },
  ],
  'unlink roleHolding': [
    {
      method: 'DELETE',
      path: `/directoryRoles/${globalAdministrator}/members/${disabled}/$ref`,
      may: privileged,
    },
  ],
}

const nameOf = ({ verb, type }: Operation): string => `${verb} ${type.name.slice(type.name.lastIndexOf('.') + 1)}`

const isOfDirectory = ({ type }: Operation): boolean => type.dialect === 'directory'
const changing = [...operationsOf('v1.0'), ...operationsOf('beta')].filter(
  (one) => isOfDirectory(one) && !['list', 'get'].includes(one.verb),
)

describe('every operation that changes the directory', () => {
  it('has its line here', () => {
    expect([...new Set(changing.map(nameOf))].toSorted()).toEqual(
      [...new Set([...Object.keys(cases), ...Object.keys(removals)])].toSorted(),
    )
  })

  it.each(
    Object.entries(cases).flatMap(([name, all]) =>
      all.map((one) => [`${name}: ${one.method} ${one.path} ${JSON.stringify(one.body)}`, one] as const),
    ),
  )('%s', async (_, one) => {
    expect(await verdictOn(server, personOf(nobody), one)).toBe('access.role')
    // Nobody the directory does not know, and nobody whose account is disabled, holds a role.
    for (const id of [disabled, '0e0e0e0e-0000-4000-8000-00000000000e'])
      expect(await verdictOn(server, personOf(id), one)).toBe('access.role')
    const may: string[] = []
    for (const name of roleNames) {
      const verdict = await verdictOn(server, personOf(holderOf(name)), one)
      if (verdict === 'allowed') may.push(name)
      else expect([name, verdict]).toEqual([name, 'access.role'])
    }
    expect(may.toSorted()).toEqual(one.may.toSorted())
  })

  it.each(
    Object.entries(removals).flatMap(([name, all]) =>
      all.map((one) => [`${name}: ${one.method} ${one.path}`, one] as const),
    ),
  )('%s', async (_, one) => {
    for (const name of roleNames.filter((role) => !one.may.includes(role)))
      expect([name, await verdictOn(server, personOf(holderOf(name)), one)]).toEqual([name, 'access.role'])
    for (const name of one.may) expect([name, await verdictUndone(personOf(holderOf(name)), one)]).toEqual([name, 424])
    // What was allowed was done, and undone with its group.
    expect(await verdictUndone(personOf(nobody), one)).toBe(403)
  })
})

/** Who may do it to whom; columns: what a caller holds, and lines: what the person holds. As Microsoft prints them. */
const columns = ['Password', 'Helpdesk', 'Authentication', 'User', 'Privileged Authentication', 'Global'] as const
const passwords: Readonly<Record<string, string>> = {
  'Authentication Administrator': '. . x . x x',
  'Directory Readers': 'x x x x x x',
  'Global Administrator': '. . . . x x',
  'Groups Administrator': '. . . x x x',
  'Guest Inviter': 'x x x x x x',
  'Helpdesk Administrator': '. x . x x x',
  'Message Center Reader': '. x x x x x',
  'Password Administrator': 'x x x x x x',
  'Privileged Authentication Administrator': '. . . . x x',
  'Privileged Role Administrator': '. . . . x x',
  'Reports Reader': '. x x x x x',
  '': 'x x x x x x',
  'a role-assignable group': '. . . . x x',
  'User Administrator': '. . . x x x',
  'User Experience Success Manager': '. x x x x x',
  'Usage Summary Reports Reader': '. x x x x x',
  // Not in the table: “all other built-in roles”.
  'SharePoint Administrator': '. . . . x x',
  'Global Reader': '. . . . x x',
}
const sensitive: Readonly<Record<string, string>> = {
  'Authentication Administrator': '. . x . x x',
  'Directory Readers': '. . x x x x',
  'Global Administrator': '. . . . x x',
  'Groups Administrator': '. . . x x x',
  'Guest Inviter': '. . x x x x',
  'Helpdesk Administrator': '. . . x x x',
  'Message Center Reader': '. . x x x x',
  'Password Administrator': '. . x x x x',
  'Privileged Authentication Administrator': '. . . . x x',
  'Privileged Role Administrator': '. . . . x x',
  'Reports Reader': '. . x x x x',
  '': '. . x x x x',
  'a role-assignable group': '. . . . x x',
  'User Administrator': '. . . x x x',
  'User Experience Success Manager': '. . x x x x',
  'Usage Summary Reports Reader': '. . x x x x',
  'SharePoint Administrator': '. . . . x x',
  'Global Reader': '. . . . x x',
}
const targetOf = (held: string): string =>
  ({ '': nobody, 'a role-assignable group': inAssignable })[held] ?? holderOf(held)

/** As Graph's pages say it, “users with privileged administrator roles”: Microsoft marks these so. */
const isPrivileged = (held: string): boolean =>
  held === 'a role-assignable group' || roleCatalogue.find(({ name }) => name === held)?.privileged === true

describe('a sensitive action', () => {
  const actions: readonly (readonly [string, Readonly<Record<string, string>>, unknown])[] = [
    ['a password', passwords, { passwordProfile: { password: 'Correct-horse-7-battery' } }],
    ['a telephone number', passwords, { businessPhones: [`${Math.random()}`] }],
    // The name is not valid, so that the account stays as it is.
    ['an account', sensitive, { accountEnabled: false, userPrincipalName: 'not valid' }],
  ]

  it.each(
    actions.flatMap(([name, table, body]) => Object.entries(table).map((line) => [name, ...line, body] as const)),
  )('%s of who holds %j is for the roles of the table', async (_, held, marks, body) => {
    const asked = { method: 'PATCH', path: `/users/${targetOf(held)}`, body }
    for (const [at, mark] of marks.split(' ').entries()) {
      const caller = `${columns[at]} Administrator`
      const verdict = await verdictOn(server, personOf(holderOf(caller)), asked)
      expect([caller, verdict]).toEqual([caller, mark === 'x' ? 'allowed' : 'access.role'])
    }
    // Of the other roles none, nor people without one.
    for (const other of ['SharePoint Administrator', 'Directory Writers', 'Global Reader'])
      expect([other, await verdictOn(server, personOf(holderOf(other)), asked)]).toEqual([other, 'access.role'])
    expect(await verdictOn(server, personOf(people.sana), asked)).toBe('access.role')
  })

  it.each(Object.keys(sensitive))(
    'on who holds %j asks for a second permission where the role is privileged',
    async (held) => {
      const asked = {
        method: 'PATCH',
        path: `/users/${targetOf(held)}`,
        body: { accountEnabled: false, userPrincipalName: 'x' },
      }
      const administrator = personOf(people.administrator, without('Directory.AccessAsUser.All'))
      const isAdministrator = isPrivileged(held)
      expect(await verdictOn(server, administrator, asked)).toBe(isAdministrator ? 'access.permission' : 'allowed')
      // No application holds a role.
      expect(await verdictOn(server, application(), asked)).toBe(isAdministrator ? 'access.role' : 'allowed')
      if (isAdministrator)
        expect(await verdictOn(server, application(), { method: 'DELETE', path: asked.path })).toBe('access.role')
    },
  )

  it('on a password asks for the permission of passwords', async () => {
    const asked = { method: 'PATCH', path: `/users/${nobody}`, body: { passwordProfile: { password: 'x' } } }
    const none = without('User-PasswordProfile.ReadWrite.All', 'Directory.AccessAsUser.All')
    for (const actor of [personOf(people.administrator, none), application(none)])
      expect(await verdictOn(server, actor, asked)).toBe('access.permission')
    const asThemselves = new Set([...none, 'Directory.AccessAsUser.All'])
    expect(await verdictOn(server, personOf(people.administrator, asThemselves), asked)).toBe('allowed')
    expect(await verdictOn(server, application(asThemselves), asked)).toBe('access.permission')
    expect(await verdictOn(server, application(without('Directory.AccessAsUser.All')), asked)).toBe('allowed')
  })

  it('is one only where the value changes', async () => {
    const asked = { method: 'PATCH', path: `/users/${nobody}`, body: { accountEnabled: true, jobTitle: 'Clerk' } }
    expect(await verdictOn(server, personOf(holderOf('Directory Writers')), asked)).toBe('allowed')
  })
})

describe('people without a role', () => {
  it('change of themselves their mobile telephone and no more', async () => {
    const change = (path: string, body: unknown) =>
      verdictOn(server, personOf(people.sana), { method: 'PATCH', path, body })
    expect(await change(`/users/${people.sana}`, { mobilePhone: '+1 555 0100' })).toBe('allowed')
    expect(await change('/users/sana@contoso.example', { mobilePhone: '+1 555 0101' })).toBe('allowed')
    for (const body of [{ mobilePhone: '1', jobTitle: 'Queen' }, { accountEnabled: false }, { jobTitle: 'Queen' }, {}])
      expect([body, await change(`/users/${people.sana}`, body)]).toEqual([body, 'access.role'])
    expect(await change(`/users/${people.hugo}`, { mobilePhone: '1' })).toBe('access.role')
  })

  it('read the directory', async () => {
    const reading = personOf(people.sana, new Set(['Directory.Read.All']))
    for (const path of [
      '/users',
      '/groups',
      `/groups/${agents}/members`,
      '/directoryRoles',
      '/organization',
      '/roleManagement/directory/roleDefinitions',
    ])
      expect([path, await verdictOn(server, reading, { method: 'GET', path })]).toEqual([path, 'allowed'])
  })
})

describe('roles and groups that can be given roles', () => {
  const asks = Object.entries({ ...cases, ...removals })
    .flatMap(([, all]) => all.filter(({ may, path }) => may === privileged && !path.includes(agents)))
    .filter(({ body }) => !/adminagents/i.test(JSON.stringify(body ?? '')))

  it.each(asks.map((one) => [`${one.method} ${one.path} ${JSON.stringify(one.body)}`, one] as const))(
    '%s asks for RoleManagement.ReadWrite.Directory, of applications too',
    async (_, one) => {
      const poor = without('RoleManagement.ReadWrite.Directory')
      expect(await verdictOn(server, personOf(people.administrator, poor), one)).toBe('access.permission')
      expect(await verdictOn(server, application(poor), one)).toBe('access.permission')
    },
  )

  it('cannot be made of other groups, nor the other way round', async () => {
    for (const [id, isAssignableToRole] of [
      [security, true],
      [assignable, false],
    ] as const) {
      const { status, body } = await server.send('PATCH', `/v1.0/groups/${id}`, { isAssignableToRole })
      expect([status, body.error.details[0].target]).toEqual([400, 'isAssignableToRole'])
    }
  })

  it('leave nobody without the role of Global Administrator by his own hand', async () => {
    const path = `/directoryRoles/${globalAdministrator}/members/${people.administrator}/$ref`
    const answer = await server.as(
      { tenant: contoso, user: people.administrator, scopes: [...everything] },
      'DELETE',
      `/v1.0${path}`,
    )
    expect([answer.status, answer.body.error.code]).toEqual([400, 'Request_BadRequest'])
  })
})

describe('what a person without a role asks for', () => {
  const all = Object.values({ ...cases, ...removals }).flat()

  it.each(['warn', 'off'] as const)('is allowed by --auth %s', async (auth) => {
    const open = await prepared({ auth })
    for (const one of all)
      expect([one, await verdictOn(open, personOf(people.sana, new Set()), one)]).toEqual([one, 'allowed'])
    await open.close()
  })

  it('is refused on the wire, in a batch too, and changes nothing', async () => {
    const sana = { tenant: contoso, user: people.sana, scopes: [...everything] }
    const membersOf = async (path: string) => (await server.send('GET', `/v1.0${path}`)).body.value.length as number
    const lists = [`/groups/${agents}/members`, `/directoryRoles/${globalAdministrator}/members`]
    const before = await Promise.all(lists.map(membersOf))
    const requests = lists.map((url, at) => ({
      id: `${at}`,
      method: 'POST',
      url: `${url}/$ref`,
      headers: { 'Content-Type': 'application/json' },
      body: ref(people.sana),
    }))
    const disable = {
      id: '9',
      method: 'PATCH',
      url: `/users/${people.administrator}`,
      headers: { 'Content-Type': 'application/json' },
      body: { accountEnabled: false },
    }
    const { body } = await server.as(sana, 'POST', '/v1.0/$batch', { requests: [...requests, disable] })
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([403, 403, 403])
    expect(await Promise.all(lists.map(membersOf))).toEqual(before)
    const kept = await server.send('GET', `/v1.0/users/${people.administrator}?$select=accountEnabled`)
    expect(kept.body.accountEnabled).toBe(true)
  })

  it('is allowed from the moment the role is given, and refused when it is taken away', async () => {
    const asked = { method: 'POST', path: '/users', body: {} }
    const holders = `/v1.0/directoryRoles/${idOf('User Administrator')}/members`
    await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: idOf('User Administrator') })
    expect(await verdictOn(server, personOf(people.hugo), asked)).toBe('access.role')
    expect((await server.send('POST', `${holders}/$ref`, ref(people.hugo))).status).toBe(204)
    expect(await verdictOn(server, personOf(people.hugo), asked)).toBe('allowed')
    expect((await server.send('DELETE', `${holders}/${people.hugo}/$ref`)).status).toBe(204)
    expect(await verdictOn(server, personOf(people.hugo), asked)).toBe('access.role')
  })
})

describe('the log of the directory', () => {
  const readers = roles('Global Reader, Reports Reader, Security Administrator, Security Reader')

  it.each([
    '/auditLogs/directoryAudits',
    '/auditLogs/directoryAudits/$count',
    `/auditLogs/directoryAudits/${security}`,
  ])('%s is read by people with one of the documented roles, and by applications', async (path) => {
    const asked = { method: 'GET', path }
    const permission = new Set(['AuditLog.Read.All'])
    expect(await verdictOn(server, application(permission), asked)).toBe('allowed')
    expect(await verdictOnLog(personOf(people.sana, permission), asked)).toBe('access.role')
    const may: string[] = []
    for (const name of roleNames)
      if ((await verdictOnLog(personOf(holderOf(name), permission), asked)) === 'allowed') may.push(name)
    expect(may.toSorted()).toEqual(readers.toSorted())
  })

  const verdictOnLog = async (actor: Actor, { path }: Asked): Promise<string> => {
    const answer = await server.as(
      { tenant: contoso, user: actor.userId ?? '', scopes: [...actor.permissions] },
      'GET',
      `/v1.0${path}`,
    )
    return answer.status === 403 ? ((answer.headers.get('relata-explain') ?? '').split(';')[0] ?? '') : 'allowed'
  }
})

describe('what an object is in', () => {
  const ofUser = `/users/${people.sana}`
  const groups = ['getMemberGroups', 'checkMemberGroups']
  const objects = ['getMemberObjects', 'checkMemberObjects']
  const bodies: Readonly<Record<string, unknown>> = {
    getMemberGroups: { securityEnabledOnly: false },
    getMemberObjects: { securityEnabledOnly: false },
    checkMemberGroups: { groupIds: [agents] },
    checkMemberObjects: { ids: [agents] },
  }

  it.each([
    [ofUser, groups, 'GroupMember.Read.All', false],
    [ofUser, groups, 'User.Read.All', false],
    [ofUser, groups, 'User.Read GroupMember.Read.All', false],
    [ofUser, groups, 'User.ReadBasic.All GroupMember.Read.All', true],
    [ofUser, groups, 'User.Read.All Group.Read.All', true],
    [ofUser, groups, 'Directory.Read.All', true],
    [ofUser, objects, 'User.Read.All', true],
    [ofUser, objects, 'User.Read', false],
    [ofUser, objects, 'User.ReadBasic.All', false],
    [ofUser, objects, 'User.ReadBasic.All GroupMember.Read.All', true],
    [ofUser, objects, 'GroupMember.Read.All', false],
    ['/me', groups, 'User.Read GroupMember.Read.All', true],
    ['/me', groups, 'User.Read', false],
    ['/me', objects, 'User.Read', true],
    [`/groups/${security}`, [...groups, ...objects], 'GroupMember.Read.All', true],
    [`/groups/${security}`, [...groups, ...objects], 'User.Read.All', false],
    [`/directoryObjects/${people.sana}`, groups, 'User.Read.All GroupMember.Read.All', true],
    [`/directoryObjects/${people.sana}`, objects, 'User.Read.All GroupMember.Read.All', false],
    [`/directoryObjects/${people.sana}`, [...groups, ...objects], 'Directory.Read.All', true],
  ])('%s/%j with %s: %s', async (path, actions, held, may) => {
    const permissions = new Set(held.split(' '))
    const actors = [personOf(people.sana, permissions), ...(path === '/me' ? [] : [application(permissions)])]
    for (const actor of actors)
      for (const action of actions) {
        const verdict = await verdictOn(server, actor, {
          method: 'POST',
          path: `${path}/${action}`,
          body: bodies[action],
        })
        expect([actor.kind, action, verdict]).toEqual([actor.kind, action, may ? 'allowed' : 'access.permission'])
      }
  })
})
