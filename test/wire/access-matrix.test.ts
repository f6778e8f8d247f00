/**
 * Every operation of both models, by whoever might ask: with no permission and with each of them alone, with each role
 * of the taxonomy, in AdminAgents and out of it, and with each role held by delegation. Allowed, or the exact refusal.
 * Below the token, since the wire adds nothing to it; access.test.ts and its neighbours ask over a port.
 * @module-tag slow
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissionsOf } from '#app/adapters/verification.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Dialect } from '#edm/define.ts'
import type { Actor } from '#edm/ports.ts'
import { models } from '#workloads/models.ts'
import { relationships, rolesOf } from '../_support/relationships.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { type AccessServer, contoso, fabrikam, people, roleIds, startAccessServer } from './access-kit.ts'
import { type Operation, operationsOf } from './access-operations.ts'
import { kitFor } from './gdap/kit.ts'

const operations = [...operationsOf('v1.0'), ...operationsOf('beta')]
const titled = operations.map((one) => [`${one.version} ${one.method} ${one.path}`, one] as const)
/** What `/me` is content with, beside what the models name. */
const ofMe = ['User.Read', 'User.ReadWrite']
const permissions = [...new Set([...Object.values(models).flatMap(permissionsOf), ...ofMe, 'Mail.Read'])]

const isTermStore = ({ type }: Operation): boolean => type.name.startsWith('microsoft.graph.termStore.')
const isGdap = ({ type }: Operation): boolean => /\.delegatedAdmin/.test(type.name)
const isRead = ({ verb }: Operation): boolean => verb === 'list' || verb === 'get'

/** As the specification has them (term-store.md §2.2, gdap.md §2.2); elsewhere the model is taken at its word. */
const documented = (operation: Operation): readonly string[] | undefined => {
  const pair = (name: string) => [`${name}.ReadWrite.All`, ...(isRead(operation) ? [`${name}.Read.All`] : [])]
  if (isTermStore(operation)) return pair('TermStore')
  if (operation.type.name.startsWith('microsoft.graph.delegatedAdmin')) return pair('DelegatedAdminRelationship')
  const { located, permissions: asked = [] } = operation
  if (located) return [...asked, ...ofMe]
  return operation.permissions
}

const words: Readonly<Record<Dialect, { readonly code: string; readonly message: string }>> = {
  onedrive: {
    code: 'accessDenied',
    message: 'The current user has insufficient permissions to perform this operation.',
  },
  directory: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' },
  capital: { code: 'Forbidden', message: 'Insufficient privileges to complete the operation.' },
  graph: {
    code: 'forbidden',
    message:
      'The user (principal) does not have the required permissions to perform the specified action on the resource.',
  },
}

let server: AccessServer
/** Rows by the name of their type. */
const rows = new Map<string, string>()

const nobody = '0e0e0e0e-0000-4000-8000-00000000000e'
const noRow: Readonly<Record<string, string>> = {
  'microsoft.graph.site': 'root',
  'microsoft.graph.termStore.store': 'root',
  'microsoft.graph.delegatedAdminRelationship': `${nobody}-${contoso}`,
}

/** With rows that are there, or with keys of none. A term below a term, and what is below it, have rows of their own. */
const pathOf = ({ path }: Operation, real = false): string => {
  let above = ''
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const below = `${name} below ${above}`
    above = name
    return (real ? (rows.get(below) ?? rows.get(name)) : undefined) ?? noRow[name] ?? nobody
  })
}

const ask = async ({ version, method }: Operation, path: string, actor: Actor | undefined, body: unknown = {}) => {
  const answer = await server.parts.handle({
    method,
    version,
    path,
    query: '',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: method === 'GET' || method === 'DELETE' ? undefined : Buffer.from(JSON.stringify(body)),
    origin: server.origin,
    requestId: 'r',
    clientRequestId: 'c',
    actor,
  })
  return answer
}

