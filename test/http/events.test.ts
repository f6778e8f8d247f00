/** The live feed: what its readers are told, in which order, and from where they go on (events.md §5). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { isOnPostgres } from '../_support/database.ts'
import { type ReadFeed, readFeed } from '../_support/feed.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, fabrikam, northwind } = wellKnown
let server: TestServer
let partner: ReturnType<typeof relationshipsOver>
let taxonomy: ReturnType<typeof taxonomyOver>
beforeAll(async () => {
  server = await startTestServer({ eventRetention: 30 })
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  taxonomy = taxonomyOver(server.send)
})
afterAll(() => server.close())

const feeds: ReadFeed[] = []
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()))
})
const open = async (query = '', headers: Readonly<Record<string, string>> = {}): Promise<ReadFeed> => {
  const feed = await readFeed(`${server.http}/_relata/events${query}`, headers)
  feeds.push(feed)
  return feed
}
/** Open, and past its first message. */
const begun = async (query = '', headers: Readonly<Record<string, string>> = {}): Promise<ReadFeed> => {
  const feed = await open(query, headers)
  expect((await feed.next()).event).toBe('relata.hello')
  return feed
}
const count = async (): Promise<number> =>
  (await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))).length

describe('the feed', () => {
  it('begins with what the server is, and then tells each step of a relationship in its canonical form', async () => {
    const feed = await open()
    expect(feed.response.headers.get('content-type')).toContain('text/event-stream')
    expect(feed.response.headers.get('cache-control')).toContain('no-store')
    expect(feed.response.headers.get('content-encoding')).toBeNull()
    const hello = await feed.next()
    expect(hello).toMatchObject({
      event: 'relata.hello',
      data: { world: 'default', kinds: ['gdap', 'taxonomy', 'directory'] },
    })
    expect(hello.data.version).toMatch(/^\d+\.\d+/)
    const id = await partner.relationship('active', { displayName: 'Told' })
    const names = []
    for (;;) {
      const { event, data, id: place } = await feed.next()
      names.push(event)
      expect(place).toMatch(new RegExp(`^${contoso}:${Number(data.sequence)}(,|$)`))
      if (event !== 'granular-admin-relationship-approved') continue
      expect(data).toEqual({
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: `${server.http}/tenants/${contoso}`,
        type: 'relata.granular-admin-relationship-approved',
        subject: `granularAdminRelationships/${id}`,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        datacontenttype: 'application/json',
        sequence: expect.stringMatching(/^\d{20}$/),
        tenantid: contoso,
        customerid: fabrikam,
        auditid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        data: {
          eventName: 'granular-admin-relationship-approved',
          resourceName: 'GranularAdminRelationship',
          changeType: 'updated',
          before: expect.objectContaining({ status: 'approvalPending' }),
          after: expect.objectContaining({ status: 'approved' }),
        },
      })
      break
    }
    expect(names).toEqual([
      'relata.granular-admin-relationship-created',
      'relata.granular-admin-relationship-locked',
      'granular-admin-relationship-approved',
    ])
    expect((await feed.next()).event).toBe('granular-admin-relationship-activated')
  })

  it('tells its clients to wait two seconds before they come back, and each message on lines of its own', async () => {
    await partner.relationship('created')
    const answer = await fetch(`${server.http}/_relata/events?tenant=${contoso}&since=2020-01-01T00:00:00Z&limit=1`)
    expect(await answer.text()).toMatch(
      /^retry: 2000\n\nid: \S+\nevent: relata\.hello\ndata: \{.*\}\n\n(id: \S+\n)?event: \S+\ndata: \{.*\}\n\n/,
    )
  })

  it('goes on where a client left it, with nothing left out and nothing twice', async () => {
    const feed = await begun(`?tenant=${contoso}`)
    await partner.relationship('created')
    await feed.next('relata.granular-admin-relationship-created')
    const { lastId = '' } = feed
    await feed.close()
    const ids = []
    for (let at = 0; at < 10; at++) ids.push(await partner.relationship('created'))
    for (const [query, headers] of [
      [`?tenant=${contoso}`, { 'Last-Event-ID': lastId }],
      [`?tenant=${contoso}&since=${lastId}`, {}],
      ['', { 'Last-Event-ID': lastId }],
    ] as const) {
      const again = await begun(query, headers)
      const got = []
      while (got.length < ids.length) got.push((await again.next()).data.subject.split('/')[1])
      expect(got).toEqual(ids)
      ids.push(await partner.relationship('created'))
      expect((await again.next()).data.subject.split('/')[1]).toBe(ids.at(-1))
    }
  })

  it('also goes on from the first message, and from an instant', async () => {
    const feed = await begun()
    const { lastId = '' } = feed
    await feed.close()
    const { now } = await server.clock()
    await server.clock({ advance: 'PT1S' })
    const id = await partner.relationship('created')
    for (const again of [await begun('', { 'Last-Event-ID': lastId }), await begun(`?since=${now}`)]) {
      const { event, data } = await again.next()
      expect([event, data.subject]).toEqual([
        'relata.granular-admin-relationship-created',
        `granularAdminRelationships/${id}`,
      ])
    }
  })

  it('waits for a reader that is slower than a burst of events, and leaves out none of them', async () => {
    const many = 3_000
    const feed = await begun(`?tenant=${contoso}&event=test-*`)
    const facts = JSON.stringify({ changeType: 'updated', entity: 'x', after: { text: 'x'.repeat(2_000) } })
    await server.parts.store.write(contoso, async (tx) => {
      for (let at = 0; at < many; at += 1)
        await tx.insert(outboxEvent, {
          id: `burst-${at}`,
          eventName: 'test-told',
          ...{ resourceName: 'Test', resourcePath: '/tests/1', subjectId: `${at}`, facts },
          changedDateTime: '2026-01-06T10:00:00.000Z',
        })
    })
    const [gone, again] = [many / 3, many - many / 3]
    const ids: string[] = []
    while (ids.length < gone) ids.push((await feed.next()).data.id)
    await feed.close()
    const rest = await begun(`?tenant=${contoso}&event=test-*&limit=${again}`, { 'Last-Event-ID': feed.lastId ?? '' })
    for (const { data } of await rest.rest()) ids.push(data.id)
    expect(ids).toEqual(Array.from({ length: many }, (_, at) => `burst-${at}`))
  })

  it('says where something is missing, and goes on from the oldest that is kept', async () => {
    await partner.relationship('created')
    await server.clock({ advance: 'P31D' })
    const left = await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))
    const oldest = Math.min(...left.map(({ sequence }) => sequence))
    expect(oldest).toBeGreaterThan(5)
    const feed = await begun(`?tenant=${contoso}`, { 'Last-Event-ID': `${contoso}:2` })
    expect(await feed.next()).toMatchObject({
      event: 'relata.gap',
      data: { asked: `${contoso}:2`, oldest: `${contoso}:${oldest}` },
    })
    expect(Number((await feed.next()).data.sequence)).toBe(oldest)
    // A place that is ahead of all is of other rows.
    const ahead = await begun(`?tenant=${contoso}&since=${contoso}:99999999`)
    expect((await ahead.next()).event).toBe('relata.gap')
    const fitting = await begun(`?tenant=${contoso}&since=${contoso}:${oldest - 1}`)
    expect(Number((await fitting.next()).data.sequence)).toBe(oldest)
  })

  it('keeps to tenant, names, customer, subject and number', async () => {
    const other = await begun(`?tenant=northwind.example`)
    const names = await begun('?event=granular-*-activated&event=relata.*-created')
    const customer = await begun('?customer=northwind.example&limit=3')
    const first = await partner.relationship('active')
    const second = await partner.relationship('active', { customer: { tenantId: northwind } })
    const subject = await begun(`?subject=${first}&since=${contoso}:0&tenant=contoso.example&limit=1`)
    for (const id of [first, second]) {
      const [created, activated] = [await names.next(), await names.next()]
      expect([created.event, activated.event, created.data.subject]).toEqual([
        'relata.granular-admin-relationship-created',
        'granular-admin-relationship-activated',
        `granularAdminRelationships/${id}`,
      ])
    }
    const told = await customer.rest()
    expect(told.map(({ data }) => [data.customerid, data.subject.includes(second)])).toEqual(
      Array.from({ length: 3 }, () => [northwind, true]),
    )
    expect(
      (await subject.rest()).filter(({ event }) => event !== 'relata.gap').map(({ data }) => data.subject),
    ).toEqual([`granularAdminRelationships/${first}`])
    await server.clock({ advance: 'PT1S' })
    expect((await other.next()).event).toBe('relata.clock-changed')
  })

  it('refuses what it does not know', async () => {
    for (const [query, target] of [
      ['?tenants=x', 'tenants'],
      ['?tenant=nowhere.example', 'tenant'],
      ['?customer=nowhere.example', 'customer'],
      ['?since=yesterday', 'since'],
      ['?since=2026-02-30T00:00:00Z', 'since'],
      ['?since=9999-12-31T23:59:59-14:00', 'since'],
      ['?limit=0', 'limit'],
    ]) {
      const answer = await fetch(`${server.http}/_relata/events${query}`)
      expect([answer.status, ((await answer.json()) as { error: { target: string } }).error.target]).toEqual([
        400,
        target,
      ])
    }
  })

  it('tells of the clock', async () => {
    const feed = await begun()
    const { now } = await server.clock({ advance: 'P1D' })
    const { event, data, id } = await feed.next('relata.clock-changed')
    expect([event, data.frozen, id]).toEqual(['relata.clock-changed', false, undefined])
    expect(data.now.slice(0, 16)).toBe(now.slice(0, 16))
    const set = '2031-01-01T00:00:00.000Z'
    await server.clock({ freeze: true, set })
    await server.clock({ freeze: false })
    // One message for each request.
    expect((await feed.next('relata.clock-changed')).data).toEqual({ now: set, frozen: true })
    expect((await feed.next('relata.clock-changed')).data.frozen).toBe(false)
  })
})

