/** The catalogue of roles of a server: shown, updated from a list, and what requests see of it. events.md §8.4, §8.5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { digestOf } from '#workloads/directory/role-catalogue.ts'
import { rolesOf } from '../../_support/relationships.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../../_support/server.ts'

const reader = '1076ac91-f3d9-41a7-a339-dcdf5f480acc'
const fabric = 'a9ea8996-122f-4c74-9520-8edcd192826c'
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const deviceJoin = '9c094953-4995-41c8-84c8-3ebb9b32c93f'
const fresh = '0e0e0e0e-0000-4000-8000-000000000001'
const noRole = '8329153a-20ed-4bf8-aa37-81242c6e8e01'

// biome-ignore lint/suspicious/noExplicitAny: a file of roles as it comes
type RolesFile = any

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const answered = async (answer: Response) => ({ status: answer.status, body: (await answer.json()) as RolesFile })

const shown = async (world?: string) =>
  answered(
    await fetch(`${server.http}/_relata/roles`, world === undefined ? {} : { headers: { 'relata-world': world } }),
  )

const update = async (list: unknown, query = '', world?: string) => {
  const wish = jsonPost(list)
  const headers = { ...wish.headers, ...(world === undefined ? {} : { 'relata-world': world }) }
  return answered(await fetch(`${server.http}/_relata/roles${query}`, { ...wish, headers }))
}

/** What a later list has: one role fewer, one more, and one with another name. */
const laterThan = (file: RolesFile, asOf: string) => {
  const roles = [
    ...file.roles
      .filter(({ id }: RolesFile) => id !== reader)
      .map((role: RolesFile) =>
        role.id === fabric ? { ...role, name: 'Weaving Administrator', privileged: true } : role,
      ),
    { id: fresh, name: 'Loom Reader', description: 'Reads looms.' },
  ]
  return { ...file, asOf, roles, digest: digestOf(roles) }
}

let number = 0
const relationship = (roleIds: readonly string[], at = server): Promise<Answer> =>
  at.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {
    displayName: `Roles ${++number}`,
    duration: 'P90D',
    accessDetails: rolesOf(...roleIds),
  })

