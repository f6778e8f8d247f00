/** `/_relata/tenants`: tenants are added, shown, changed and removed, in the stand-in by this machine, in a registry by an operator. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { user } from '#workloads/directory/people.ts'
import { defaultGdapSettings, noLatency } from '#workloads/gdap/rules/settings.ts'
import { models } from '#workloads/models.ts'
import { seededPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { audience, type OutsideProvider, startOutsideProvider } from '../auth/outside-provider.ts'
import { sql } from '../nodes/pair.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const at = '/_relata/tenants'
const ask = async (on: TestServer, method: string, path = '', body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${on.http}${at}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: text === '' ? undefined : JSON.parse(text) }
}
const call = (method: string, path = '', body?: unknown) => ask(server, method, path, body)
const organizations = (tenant: string) => server.send('GET', '/v1.0/organization', undefined, { tenant })

const id = '0f3b1c52-0d0a-4c3e-9a55-0000000000aa'
const litware = {
  id,
  displayName: 'Litware',
  defaultDomain: 'litware.example',
  initialDomain: 'litware.onmicrosoft.example',
  domains: ['litware-mail.example'],
  countryLetterCode: 'DE',
  preferredLanguage: 'de-DE',
  isPartner: true,
  administrators: [
    'ada@litware.example',
    { id: '0f3b1c52-0d0a-4c3e-9a55-0000000000b1', userPrincipalName: 'bob@litware.example' },
  ],
  termStore: { languages: ['de-DE', 'en-US'], defaultLanguage: 'de-DE', administrators: ['app@sharepoint'] },
}

describe('the stand-in', () => {
  it('lists the tenants of the seed', async () => {
    const { status, body } = await call('GET')
    expect(status).toBe(200)
    expect(body.value.map(({ displayName }: { displayName: string }) => displayName)).toEqual([
      'Contoso',
      'Fabrikam',
      'Northwind Traders',
    ])
    expect(body.value[0]).toMatchObject({
      id: wellKnown.contoso,
      defaultDomain: 'contoso.example',
      initialDomain: 'contoso.example',
      domains: [],
      isPartner: true,
      administrators: [{ userPrincipalName: 'admin@contoso.example' }],
      termStore: { languages: ['de-DE', 'en-US', 'fr-FR'], defaultLanguage: 'en-US' },
      rootSite: { webUrl: 'https://contoso.example' },
    })
    expect((await call('GET', '/fabrikam.example')).body).toMatchObject({ displayName: 'Fabrikam', isPartner: false })
  })

  it('adds one that can be used at once, and shows it as it was sent', async () => {
    const made = await call('POST', '', litware)
    expect([made.status, made.headers.get('location')]).toEqual([201, `${server.http}${at}/${id}`])
    const { administrators, termStore: _, ...rest } = litware
    expect(made.body).toMatchObject(rest)
    expect(made.body.termStore).toMatchObject({ languages: ['de-DE', 'en-US'], defaultLanguage: 'de-DE' })
    expect(made.body.administrators).toHaveLength(administrators.length)
    expect((await call('GET', `/${id}`)).body).toEqual(made.body)
    const [own] = (await organizations(id)).body.value
    expect(own).toMatchObject({ id, displayName: 'Litware', countryLetterCode: 'DE' })
    expect(
      own.verifiedDomains.map(({ name, isDefault, isInitial }: Record<string, unknown>) => [
        name,
        isDefault,
        isInitial,
      ]),
    ).toEqual([
      ['litware.example', true, false],
      ['litware.onmicrosoft.example', false, true],
      ['litware-mail.example', false, false],
    ])
    // Every domain may stand for the tenant in sign-in addresses.
    expect((await organizations('litware-mail.example')).status).toBe(200)
    const group = { displayName: 'Begriffe' }
    expect((await server.send('POST', '/beta/termStore/groups', group, { tenant: id })).status).toBe(201)
    const agents = (
      await server.send('GET', "/v1.0/groups?$filter=displayName eq 'AdminAgents'&$expand=members", undefined, {
        tenant: id,
      })
    ).body.value[0]
    expect(
      agents.members.map(({ userPrincipalName }: { userPrincipalName: string }) => userPrincipalName).toSorted(),
    ).toEqual(['ada@litware.example', 'bob@litware.example'])
  })

  it('says every fault of a tenant with its place', async () => {
    const { status, body } = await call('POST', '', {
      id: 'no guid',
      displayname: 'x',
      defaultDomain: 'no domain',
      administrators: ['nobody'],
      termStore: { languages: [] },
    })
    expect([status, body.error.code]).toEqual([400, 'invalidRequest'])
    expect(
      Object.fromEntries(body.error.details.map(({ target, message }: Record<string, string>) => [target, message])),
    ).toEqual({
      displayName: "'displayName' is missing.",
      id: "'no guid' is not a GUID, such as 3f2a0c5e-8f1b-4d6a-9c1e-5b7d2a9e4f10.",
      displayname: "'displayname' is not known here; 'displayName' is.",
      defaultDomain: "'no domain' is not a domain, such as contoso.example.",
      'administrators/0': "'nobody' is not a sign-in name or an object id.",
      'termStore/languages': 'The list has at least 1 entry.',
    })
    const second = await call('POST', '', {
      ...litware,
      people: [{ userPrincipalName: 'eve@else.example', directoryRoles: ['Boss'] }],
      groups: [{ displayName: 'G', members: ['nobody'] }],
      relationships: [
        { displayName: 'R', customer: 'none.example', duration: 'P1D', roles: ['Global Reader'], status: 'active' },
      ],
      termStore: { languages: ['xx-YY'], defaultLanguage: 'en-US' },
    })
    expect(second.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'id',
      'defaultDomain',
      'initialDomain',
      'domains',
      'people/0/userPrincipalName',
      'people/0/directoryRoles/0',
      'groups/0/members/0',
      'termStore/languages/0',
      'termStore/defaultLanguage',
      'relationships/0/customer',
    ])
    expect((await call('POST', '', '{')).body.error.message).toMatch(/not JSON/)
    expect((await call('PUT')).headers.get('allow')).toBe('GET, HEAD, POST')
  })

  it('refuses the id of personal Microsoft accounts, which is no organisation (F17)', async () => {
    const personal = '9188040D-6C67-4C5B-B112-36A304B66DAD'
    const refused = await call('POST', '', { id: personal, displayName: 'P', defaultDomain: 'personal.example' })
    expect([refused.status, refused.body.error.target]).toEqual([400, 'id'])
  })

  it('refuses names that write to a terminal, or are blank', async () => {
    const evil = 'Evil\r\nrelata is ready on https://evil.example\u001b[2J\u0007'
    const { status, body } = await call('POST', '', {
      displayName: evil,
      defaultDomain: 'evil.example',
      people: [{ userPrincipalName: 'eve@evil.example', displayName: evil, surname: 'a\u009b1m' }],
      administrators: [{ id, displayName: '\u001b' }],
      groups: [{ displayName: evil }, { displayName: ' \u200b ' }],
      applications: [{ id, displayName: evil }],
      termStore: { groups: [{ displayName: evil }] },
      relationships: [{ displayName: evil, duration: 'P1D', roles: ['Global Reader'], status: 'created' }],
    })
    expect(status).toBe(400)
    expect(body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'displayName',
      'people/0/displayName',
      'people/0/surname',
      'administrators/0/displayName',
      'groups/0/displayName',
      'groups/1/displayName',
      'applications/0/displayName',
      'termStore/groups/0/displayName',
      'relationships/0/displayName',
    ])
    const changed = await call('PATCH', `/${wellKnown.fabrikam}`, { displayName: '\u0007' })
    expect([changed.status, changed.body.error.target]).toEqual([400, 'displayName'])
    expect((await call('PATCH', `/${wellKnown.fabrikam}`, { displayName: '  ' })).status).toBe(400)
  })

  it.each([
    'v1.0',
    'beta',
    '_relata',
    '127.0.0.1',
    '[::1]',
    'common',
    'organizations',
    'consumers',
    'localhost',
    'a.1',
    'a.b',
  ])('refuses %s as a domain: addresses begin with it, or it is none', async (domain) => {
    const made = await call('POST', '', {
      displayName: 'X',
      defaultDomain: domain,
      initialDomain: domain,
      domains: [domain],
    })
    expect([made.status, made.body.error.details?.map(({ target }: { target: string }) => target)]).toEqual([
      400,
      ['defaultDomain', 'initialDomain', 'domains/0'],
    ])
    expect((await call('PATCH', `/${wellKnown.fabrikam}`, { domains: [domain] })).status).toBe(400)
  })

  it('leaves nothing of a tenant that a rule refuses', async () => {
    const twice = { labels: { 'en-US': 'Same' } }
    const { status, body } = await call('POST', '', {
      displayName: 'Refused',
      defaultDomain: 'refused.example',
      termStore: { groups: [{ displayName: 'G', sets: [{ names: { 'en-US': 'S' }, terms: [twice, twice] }] }] },
    })
    expect([status, body.error.target]).toEqual([400, 'termStore/groups/0/sets/0/terms/1'])
    expect((await call('GET', '/refused.example')).status).toBe(404)
    expect((await call('POST', '', { displayName: 'Accepted', defaultDomain: 'refused.example' })).status).toBe(201)
  })

  it('adds one of several that are the same and come at once', async () => {
    const same = { displayName: 'Same', defaultDomain: 'same.example' }
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', '', same)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400])
  })

  it('changes what a patch names, and nothing else', async () => {
    const before = (await call('GET', `/${id}`)).body
    const patch = {
      displayName: 'Litware Group',
      defaultDomain: 'litware-group.example',
      administrators: ['cleo@litware-group.example', 'bob@litware.example'],
      termStore: { languages: ['de-DE', 'en-US', 'fr-FR'] },
    }
    const { status, body, text } = await call('PATCH', `/${id}`, patch)
    expect(status, text).toBe(200)
    expect(body).toMatchObject({
      displayName: 'Litware Group',
      defaultDomain: 'litware-group.example',
      initialDomain: 'litware.onmicrosoft.example',
      domains: ['litware.example', 'litware-mail.example'],
      countryLetterCode: 'DE',
      createdDateTime: before.createdDateTime,
      termStore: { id: before.termStore.id, languages: ['de-DE', 'en-US', 'fr-FR'] },
    })
    const names = body.administrators.map(({ userPrincipalName }: { userPrincipalName: string }) => userPrincipalName)
    expect(names.toSorted()).toEqual(['bob@litware.example', 'cleo@litware-group.example'])
    expect((await organizations('litware-group.example')).body.value[0].displayName).toBe('Litware Group')
    const used = await call('PATCH', `/${id}`, { domains: [] })
    expect([used.status, used.body.error.target]).toEqual([400, 'domains'])
    expect(used.body.error.message).toMatch(/signs in with it/)
    for (const [bad, target] of [
      [{ defaultDomain: 'contoso.example' }, 'defaultDomain'],
      [{ administrators: [] }, 'administrators'],
      [{ isPartner: false }, 'isPartner'],
      [{ groups: [] }, 'groups'],
      [{ termStore: { defaultLanguage: 'nl-NL' } }, 'termStore/defaultLanguage'],
      [{}, undefined],
    ] as const)
      expect([bad, (await call('PATCH', `/${id}`, bad)).body.error.target]).toEqual([bad, target])
  })

  it('makes a partner’s customers by the number, with the same names each time', async () => {
    const { status, body, text } = await call('POST', '', { count: 3, template: 'customer' })
    expect(status, text).toBe(201)
    expect(body.value.map(({ displayName }: { displayName: string }) => displayName)).toEqual([
      'Alpine Bakery',
      'Bright Books',
      'Cedar Clinic',
    ])
    const customers = (await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminCustomers')).body.value
    const names = customers.map(({ displayName }: { displayName: string }) => displayName)
    expect(names).toEqual(expect.arrayContaining(['Alpine Bakery', 'Bright Books', 'Cedar Clinic']))
    const more = await call('POST', '', { count: 1, template: 'customer', relationship: 'approvalPending' })
    expect(more.body.value[0].displayName).toBe('Delta Dental')
    const all = (await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')).body.value
    const pending = all.find(({ displayName }: { displayName: string }) => displayName === 'Delta Dental support')
    expect(pending.status).toBe('approvalPending')
    const approved = await server.customer('approve', pending.id, { tenantId: more.body.value[0].id })
    expect(approved.body.status).toBe('active')
    expect((await call('POST', '', { count: 0, template: 'customer' })).body.error.target).toBe('count')
    expect((await call('POST', '', { count: 1, template: 'partner' })).body.error.target).toBe('template')
  })

  it('removes one by its name: its tokens are refused at once, and partners see that it has left', async () => {
    const wrong = await call('DELETE', '/alpine-bakery.example', { confirm: 'alpine bakery' })
    expect([wrong.status, wrong.body.error.target]).toEqual([400, 'confirm'])
    expect((await call('DELETE', '/alpine-bakery.example', {})).status).toBe(400)
    const tenant = 'alpine-bakery.example'
    expect((await organizations(tenant)).status).toBe(200)
    expect((await call('DELETE', `/${tenant}`, { confirm: 'Alpine Bakery' })).status).toBe(204)
    const refused = await organizations(tenant)
    expect([refused.status, refused.body.error.code]).toEqual([401, 'InvalidAuthenticationToken'])
    expect((await call('GET', `/${tenant}`)).status).toBe(404)
    const all = (await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')).body.value
    const left = all.find(({ displayName }: { displayName: string }) => displayName === 'Alpine Bakery support')
    expect(left.status).toBe('terminated')
    const customers = (await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminCustomers')).body.value
    expect(customers.map(({ displayName }: { displayName: string }) => displayName)).not.toContain('Alpine Bakery')
    // What comes due of it later finds nobody, and stops nothing.
    await server.clock({ advance: 'P800D' })
    expect((await organizations(wellKnown.contoso)).status).toBe(200)
    // The first customer is free again.
    const again = await call('POST', '', { count: 1, template: 'customer', relationship: 'none' })
    expect(again.body.value[0].displayName).toBe('Alpine Bakery')
  })
})

describe('the removal of a customer', () => {
  const states = [
    'created',
    'approvalPending',
    'approved',
    'activating',
    'active',
    'terminationRequested',
    'terminating',
    'expiring',
  ] as const
  const partner = wellKnown.contoso
  const all = '/v1.0/tenantRelationships/delegatedAdminRelationships'

  /** A relationship in each state, held there; the statuses before and after the removal, and after two hours. */
  const statesAround = async (settings: Parameters<typeof startTestServer>[0], wanted: readonly string[]) => {
    const held = await startTestServer(settings)
    try {
      const [customer] = (await ask(held, 'POST', '', { count: 1, template: 'customer', relationship: 'none' })).body
        .value
      const tenantId = customer.id
      for (const displayName of wanted) {
        const body = {
          displayName,
          duration: displayName === 'expiring' ? 'P1D' : 'P365D',
          customer: { tenantId },
          accessDetails: { unifiedRoles: [{ roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10' }] },
        }
        const { id: made } = (await held.send('POST', all, body)).body
        if (displayName === 'created') continue
        await held.send('POST', `${all}/${made}/requests`, { action: 'lockForApproval' })
        if (displayName === 'approvalPending') continue
        await held.customer('approve', made, { tenantId })
        if (displayName.startsWith('terminati')) {
          await held.clock({ advance: 'PT2H' })
          await held.customer('terminate', made, { tenantId })
        }
      }
      if (wanted.includes('expiring')) await held.clock({ advance: 'P1DT3H' })
      const now = async () => {
        const rows = (await held.send('GET', all)).body.value as { displayName: string; status: string }[]
        return Object.fromEntries(
          rows.filter(({ displayName }) => wanted.includes(displayName)).map((row) => [row.displayName, row.status]),
        )
      }
      const before = await now()
      const removed = await ask(held, 'DELETE', `/${tenantId}`, { confirm: customer.displayName })
      expect(removed.status, removed.text).toBe(204)
      const after = await now()
      await held.clock({ advance: 'PT2H' })
      const later = await now()
      const again = await ask(held, 'POST', '', { id: tenantId, displayName: 'Again', defaultDomain: 'again.example' })
      expect(again.status, again.text).toBe(201)
      const listed = (await held.send('GET', '/v1.0/tenantRelationships/delegatedAdminCustomers')).body.value
      expect(listed.map(({ tenantId: one }: { tenantId: string }) => one)).not.toContain(tenantId)
      return { before, after, later, findings: await findingsOf(held) }
    } finally {
      await held.close()
    }
  }
  const findingsOf = async ({ parts }: TestServer) => {
    const found: string[] = []
    await checkStore(parts.store, {}, ({ at, what }) => found.push(`${at}: ${what}`), partner)
    return found
  }
  const ended = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) =>
        name === 'created' ? [] : [[name, name === 'expiring' ? 'expired' : 'terminated'] as const],
      ),
    )

  it('ends what is on its way to active, and time does not bring it back', async () => {
    const gdap = {
      ...defaultGdapSettings,
      latencySeconds: { ...noLatency, activation: 3_600, termination: 7_200 * 24 },
    }
    const names = ['created', 'approvalPending', 'approved', 'terminationRequested']
    const { before, after, later, findings } = await statesAround({ gdap }, names)
    expect(before).toMatchObject({ created: 'created', approvalPending: 'approvalPending' })
    expect(after).toEqual(ended(names))
    expect(later).toEqual(after)
    expect(findings).toEqual([])
  })

  it('ends what is stuck in any state', { timeout: 30_000 }, async () => {
    const gdap = {
      ...defaultGdapSettings,
      stuck: ['approved', 'activating', 'terminationRequested', 'terminating', 'expiring'].map((status) => ({
        machine: 'relationship' as const,
        status,
        displayName: status,
      })),
    }
    const { before, after, later, findings } = await statesAround({ gdap }, states)
    // The 1-day step of the clock does not move the others.
    expect(before).toEqual(Object.fromEntries(states.map((status) => [status, status])))
    expect(after).toEqual(ended(states))
    expect(later).toEqual(after)
    expect(findings).toEqual([])
  })
})