/** `allowed`, or what refused. Whether the row is there, or the body good, is another matter. */
const verdictOf = async (operation: Operation, path: string, actor: Actor, body?: unknown): Promise<string> => {
  const { status, body: text, check } = await ask(operation, path, actor, body)
  expect(status, text).toBeLessThan(500)
  if (status !== 401 && status !== 403) return 'allowed'
  const { code, message } = JSON.parse(text ?? '{}').error
  return `${status} ${code} ${check?.split(';')[0]} ${message}`
}
const refusal = ({ type }: Operation, layer: string): string => {
  const { code, message } = words[type.dialect ?? 'graph']
  return `403 ${code} access.${layer} ${message}`
}

beforeAll(async () => {
  server = await startAccessServer()
})
afterAll(() => server.close())

it('has every operation there is', () => {
  expect(operations.length).toBeGreaterThan(240)
  expect(permissions.length).toBeGreaterThan(20)
  const methods = new Set(operations.map(({ method }) => method))
  expect([...methods].sort()).toEqual(['DELETE', 'GET', 'PATCH', 'POST'])
})

describe('a permission', () => {
  const application: Actor = { kind: 'app', tenantId: contoso, appId: wellKnown.daemon, permissions: new Set() }
  const person: Actor = { kind: 'user', tenantId: contoso, userId: people.administrator, permissions: new Set() }

  it.each(titled)('%s', async (_, operation) => {
    const enough = documented(operation)
    const path = pathOf(operation)
    for (const actor of operation.path.startsWith('/me') ? [person] : [application, person]) {
      for (const held of [[], ...permissions.map((one) => [one])]) {
        const may = enough === undefined || held.some((one) => enough.includes(one))
        const verdict = await verdictOf(operation, path, { ...actor, permissions: new Set(held) })
        expect([actor.kind, held, verdict]).toEqual([
          actor.kind,
          held,
          may ? 'allowed' : refusal(operation, 'permission'),
        ])
      }
    }
  })

  it('is asked for when there is a token; without one it is 401', async () => {
    for (const [, operation] of titled) {
      const answer = await ask(operation, pathOf(operation), undefined)
      expect([answer.status, JSON.parse(answer.body ?? '').error.code]).toEqual([401, 'InvalidAuthenticationToken'])
    }
  })
})

describe('rows of several kinds', () => {
  const person: Actor = { kind: 'user', tenantId: contoso, userId: people.administrator, permissions: new Set() }
  const links = titled.filter(
    ([, { type, verb }]) => type.name === 'microsoft.graph.directoryObject' && verb === 'list',
  )

  it.each(links)('%s shows those whole whose kind the permission reads', async (_, operation) => {
    rows.set('microsoft.graph.user', people.administrator)
    rows.set('microsoft.graph.group', 'c0117050-6207-4000-8000-000000000001')
    rows.set('microsoft.graph.directoryRole', roleIds.globalAdministrator)
    const model = models[operation.version]
    const told = new Set<string>()
    for (const one of permissions) {
      const { status, body } = await ask(operation, pathOf(operation, true), { ...person, permissions: new Set([one]) })
      if (status !== 200) continue
      for (const row of JSON.parse(body ?? '').value) {
        const { type } = model.view(row['@odata.type'].slice(1))
        const isWhole = type.scopes?.read.includes(one) === true
        expect([one, row.id, row.displayName === null]).toEqual([one, expect.any(String), !isWhole])
        told.add(isWhole ? 'whole' : 'limited')
      }
    }
    // The group is in no other.
    if (!operation.path.includes('group}/') || operation.path.endsWith('embers')) expect(told.size).toBe(2)
  })
})

