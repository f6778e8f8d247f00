/** Subscriptions that are told: from the change, through the deliverer, to a receiver on this machine (events.md §3, cases 15, 16). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryTarget } from '#workloads/events/types.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { reader, relationshipsOver, rolesOf } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso } = wellKnown
const path = '/v1.0/subscriptions'
const gdap = 'tenantRelationships/delegatedAdminRelationships'

let server: TestServer
let receiver: Receiver
let partner: ReturnType<typeof relationshipsOver>
beforeAll(async () => {
  server = await startTestServer({ deliverySchedule: { graph: [0, 0, 0] } })
  receiver = await startReceiver()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})
afterEach(async () => {
  receiver.status = () => 202
  const { body } = await server.send('GET', path)
  for (const { id } of body.value) await server.send('DELETE', `${path}/${id}`)
})

const inMinutes = async (minutes: number) =>
  new Date(Date.parse((await server.clock()).now) + minutes * 60_000).toISOString()
const subscribe = async (resource: string, more: object = {}) => {
  const body = {
    resource,
    changeType: 'created,updated,deleted',
    notificationUrl: `${receiver.url}/hook`,
    expirationDateTime: await inMinutes(60),
    ...more,
  }
  const made = await server.send('POST', path, body)
  expect(made.status, made.text).toBe(201)
  return made.body
}
const events = () => server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))

it('tells of an approval once, with the client state (case 15)', async () => {
  const about = await partner.relationship('approvalPending')
  const { id } = await subscribe(`${gdap}/${about}`, { changeType: 'updated', clientState: 's3' })
  expect((await server.customer('approve', about, { tenantId: wellKnown.fabrikam })).status).toBe(200)
  const isOf = ({ subjectId, eventName }: { subjectId: string; eventName: string }) =>
    subjectId === about && /-(approved|activated)$/.test(eventName)
  // When everything due has happened.
  await server.clock()
  const expected = (await events()).filter(isOf).map((event) => event.id)
  // The approval and the activation come together, or one after the other.
  const items = []
  while (items.length < expected.length) {
    const told = await receiver.next()
    expect([told.path, told.headers['content-type']]).toEqual(['/hook', 'application/json; charset=utf-8'])
    items.push(...told.body.value)
  }
  expect(items.map((item) => item.id)).toEqual(expected)
  const usual = { clientState: 's3', changeType: 'updated', resource: `${gdap}/${about}`, tenantId: contoso }
  for (const item of items) expect(item).toMatchObject({ subscriptionId: id, ...usual })
})

it('tells of terms and people, of which events are written as somebody watches', async () => {
  const ofDirectory = async () =>
    (await events()).filter(({ eventName }) => eventName.startsWith('relata.directory.')).length
  const before = await ofDirectory()
  const named = (name: string) => ({ displayName: name, mailEnabled: false, mailNickname: name, securityEnabled: true })
  await server.send('POST', '/v1.0/groups', named('unseen'))
  expect(await ofDirectory()).toBe(before)
  await subscribe('groups', { changeType: 'created,deleted' })
  const { body } = await server.send('POST', '/v1.0/groups', named('seen'))
  const told = await receiver.next()
  expect(told.body.value).toMatchObject([{ resource: `Groups/${body.id}`, changeType: 'created' }])
  await server.send('DELETE', `/v1.0/groups/${body.id}`)
  const [gone] = (await receiver.next()).body.value
  expect(gone).toMatchObject({ resource: `Groups/${body.id}`, changeType: 'deleted' })
  expect(gone.resourceData).not.toHaveProperty('@odata.etag')
})

it('is told of 20 changes at a time at most, in their order', async () => {
  await subscribe('groups', { changeType: 'updated' })
  const [group] = (await server.send('GET', '/v1.0/groups?$top=1')).body.value
  const facts = JSON.stringify({ changeType: 'updated', entity: 'group' })
  const ids = Array.from({ length: 45 }, (_, at) => `change-${at}`)
  await server.parts.store.write(contoso, async (tx) => {
    for (const id of ids)
      await tx.insert(outboxEvent, {
        ...{ id, eventName: 'relata.directory.group-changed', resourceName: 'Group', facts },
        ...{ resourcePath: `/groups/${group.id}`, subjectId: group.id, orderingKey: group.id },
        bucket: bucketOf(group.id),
        changedDateTime: '2026-01-06T10:00:00.000Z',
      })
  })
  const told: string[][] = []
  while (told.flat().length < ids.length)
    told.push((await receiver.next()).body.value.map(({ id }: { id: string }) => id))
  expect(told.flat()).toEqual(ids)
  expect(Math.max(...told.map(({ length }) => length))).toBe(20)
})

it('is not told of what its creator may not read any more: the delivery is skipped', async () => {
  const account = { accountEnabled: true, mailNickname: 'goes', passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' } }
  const person = { ...account, displayName: 'Goes', userPrincipalName: 'goes@contoso.example' }
  const { body: made } = await server.send('POST', '/v1.0/users', person)
  const asked = jsonPost({ tenant: contoso, user: person.userPrincipalName, scopes: ['Group.Read.All'] })
  const given = (await (await fetch(`${server.http}/_relata/tokens`, asked)).json()) as { accessToken: string }
  const wish = {
    ...{ resource: 'groups', changeType: 'created', notificationUrl: receiver.url },
    expirationDateTime: await inMinutes(60),
  }
  const headers = { authorization: `Bearer ${given.accessToken}` }
  const { id } = (await server.send('POST', path, wish, { headers })).body
  const seen = receiver.told.length
  await server.send('PATCH', `/v1.0/users/${made.id}`, { accountEnabled: false })
  const named = { displayName: 'unread', mailEnabled: false, mailNickname: 'unread', securityEnabled: true }
  await server.send('POST', '/v1.0/groups', named)
  const states = async () =>
    (await server.parts.store.read(contoso, (tx) => tx.find(delivery, { targetId: id }))).map(({ state }) => state)
  await expect.poll(states, { timeout: 10_000 }).toEqual(['skipped'])
  expect(receiver.told.slice(seen)).toEqual([])
})

it('names each resource by an address where it can be read', async () => {
  const taxonomy = taxonomyOver(server.send)
  const [set, other] = await Promise.all([taxonomy.set(await taxonomy.group()), taxonomy.set(await taxonomy.group())])
  const about = await partner.relationship('active')
  const assignments = `${gdap}/${about}/accessAssignments`
  const watched = [assignments, `termStore/sets/${set}`, `termStore/sets('${other}')/relations`, 'users']
  for (const resource of watched) await subscribe(resource)
  const [group] = (await server.send('GET', '/v1.0/groups?$top=1')).body.value
  const accessContainer = { accessContainerId: group.id, accessContainerType: 'securityGroup' }
  const assignment = { accessContainer, accessDetails: rolesOf(reader) }
  expect((await server.send('POST', `/v1.0/${assignments}`, assignment)).status).toBe(201)
  await server.send('PATCH', `/v1.0/termStore/sets/${set}`, { description: 'Watched' })
  await taxonomy.pin({ set, term: await taxonomy.term(set) }, other)
  await server.send('PATCH', '/v1.0/users/tara@contoso.example', { jobTitle: 'Watched' })
  const types = new Set<string>()
  while (types.size < watched.length)
    for (const { resource, resourceData } of (await receiver.next()).body.value) {
      const shown = await server.send('GET', `/v1.0/${resource}`)
      expect([resource, shown.status]).toEqual([resource, 200])
      expect(resourceData['@odata.id']).toBe(resource)
      types.add(resourceData['@odata.type'].replace('#Microsoft.Graph.', ''))
    }
  expect([...types].sort()).toEqual(['User', 'delegatedAdminAccessAssignment', 'termStore.relation', 'termStore.set'])
})

it('tells of a group of the term store only where it is seen', async () => {
  const [root, team] = (await server.send('GET', '/v1.0/sites')).body.value as { id: string }[]
  const store = (site: { id: string } | undefined) => `sites/${site?.id}/termStore/groups`
  for (const resource of [store(root), store(team), 'termStore/groups'])
    await subscribe(resource, { changeType: 'created,deleted' })
  const own = { displayName: 'Of the team', scope: 'siteCollection' }
  const { body } = await server.send('POST', `/v1.0/${store(team)}`, own)
  await server.send('DELETE', `/v1.0/${store(team)}/${body.id}`)
  const common = await server.send('POST', '/v1.0/termStore/groups', { displayName: 'Of all' })
  const told: string[] = []
  while (told.length < 5)
    for (const { changeType, resource } of (await receiver.next()).body.value) told.push(`${changeType} ${resource}`)
  expect(told.sort()).toEqual(
    [
      `created ${store(team)}/${body.id}`,
      `deleted ${store(team)}/${body.id}`,
      ...[store(root), store(team), 'termStore/groups'].map((path) => `created ${path}/${common.body.id}`),
    ].sort(),
  )
})

it('is told nothing after its end, and nothing after it was removed (case 16)', async () => {
  const ended = await subscribe(gdap, { expirationDateTime: await inMinutes(5) })
  await server.clock({ advance: 'PT6M' })
  expect((await server.send('GET', `${path}/${ended.id}`)).status).toBe(404)
  const removed = await subscribe(gdap)
  expect((await server.send('DELETE', `${path}/${removed.id}`)).status).toBe(204)
  const { id } = await subscribe(gdap, { changeType: 'created' })
  await partner.relationship('created')
  // Of three that have asked, the one that is left.
  const told = await receiver.next()
  expect(told.body.value).toMatchObject([{ subscriptionId: id }])
  expect(receiver.told.filter(({ body }) => body.value[0].subscriptionId !== id)).toEqual(
    receiver.told.slice(0, receiver.told.indexOf(told)),
  )
})

it('is told by its life cycle of what was lost, and its target stays', async () => {
  const { id } = await subscribe(gdap, { lifecycleNotificationUrl: `${receiver.url}/life`, clientState: 'c' })
  const seen = receiver.told.length
  receiver.status = () => ((receiver.told.at(-1)?.path ?? '') === '/life' ? 202 : 500)
  const isLife = () => receiver.told.slice(seen).some(({ path: where }) => where === '/life')
  await partner.relationship('created')
  while (!isLife()) await receiver.next()
  const life = receiver.told.findLast(({ path: where }) => where === '/life')
  expect(life?.body.value).toMatchObject([
    { subscriptionId: id, clientState: 'c', lifecycleEvent: 'missed', tenantId: contoso },
  ])
  // The schedule of this test has three attempts.
  expect(receiver.told.slice(seen).filter(({ path: where }) => where === '/hook')).toHaveLength(3)
  const [target, rows] = await server.parts.store.read(contoso, async (tx) => [
    await tx.get(deliveryTarget, id),
    await tx.find(delivery, { targetId: id, state: 'dead' }),
  ])
  expect([target?.state, rows.length]).toEqual(['active', 1])
})

it('tells of an import set by set, and term by term of sets that are named (events.md §1.3)', async () => {
  const [here, there] = ['0d000000-0000-4000-8000-00000000a001', '0d000000-0000-4000-8000-00000000a002']
  const labels = (name: string) => [{ name, languageTag: 'en-US', isDefault: true }]
  const setOf = (id: string, terms: readonly string[]) => ({
    id,
    localizedNames: [{ name: `Set ${id.slice(-4)}`, languageTag: 'en-US' }],
    children: terms.map((name) => ({ labels: labels(name), children: [] })),
  })
  const imported = async (...sets: readonly object[]) => {
    const body = JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ displayName: 'Imported', sets }] })
    const headers = { 'content-type': 'application/octet-stream' }
    const ask = async (address: string, text: string): Promise<string> => {
      const answer = await fetch(`${server.http}/_relata/term-store/${address}`, {
        method: 'POST',
        headers,
        body: text,
      })
      expect(answer.ok, address).toBe(true)
      return answer.text()
    }
    await ask('apply', await ask('plan?format=json', body))
    await server.parts.exchange.settle()
  }
  await imported(setOf(here, ['A']), setOf(there, ['B']))
  await subscribe(`termStore/sets/${here}/terms`, { changeType: 'created' })
  const before = (await events()).length
  await imported(setOf(here, ['A', 'A1', 'A2', 'A3']), setOf(there, ['B', 'B1', 'B2', 'B3']))
  const written = (await events()).slice(before).filter(({ eventName }) => eventName.startsWith('relata.taxonomy'))
  expect(written.map(({ eventName, orderingKey }) => `${eventName} ${orderingKey.slice(-4)}`).sort()).toEqual([
    'relata.taxonomy.set-changed a002',
    ...Array.from({ length: 3 }, () => 'relata.taxonomy.term-created a001'),
  ])
})
