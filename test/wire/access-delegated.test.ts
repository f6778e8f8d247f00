/** What people of a partner may in a customer's tenant: by what they hold at this moment, whatever their token says (gdap.md §5). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rolesOf } from '../_support/relationships.ts'
import { jsonPost } from '../_support/server.ts'
import { labels } from '../_support/taxonomy.ts'
import {
  type AccessServer,
  contoso,
  fabrikam,
  northwind,
  outcome,
  people,
  roleIds,
  startAccessServer,
} from './access-kit.ts'
import { anyTag, type Kit, kitFor } from './gdap/kit.ts'

let server: AccessServer
let kit: Kit
beforeAll(async () => {
  server = await startAccessServer()
  kit = kitFor(server)
})
afterAll(() => server.close())

const scopes = ['TermStore.ReadWrite.All', 'Sites.ReadWrite.All']
const { sharePoint, globalReader, globalAdministrator, helpdesk } = roleIds
const refused = '403 accessDenied access.delegation; docs/spec/protocol.md 1.5'

interface Visit {
  readonly user: string
  readonly home?: string
  readonly tenant?: string
  /** Roles the token was issued with. */
  readonly roles?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  readonly scopes?: readonly string[]
}
const visit = async (who: Visit, method: string, path: string, body?: unknown) => {
  const person = { tenant: fabrikam, home: contoso, roles: [sharePoint], scopes, ...who }
  return outcome(await server.as(person, method, path, body))
}
const groups = '/v1.0/sites/root/termStore/groups'
const reads = (who: Visit) => visit(who, 'GET', groups)
let last = 0
const writes = (who: Visit) => visit(who, 'POST', groups, { displayName: `Made by a partner ${++last}` })

