/** The documented samples of users, groups, roles, the organisation, audit logs and sites: test/samples/directory/. */
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { globalAdministrator, helpdesk } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver, type Draft } from '../_support/taxonomy.ts'
import { compareWith, type Ready } from './compare.ts'
import { batchSamples } from './directory/batch.ts'
import { groupSamples } from './directory/groups.ts'
import { userSamples } from './directory/people.ts'
import { tenantSamples } from './directory/tenant.ts'
import { type Rows, rowsOn } from './rows.ts'
import { type Sample, titleOf } from './sample.ts'

const administrator = `${wellKnown.contoso.slice(0, 8)}-05e7-4000-8000-000000000001`
const team = `${wellKnown.contoso.slice(0, 8)}-7ea0-4000-8000-000000000001`
const tara = `${wellKnown.contoso.slice(0, 8)}-05e7-4000-8000-000000000002`
const eventual = { headers: { ConsistencyLevel: 'eventual' } }

let server: TestServer
let rows: Rows

const password = { forceChangePasswordNextSignIn: true, password: 'Correct-horse-7-battery' }
const draftOfPerson = () => {
  const alias = `person-${crypto.randomUUID().slice(0, 8)}`
  return {
    accountEnabled: true,
    displayName: 'Tera Person',
    mailNickname: alias,
    userPrincipalName: `${alias}@contoso.example`,
    passwordProfile: password,
  }
}
const person = (more: Draft = {}): Promise<string> =>
  createOver(rows.quiet, '/v1.0/users', { ...draftOfPerson(), ...more })

const profile = {
  businessPhones: ['+1 555 0100'],
  givenName: 'Ines',
  jobTitle: 'Cataloguer',
  mobilePhone: '+1 555 0101',
  officeLocation: '4/12',
  preferredLanguage: 'en-US',
  surname: 'Persona',
}

/** One for all: the mail ends as a sample filters. */
const personWithEverything = async (): Promise<string> => {
  const known = (await rows.quiet('GET', "/v1.0/users?$filter=startswith(mail,'ines-a')")).body as {
    readonly value: readonly { readonly id: string }[]
  }
  return known.value[0]?.id ?? (await person({ ...profile, mail: 'ines-a@contoso.example' }))
}

const globalReader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

const draftOfGroup = (more: Draft = {}) => ({
  description: 'Who catalogues',
  displayName: 'Cataloguers',
  groupTypes: [],
  mailEnabled: false,
  mailNickname: `group-${crypto.randomUUID().slice(0, 8)}`,
  securityEnabled: true,
  ...more,
})
const unified = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }
const group = (more: Draft = {}): Promise<string> => createOver(rows.quiet, '/v1.0/groups', draftOfGroup(more))

const linkTo = (id: string) => ({ '@odata.id': `${server.http}/v1.0/directoryObjects/${id}` })
const join = async (to: string, id: string): Promise<void> => {
  const { status, text } = await rows.quiet('POST', `/v1.0/groups/${to}/members/$ref`, linkTo(id))
  if (status !== 204) throw new Error(text)
}

/** A group with Tara in it. */
const withMember = async () => {
  const at = { group: await group(), user: tara }
  await join(at.group, tara)
  return { at }
}

/** A person who is in one group, and in nothing else. */
const inGroup = async () => {
  const at = { group: await group({ displayName: 'Abc of cataloguing' }), user: await person() }
  await join(at.group, at.user)
  return { at }
}

/** A group that is in one group, and in nothing else. */
const groupInGroup = async () => {
  const outer = await group({ displayName: 'Abc of cataloguing' })
  const at = { group: await group() }
  await join(outer, at.group)
  return { at }
}