describe('a role of the taxonomy', () => {
  const roles = ['administrator', 'manager', 'contributor', 'nobody'] as const
  const users: Readonly<Record<(typeof roles)[number], string>> = {
    administrator: people.administrator,
    manager: people.tara,
    contributor: people.hugo,
    nobody: people.sana,
  }
  /** Who may at least: term-store.md §2.2. */
  const least = ({ type, verb, call }: Operation): (typeof roles)[number] => {
    const name = type.name.slice(type.name.lastIndexOf('.') + 1)
    if (isRead({ verb } as Operation)) return 'nobody'
    if (name === 'store') return 'administrator'
    if (name === 'group' && (call === 'copy' || call === 'move')) return 'administrator'
    if (name === 'group') return verb === 'update' ? 'manager' : 'administrator'
    return 'contributor'
  }
  let set: string

  beforeAll(async () => {
    const made = taxonomyOver(server.send, '/beta/termStore')
    const group = await made.group()
    set = await made.set(group)
    const other = await made.set(group)
    const term = await made.term(set)
    rows.set('microsoft.graph.termStore.group', group)
    rows.set('microsoft.graph.termStore.set', set)
    const ts = 'microsoft.graph.termStore'
    rows.set(`${ts}.term`, term)
    rows.set(`${ts}.term below ${ts}.term`, await made.term({ set, term }))
    rows.set(`${ts}.relation`, await made.pin({ set: other, term: await made.term(other) }, set))
    const second = { set: other, term: await made.term(other) }
    rows.set(`${ts}.relation below ${ts}.term`, await made.pin(second, { set, term }))
    await fetch(`${server.http}/_relata/term-store/roles`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        tenant: contoso,
        groupId: group,
        managers: [users.manager],
        contributors: [users.contributor],
      }),
    })
  })

  /** Enough for a rule to know what is meant, too little to be carried out. */
  const bodyFor = ({ verb, type, path, call }: Operation): unknown => {
    const ts = 'microsoft.graph.termStore'
    const isSet = type.name === `${ts}.set`
    const own: Readonly<Record<string, unknown>> = {
      merge: { into: rows.get(`${ts}.term`) },
      move: isSet ? { group: rows.get(`${ts}.group`) } : {},
      order: { ids: [] },
      reassignSource: { set },
      setAvailableForTagging: { value: true },
      setLocalProperties: { properties: [] },
      setSubmissionPolicy: { isOpen: false },
    }
    if (call !== undefined) return own[call] ?? {}
    if (verb === 'create' && type.name.endsWith('.set'))
      return { parentGroup: { id: rows.get('microsoft.graph.termStore.group') } }
    if (verb === 'create' && type.name.endsWith('.relation')) return { set: { id: set } }
    if (verb !== 'patchMember') return {}
    return { id: rows.get(`${type.name} below ${/\{([^}]+)\}\/\w+$/.exec(path)?.[1]}`) ?? rows.get(type.name) }
  }

  /** What they need depends on the change, and once done there is nothing to do: management/history-kept.test.ts. */
  const onChanges = ['undo', 'restore', 'purge']
  const asked = titled.filter(([, operation]) => isTermStore(operation) && !onChanges.includes(operation.call ?? ''))

  it.each(asked)('%s', async (_, operation) => {
    const needed = roles.indexOf(least(operation))
    for (const [at, role] of roles.entries()) {
      const may = at <= needed
      // What may be deleted would be gone; access-roles.test.ts deletes.
      if (may && operation.verb === 'delete') continue
      const actor: Actor = {
        kind: 'user',
        tenantId: contoso,
        userId: users[role],
        permissions: new Set(['TermStore.ReadWrite.All']),
      }
      const verdict = await verdictOf(operation, pathOf(operation, true), actor, bodyFor(operation))
      expect([role, verdict]).toEqual([role, may ? 'allowed' : refusal(operation, 'role')])
    }
  })
})

describe('being in AdminAgents, or not', () => {
  const all = new Set(['DelegatedAdminRelationship.ReadWrite.All', ...permissions])
  const actor = (userId: string): Actor => ({ kind: 'user', tenantId: contoso, userId, permissions: all })

  beforeAll(async () => {
    const active = await server.send('GET', `${relationships}?$filter=status eq 'active'`)
    const id = active.body.value[0].id
    const below = await server.send('GET', `${relationships}/${id}/accessAssignments`)
    for (const name of new Set(operations.filter(isGdap).map(({ type }) => type.name))) {
      if (name.endsWith('Relationship')) rows.set(name, id)
      if (name.endsWith('AccessAssignment')) rows.set(name, below.body.value[0].id)
      if (name.endsWith('Customer')) rows.set(name, fabrikam)
    }
  })

  it.each(titled.filter(([, operation]) => isGdap(operation)))('%s', async (_, operation) => {
    const path = pathOf(operation, true)
    const outside = await ask(operation, path, actor(people.sana))
    if (operation.verb === 'list' && !/\}/.test(operation.path)) {
      expect([outside.status, JSON.parse(outside.body ?? '').value]).toEqual([200, []])
      expect(JSON.parse((await ask(operation, path, actor(people.tara))).body ?? '').value).not.toEqual([])
    } else if (isRead(operation)) {
      expect(outside.status).toBe(404)
    } else {
      expect(await verdictOf(operation, path, actor(people.sana))).toBe(refusal(operation, 'role'))
    }
    if (operation.verb !== 'delete') expect(await verdictOf(operation, path, actor(people.tara))).toBe('allowed')
  })
})