/** A person of Contoso who is in a group of its own. */
const person = async () => {
  last += 1
  const made = await server.send('POST', '/v1.0/users', {
    displayName: `Visitor ${last}`,
    accountEnabled: true,
    mailNickname: `visitor${last}`,
    userPrincipalName: `visitor${last}@contoso.example`,
    passwordProfile: { password: 'Correct-horse-7-battery' },
  })
  const user = made.body.id as string
  const group = await kit.group()
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user}` }
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, member)).status).toBe(204)
  return { user, group }
}

interface Inside {
  readonly user: string
  readonly group: string
  readonly relationship: string
  readonly assignment: string
}
/** Somebody who holds the roles at Fabrikam by a relationship of his own. */
const insider = async (
  roles: readonly string[] = [sharePoint],
  more: Record<string, unknown> = {},
): Promise<Inside> => {
  const { user, group } = await person()
  const relationship = await kit.at('active', { accessDetails: rolesOf(...roles), ...more })
  const made = await server.send('POST', `${relationship}/accessAssignments`, kit.assignment(group, ...roles))
  expect(made.status, made.text).toBe(201)
  return { user, group, relationship, assignment: `${relationship}/accessAssignments/${made.body.id}` }
}

describe('a role held by delegation', () => {
  it.each([
    ['SharePoint Administrator', [sharePoint], '200', '201'],
    ['Global Administrator', [globalAdministrator], '200', '201'],
    ['Global Reader', [globalReader], '200', refused],
    ['Helpdesk Administrator', [helpdesk], refused, refused],
    ['Global Reader beside Helpdesk Administrator', [globalReader, helpdesk], '200', refused],
  ])('%s decides', async (_, roles, reading, writing) => {
    // Global Administrator and an extension do not go together.
    const { user } = await insider(roles)
    expect([await reads({ user }), await writes({ user })]).toEqual([reading, writing])
  })

  it('opens terms as it opens the store, by every way there', async () => {
    const { user } = await insider()
    const set = (await server.send('GET', '/beta/termStore/sets', undefined, { tenant: fabrikam })).body.value[0].id
    const label = { labels: labels('By a partner') }
    expect(await visit({ user }, 'POST', `/v1.0/sites/root/termStore/sets/${set}/children`, label)).toBe('201')
    expect(await visit({ user }, 'PATCH', '/beta/termStore', { languageTags: ['en-US', 'nl-NL'] })).toBe('200')
    expect(await visit({ user }, 'GET', '/v1.0/sites/root?$expand=termStore')).toBe('200')
  })

  it('does not make up for the permission', async () => {
    const { user } = await insider()
    const permission = '403 accessDenied access.permission; docs/spec/protocol.md 1.5'
    expect(await visit({ user, scopes: ['TermStore.Read.All'] }, 'POST', groups, { displayName: 'x' })).toBe(permission)
  })

  it('opens nothing that no line of the table names', async () => {
    const { user } = await insider([globalAdministrator])
    const all = ['DelegatedAdminRelationship.ReadWrite.All', 'User.Read', 'Directory.Read.All']
    const path = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    expect(await visit({ user, scopes: all }, 'GET', path)).toBe(
      '403 forbidden access.delegation; docs/spec/protocol.md 1.5',
    )
    expect(await visit({ user, scopes: all }, 'GET', '/v1.0/users')).toBe('200')
    expect(await visit({ user, scopes: all }, 'GET', '/v1.0/me')).toMatch(/^404 /)
  })

  it('decides for each request of a batch', async () => {
    const { user } = await insider([globalReader])
    const token = await server.tokenOf({ tenant: fabrikam, home: contoso, user, scopes })
    const answer = await server.send(
      'POST',
      '/v1.0/$batch',
      {
        requests: [
          { id: '1', method: 'GET', url: '/sites/root/termStore/groups' },
          {
            id: '2',
            method: 'POST',
            url: '/sites/root/termStore/groups',
            headers: { 'Content-Type': 'application/json' },
            body: { displayName: 'x' },
          },
        ],
      },
      { headers: { authorization: `Bearer ${token}` } },
    )
    expect(answer.body.responses.map(({ status }: { status: number }) => status)).toEqual([200, 403])
  })
})

describe('the next request is refused after', () => {
  const inside = async (more?: Record<string, unknown>): Promise<Inside> => {
    const found = await insider([sharePoint], more)
    // Again, so that what can be remembered is.
    for (const _ of [1, 2, 3]) expect([await reads(found), await writes(found)]).toEqual(['200', '201'])
    return found
  }
  const isOut = async (user: string) => {
    for (const _ of [1, 2]) expect([await reads({ user }), await writes({ user })]).toEqual([refused, refused])
  }

  it('the partner ends the relationship', async () => {
    const { user, relationship } = await inside()
    await kit.ask(relationship, 'terminate')
    await isOut(user)
  })

  it('the customer ends it', async () => {
    const { user, relationship } = await inside()
    const id = relationship.slice(relationship.lastIndexOf('/') + 1)
    await server.customer('terminate', id, { tenantId: fabrikam })
    await isOut(user)
  })

  it('the assignment is deleted', async () => {
    const { user, assignment } = await inside()
    expect((await kit.remove(assignment)).status).toBe(204)
    await isOut(user)
  })

  it('the person leaves the group', async () => {
    const { user, group } = await inside()
    expect((await server.send('DELETE', `/v1.0/groups/${group}/members/${user}/$ref`)).status).toBe(204)
    await isOut(user)
  })

  it('the person may not sign in any more', async () => {
    const { user } = await inside()
    expect((await server.send('PATCH', `/v1.0/users/${user}`, { accountEnabled: false })).status).toBe(204)
    await isOut(user)
  })

  it('the group is deleted', async () => {
    const { user, group } = await inside()
    expect((await server.send('DELETE', `/v1.0/groups/${group}`)).status).toBe(204)
    await isOut(user)
  })

  it('the roles of the assignment change', async () => {
    const { user, group } = await person()
    const roles = [sharePoint, globalReader]
    const relationship = await kit.at('active', { accessDetails: rolesOf(...roles) })
    const made = await server.send('POST', `${relationship}/accessAssignments`, kit.assignment(group, sharePoint))
    expect([await reads({ user }), await writes({ user })]).toEqual(['200', '201'])
    const path = `${relationship}/accessAssignments/${made.body.id}`
    expect((await kit.patch(path, { accessDetails: rolesOf(globalReader) }, anyTag)).status).toBe(202)
    expect([await reads({ user }), await writes({ user })]).toEqual(['200', refused])
  })

  // Last: the clock is not set back.
  it('the relationship expires', async () => {
    const { user } = await inside({ duration: 'P30D' })
    await server.clock({ advance: 'P29D' })
    expect([await reads({ user }), await writes({ user })]).toEqual(['200', '201'])
    await server.clock({ advance: 'P2D' })
    await isOut(user)
  })
})

describe('nobody else', () => {
  it('comes in, whatever the token says', async () => {
    const { user, relationship } = await insider()
    expect(await reads({ user })).toBe('200')
    for (const who of [
      { user: people.sana },
      { user: '0e0e0e0e-0000-4000-8000-00000000000e' },
      { user, home: northwind },
      { user, home: '0e0e0e0e-0000-4000-8000-00000000000e' },
      { user, tenant: northwind },
      { user: people.ofFabrikam, tenant: northwind, home: fabrikam },
      // An application without a person.
      { user, claims: { idtyp: 'app', scp: undefined, roles: scopes } },
      { user: 'not an id' },
    ])
      expect([who, await reads(who)]).toEqual([who, refused])
    expect((await kit.get(relationship)).body.status).toBe('active')
  })

  it('comes in before the customer has approved, nor by an assignment that is not active', async () => {
    const { user } = await person()
    await kit.at('approvalPending', { accessDetails: rolesOf(sharePoint) })
    expect(await reads({ user })).toBe(refused)
  })

  it('is somebody at home who merely says so', async () => {
    const person = { tenant: fabrikam, home: fabrikam, user: people.ofFabrikam, scopes }
    expect(outcome(await server.as(person, 'POST', groups, { displayName: `Home ${++last}` }))).toBe('201')
  })
})

describe('the question who may', () => {
  const ask = async (question: Record<string, string>) => {
    const answer = await fetch(`${server.http}/_relata/access?${new URLSearchParams(question)}`)
    return { status: answer.status, body: (await answer.json()) as Record<string, never> }
  }

  it('is answered with the way that leads in, and until when', async () => {
    const { user, group, relationship, assignment } = await insider()
    const shown = (await kit.get(relationship)).body
    const { body } = await ask({ user, tenant: 'fabrikam.example', action: 'PATCH /sites/root/termStore' })
    expect(body).toMatchObject({
      allowed: true,
      user: { id: user, tenantId: contoso },
      tenant: { id: fabrikam, displayName: 'Fabrikam' },
      action: 'PATCH /sites/root/termStore',
      permissions: ['TermStore.ReadWrite.All'],
      roles: ['SharePoint Administrator', 'Global Administrator'],
      by: [
        {
          relationship: { id: shown.id, displayName: shown.displayName },
          assignment: { id: assignment.slice(assignment.lastIndexOf('/') + 1) },
          group: { id: group },
          roles: [{ id: sharePoint, displayName: 'SharePoint Administrator' }],
        },
      ],
    })
    expect(Date.parse(body['until'] as unknown as string)).toBe(Date.parse(shown.endDateTime))
    await kit.ask(relationship, 'terminate')
    const { body: after } = await ask({ user, tenant: fabrikam, action: 'PATCH /sites/root/termStore' })
    expect(after).toMatchObject({ allowed: false, by: [], until: null })
    expect(after['reason']).toContain('No active relationship')
  })

  it('is answered as the request would be', async () => {
    const reader = await insider([globalReader])
    for (const [action, answer] of [
      ['GET /sites/root/termStore/groups', await reads(reader)],
      ['POST /sites/root/termStore/groups', await writes(reader)],
      ['GET /beta/tenantRelationships/delegatedAdminRelationships', refused],
    ] as const) {
      const { body } = await ask({ user: reader.user, tenant: fabrikam, action })
      expect([action, body['allowed']]).toEqual([action, answer === '200'])
    }
    const { body } = await ask({ user: reader.user, tenant: fabrikam, action: 'POST /termStore/groups' })
    expect(body['reason']).toMatch(
      /holds Global Reader; one of SharePoint Administrator, Global Administrator is needed/,
    )
  })

  it('is answered for people at home by what the resource asks for beside the token', async () => {
    const about = async (user: string, action: string) => {
      const { body } = await ask({ user, tenant: contoso, action })
      return [body['allowed'], body['roles']] as const
    }
    const all = ['term store administrator', 'group manager', 'group contributor']
    const group = (await server.send('GET', "/beta/termStore/groups?$filter=displayName eq 'Library'")).body.value[0].id
    const sets = (await server.send('GET', `/beta/termStore/groups/${group}/sets`)).body.value
    const change = `PATCH /termStore/sets/${sets[0].id}`
    expect(await about(people.administrator, change)).toEqual([true, all])
    expect(await about(people.hugo, change)).toEqual([false, all])
    const body = JSON.stringify({ tenant: contoso, groupId: group, contributors: [people.hugo] })
    await fetch(`${server.http}/_relata/term-store/roles`, jsonPost(body))
    expect(await about(people.hugo, change)).toEqual([true, all])
    expect(await about(people.hugo, `PATCH /termStore/groups/${group}`)).toEqual([false, all.slice(0, 2)])
    expect(await about(people.hugo, 'GET /termStore/sets')).toEqual([true, undefined])
    const gdap = 'GET /tenantRelationships/delegatedAdminRelationships'
    expect(await about(people.tara, gdap)).toEqual([true, ['AdminAgents']])
    expect(await about(people.sana, gdap)).toEqual([false, ['AdminAgents']])
    expect((await about('admin@contoso.example', 'GET /users'))[0]).toBe(true)
    const agents = 'c0117050-6207-4000-8000-000000000001'
    const privileged = ['Privileged Role Administrator', 'Global Administrator']
    for (const [action, wanted] of [
      [`POST /groups/${agents}/members/$ref`, privileged],
      [`DELETE /groups/${agents}`, privileged],
      ['POST /directoryRoles/62e90394-69f5-4237-9190-012177145e10/members/$ref', privileged],
      ['POST /users', ['Directory Writers', 'User Administrator', 'Global Administrator']],
      [`DELETE /users/${people.administrator}`, ['Privileged Authentication Administrator', 'Global Administrator']],
      ['GET /auditLogs/directoryAudits', expect.arrayContaining(['Reports Reader'])],
    ] as const) {
      expect([action, await about(people.sana, action)]).toEqual([action, [false, wanted]])
      expect([action, (await about(people.administrator, action))[0]]).toEqual([action, true])
    }
    expect((await about(people.sana, 'GET /groups'))[0]).toBe(true)
  })

  it('needs no action, and takes a sign-in name', async () => {
    const { body } = await ask({ user: 'sana@contoso.example', tenant: fabrikam })
    expect(body).toMatchObject({ allowed: false, user: { id: people.sana }, by: [] })
  })

  it.each([
    [{ tenant: fabrikam }, 400],
    [{ user: people.tara }, 400],
    [{ user: 'nobody@contoso.example', tenant: fabrikam }, 404],
    [{ user: people.tara, tenant: 'nowhere.example' }, 404],
    [{ user: people.tara, tenant: fabrikam, action: 'look' }, 400],
    [{ user: people.tara, tenant: fabrikam, action: 'GET /nothing' }, 501],
    [{ user: people.tara, tenant: fabrikam, action: 'DELETE /termStore' }, 405],
  ])('%j is %i', async (question, status) => {
    expect((await ask(question as unknown as Record<string, string>)).status).toBe(status)
  })

  it('is not answered by a registry without a token', async () => {
    const registry = await startAccessServer({ registry: true })
    try {
      const answer = await fetch(`${registry.http}/_relata/access?user=${people.tara}&tenant=${fabrikam}`)
      expect(answer.status).toBe(401)
    } finally {
      await registry.close()
    }
  })
})