/** The token of a person, as the issuer of this server signs it. */
const asPerson = async (user: string) => {
  if (server.keys === undefined) throw new Error('nothing to sign tokens with')
  const { keyId, privateKey } = await server.keys.current()
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    aud: 'https://graph.microsoft.com',
    iss: `${server.origin}/${wellKnown.contoso}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    tid: wellKnown.contoso,
    oid: user,
    sub: user,
    appid: wellKnown.daemon,
    scp: 'User.Read User.ReadWrite.All GroupMember.Read.All',
  }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId }).sign(privateKey)
  return { authorization: `Bearer ${token}` }
}

const ofPeople: Readonly<Record<string, () => Promise<Ready>>> = {
  count: async () => eventual,
  person: async () => ({ at: { user: await person() } }),
  'person with everything': async () => ({ at: { user: await personWithEverything() } }),
  'counted person with everything': async () => {
    await personWithEverything()
    return { at: { ending: 'nes-a@contoso.example' }, ...eventual }
  },
  'signed-in person': async () => {
    // No application may change the telephone numbers of an administrator.
    await rows.quiet('PATCH', `/v1.0/users/${tara}`, profile)
    return { at: { user: tara } }
  },
  'signed-in person and changes': async () => ({
    at: { user: administrator },
    body: { businessPhones: ['+1 555 0102'], officeLocation: '4/13' },
  }),
  'body of a person': async () => ({ body: draftOfPerson() }),
  'body with identities': async () => ({
    body: {
      displayName: 'John',
      identities: [{ signInType: 'userName', issuer: 'contoso.example', issuerAssignedId: 'john' }],
      passwordProfile: { password: password.password, forceChangePasswordNextSignIn: false },
      passwordPolicies: 'DisablePasswordExpiration',
    },
  }),
  'person and changes': async () => ({
    at: { user: await person() },
    body: { businessPhones: ['+1 555 0103'], officeLocation: '4/14' },
  }),
  'person and password': async () => ({ at: { user: await person() }, body: { passwordProfile: password } }),
}

const withPeople = () => ({
  'owners@odata.bind': [`${server.http}/v1.0/users/${administrator}`],
  'members@odata.bind': [`${server.http}/v1.0/users/${tara}`],
})

const ofGroups: Readonly<Record<string, () => Promise<Ready>>> = {
  group: async () => ({ at: { group: await group() } }),
  'unified group': async () => {
    await rows.quiet('PATCH', `/v1.0/groups/${team}`, { description: 'Of the team site' })
    return { at: { group: await group(unified) } }
  },
  'body of a unified group': async () => ({ body: draftOfGroup(unified) }),
  'body of a group with members': async () => ({ body: draftOfGroup(withPeople()) }),
  'body of an assignable group with members': async () => ({
    body: draftOfGroup({ ...unified, isAssignableToRole: true, ...withPeople() }),
  }),
  'changes of a group': async () => {
    const { securityEnabled: _, ...body } = draftOfGroup(unified)
    return { at: { group: await group(unified) }, body }
  },
  'group with a member': withMember,
  'counted group with a member': async () => ({ ...(await withMember()), ...eventual }),
  'counted group with a group in it': async () => {
    const outer = await group()
    await join(outer, await group({ description: null }))
    return { at: { group: outer }, ...eventual }
  },
  'group and a reference': async () => ({ at: { group: await group() }, body: linkTo(tara) }),
  'group and bound members': async () => ({
    at: { group: await group() },
    body: { 'members@odata.bind': [linkTo(tara)['@odata.id'], linkTo(administrator)['@odata.id']] },
  }),
  'person in a group': inGroup,
  'counted person in a group': async () => ({ ...(await inGroup()), ...eventual }),
  'person in a group, for a function': async () => ({ ...(await inGroup()), body: { securityEnabledOnly: true } }),
  'group in a group': groupInGroup,
  'counted group in a group': async () => ({ ...(await groupInGroup()), ...eventual }),
  'person in a group, and ids of objects': async () => {
    const { at } = await inGroup()
    return { at, body: { ids: [at.group, globalAdministrator] } }
  },
  'person with a mail address': async () => {
    const user = await person()
    await rows.quiet('PATCH', `/v1.0/users/${user}`, { mail: `${user}@contoso.example` })
    return { at: { user } }
  },
  'person in a group, and ids': async () => {
    const { at } = await inGroup()
    return { at, body: { groupIds: [at.group, await group()] } }
  },
}

const ofTenant: Readonly<Record<string, () => Promise<Ready>>> = {
  nothing: async () => ({}),
  role: async () => ({ at: { role: globalAdministrator } }),
  'role with a member': async () => {
    await rows.quiet('POST', '/v1.0/directoryRoles', { roleTemplateId: globalReader })
    const { jobTitle: _, mobilePhone: __, officeLocation: ___, ...known } = profile
    const link = linkTo(await person({ ...known, mail: `${crypto.randomUUID()}@contoso.example` }))
    const { status, text } = await rows.quiet('POST', `/v1.0/directoryRoles/${globalReader}/members/$ref`, link)
    if (status !== 204) throw new Error(text)
    return { at: { role: globalReader } }
  },
  'role and a reference': async () => ({ at: { role: globalAdministrator }, body: linkTo(await person()) }),
  'role with a second member': async () => {
    const user = await person()
    await rows.quiet('POST', `/v1.0/directoryRoles/${globalAdministrator}/members/$ref`, linkTo(user))
    return { at: { role: globalAdministrator, user } }
  },
  template: async () => ({ body: { roleTemplateId: helpdesk } }),
  organisation: async () => ({ at: { organization: wellKnown.contoso } }),
  'audit record': async () => {
    await rows.quiet('POST', `/v1.0/directoryRoles/${globalAdministrator}/members/$ref`, linkTo(await person()))
    const ofApplication =
      "/v1.0/auditLogs/directoryAudits?$top=1&$filter=initiatedBy/app ne null and operationType eq 'Assign'"
    const { value } = (await rows.quiet('GET', ofApplication)).body as {
      readonly value: readonly { readonly id: string }[]
    }
    return { at: { audit: value[0]?.id ?? '' } }
  },
  'batch of a person': async () => {
    const { at } = await inGroup()
    const requests = [
      { id: '1', method: 'GET', url: '/me/memberOf' },
      { id: '3', method: 'DELETE', url: `/groups/${at.group}` },
      {
        id: '5',
        url: 'users?$select=id,displayName,userPrincipalName&$filter=jobTitle eq null&$count=true',
        method: 'GET',
        headers: { ConsistencyLevel: 'eventual' },
      },
    ]
    return { at, body: { requests } }
  },
  site: async () => {
    const [host = ''] = rows.rootSite.split(',')
    return { at: { site: rows.teamSite, host, path: 'sites/team', group: team, query: 'Team' } }
  },
}

describe.each([
  ['users', userSamples, ofPeople],
  ['groups', groupSamples, { ...ofPeople, ...ofGroups }],
  ['the tenant', tenantSamples, ofTenant],
  ['batches', batchSamples, ofTenant],
] as const)('samples of %s', (_, samples, preparations) => {
  beforeAll(async () => {
    server = await startTestServer()
    rows = await rowsOn(server)
  })
  afterAll(() => server.close())

  const cases = samples.flatMap((sample) =>
    [sample.address, ...(sample.alsoAt ?? [])].map((address) => ({ title: titleOf(sample, address), sample, address })),
  )

  it.each(cases)('$title', async ({ sample, address }: { sample: Sample; address: string }) => {
    const prepare = { ...ofTenant, ...preparations }[sample.needs]
    if (prepare === undefined) throw new Error(`nothing makes '${sample.needs}'`)
    const ready = await prepare()
    const isOwn = address.startsWith('/v1.0/me') || sample.asPerson === true
    const as = isOwn ? { as: await asPerson(ready.at?.['user'] ?? administrator) } : {}
    await compareWith(server, sample, address, { ...ready, ...as })
  })
})
