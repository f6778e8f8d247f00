/** Seeds in a server that runs: into the world of a request, and as what a new world begins with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
})

afterAll(() => server.close())

interface Called {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly body: any
}

const control = async (path: string, body: unknown, world?: string): Promise<Called> => {
  const { headers, ...post } = jsonPost(body)
  const inWorld = world === undefined ? {} : { 'relata-world': world }
  const answer = await fetch(`${server.http}/_relata/${path}`, { ...post, headers: { ...headers, ...inWorld } })
  return { status: answer.status, body: await answer.json() }
}

const beginWorld = async (wish: unknown): Promise<string> => {
  const { status, body } = await control('worlds', wish)
  expect([status, body]).toEqual([201, expect.anything()])
  return body.id
}

const list = async (path: string, world: string, tenant: string = wellKnown.contoso) => {
  const answer = await server.send('GET', `/v1.0${path}`, undefined, { tenant, headers: { 'relata-world': world } })
  expect([answer.status, answer.text]).toEqual([200, expect.anything()])
  return answer.body.value
}

const names = async (path: string, world: string) =>
  (await list(path, world)).map(({ displayName }: { displayName: string }) => displayName)

const relationships = '/tenantRelationships/delegatedAdminRelationships'
const setId = 'c3f5c1a4-8a35-4b39-9c1d-2f8f4c7f3b10'
const colours = {
  displayName: 'Colours',
  sets: [
    {
      id: setId,
      names: { 'en-US': 'Colours' },
      terms: [{ id: 'c3f5c1a4-8a35-4b39-9c1d-2f8f4c7f3b11', labels: { 'en-US': 'Red', 'de-DE': 'Rot' } }],
    },
  ],
}
const toContoso = { tenants: [{ id: wellKnown.contoso, termStore: { groups: [colours] } }] }

describe('a seed for a world that runs', () => {
  it('adds a tenant in which the well-known applications sign in', async () => {
    const world = await beginWorld({})
    const tenant = { displayName: 'Litware', defaultDomain: 'litware.example', administrators: ['ada@litware.example'] }
    const { status, body } = await control('seed', { tenants: [tenant] }, world)
    expect(status).toBe(200)
    expect(body.value).toEqual([
      { id: expect.any(String), displayName: 'Litware', defaultDomain: 'litware.example', isNew: true },
    ])
    const answer = await fetch(`${server.http}/litware.example/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'relata-world': world },
      body: new URLSearchParams({
        client_id: wellKnown.daemon,
        client_secret: wellKnown.secret,
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
      }),
    })
    expect(answer.status).toBe(200)
  })

  it('adds to a tenant that is there, and to no other world', async () => {
    const world = await beginWorld({})
    expect(await control('seed', { seed: toContoso }, world)).toMatchObject({
      status: 200,
      body: { value: [{ isNew: false }] },
    })
    expect(await names('/termStore/groups', world)).toContain('Colours')
    expect(await names('/termStore/groups', 'default')).not.toContain('Colours')
    const terms = await list(`/termStore/sets/${setId}/terms`, world)
    expect(terms).toMatchObject([{ id: 'c3f5c1a4-8a35-4b39-9c1d-2f8f4c7f3b11' }])
  })

  it('adds sets to a group of that name, and people, groups and relationships that refer to what is there', async () => {
    const world = await beginWorld({})
    const seed = {
      tenants: [
        {
          id: wellKnown.contoso,
          people: [{ userPrincipalName: 'new@contoso.example' }],
          groups: [
            { displayName: 'More', members: ['new@contoso.example', 'tara@contoso.example'], isAssignableToRole: true },
          ],
          termStore: { groups: [{ displayName: 'library', sets: colours.sets }] },
          relationships: [
            {
              displayName: 'Another',
              customer: wellKnown.northwind,
              duration: 'P100D',
              roles: ['Global Reader'],
              status: 'active',
              endDateTime: 'P20D',
              assignments: [{ group: 'AdminAgents' }, { group: 'More' }],
            },
          ],
        },
      ],
    }
    expect(await control('seed', seed, world)).toMatchObject({ status: 200 })
    expect((await names('/termStore/groups', world)).filter((name: string) => name === 'Library')).toHaveLength(1)
    const [more] = (await list('/groups', world)).filter((one: { displayName: string }) => one.displayName === 'More')
    const members = await list(`/groups/${more.id}/members`, world)
    expect(members.map((one: { userPrincipalName: string }) => one.userPrincipalName).sort()).toEqual([
      'new@contoso.example',
      'tara@contoso.example',
    ])
    const found = (await list(relationships, world)).find(
      (one: { displayName: string }) => one.displayName === 'Another',
    )
    expect(found.status).toBe('active')
    expect(await list(`${relationships}/${found.id}/accessAssignments`, world)).toHaveLength(2)
  })

  it('is refused as a whole with the path of each fault', async () => {
    const world = await beginWorld({})
    const wrong = {
      seed: [
        'empty',
        { tenants: [{ id: wellKnown.contoso, peeple: [], termStore: { languages: ['fr-FR'] } }, { displayName: 'X' }] },
      ],
    }
    const { status, body } = await control('seed', wrong, world)
    expect(status).toBe(400)
    expect(body.error.details ?? [body.error]).toMatchObject([{ target: 'seed/1/tenants/0/peeple' }])
    const other = {
      tenants: [{ id: wellKnown.contoso, isPartner: true, termStore: { languages: ['fr-FR'] } }, { displayName: 'X' }],
    }
    const again = await control('seed', { seed: other }, world)
    expect(again.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'seed/tenants/0/isPartner',
      'seed/tenants/0/termStore/languages',
      'seed/tenants/1/defaultDomain',
    ])
    expect(await control('seed', { seed: 'contosso' }, world)).toMatchObject({
      status: 400,
      body: { error: { target: 'seed', message: expect.stringContaining('contoso, msp') } },
    })
    expect(await control('seed', { seed: 'taxonomy-1m' }, world)).toMatchObject({
      status: 400,
      body: { error: { target: 'seed', message: expect.stringContaining('too large') } },
    })
    expect(await control('seed', { seed: 'empty', sead: 1 }, world)).toMatchObject({
      body: { error: { target: 'sead' } },
    })
  })

  it('leaves no tenant of a seed that a rule refuses', async () => {
    const world = await beginWorld({})
    const twice = { labels: { 'en-US': 'Same' } }
    const tenant = {
      displayName: 'Refused',
      defaultDomain: 'refused.example',
      termStore: { groups: [{ displayName: 'G', sets: [{ names: { 'en-US': 'S' }, terms: [twice, twice] }] }] },
    }
    const { status, body } = await control('seed', { tenants: [tenant] }, world)
    expect([status, body.error.target]).toEqual([400, 'tenants/0/termStore/groups/0/sets/0/terms/1'])
    const tenants = await fetch(`${server.http}/_relata/tenants`, { headers: { 'relata-world': world } })
    const { value } = (await tenants.json()) as { value: { displayName: string }[] }
    expect(value.map(({ displayName }) => displayName)).not.toContain('Refused')
  })

  it('leaves nothing in a tenant that was there, where a rule refuses something of it', async () => {
    const world = await beginWorld({})
    const twice = { labels: { 'en-US': 'Same' } }
    const refused = { names: { 'en-US': 'S' }, terms: [twice, twice] }
    const groups = [colours, { displayName: 'G', sets: [refused] }]
    const people = [{ userPrincipalName: 'kept.out@contoso.example' }]
    const { status, body } = await control(
      'seed',
      { tenants: [{ id: wellKnown.contoso, people, termStore: { groups } }] },
      world,
    )
    expect([status, body.error.target]).toEqual([400, 'tenants/0/termStore/groups/1/sets/0/terms/1'])
    expect(await names('/termStore/groups', world)).not.toContain('Colours')
    const users = await list('/users', world)
    expect(users.map((one: { userPrincipalName: string }) => one.userPrincipalName)).not.toContain(
      'kept.out@contoso.example',
    )
  })

  it('gives the ids that the same seed gives in another world, though it is tried in a copy first', async () => {
    const groups = [{ displayName: 'Counted', sets: [{ names: { 'en-US': 'S' } }] }]
    const idOf = async () => {
      const world = await beginWorld({ ids: 6, clock: '2026-05-01T09:00:00Z' })
      await control('seed', { tenants: [{ id: wellKnown.contoso, termStore: { groups } }] }, world)
      const all: { displayName: string; id: string }[] = await list('/termStore/groups', world)
      return all.find(({ displayName }) => displayName === 'Counted')?.id
    }
    const first = await idOf()
    expect(first).toBeDefined()
    expect(await idOf()).toBe(first)
  })

  it('names no variables and files of the server for secrets', async () => {
    const world = await beginWorld({})
    const application = {
      id: '5d1f5a4e-7d0c-4a53-9f5e-3f1b1f0c9a77',
      displayName: 'A',
      secret: { file: '/etc/hostname' },
    }
    const seed = { tenants: [{ displayName: 'L', defaultDomain: 'l.example', applications: [application] }] }
    const { status, body } = await control('seed', seed, world)
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('as a hash only')])
  })
})

describe('a world with a seed', () => {
  it('begins empty where it names no other', async () => {
    const world = await beginWorld({ seed: 'empty' })
    expect(await names('/termStore/groups', world)).toEqual(['System'])
    expect(await list(relationships, world)).toEqual([])
  })

  it('begins with a copy where it names one, and goes back to both', async () => {
    const world = await beginWorld({ from: 'default', seed: toContoso })
    expect(await names('/termStore/groups', world)).toEqual(expect.arrayContaining(['Library', 'Colours']))
    const group = await server.send(
      'POST',
      '/v1.0/termStore/groups',
      { displayName: 'Passing' },
      { headers: { 'relata-world': world } },
    )
    expect(group.status).toBe(201)
    const { headers, ...post } = jsonPost({})
    await fetch(`${server.http}/_relata/reset`, { ...post, headers: { ...headers, 'relata-world': world } })
    const after = await names('/termStore/groups', world)
    expect(after).toContain('Colours')
    expect(after).not.toContain('Passing')
  })

  it('takes several, and counts their times from its clock', async () => {
    const world = await beginWorld({ clock: '2026-05-01T09:00:00Z', seed: ['msp', toContosoInEnglish], ids: 5 })
    expect(await names('/termStore/groups', world)).toEqual(['Colours', 'System'])
    const all = await list(`${relationships}?$top=300`, world)
    const stateOf = (name: string) => all.find((one: { displayName: string }) => one.displayName === `${name} support`)
    expect(all).toHaveLength(25)
    expect(stateOf(all[0].customer.displayName)).toMatchObject({
      status: 'active',
      activatedDateTime: '2025-03-27T09:00:00Z',
      endDateTime: '2027-03-27T09:00:00Z',
    })
    const ending = all.filter((one: { endDateTime: string }) => one.endDateTime === '2026-05-21T09:00:00Z')
    expect(ending.map(({ status }: { status: string }) => status)).toEqual(['active', 'active', 'active'])
    const states = new Set(all.map(({ status }: { status: string }) => status))
    expect([...states].sort()).toEqual(['active', 'approvalPending', 'created', 'expired', 'terminated'])
    // What is due comes by the clock of the world: two that end are extended or over.
    await control('clock', { advance: 'P21D' }, world)
    const later = await list(`${relationships}?$top=300`, world)
    const over = later.filter((one: { endDateTime: string }) => one.endDateTime === '2026-05-21T09:00:00Z')
    expect(over.map(({ status }: { status: string }) => status)).toEqual(['expired', 'expired', 'expired'])
  })

  it('is the same in two worlds with the same number and clock', async () => {
    const wish = { clock: '2026-05-01T09:00:00Z', seed: 'msp', ids: 5 }
    const shown = async () => JSON.stringify(await list(`${relationships}?$top=300`, await beginWorld(wish)))
    expect(await shown()).toBe(await shown())
  })

  it('is not made where the seed is refused', async () => {
    const wish = {
      id: 'refused',
      seed: { tenants: [{ displayName: 'A', defaultDomain: 'a.example', relationships: [late] }] },
    }
    const { status, body } = await control('worlds', wish)
    expect([status, body.error.target]).toEqual([400, 'seed/tenants/0/relationships/0/activatedDateTime'])
    const shown = await fetch(`${server.http}/_relata/worlds/refused`)
    expect(shown.status).toBe(404)
  })
})

const late = {
  displayName: 'L',
  customer: 'a.example',
  duration: 'P10D',
  roles: ['Global Reader'],
  status: 'active',
  activatedDateTime: 'P1D',
}
const toContosoInEnglish = {
  tenants: [
    {
      id: wellKnown.contoso,
      termStore: {
        groups: [{ ...colours, sets: [{ ...colours.sets[0], terms: [{ labels: { 'en-US': 'Red' } }] }] }],
      },
    },
  ],
}