describe('what is no row', () => {
  it('is told as well: faults, worlds, snapshots, tenants and roles of the term store', async () => {
    const feed = await begun('?event=relata.*-changed')
    const northwinds = await begun('?tenant=northwind.example&event=relata.term-store-*')
    const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const init = body === undefined ? {} : jsonPost(body)
      const answer = await fetch(`${server.http}/_relata/${path}`, { ...init, method })
      expect([path, answer.ok], `${answer.status}`).toEqual([path, true])
      return answer.status === 204 ? undefined : answer.json()
    }
    const steps: readonly (readonly [string, string, unknown?])[] = [
      ['faults', 'faults', { id: 'one', what: { status: 503 }, on: false }],
      ['faults', 'faults/one'],
      ['snapshots', 'snapshots', { name: 'told' }],
      ['snapshots', 'snapshots/told'],
      ['worlds', 'worlds', { id: 'told' }],
      ['worlds', 'worlds/told'],
      ['term-store-roles', 'term-store/roles', { tenant: 'contoso.example', administrators: ['app@sharepoint'] }],
      ['term-store-roles', 'term-store/roles', { tenant: 'northwind.example', administrators: ['app@sharepoint'] }],
      ['tenants', 'tenants', { displayName: 'Told', defaultDomain: 'told.example' }],
    ]
    for (const [what, path, body] of steps) {
      // PostgreSQL has one world, which cannot be copied.
      if (isOnPostgres && /^(?:snapshots|worlds)$/.test(what)) continue
      await call(body === undefined ? 'DELETE' : 'POST', path, body)
      expect(await feed.next()).toMatchObject({ event: `relata.${what}-changed`, id: undefined })
    }
    expect((await northwinds.next()).data).toEqual({ tenantId: northwind })
  })

  it('is told to those who follow another world', async ({ skip }) => {
    if (isOnPostgres) skip('worlds beside the first one are in memory, whatever the first one is in')
    const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'followed' }))
    expect(made.status).toBe(201)
    const feed = await begun('?event=relata.*-changed', { 'relata-world': 'followed' })
    await fetch(`${server.http}/_relata/snapshots`, jsonPost({ name: 'elsewhere' }))
    expect((await feed.next()).event).toBe('relata.snapshots-changed')
    await fetch(`${server.http}/_relata/faults`, jsonPost({ what: { status: 503 }, on: false }))
    await fetch(`${server.http}/_relata/snapshots/elsewhere`, { method: 'DELETE' })
    expect((await feed.next()).event, 'faults are of one world').toBe('relata.snapshots-changed')
    await feed.close()
    await fetch(`${server.http}/_relata/worlds/followed`, { method: 'DELETE' })
  })
})