/** Rows of each table by the number of the tenant, so that a table that is added later is counted as well. */
const tables = schemaOf(Object.values(models)).tables.filter(({ primaryKey }) => primaryKey[0] === 'tenant_no')

const places = {
  SQLite: async () => {
    const location = await mkdtemp(join(tmpdir(), 'relata-tenants-'))
    const ask = async (text: string): Promise<number[]> => {
      const database = new DatabaseSync(join(location, 'relata.db'))
      try {
        return database
          .prepare(text)
          .all()
          .map((row) => Number(Object.values(row)[0]))
      } finally {
        database.close()
      }
    }
    return { settings: { database: location }, ask, drop: () => rm(location, { recursive: true, force: true }) }
  },
  PostgreSQL: async () => {
    const { url, drop } = await seededPostgres()
    const ask = async (text: string) => (await sql<object>(url, text)).map((row) => Number(Object.values(row)[0]))
    return { settings: { database: undefined, databaseUrl: url }, ask, drop }
  },
}

describe.each(['SQLite', 'PostgreSQL'] as const)('a removal on %s', (name) => {
  it('leaves no row of the tenant in any table', { timeout: 60_000 }, async () => {
    const { settings, ask, drop } = await places[name]()
    const parts = await openParts({ ...defaultConfig, ...settings })
    try {
      const management = parts.manageTenants({ note: () => undefined, environment: undefined })
      const [number] = await ask(`select "no" from "tenancy" where "id" = '${wellKnown.contoso}'`)
      const rows = async () => {
        const counts: Record<string, number> = {}
        for (const table of tables)
          counts[table.name] =
            (await ask(`select count(*) from "${table.name}" where "tenant_no" = ${number}`))[0] ?? -1
        return counts
      }
      const before = await rows()
      expect(Object.values(before).filter((count) => count > 0).length).toBeGreaterThan(15)
      await management.remove(wellKnown.contoso, 'Contoso', 'a test')
      expect(await rows()).toEqual(Object.fromEntries(tables.map((table) => [table.name, 0])))
      expect((await management.list()).map(({ displayName }) => displayName)).toEqual(['Fabrikam', 'Northwind Traders'])
      // The same id is another tenant from now on.
      const again = { id: wellKnown.contoso, displayName: 'Another', defaultDomain: 'contoso.example' }
      const [made] = await management.add([again], [''], 'a test')
      expect(made).toMatchObject({ id: wellKnown.contoso, isPartner: false, administrators: [] })
      expect(await rows()).toEqual(Object.fromEntries(tables.map((table) => [table.name, 0])))
    } finally {
      await parts.close()
      await drop()
    }
  })
})