describe('the catalogue of a server', () => {
  it('is shown as a file, of which the day is told beside it, and which read again changes nothing', async () => {
    const { status, body } = await shown()
    expect(status).toBe(200)
    expect(body).toMatchObject({ format: 'relata-roles/1', asOf: '2026-08-21' })
    expect(body.roles).toHaveLength(145)
    expect(body.digest).toBe(digestOf(body.roles))
    const info = await answered(await fetch(`${server.http}/_relata/info`))
    expect(info.body.roles).toEqual({ asOf: '2026-08-21' })
    const again = await update(body)
    expect(again).toMatchObject({ status: 200, body: { added: [], changed: [], withdrawn: [], tenants: 0 } })
  })

  it('is another one from a later list on, for every request and every tenant, and nothing is deleted', async () => {
    const templates = '/v1.0/directoryRoleTemplates'
    const definitions = '/v1.0/roleManagement/directory/roleDefinitions'
    await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: fabric })
    expect((await relationship([fresh])).status).toBe(400)
    const later = laterThan((await shown()).body, '2026-11-01')
    const wanted = {
      from: '2026-08-21',
      asOf: '2026-11-01',
      added: [{ id: fresh, name: 'Loom Reader' }],
      changed: [{ id: fabric, name: 'Weaving Administrator', members: ['name', 'aliases', 'privileged'] }],
      withdrawn: [{ id: reader, name: 'Teams Reader' }],
    }
    expect((await update(later, '?dryRun=true')).body).toEqual({ ...wanted, tenants: 0, dryRun: true })
    expect((await shown()).body.asOf).toBe('2026-08-21')
    expect((await server.send('GET', `${templates}/${fresh}`)).status).toBe(404)

    const done = await update(later)
    expect(done.body).toEqual({ ...wanted, tenants: server.parts.tenants.all().length, dryRun: false })
    const after = (await shown()).body
    expect(after).toMatchObject({ asOf: '2026-11-01', sources: later.sources })
    expect(after.roles.find(({ id }: RolesFile) => id === reader)).toMatchObject({
      state: 'withdrawn',
      firstSeen: '2025-05-25',
    })
    expect(after.roles.find(({ id }: RolesFile) => id === fabric).aliases).toEqual([
      'Power BI Administrator',
      'Fabric Administrator',
    ])
    expect(after.digest).toBe(digestOf(after.roles))

    const audits = await server.send('GET', "/v1.0/auditLogs/directoryAudits?$filter=category eq 'RelataManagement'")
    expect(audits.body.value).toMatchObject([
      {
        activityDisplayName: 'Update role catalogue',
        loggedByService: 'Relata',
        initiatedBy: { app: { displayName: '127.0.0.1' } },
        targetResources: [
          { type: 'RoleCatalogue', modifiedProperties: [{ oldValue: '"2026-08-21"', newValue: '"2026-11-01"' }, {}] },
        ],
      },
    ])
    for (const tenant of [wellKnown.contoso, wellKnown.fabrikam]) {
      const get = (path: string) => server.send('GET', path, undefined, { tenant })
      expect((await get(`${templates}/${fresh}`)).body.displayName).toBe('Loom Reader')
      expect((await get(`${templates}/${reader}`)).status).toBe(404)
      expect((await get(`${definitions}/${reader}`)).body).toMatchObject({
        displayName: 'Teams Reader',
        isEnabled: false,
      })
      expect((await get(`/beta/roleManagement/directory/roleDefinitions/${fabric}`)).body.isPrivileged).toBe(true)
    }
    expect((await server.send('GET', `/v1.0/directoryRoles/roleTemplateId=${fabric}`)).body.displayName).toBe(
      'Weaving Administrator',
    )
    expect((await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: fresh })).status).toBe(201)
    expect((await server.send('POST', '/v1.0/directoryRoles', { roleTemplateId: reader })).status).toBe(404)
    // What is withdrawn is resolved where it is named.
    expect((await relationship([fresh, reader])).status).toBe(201)

    const made = await fetch(
      `${server.http}/_relata/tenants`,
      jsonPost({ displayName: 'Late', defaultDomain: 'late.example', administrators: ['ada@late.example'] }),
    )
    const { id: tenant } = (await made.json()) as { id: string }
    const definition = await server.parts.store.read(tenant, async (tx) => {
      const { unifiedRoleDefinition } = await import('#workloads/directory/roles.ts')
      return tx.get(unifiedRoleDefinition, fresh)
    })
    expect(definition?.displayName).toBe('Loom Reader')
  })

  it('is what seeds and tenants name roles by', async () => {
    const ask = async (method: string, path: string, body: object) =>
      answered(await fetch(`${server.http}/_relata/${path}`, { ...jsonPost(body), method }))
    const person = (name: string, domain: string, ...directoryRoles: string[]) => ({
      userPrincipalName: `${name}@${domain}`,
      directoryRoles,
    })
    const mill = {
      ...{ displayName: 'Mill', defaultDomain: 'mill.example', isPartner: true, administrators: ['ada@mill.example'] },
      people: [person('wanda', 'mill.example', 'Loom Reader', 'weaving administrator')],
      relationships: [
        { displayName: 'Looms', status: 'created', duration: 'P90D', roles: ['Loom Reader', 'Teams Reader'] },
      ],
    }
    const seeded = await ask('POST', 'seed', { seed: { tenants: [mill] } })
    expect(seeded.status, JSON.stringify(seeded.body)).toBe(200)
    const { id } = seeded.body.value[0]
    // To tenants that are there as well, by a seed and by a change, and to a new one.
    const { contoso } = wellKnown
    const added = await ask('POST', 'seed', {
      seed: { tenants: [{ id: contoso, people: [person('otto', 'contoso.example', fresh)] }] },
    })
    expect(added.status, JSON.stringify(added.body)).toBe(200)
    const changed = await ask('PATCH', `tenants/${id}`, { people: [person('willa', 'mill.example', 'Loom Reader')] })
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    const shed = { displayName: 'Shed', defaultDomain: 'shed.example', administrators: ['ada@shed.example'] }
    const people = [person('sam', 'shed.example', 'Loom Reader')]
    const made = await ask('POST', 'tenants', { ...shed, people })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const holders = (tenant: string, roleTemplateId: string) =>
      server.parts.store.read(tenant, async (tx) => {
        const { roleHolding } = await import('#workloads/directory/roles.ts')
        const { user } = await import('#workloads/directory/people.ts')
        const rows = await tx.find(roleHolding, { roleTemplateId })
        const names = await Promise.all(
          rows.map(async ({ userId }) => (await tx.get(user, userId ?? ''))?.userPrincipalName),
        )
        return names.toSorted()
      })
    expect(await holders(id, fresh)).toEqual(['wanda@mill.example', 'willa@mill.example'])
    expect(await holders(id, fabric)).toEqual(['wanda@mill.example'])
    expect(await holders(contoso, fresh)).toContain('otto@contoso.example')
    expect(await holders(made.body.id, fresh)).toEqual(['sam@shed.example'])
    const [looms] = await server.parts.store.read(id, async (tx) => {
      const { relationship: type } = await import('#workloads/gdap/types.ts')
      return tx.find(type, { displayName: 'Looms' })
    })
    expect(looms?.accessDetails).toEqual(rolesOf(fresh, reader))
    const wrong = await ask('POST', 'seed', {
      tenants: [
        {
          ...mill,
          defaultDomain: 'other.example',
          administrators: ['ada@other.example'],
          people: [person('x', 'other.example', 'Loom Administrator')],
        },
      ],
    })
    expect(wrong.body.error.details).toEqual([
      expect.objectContaining({
        target: 'tenants/0/people/0/directoryRoles/0',
        message: "'Loom Administrator' is no built-in role of Entra ID: neither the name nor the template id of one.",
      }),
    ])
  })

  it('is not replaced by an older list, a damaged one, or one that nobody knows', async () => {
    const { body } = await shown()
    const refused = async (list: unknown, query?: string) => {
      const { status, body: answer } = await update(list, query)
      return { status, code: answer.error.code, target: answer.error.target }
    }
    expect(await refused({ ...body, asOf: '2026-10-31' })).toEqual({ status: 409, code: 'rolesOlder', target: 'asOf' })
    expect(await refused({ ...body, asOf: '2026-13-01' })).toMatchObject({ status: 400, target: 'asOf' })
    expect(await refused({ ...body, digest: `sha256:${'0'.repeat(64)}` })).toEqual({
      status: 400,
      code: 'rolesDigestWrong',
      target: 'digest',
    })
    const malformed = [{ id: '1a7d78b6-429f-476b-8eb-35fb715fffd4', name: 'SharePoint Embedded Administrator' }]
    expect(await refused({ format: body.format, asOf: body.asOf, roles: malformed })).toEqual({
      status: 400,
      code: 'roleIdMalformed',
      target: 'roles/0/id',
    })
    expect(await refused({ ...body, asOf: '9999-12-31' }, '?force=true')).toEqual({
      status: 400,
      code: 'rolesFuture',
      target: 'asOf',
    })
    const [first] = body.roles
    expect(await refused({ format: body.format, asOf: body.asOf, roles: [first] })).toEqual({
      status: 409,
      code: 'rolesMostWithdrawn',
      target: 'roles',
    })
    expect(await refused([])).toMatchObject({ status: 400, code: 'rolesFormatUnknown' })
    expect(await refused(body, '?dry=true')).toMatchObject({ status: 400, target: 'dry' })
    expect(await refused(body, '?force=yes')).toMatchObject({ status: 400, target: 'force' })
    expect((await shown()).body).toEqual(body)
    // An older one is taken by force.
    expect((await update({ ...body, asOf: '2026-10-31' }, '?force=true')).body).toMatchObject({
      from: '2026-11-01',
      asOf: '2026-10-31',
    })
    expect((await shown()).body.asOf).toBe('2026-10-31')
  })

  it('of a list without a date has the day that is given, else that of the clock', async () => {
    const { body } = await shown()
    const value = body.roles.map(({ id, name }: RolesFile) => ({ id, displayName: name, isBuiltIn: true }))
    expect((await update({ value }, '?asOf=2026-11-02')).body.asOf).toBe('2026-11-02')
    await server.clock({ set: '2027-03-04T10:00:00Z', freeze: true })
    expect((await update({ value })).body.asOf).toBe('2027-03-04')
    // Where the clock of the stand-in is, lists of the day after may be made already, and no later ones.
    const refused = await update({ value }, '?asOf=2027-03-06')
    expect([refused.status, refused.body.error]).toMatchObject([400, { code: 'rolesFuture', target: 'asOf' }])
  })
})

