/** Each event has the name of what has happened, as those who follow the live feed see it (events.md §1.1, §1.2). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { ownNames, partnerCenterNames } from '#workloads/events/names.ts'
import { type FeedMessage, type ReadFeed, readFeed } from '../_support/feed.ts'
import { reader, relationshipDraft, relationships, relationshipsOver, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver, names, taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, fabrikam } = wellKnown
let server: TestServer
let partner: ReturnType<typeof relationshipsOver>
let feed: ReadFeed
beforeAll(async () => {
  server = await startTestServer()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
})
afterAll(() => server.close())
afterEach(() => feed.close())

const follow = async (query: string): Promise<void> => {
  feed = await readFeed(`${server.http}/_relata/events?tenant=${contoso}&${query}`)
  await feed.next('relata.hello')
}
/** All up to the one of that name, which is included. */
const toldUpTo = async (name: string): Promise<readonly FeedMessage[]> => {
  const told: FeedMessage[] = []
  do told.push(await feed.next())
  while (told.at(-1)?.event !== name)
  return told
}
const short = ({ event }: FeedMessage): string => event.replace('granular-admin-relationship-', '')
const ok = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await server.send(method, path, body, { headers: { 'if-match': '*', ...headers } })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

it('of relationships: from the first draft to the last clean-up', async () => {
  await follow('event=*granular-admin-relationship-*')
  const removed = await partner.relationship('created')
  await ok('PATCH', `${relationships}/${removed}`, { displayName: 'Renamed' })
  await ok('DELETE', `${relationships}/${removed}`)
  expect((await toldUpTo('relata.granular-admin-relationship-deleted')).map(short)).toEqual([
    ...['relata.created', 'relata.changed', 'relata.deleted'],
  ])
  const rejected = await partner.relationship('approvalPending')
  expect((await server.customer('reject', rejected, { tenantId: fabrikam })).status).toBe(200)
  expect((await toldUpTo('granular-admin-relationship-terminated')).map(short)).toEqual([
    ...['relata.created', 'relata.locked', 'terminated'],
  ])
  const extended = await partner.relationship('active', { duration: 'P40D', autoExtendDuration: 'P180D' })
  expect((await toldUpTo('granular-admin-relationship-activated')).map(short)).toEqual([
    ...['relata.created', 'relata.locked', 'approved', 'activated'],
  ])
  await server.clock({ advance: 'P41D' })
  const years = await toldUpTo('relata.granular-admin-relationship-auto-extended')
  const reminders = [30, 7, 1].map((days) => `relata.ends-in-${days}-days`)
  expect(years.map(short)).toEqual([...reminders, 'relata.auto-extended'])
  expect(years.map(({ data }) => 'auditid' in data)).toEqual([false, false, false, true])
  await ok('PATCH', `${relationships}/${extended}`, { autoExtendDuration: 'PT0S' })
  expect(short(await feed.next())).toBe('relata.changed')
  await server.clock({ advance: 'P180D' })
  const isOf = ({ data }: FeedMessage) => data.subject.includes(extended)
  const ended = (await toldUpTo('granular-admin-relationship-expired')).filter(isOf)
  expect(ended.map(short)).toEqual([...reminders, 'expired'])
  await server.clock({ advance: 'P366D' })
  let last = await feed.next()
  while (!isOf(last)) last = await feed.next()
  expect(short(last)).toBe('relata.cleaned-up')
})

it('of assignments, which are told in the order of their relationship', async () => {
  await follow('event=*access-assignment-*')
  const id = await partner.relationship('active')
  const [group] = (await server.send('GET', '/v1.0/groups?$top=1')).body.value
  const path = `${relationships}/${id}/accessAssignments`
  const accessContainer = { accessContainerId: group.id, accessContainerType: 'securityGroup' }
  const one = await createOver(server.send, path, { accessContainer, accessDetails: rolesOf(reader) })
  const created = await feed.next()
  await server.clock({ advance: 'PT10M' })
  await ok('PATCH', `${path}/${one}`, {
    accessDetails: rolesOf(
      ...relationshipDraft().accessDetails.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId),
    ),
  })
  await server.clock({ advance: 'PT10M' })
  await ok('DELETE', `${path}/${one}`)
  await server.clock({ advance: 'PT10M' })
  const all = [created, ...(await toldUpTo('granular-admin-access-assignment-deleted'))]
  expect(all.map(({ event }) => event.replace('granular-admin-access-assignment-', ''))).toEqual([
    ...['created', 'activated', 'updated', 'deleted'],
  ])
  for (const { data } of all) expect(data.subject).toBe(`granularAdminRelationships/${id}/accessAssignments/${one}`)
})