describe('events of the taxonomy and of the directory', () => {
  it('are written only while somebody watches', async () => {
    await expect.poll(() => server.parts.events.feed.isRead).toBe(false)
    const before = await count()
    const { group } = taxonomy
    await group('Unwatched')
    expect(await count()).toBe(before)
    const gdapOnly = await begun('?event=granular-*')
    await group('Not asked for')
    expect(await count()).toBe(before)
    await gdapOnly.close()
    const feed = await begun('?event=relata.taxonomy.*')
    const id = await group('Watched')
    expect(await feed.next()).toMatchObject({
      event: 'relata.taxonomy.group-created',
      data: {
        type: 'relata.taxonomy.group-created',
        subject: `termStore/groups/${id}`,
        data: { resourceName: 'TermGroup', changeType: 'created', after: { displayName: 'Watched' } },
      },
    })
    expect(await count()).toBe(before + 1)
  })

  it('are one for each row that a write has changed', async () => {
    const groupId = await taxonomy.group('Watched terms')
    const setId = await taxonomy.set(groupId, 'Set')
    const feed = await begun()
    const termId = await taxonomy.term(setId, 'One')
    const path = `/v1.0/termStore/sets/${setId}/terms/${termId}`
    await server.send('PATCH', path, { labels: [{ name: 'Two', languageTag: 'en-US', isDefault: true }] })
    await server.send('DELETE', path)
    const told = [await feed.next(), await feed.next(), await feed.next()]
    expect(told.map(({ event, data }) => [event, data.subject])).toEqual(
      ['created', 'changed', 'deleted'].map((what) => [
        `relata.taxonomy.term-${what}`,
        `termStore/sets/${setId}/terms/${termId}`,
      ]),
    )
    expect(told[1]?.data.data.before.labels[0].name).toBe('One')
    expect(told[1]?.data.data.after.labels[0].name).toBe('Two')
  })

  it('tell of people and groups, and never of a password', async () => {
    const feed = await begun(`?event=relata.directory.*`)
    const made = await server.send('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'New Person',
      mailNickname: 'new.person',
      userPrincipalName: 'new.person@contoso.example',
      passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' },
    })
    expect(made.status).toBe(201)
    const created = await feed.next()
    expect(created).toMatchObject({
      event: 'relata.directory.user-created',
      data: { subject: `users/${made.body.id}` },
    })
    expect(JSON.stringify(created.data)).not.toContain('assword')
    const group = await server.send('POST', '/v1.0/groups', {
      displayName: 'New group',
      mailEnabled: false,
      mailNickname: 'newgroup',
      securityEnabled: true,
    })
    expect((await feed.next()).data.subject).toBe(`groups/${group.body.id}`)
    const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${made.body.id}` }
    expect((await server.send('POST', `/v1.0/groups/${group.body.id}/members/$ref`, member)).status).toBe(204)
    expect(await feed.next()).toMatchObject({
      event: 'relata.directory.member-created',
      data: { subject: `groups/${group.body.id}/members/${made.body.id}` },
    })
  })
})