describe('a world', () => {
  it('has a catalogue of its own, with that of the world it is a copy of', async ({ skip }) => {
    if (server.worlds === undefined || server.parts.store.content === undefined)
      return skip('a copy needs the rows as an image')
    const before = (await shown()).body
    const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'roles' }))
    if (made.status === 409) return skip('worlds are not for several processes')
    expect(made.status).toBe(201)
    expect((await shown('roles')).body).toEqual(before)
    const later = laterThan(
      { ...before, roles: before.roles.filter(({ id }: RolesFile) => id !== fresh) },
      '2027-03-05',
    )
    expect((await update(later, '', 'roles')).status).toBe(200)
    expect((await shown('roles')).body.asOf).toBe('2027-03-05')
    expect((await shown()).body).toEqual(before)
    // Back to how it began.
    await fetch(`${server.http}/_relata/reset`, {
      ...jsonPost('{}'),
      headers: { 'content-type': 'application/json', 'relata-world': 'roles' },
    })
    expect((await shown('roles')).body.asOf).toBe(before.asOf)
  })
})

describe('roles of a relationship', () => {
  it.each([
    ['that nobody has heard of are refused', noRole, false, 400],
    ['with an id that is none are refused', '1a7d78b6-429f-476b-8eb-35fb715fffd4', false, 400],
    ['that partners are not given are taken', deviceJoin, false, 201],
    ['that partners are not given are refused with --strict', deviceJoin, true, 400],
    ['of which nothing is known are taken with --strict', '024906de-61e5-49c8-8572-40335f1e0e10', true, 201],
  ])('%s', async (_, role, strict, status) => {
    const own = strict ? await startTestServer({ strict: true }) : server
    try {
      const answer = await relationship([helpdesk, role], own)
      expect(answer.status).toBe(status)
      if (status === 400) expect(answer.body.error.target).toBe('accessDetails/unifiedRoles/1/roleDefinitionId')
    } finally {
      if (strict) await own.close()
    }
  })
})