it('of the taxonomy: groups, sets, terms and relations', async () => {
  await follow('event=relata.taxonomy.*')
  const taxonomy = taxonomyOver(server.send)
  const group = await taxonomy.group('Named')
  const [set, other] = [await taxonomy.set(group, 'One'), await taxonomy.set(group, 'Other')]
  const term = await taxonomy.term(set, 'Term')
  const pin = await taxonomy.pin({ set, term }, other)
  await ok('DELETE', `/v1.0/termStore/sets/${set}/terms/${term}/relations/${pin}`)
  await ok('PATCH', `/v1.0/termStore/groups/${group}`, { description: 'Told' })
  await ok('PATCH', `/v1.0/termStore/sets/${set}`, { localizedNames: names('Two') })
  await ok('DELETE', `/v1.0/termStore/sets/${set}/terms/${term}`)
  for (const one of [set, other]) await ok('DELETE', `/v1.0/termStore/sets/${one}`)
  await ok('DELETE', `/v1.0/termStore/groups/${group}`)
  const told = await toldUpTo('relata.taxonomy.group-deleted')
  const wanted = ['group', 'set', 'term', 'relation'].flatMap((what) => [`${what}-created`, `${what}-deleted`])
  expect(told.map(({ event }) => event.replace('relata.taxonomy.', ''))).toEqual(
    expect.arrayContaining([...wanted, 'group-changed', 'set-changed']),
  )
})

it('of the directory: people, groups, members and customers', async () => {
  await follow('event=relata.directory.*')
  const user = (
    await ok('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'Named',
      mailNickname: 'named',
      userPrincipalName: 'named@contoso.example',
      passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' },
    })
  ).body.id
  const flags = { mailEnabled: false, securityEnabled: true }
  const group = (await ok('POST', '/v1.0/groups', { displayName: 'Named', mailNickname: 'named', ...flags })).body.id
  await ok('POST', `/v1.0/groups/${group}/members/$ref`, { '@odata.id': `${server.http}/v1.0/users/${user}` })
  await ok('DELETE', `/v1.0/groups/${group}/members/${user}/$ref`)
  await ok('PATCH', `/v1.0/users/${user}`, { jobTitle: 'Named' })
  await ok('PATCH', `/v1.0/groups/${group}`, { description: 'Named' })
  await ok('DELETE', `/v1.0/groups/${group}`)
  await ok('DELETE', `/v1.0/users/${user}`)
  const told = (await toldUpTo('relata.directory.user-deleted')).map(({ event }) =>
    event.replace('relata.directory.', ''),
  )
  expect(told).toEqual([
    ...['user-created', 'group-created', 'member-created', 'member-deleted'],
    ...['user-changed', 'group-changed', 'group-deleted', 'user-deleted'],
  ])
  await feed.close()
  await follow('event=relata.directory.customer-*')
  const id = await partner.relationship('active', { customer: { tenantId: wellKnown.northwind }, duration: 'P1D' })
  expect((await feed.next()).data).toMatchObject({
    type: 'relata.directory.customer-created',
    subject: `tenantRelationships/delegatedAdminCustomers/${wellKnown.northwind}`,
  })
  await createOver(server.send, `${relationships}/${id}/requests`, { action: 'terminate' })
  expect((await feed.next()).event).toBe('relata.directory.customer-deleted')
})

it('are those that somebody may ask for', () => {
  expect(partnerCenterNames).toHaveLength(26)
  for (const area of ['taxonomy.term', 'taxonomy.relation', 'directory.member', 'directory.customer'])
    for (const change of ['created', 'changed', 'deleted']) expect(ownNames).toContain(`relata.${area}-${change}`)
})
