/**
 * A row answers alike at each of its addresses: those that only Microsoft's metadata has, and those that are ours. What
 * is changed or deleted at one of them is changed or deleted at all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationshipDraft, relationships } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver, labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
beforeAll(async () => {
  server = await startTestServer({ passwordGrant: true })
  made = taxonomyOver(server.send)
})
afterAll(() => server.close())

const TS = '/v1.0/termStore'

/** Without what depends on the address. */
const plain = (body: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('@')))

const read = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const { status, body, text } = await server.send('GET', path, undefined, { headers })
  expect(status, text).toBe(200)
  return plain(body)
}

const label = (body: Readonly<Record<string, unknown>>) => (body['labels'] as { readonly name: string }[])[0]?.name

describe('a term', () => {
  /** A term below another, with all its addresses, and one at the top of the set with all of its own. */
  const places = async () => {
    const set = await made.set(await made.group())
    const top = await made.term(set)
    const below = await made.term({ set, term: top })
    return {
      top: [`${TS}/sets/${set}/children/${top}`, `${TS}/sets/${set}/terms/${top}`, `${TS}/terms/${top}`],
      below: [
        `${TS}/sets/${set}/terms/${top}/children/${below}`,
        `${TS}/sets/${set}/terms/${below}`,
        `${TS}/terms/${below}`,
      ],
    }
  }

  it.each(['top', 'below'] as const)('is read, changed and deleted at each address (%s)', async (kind) => {
    const addresses = (await places())[kind]
    const [first = ''] = addresses
    for (const address of addresses) expect(await read(address)).toEqual(await read(first))
    for (const [index, address] of addresses.entries()) {
      const changed = await server.send('PATCH', address, { labels: labels(`Changed ${index}`) })
      expect(changed.status, changed.text).toBe(200)
      for (const other of addresses) expect(label(await read(other))).toBe(`Changed ${index}`)
    }
    for (const [index] of addresses.entries()) {
      const gone = (await places())[kind]
      expect((await server.send('DELETE', gone[index] as string)).status).toBe(204)
      for (const other of gone) expect((await server.send('GET', other)).status).toBe(404)
    }
  })

  it('is created below /terms of its set as below /children', async () => {
    const set = await made.set(await made.group())
    const created = await server.send('POST', `${TS}/sets/${set}/terms`, { labels: labels('Basil') })
    expect(created.status).toBe(201)
    expect(await read(`${TS}/sets/${set}/children/${created.body.id}`)).toEqual(plain(created.body))
  })
})

describe('a set', () => {
  it('is changed below its group as below the store', async () => {
    const group = await made.group()
    const set = await made.set(group)
    const changed = await server.send('PATCH', `${TS}/groups/${group}/sets/${set}`, { localizedNames: names('Herbs') })
    expect(changed.status, changed.text).toBe(200)
    expect(await read(`${TS}/sets/${set}`)).toMatchObject({ localizedNames: names('Herbs') })
  })

  it('changes its group through parentGroup', async () => {
    const group = await made.group()
    const set = await made.set(group)
    const changed = await server.send('PATCH', `${TS}/sets/${set}/parentGroup`, { description: 'what is cooked' })
    expect(changed.status, changed.text).toBe(200)
    expect(await read(`${TS}/groups/${group}`)).toMatchObject({ description: 'what is cooked' })
  })
})

describe('a relation', () => {
  it('is read, changed and deleted below its set and below its terms', async () => {
    const group = await made.group()
    const [home, target] = [await made.set(group), await made.set(group)]
    const term = await made.term(home)
    const relation = await made.pin({ set: home, term }, target)
    const addresses = [
      `${TS}/sets/${target}/relations/${relation}`,
      `${TS}/sets/${home}/terms/${term}/relations/${relation}`,
    ] as const
    for (const address of addresses) expect(await read(address)).toMatchObject({ id: relation, relationship: 'pin' })
    const changed = await server.send('PATCH', `${TS}/sets/${home}/terms/${term}/relations`, {
      id: relation,
      relationship: 'reuse',
    })
    expect(changed.status, changed.text).toBe(200)
    for (const address of addresses) expect(await read(address)).toMatchObject({ relationship: 'reuse' })
    expect((await server.send('DELETE', addresses[1])).status).toBe(204)
    for (const address of addresses) expect((await server.send('GET', address)).status).toBe(404)
  })
})

