/** Relationships, assignments, operations and requests that get stuck, fail or take their time, at run time (gdap.md §3.7). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, relationships, relationshipsOver, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { faultsOf } from './kit.ts'

let server: TestServer
let faults: ReturnType<typeof faultsOf>
let made: ReturnType<typeof relationshipsOver>

beforeAll(async () => {
  server = await startTestServer({
    gdap: { ...(await import('#app/config.ts')).defaultConfig.gdap, trustAnyGroup: true },
  })
  faults = faultsOf(server)
  made = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  await server.clock({ freeze: true })
})
afterEach(() => faults.clear())
afterAll(() => server.close())

const statusOf = async (path: string): Promise<string> =>
  (await server.send('GET', `${relationships}/${path}`)).body.status
const assign = async (id: string, accessContainerId = crypto.randomUUID()): Promise<string> => {
  const { status, body } = await server.send('POST', `${relationships}/${id}/accessAssignments`, {
    accessContainer: { accessContainerId, accessContainerType: 'securityGroup' },
    accessDetails: rolesOf(helpdesk),
  })
  expect(status).toBe(201)
  return `${id}/accessAssignments/${body.id}`
}

describe('what is stuck', () => {
  it('stays in its status until the rule is gone, and then goes on', async () => {
    const id = await faults.add({
      what: { gdap: { stuck: { machine: 'relationship', status: 'approved', displayName: 'Slow one' } } },
    })
    const slow = await made.relationship('active', { displayName: 'Slow one' })
    const other = await made.relationship('active')
    expect([await statusOf(slow), await statusOf(other)]).toEqual(['approved', 'active'])
    await server.clock({ advance: 'P2D' })
    expect(await statusOf(slow)).toBe('approved')
    expect(await faults.list()).toMatchObject([{ id, hits: 1 }])
    await faults.remove(id)
    expect(await statusOf(slow)).toBe('active')
  })

  it('goes on when the time of the rule is over', async () => {
    await faults.add({ what: { gdap: { stuck: { machine: 'assignment' } } }, until: 'PT1H' })
    const assignment = await assign(await made.relationship('active'))
    expect(await statusOf(assignment)).toBe('pending')
    await server.clock({ advance: 'PT59M' })
    expect(await statusOf(assignment)).toBe('pending')
    await server.clock({ advance: 'PT1M' })
    expect(await statusOf(assignment)).toBe('active')
  })

  it.each(['P9000Y', 'P999999999Y'])('may be so for longer than any clock goes (%s)', async (until) => {
    const id = await faults.add({ what: { gdap: { stuck: { machine: 'assignment' } } }, until })
    const assignment = await assign(await made.relationship('active'))
    expect(await statusOf(assignment)).toBe('pending')
    await server.clock({ advance: 'P1D' })
    expect(await statusOf(assignment)).toBe('pending')
    expect(await faults.show(id)).toMatchObject({ body: { hits: 1 } })
    // What failed, or is due at a time that no clock shows, would be done again and again.
    const { due } = (await (await fetch(`${server.http}/_relata/clock/due`)).json()) as { due: { subject: string }[] }
    expect(due.filter(({ subject }) => subject === assignment.split('/')[2])).toEqual([])
    await faults.remove(id)
    expect(await statusOf(assignment)).toBe('active')
  })

  it('is what the rule selects, and as often as it says', async () => {
    const owner = await made.relationship('active')
    const group = crypto.randomUUID()
    await faults.add({ what: { gdap: { stuck: { machine: 'assignment', status: 'pending', groupId: group } } } })
    const both = [await assign(owner, group), await assign(owner)]
    expect(await Promise.all(both.map(statusOf))).toEqual(['pending', 'active'])
    await faults.clear()
    expect(await Promise.all(both.map(statusOf))).toEqual(['active', 'active'])
    await faults.add({ what: { gdap: { stuck: { machine: 'assignment' } } }, times: 1 })
    const next = [await assign(owner), await assign(owner)]
    expect(await Promise.all(next.map(statusOf))).toEqual(['pending', 'active'])
  })

  it('may be what the settings do not hold, which stays held', async () => {
    const rule = { what: { gdap: { stuck: { machine: 'operation', status: 'running' } } } }
    const id = await faults.add(rule)
    const owner = await made.relationship('active', {
      accessDetails: rolesOf(helpdesk, 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'),
    })
    const assignment = await assign(owner)
    const { headers } = await server.send('GET', `${relationships}/${assignment}`)
    const changed = await server.send(
      'PATCH',
      `${relationships}/${assignment}`,
      { accessDetails: rolesOf(helpdesk, 'f2ef992c-3afb-46b9-b7cf-a126ee74c451') },
      { headers: { 'if-match': headers.get('etag') ?? '*' } },
    )
    expect(changed.status).toBe(202)
    const operation = new URL(changed.headers.get('location') ?? '').pathname
    const status = async () => (await server.send('GET', operation)).body.status
    expect(await status()).toBe('running')
    await faults.patch(id, { on: false })
    expect(await status()).toBe('succeeded')
  })
})

describe('what fails', () => {
  it('ends in error or failed, as often as the rule says', async () => {
    const owner = await made.relationship('active')
    await faults.add({ what: { gdap: { failing: { machine: 'assignment', relationshipId: owner } } }, times: 1 })
    const both = [await assign(owner), await assign(owner)]
    expect(await Promise.all(both.map(statusOf))).toEqual(['error', 'active'])
    await faults.add({ what: { gdap: { failing: { machine: 'request' } } } })
    const id = await made.relationship('created')
    const { body } = await server.send('POST', `${relationships}/${id}/requests`, { action: 'lockForApproval' })
    expect([await statusOf(`${id}/requests/${body.id}`), await statusOf(id)]).toEqual(['failed', 'created'])
  })
})

describe('what takes its time', () => {
  it('does so on the clock of the world, by the names of the flags', async () => {
    await faults.add({ what: { gdap: { latencySeconds: { activation: 60, assignment: 10 } } } })
    const id = await made.relationship('active')
    const seen = [await statusOf(id)]
    for (let at = 0; at < 2; at += 1) {
      await server.clock({ advance: 'PT30S' })
      seen.push(await statusOf(id))
    }
    expect(seen).toEqual(['approved', 'activating', 'active'])
    const assignment = await assign(id)
    expect(await statusOf(assignment)).toBe('pending')
    await server.clock({ advance: 'PT10S' })
    expect(await statusOf(assignment)).toBe('active')
  })

  it('does so for one relationship and what is below it, where that is asked for', async () => {
    const [slow, other] = [await made.relationship('approvalPending'), await made.relationship('approvalPending')]
    const id = await faults.add({
      what: { gdap: { latencySeconds: { activation: 10, assignment: 10 }, relationshipId: slow.toUpperCase() } },
    })
    for (const one of [slow, other])
      expect((await server.customer('approve', one, { tenantId: wellKnown.fabrikam })).status).toBe(200)
    expect([await statusOf(slow), await statusOf(other)]).toEqual(['approved', 'active'])
    await server.clock({ advance: 'PT10S' })
    expect(await statusOf(slow)).toBe('active')
    const assignments = [await assign(slow), await assign(other)]
    expect(await Promise.all(assignments.map(statusOf))).toEqual(['pending', 'active'])
    expect(await faults.show(id)).toMatchObject({ body: { hits: 3 } })
    const wrong = await faults.post({ what: { gdap: { stuck: { machine: 'relationship' }, relationshipId: slow } } })
    expect(wrong.status).toBe(400)
    expect((await faults.post({ what: { gdap: { relationshipId: slow } } })).status).toBe(400)
  })

  it('delays the lock of a new relationship', async () => {
    await faults.add({ what: { gdap: { latencySeconds: { lock: 5 } } } })
    const id = await made.relationship('created')
    const lock = () => server.send('POST', `${relationships}/${id}/requests`, { action: 'lockForApproval' })
    expect((await lock()).status).toBe(405)
    await server.clock({ advance: 'PT5S' })
    expect((await lock()).status).toBe(201)
  })
})

describe('a rule that holds rows of a tenant that was removed', () => {
  it('is removed all the same', async () => {
    const other = await startTestServer()
    try {
      const { relationship } = relationshipsOver(
        (method, path, body) => other.send(method, path, body, { tenant: wellKnown.contoso }),
        (id, body) => other.customer('approve', id, body),
      )
      const id = await faultsOf(other).add({ what: { gdap: { stuck: { machine: 'relationship' } } } })
      await relationship('active')
      await other.parts.store.removeTenant(wellKnown.contoso)
      expect((await faultsOf(other).remove(id)).status).toBe(204)
    } finally {
      await other.close()
    }
  })
})

describe('the control addresses of the customer', () => {
  it('work where every request fails', async () => {
    const id = await made.relationship('approvalPending')
    await faults.add({ where: { path: '/**' }, what: { status: 503 } })
    const { status, body } = await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect([status, body.status]).toEqual([200, 'active'])
  })
})