describe('the files of a SQLite database', () => {
  it('have no name, label or id of a removed tenant, neither while the server runs nor afterwards', async () => {
    const location = await mkdtemp(join(tmpdir(), 'relata-bytes-'))
    const parts = await openParts({ ...defaultConfig, database: location })
    const holding = async (text: string) => {
      const names = (await readdir(location)).filter((name) => name.startsWith('relata.db'))
      const found = await Promise.all(
        names.map(async (name) => ((await readFile(join(location, name))).includes(text) ? [name] : [])),
      )
      return found.flat()
    }
    try {
      const management = parts.manageTenants({ note: () => undefined, environment: undefined })
      const people = Array.from({ length: 400 }, (_, at) => ({
        userPrincipalName: `zaphod${at}@magrathea.example`,
        displayName: `Beeblebrox ${at} ${'x'.repeat(at % 200)}`,
      }))
      const terms = Array.from({ length: 400 }, (_, at) => ({ labels: { 'en-US': `Slartibartfast ${at}` } }))
      const [made] = await management.add(
        [
          {
            displayName: 'Magrathea',
            defaultDomain: 'magrathea.example',
            people,
            termStore: { groups: [{ displayName: 'G', sets: [{ names: { 'en-US': 'Deepthought' }, terms }] }] },
          },
        ],
        ['tenants/0'],
        'a test',
      )
      const actor = { kind: 'system', tenantId: made?.id ?? '', permissions: new Set<string>() } as const
      await parts.inTenant(actor.tenantId, actor, async ({ tx }) => {
        // What was changed or deleted before is as gone as the rest.
        for (const [at, row] of (await tx.find(user, {})).entries())
          if (at % 3 === 0) await tx.remove(user, row.id)
          else await tx.update(user, row.id, { displayName: `Prefect ${at}` })
      })
      await management.update('magrathea.example', { displayName: 'Vogsphere' }, 'a test')
      const words = ['Magrathea', 'magrathea', 'Beeblebrox', 'zaphod', 'Prefect', 'Slartibartfast', 'Deepthought']
      for (const word of ['Vogsphere', 'Slartibartfast']) expect(await holding(word)).not.toEqual([])
      await management.remove('magrathea.example', 'Vogsphere', 'a test')
      const left = async () => {
        const found: string[] = []
        for (const word of [...words, 'Vogsphere', actor.tenantId])
          for (const name of await holding(word)) found.push(`${name}: ${word}`)
        return found
      }
      expect(await left()).toEqual([])
      await parts.close()
      expect(await left()).toEqual([])
    } finally {
      await parts.close()
      await rm(location, { recursive: true, force: true })
    }
  })
})