it('the term store is changed at every address of it', async () => {
  const [{ id }] = (await server.send('GET', '/v1.0/termStores')).body.value
  const addresses = [`/v1.0/sites/root/termStores/${id}`, `/v1.0/termStores/${id}`, '/beta/termStore']
  for (const [index, address] of addresses.entries()) {
    // In the order of their LCIDs.
    const tags = index % 2 === 0 ? ['de-DE', 'en-US'] : ['en-US', 'fr-FR']
    const changed = await server.send('PATCH', address, { languageTags: tags })
    expect(changed.status, changed.text).toBe(200)
    for (const other of addresses) expect((await read(other))['languageTags']).toEqual(tags)
  }
})

it('a relationship of the drafts is listed and deleted at their path', async () => {
  const drafts = '/v1.0/tenantRelationship/delegatedAdminRelationships'
  const created = await server.send('POST', relationships, relationshipDraft())
  expect(created.status, created.text).toBe(201)
  const listed = async () => (await server.send('GET', drafts)).body.value.map(({ id }: { id: string }) => id)
  expect(await listed()).toContain(created.body.id)
  const { headers } = await server.send('GET', `${drafts}/${created.body.id}`)
  const gone = await server.send('DELETE', `${drafts}/${created.body.id}`, undefined, {
    headers: { 'if-match': headers.get('etag') ?? '*' },
  })
  expect(gone.status, gone.text).toBe(204)
  expect(await listed()).not.toContain(created.body.id)
})

it('a member, a holder of a role and a membership are read by their ids', async () => {
  const user = await createOver(server.send, '/v1.0/users', {
    accountEnabled: true,
    displayName: 'Ada',
    mailNickname: 'ada',
    userPrincipalName: 'ada.member@contoso.example',
    passwordProfile: { password: 'correct horse battery' },
  })
  const group = await createOver(server.send, '/v1.0/groups', {
    displayName: 'Operators',
    mailNickname: 'operators',
    mailEnabled: false,
    securityEnabled: true,
  })
  const [role] = (await server.send('GET', '/v1.0/directoryRoles')).body.value
  const reference = { '@odata.id': `${server.origin}/v1.0/directoryObjects/${user}` }
  for (const holder of [`/v1.0/groups/${group}`, `/v1.0/directoryRoles/${role.id}`]) {
    expect((await server.send('POST', `${holder}/members/$ref`, reference)).status).toBe(204)
    expect(await read(`${holder}/members/${user}`)).toMatchObject({ id: user, displayName: 'Ada' })
  }
  expect(await read(`/v1.0/users/${user}/memberOf/${group}`)).toMatchObject({ displayName: 'Operators' })
  expect(await read(`/v1.0/directoryRoles/${role.id}`)).toEqual(plain(role))
  const [template] = (await server.send('GET', '/v1.0/directoryRoleTemplates')).body.value
  expect(await read(`/v1.0/directoryRoleTemplates/${template.id}`)).toEqual(plain(template))
})

/** The header of a person's token. */
const asPerson = async (username: string) => {
  const form = {
    grant_type: 'password',
    client_id: wellKnown.publicClient,
    scope: 'https://graph.microsoft.com/User.Read https://graph.microsoft.com/Group.Read.All',
    username,
    password: wellKnown.password,
  }
  const answer = await fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  return { authorization: `Bearer ${token}` }
}

it('a membership is read from all who have it, through groups in groups as well', async () => {
  const headers = await asPerson('admin@contoso.example')
  const me = await read('/v1.0/me', headers)
  const group = (displayName: string) =>
    createOver(server.send, '/v1.0/groups', {
      displayName,
      mailNickname: displayName,
      mailEnabled: false,
      securityEnabled: true,
    })
  const [inner, outer] = [await group('inner'), await group('outer')]
  const add = async (holder: string, id: unknown) => {
    const reference = { '@odata.id': `${server.origin}/v1.0/directoryObjects/${id}` }
    expect((await server.send('POST', `/v1.0/groups/${holder}/members/$ref`, reference)).status).toBe(204)
  }
  await add(inner, me['id'])
  await add(outer, inner)
  for (const person of ['/v1.0/me', `/v1.0/users/${me['id']}`]) {
    expect(await read(`${person}/memberOf/${inner}`, headers)).toMatchObject({ displayName: 'inner' })
    expect(await read(`${person}/transitiveMemberOf/${outer}`, headers)).toMatchObject({ displayName: 'outer' })
    expect((await server.send('GET', `${person}/memberOf/${outer}`, undefined, { headers })).status).toBe(404)
  }
  for (const link of ['memberOf', 'transitiveMemberOf'])
    expect(await read(`/v1.0/groups/${inner}/${link}/${outer}`)).toMatchObject({ displayName: 'outer' })
})