describe('a role held by delegation', () => {
  const held = {
    ...roleIds,
    userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
    directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
    privilegedRoles: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  } as const
  type Role = keyof typeof held
  const { globalAdministrator: _, ...others } = held
  const lesser = Object.keys(others) as Role[]

  /** Beside Global Administrator, who may everything there is a line for, and Global Reader, who reads it. */
  const openTo = (
    operation: Operation,
  ): { readonly write: readonly Role[]; readonly read: readonly Role[] } | undefined => {
    const { name } = operation.type
    if (operation.path.startsWith('/directoryObjects'))
      return { write: [], read: ['userAdministrator', 'privilegedRoles', 'directoryReaders'] }
    if (isTermStore(operation) || name === 'microsoft.graph.site') return { write: ['sharePoint'], read: [] }
    const isOfRoles = /ole(Definition|Template|Management|Holding|s)?$|rbac|directoryRole/.test(name)
    if (isOfRoles || operation.path.startsWith('/directoryRoles'))
      return { write: ['privilegedRoles'], read: ['directoryReaders'] }
    if (/\.(user|group|signedInUser|directoryObject|membership)$/.test(name))
      return { write: ['userAdministrator'], read: ['directoryReaders'] }
    if (/\.(organization|directoryAudit|auditLogRoot)$/.test(name)) return { write: [], read: [] }
    return undefined
  }
  const may = (operation: Operation, role: Role | undefined): boolean => {
    const open = openTo(operation)
    if (open === undefined || role === undefined) return false
    if (role === 'globalAdministrator' || open.write.includes(role)) return true
    return isRead(operation) && (role === 'globalReader' || open.read.includes(role))
  }

  const visitors = new Map<Role | undefined, string>([[undefined, people.sana]])
  beforeAll(async () => {
    const kit = kitFor(server)
    const visitor = async (relationship: string, role: Role): Promise<void> => {
      const made = await server.send('POST', '/v1.0/users', {
        displayName: role,
        accountEnabled: true,
        mailNickname: role,
        userPrincipalName: `${role}@contoso.example`,
        passwordProfile: { password: 'Correct-horse-7-battery' },
      })
      const group = await kit.group()
      const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${made.body.id}` }
      expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, member)).status).toBe(204)
      const given = await server.send('POST', `${relationship}/accessAssignments`, kit.assignment(group, held[role]))
      expect(given.status, given.text).toBe(201)
      visitors.set(role, made.body.id)
    }
    const small = await kit.at('active', { accessDetails: rolesOf(...lesser.map((role) => held[role])) })
    for (const role of lesser) await visitor(small, role)
    const great = await kit.at('active', { accessDetails: rolesOf(held.globalAdministrator) })
    await visitor(great, 'globalAdministrator')
  })

  it.each(titled)('%s', async (_, operation) => {
    for (const [role, userId] of visitors) {
      const actor: Actor = {
        kind: 'user',
        tenantId: fabrikam,
        homeTenantId: contoso,
        userId,
        permissions: new Set(permissions),
        // What the token says does not count.
        roles: new Set(Object.values(held)),
      }
      const verdict = await verdictOf(operation, pathOf(operation), actor)
      expect([role, verdict]).toEqual([role, may(operation, role) ? 'allowed' : refusal(operation, 'delegation')])
    }
  })
})
