/** The live feed of a registry: of the tenant of the token, with the kinds of events that the token may read. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type ReadFeed, readFeed } from '../_support/feed.ts'
import { personToken } from '../_support/person-token.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, fabrikam, reader } = wellKnown
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ registry: true, seed: 'default', httpOnly: true })
})
afterAll(() => server.close())
const feeds: ReadFeed[] = []
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()))
})

const tokenOf = (tenant: string, name: string, scopes: string, claims = {}): Promise<string> =>
  personToken(server, tenant, name, scopes, claims)
/** Seconds; clocks may differ by thirty more (docs/access.md). */
const expiring = (name: string, seconds: number): Promise<string> =>
  personToken(server, contoso, name, 'TermStore.Read.All', {}, Math.floor(Date.now() / 1_000) - 30 + seconds)
const url = (query = '') => `${server.http}/_relata/events${query}`
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const open = async (token: string, query = ''): Promise<ReadFeed> => {
  const feed = await readFeed(url(query), bearer(token))
  feeds.push(feed)
  return feed
}
const statusOf = async (query: string, token?: string): Promise<number> => {
  const answer = await fetch(url(query), { method: 'HEAD', ...(token === undefined ? {} : { headers: bearer(token) }) })
  return answer.status
}

it('is for the tenant of the token, without a world', async () => {
  const feed = await open(await server.token(contoso, reader))
  const hello = await feed.next()
  expect(hello).toMatchObject({ event: 'relata.hello', data: { kinds: ['gdap', 'taxonomy', 'directory'] } })
  expect(hello.data).not.toHaveProperty('world')
  const other = await open(await tokenOf(fabrikam, 'admin@fabrikam.example', 'User.Read.All Group.Read.All'))
  expect((await other.next()).data.kinds).toEqual(['directory'])
  const id = await relationshipsOver(server.send, () => Promise.reject(new Error('no approval'))).relationship(
    'created',
  )
  expect((await feed.next()).data.subject).toBe(`granularAdminRelationships/${id}`)
  const made = await server.send(
    'POST',
    '/v1.0/groups',
    { displayName: 'Theirs', mailEnabled: false, mailNickname: 'theirs', securityEnabled: true },
    { tenant: fabrikam },
  )
  expect(made.status).toBe(201)
  expect((await other.next()).data.subject).toBe(`groups/${made.body.id}`)
})

it('shows what the token and the groups of the person let it read', async () => {
  const gdap = 'DelegatedAdminRelationship.Read.All'
  const tara = await open(await tokenOf(contoso, 'tara@contoso.example', `${gdap} TermStore.Read.All`))
  expect((await tara.next()).data.kinds).toEqual(['gdap', 'taxonomy'])
  // Hugo is not in AdminAgents.
  const hugo = await open(await tokenOf(contoso, 'hugo@contoso.example', `${gdap} TermStore.Read.All`))
  expect((await hugo.next()).data.kinds).toEqual(['taxonomy'])
  const { relationship } = relationshipsOver(server.send, () => Promise.reject(new Error('no approval')))
  const id = await relationship('created')
  const groupId = await taxonomyOver(server.send).group('Seen by both')
  expect([(await tara.next()).data.subject, (await tara.next()).data.subject]).toEqual([
    `granularAdminRelationships/${id}`,
    `termStore/groups/${groupId}`,
  ])
  expect((await hugo.next()).data.subject).toBe(`termStore/groups/${groupId}`)
})

it('is refused without a token, without a right, and for another tenant', async () => {
  const token = await server.token(contoso, reader)
  expect(await statusOf('')).toBe(401)
  expect(await statusOf('', await tokenOf(contoso, 'tara@contoso.example', 'User.Read'))).toBe(403)
  expect(await statusOf('?tenant=fabrikam.example', token)).toBe(403)
  // As for a tenant that is not there.
  expect(await statusOf('?tenant=nowhere.example', token)).toBe(403)
  expect(await statusOf('?tenant=contoso.example', token)).toBe(200)
  expect(await statusOf('?customer=fabrikam.example', token)).toBe(400)
  expect(await statusOf(`?customer=${fabrikam}`, token)).toBe(200)
})

it('leaves streams for others when one tenant has many', async () => {
  const token = await server.token(fabrikam, reader)
  const many = await Promise.all(Array.from({ length: 50 }, () => open(token)))
  // They are counted when they begin.
  await Promise.all(many.map((feed) => feed.next()))
  expect(await statusOf('', token)).toBe(503)
  expect(await statusOf('', await server.token(contoso, reader))).toBe(200)
  await many[0]?.close()
  await vi.waitFor(async () => expect(await statusOf('', token)).toBe(200))
})

it('ends when the token expires, when somebody leaves AdminAgents, and when the account is disabled', async () => {
  const scopes = 'DelegatedAdminRelationship.Read.All TermStore.Read.All'
  const [tara, hugo] = ['tara@contoso.example', 'hugo@contoso.example'] as const
  const idOf = async (name: string) => (await server.parts.directory.findPerson(contoso, name))?.id
  const other = await open(await server.token(contoso, reader))
  const ending = [
    await open(await expiring(tara, 2)),
    await open(await tokenOf(contoso, tara, scopes)),
    await open(await tokenOf(contoso, hugo, scopes)),
  ]
  const filter = encodeURIComponent("displayName eq 'AdminAgents'")
  const [agents] = (await server.send('GET', `/v1.0/groups?$filter=${filter}`)).body.value
  const member = `/v1.0/groups/${agents.id}/members/${await idOf(tara)}/$ref`
  expect((await server.send('DELETE', member)).status).toBe(204)
  expect((await server.send('PATCH', `/v1.0/users/${await idOf(hugo)}`, { accountEnabled: false })).status).toBe(204)
  await Promise.all(ending.map((feed) => feed.rest()))
  const back = await open(await tokenOf(contoso, tara, scopes))
  expect((await back.next()).data.kinds).toEqual(['taxonomy'])
  // Whose rights are as they were is told on.
  const groupId = await taxonomyOver(server.send).group('Seen by one')
  const told = await other.next('relata.taxonomy.group-created')
  expect(told.data.subject).toBe(`termStore/groups/${groupId}`)
})