describe('a registry', () => {
  let provider: OutsideProvider
  let registry: TestServer
  let issuer: object
  beforeAll(async () => {
    provider = await startOutsideProvider()
    issuer = {
      issuer: provider.issuer,
      audience,
      claims: { tenant: 'tid' },
      operator: { claim: 'roles', value: 'Relata.Operator', tenant: id },
    }
    registry = await startTestServer({
      registry: true,
      httpOnly: true,
      seed: 'none',
      issuers: parseOutsideIssuers(JSON.stringify(issuer)),
    })
  })
  afterAll(async () => {
    await registry.close()
    await provider.close()
  })
  const as = (token: string) => ({ authorization: `Bearer ${token}` })

  it('without tenants says how to add one when it starts, and in its 401', async () => {
    let out = ''
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text)
      return true
    })
    const empty = await startTestServer({ registry: true, httpOnly: true, seed: 'none', silent: false, issuers: [] })
    await empty.close()
    spy.mockRestore()
    expect(out).toMatch(/warn This server has no tenant yet.*relata tenant add/)
    const answer = await fetch(`${registry.http}/v1.0/organization`, { headers: as(await provider.token({ tid: id })) })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toMatch(/no tenant yet.*relata tenant add/)
  })

  it('takes an operator’s token, and nobody else’s', async () => {
    const operator = as(await provider.token({ tid: id, roles: ['Relata.Operator'] }))
    const management = registry.parts.manageTenants({ note: () => undefined, environment: undefined })
    await management.add([{ ...litware }], [''], 'the command line')
    const other = as(await provider.token({ tid: id, roles: ['TermStore.ReadWrite.All'] }))
    expect((await ask(registry, 'GET')).status).toBe(401)
    expect((await ask(registry, 'GET', '', undefined, other)).status).toBe(403)
    const listed = await ask(registry, 'GET', '', undefined, operator)
    expect([listed.status, listed.body.value.length]).toEqual([200, 1])
    const plain = { displayName: 'Second', defaultDomain: 'second.example', administrators: ['ada@second.example'] }
    for (const [body, target] of [
      [{ ...plain, applications: 'well-known' }, 'applications'],
      [{ ...plain, applications: [{ id, displayName: 'A', secret: 'well-known' }] }, 'applications/0/secret'],
      [{ ...plain, applications: [{ id, displayName: 'A', secret: { file: '/etc/passwd' } }] }, 'applications'],
      [{ count: 2, template: 'customer' }, 'template'],
    ] as const) {
      const refused = await ask(registry, 'POST', '', body, operator)
      expect([refused.status, refused.body.error.target]).toEqual([400, target])
    }
    const made = await ask(registry, 'POST', '', plain, operator)
    expect([made.status, made.body.isPartner]).toEqual([201, false])
    expect((await ask(registry, 'DELETE', `/${made.body.id}`, { confirm: 'Second' }, other)).status).toBe(403)
    // The role in another tenant of the issuer is given by the administrators of that one.
    const foreign = as(await provider.token({ tid: made.body.id, roles: ['Relata.Operator'] }))
    for (const [method, path, sent] of [
      ['GET', '', undefined],
      ['PATCH', `/${id}`, { displayName: 'Taken' }],
      ['DELETE', `/${id}`, { confirm: 'Litware' }],
    ] as const)
      expect((await ask(registry, method, path, sent, foreign)).status).toBe(403)
    expect((await ask(registry, 'DELETE', `/${made.body.id}`, { confirm: 'Second' }, operator)).status).toBe(204)
  })

  it('shows and updates the catalogue of roles to an operator, and nobody else', async () => {
    const at = `${registry.http}/_relata/roles`
    const operator = as(await provider.token({ tid: id, roles: ['Relata.Operator'] }))
    const somebody = as(await provider.token({ tid: id, roles: ['Organization.Read.All'] }))
    const statuses = async (headers: Record<string, string>, body: unknown) => {
      const post = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }
      return [(await fetch(at, { headers })).status, (await fetch(`${at}?dryRun=true`, post)).status]
    }
    const file = await (await fetch(at, { headers: operator })).json()
    expect(await statuses(operator, file)).toEqual([200, 200])
    expect(await statuses(somebody, file)).toEqual([403, 403])
    expect(await statuses({}, file)).toEqual([401, 401])
  })

  it('says in the log by its id who added, changed and removed one, and the chosen name in quotes', async () => {
    let out = ''
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text)
      return true
    })
    const logging = await startTestServer({
      registry: true,
      httpOnly: true,
      seed: 'none',
      silent: false,
      logLevel: 'info',
      issuers: parseOutsideIssuers(JSON.stringify(issuer)),
    })
    try {
      const management = logging.parts.manageTenants({ note: () => undefined, environment: undefined })
      await management.add([{ ...litware }], [''], 'the command line')
      const name = 'root (Contoso HQ) of \nx'
      const token = await provider.token({
        tid: id,
        roles: ['Relata.Operator'],
        sub: 'subject-1',
        preferred_username: name,
      })
      const plain = { displayName: 'Second', defaultDomain: 'second.example' }
      const made = await ask(logging, 'POST', '', plain, as(token))
      expect(made.status, made.text).toBe(201)
      const patch = { displayName: 'Third', administrators: ['eve@second.example'] }
      expect((await ask(logging, 'PATCH', `/${made.body.id}`, patch, as(token))).status).toBe(200)
      const before = (await logging.parts.store.read(made.body.id, (tx) => tx.find(directoryAudit, {}))).toSorted(
        (one, other) => (one.id < other.id ? -1 : 1),
      )
      expect(before.map(({ activityDisplayName }) => activityDisplayName)).toEqual(['Add user', 'Add member to role'])
      for (const { initiatedBy } of before)
        expect(initiatedBy?.user ?? initiatedBy?.app).toMatchObject(
          // The line break of the name is not in what is shown of it.
          { userPrincipalName: expect.stringMatching(/^root \(Contoso HQ\) of [^\n]x$/) },
        )
      await management.update(
        made.body.id,
        { administrators: ['mallory@second.example'], isPartner: true },
        'ada at the command line',
      )
      const after = await logging.parts.store.read(made.body.id, (tx) => tx.find(directoryAudit, {}))
      const later = after.filter((one) => !before.some((known) => known.id === one.id))
      expect(later.map(({ activityDisplayName }) => activityDisplayName).toSorted()).toEqual([
        'Add member to group',
        'Add member to role',
        'Add user',
        'Remove member from role',
      ])
      for (const { initiatedBy } of later)
        expect(initiatedBy).toMatchObject({ user: null, app: { displayName: 'ada at the command line' } })
      expect((await ask(logging, 'DELETE', `/${made.body.id}`, { confirm: 'Third' }, as(token))).status).toBe(204)
      const said = (verb: string) => out.split('\n').filter((line) => line.includes(`tenant ${verb} by `))
      for (const [verb, rest] of [
        ['added', `${made.body.id} "Second" (second.example)`],
        ['changed', `${made.body.id} displayName, administrators`],
        ['removed', `${made.body.id} "Third" (second.example)`],
      ] as const) {
        await expect.poll(() => said(verb).length).toBe(1)
        const [, who, of] = / by (\S+) \("root \(Contoso HQ\) of [^"]*"\) of (\S+): /.exec(said(verb)[0] ?? '') ?? []
        expect([who, of], said(verb)[0]).toEqual([expect.stringMatching(/^[\w-]+$/), id])
        expect(said(verb)[0]).toContain(rest)
      }
    } finally {
      spy.mockRestore()
      await logging.close()
    }
  })
})
