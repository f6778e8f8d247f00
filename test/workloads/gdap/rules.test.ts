/** Latency, trouble on purpose, and what is written down: gdap.md §3.7, §7, §9. */
import { afterEach, describe, expect, it } from 'vitest'
import { bucketOf } from '#base/ids.ts'
import { directoryAudit, outboxEvent } from '#workloads/directory/audit.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { noLatency } from '#workloads/gdap/rules/settings.ts'
import { assignment, customer, operation, relationship, request, serviceDetail } from '#workloads/gdap/types.ts'
import { detailsOf, groups, openWorld, partnerId, roles, start, tenants, type World } from './harness.ts'

const worlds: World[] = []
const open = async (...given: Parameters<typeof openWorld>): Promise<World> => {
  const world = await openWorld(...given)
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    expect(world.faults).toEqual([])
    await world.close()
  }
})

const [group1 = '', group2 = ''] = groups
const second = (count: number) => new Date(Date.parse(start) + count * 1000).toISOString()
const statusOf = async (world: World, id: string) => (await world.get(relationship, id))?.['status']
const statusesOf = async (world: World, type: typeof request | typeof operation | typeof assignment) =>
  (await world.list(type)).map((row) => row['status'])
const eventsOf = async (world: World) =>
  (await world.list(outboxEvent)).map((row) => [row['changedDateTime'], row['eventName']])
const recordsOf = async (world: World, subjectId: string) =>
  (await world.list(directoryAudit, { subjectId })).map((row) => row['operationType'])

describe('latencies', () => {
  it('let each status of the activation rest for its half', async () => {
    const world = await open({ latencySeconds: { ...noLatency, activation: 100 } })
    const id = await world.relationship('approvalPending')
    await world.customer('approve', id)
    expect(await statusOf(world, id)).toBe('approved')
    await world.advanceTo(second(49))
    expect(await statusOf(world, id)).toBe('approved')
    await world.advanceTo(second(50))
    expect(await statusOf(world, id)).toBe('activating')
    await world.advanceTo(second(100))
    const row = await world.get(relationship, id)
    expect(row).toMatchObject({ status: 'active', activatedDateTime: second(100) })
  })

  it('give each step of a long jump its own instant', async () => {
    const world = await open({ latencySeconds: { ...noLatency, activation: 100, expiry: 40 } })
    const id = await world.relationship('approvalPending', { duration: 'P1D' })
    await world.customer('approve', id)
    await world.advance(300)
    expect(await world.get(relationship, id)).toMatchObject({
      status: 'expired',
      activatedDateTime: second(100),
      endDateTime: second(100 + 86_400 + 40),
    })
    expect(await eventsOf(world)).toEqual([
      [start, 'relata.granular-admin-relationship-created'],
      [start, 'relata.granular-admin-relationship-locked'],
      [start, 'granular-admin-relationship-approved'],
      [second(100), 'granular-admin-relationship-activated'],
      [second(100 + 86_400 + 40), 'granular-admin-relationship-expired'],
    ])
  })

  it('keep requests and operations under way, and refuse a second change meanwhile', async () => {
    const world = await open({ latencySeconds: { ...noLatency, request: 10, operation: 60 } })
    const id = await world.relationship('created')
    await world.request(id, 'lockForApproval')
    expect([await statusOf(world, id), await statusesOf(world, request)]).toEqual(['created', ['created']])
    await world.advanceTo(second(5))
    expect([await statusOf(world, id), await statusesOf(world, request)]).toEqual(['created', ['pending']])
    await world.advanceTo(second(10))
    expect([await statusOf(world, id), await statusesOf(world, request)]).toEqual(['approvalPending', ['succeeded']])
    await world.customer('approve', id)
    const made = await world.assign(id, group1, [roles.helpdesk])
    const patch = { accessDetails: detailsOf([roles.reader]) }
    expect((await world.update(assignment, made.id, patch)).operationId).toBeDefined()
    expect(await statusesOf(world, operation)).toEqual(['notStarted'])
    await world.advanceTo(second(40))
    expect(await statusesOf(world, operation)).toEqual(['running'])
    await expect(world.update(assignment, made.id, patch)).rejects.toMatchObject({ kind: 'conflict' })
    expect((await world.get(assignment, made.id))?.['accessDetails']).toEqual(detailsOf([roles.helpdesk]))
    await world.advanceTo(second(70))
    expect(await statusesOf(world, operation)).toEqual(['succeeded'])
    expect((await world.get(assignment, made.id))?.['accessDetails']).toEqual(detailsOf([roles.reader]))
  })

  it('fail a request that the relationship has not waited for', async () => {
    const world = await open({ latencySeconds: { ...noLatency, request: 10 } })
    const id = await world.relationship('created')
    await world.request(id, 'lockForApproval')
    await world.request(id, 'lockForApproval')
    await world.advanceTo(second(10))
    expect((await statusesOf(world, request)).sort()).toEqual(['failed', 'succeeded'])
  })

  it('hold a group back until its deletion is through', async () => {
    const world = await open({ latencySeconds: { ...noLatency, removal: 5 } })
    const id = await world.relationship('active')
    const made = await world.assign(id, group1, [roles.helpdesk])
    await world.remove(assignment, made.id)
    await expect(world.assign(id, group1, [roles.helpdesk])).rejects.toMatchObject({ kind: 'conflict' })
    await expect(world.remove(assignment, made.id)).rejects.toMatchObject({ kind: 'conflict' })
    await world.advanceTo(second(5))
    await world.assign(id, group1, [roles.helpdesk])
    expect((await statusesOf(world, assignment)).sort()).toEqual(['active', 'deleted'])
  })

  it('refuse a lock that comes too soon', async () => {
    const world = await open({ latencySeconds: { ...noLatency, lock: 5 } })
    const id = await world.relationship('created')
    await expect(world.request(id, 'lockForApproval')).rejects.toMatchObject({ kind: 'notAllowed' })
    await world.advanceTo(second(5))
    await world.request(id, 'lockForApproval')
    expect(await statusOf(world, id)).toBe('approvalPending')
  })

  it('bring what is still under way to nothing when the relationship ends', async () => {
    const world = await open({ latencySeconds: { ...noLatency, operation: 1000, assignment: 1000 } })
    const id = await world.relationship('active', {
      accessDetails: detailsOf([roles.globalAdministrator, roles.reader]),
    })
    await world.assign(id, group1, [roles.reader])
    await world.update(relationship, id, { accessDetails: detailsOf([roles.reader]) })
    await world.customer('terminate', id)
    expect([await statusesOf(world, operation), await statusesOf(world, assignment)]).toEqual([['failed'], ['deleted']])
    await world.advance(1)
    expect([await statusesOf(world, operation), await statusesOf(world, assignment)]).toEqual([['failed'], ['deleted']])
    expect((await world.get(relationship, id))?.['accessDetails']).toEqual(
      detailsOf([roles.globalAdministrator, roles.reader]),
    )
  })
})

describe('trouble on purpose', () => {
  it('leaves a relationship where it is stuck', async () => {
    const world = await open({ stuck: [{ machine: 'relationship', status: 'approved', displayName: 'NORTHWIND run' }] })
    const id = await world.relationship('approvalPending')
    const other = await world.relationship('approvalPending', { displayName: 'Other' })
    await world.customer('approve', id)
    await world.customer('approve', other)
    await world.advance(1)
    expect([await statusOf(world, id), await statusOf(world, other)]).toEqual(['approved', 'active'])
  })

  it('leaves the assignment of one group pending, and lets another one fail', async () => {
    const world = await open({
      stuck: [{ machine: 'assignment', groupId: group1 }],
      failing: [{ machine: 'assignment', status: 'pending', groupId: group2 }],
    })
    const id = await world.relationship('active')
    const [one, other] = [
      await world.assign(id, group1, [roles.reader]),
      await world.assign(id, group2, [roles.reader]),
    ]
    await world.advance(1)
    expect((await world.get(assignment, one.id))?.['status']).toBe('pending')
    expect((await world.get(assignment, other.id))?.['status']).toBe('error')
    await expect(world.remove(assignment, one.id)).rejects.toMatchObject({ kind: 'notAllowed' })
    await expect(world.remove(assignment, other.id)).rejects.toMatchObject({ kind: 'notAllowed' })
    await world.assign(id, group2, [roles.reader])
    expect((await eventsOf(world)).map(([, name]) => name)).toContain('relata.granular-admin-access-assignment-failed')
  })

  it.each(['notStarted', 'running'])('fails operations in %s, and changes nothing', async (status) => {
    const world = await open({ failing: [{ machine: 'operation', status }] })
    const id = await world.relationship('active')
    const made = await world.assign(id, group1, [roles.reader])
    await world.update(assignment, made.id, { accessDetails: detailsOf([roles.helpdesk]) })
    expect(await statusesOf(world, operation)).toEqual(['failed'])
    expect((await world.get(assignment, made.id))?.['accessDetails']).toEqual(detailsOf([roles.reader]))
  })

  it('fails requests, and leaves the relationship', async () => {
    const world = await open({ failing: [{ machine: 'request' }] })
    const id = await world.relationship('approvalPending')
    expect([await statusOf(world, id), await statusesOf(world, request)]).toEqual(['created', ['failed']])
  })
})

describe('time', () => {
  it('extends by 180 days for as long as that is on, then expires', async () => {
    const world = await open()
    const id = await world.relationship('active', { duration: 'P10D', autoExtendDuration: 'P180D' })
    const day = (count: number) => second(count * 86_400)
    await world.advance(10)
    expect(await world.get(relationship, id)).toMatchObject({
      status: 'active',
      duration: 'P10D',
      activatedDateTime: start,
      endDateTime: day(190),
      lastModifiedDateTime: day(10),
    })
    await world.advance(400)
    expect(await world.get(relationship, id)).toMatchObject({ status: 'active', endDateTime: day(550) })
    await world.update(relationship, id, { autoExtendDuration: 'PT0S' })
    await world.advance(139)
    expect(await statusOf(world, id)).toBe('active')
    await world.advance(1)
    expect(await world.get(relationship, id)).toMatchObject({ status: 'expired', endDateTime: day(550) })
  })

  it('removes an invitation nobody answered after 90 days, and an ended one after a year, with all below', async () => {
    const world = await open()
    const pending = await world.relationship('approvalPending', { displayName: 'Pending' })
    const ended = await world.relationship('active')
    await world.assign(ended, group1, [roles.reader])
    await world.request(ended, 'terminate')
    await world.advance(89.9)
    expect(await statusOf(world, pending)).toBe('approvalPending')
    await world.advance(0.2)
    expect(await statusOf(world, pending)).toBeUndefined()
    await world.advance(274)
    expect(await statusOf(world, ended)).toBe('terminated')
    await world.advance(1)
    expect(await statusOf(world, ended)).toBeUndefined()
    for (const type of [assignment, request, operation]) expect(await world.list(type)).toEqual([])
    expect((await recordsOf(world, ended)).at(-1)).toBe('granular_admin_relationship_cleaned_up')
    // The names are free again.
    await world.relationship('created')
    await world.relationship('created', { displayName: 'Pending' })
  })

  it('lets a second link for the same customer alone', async () => {
    const world = await open()
    const id = await world.relationship('approvalPending')
    await world.customer('approve', id, tenants[1])
    await expect(world.customer('approve', id, tenants[2])).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await world.get(relationship, id)).toMatchObject({ customerTenantId: tenants[1]?.id })
  })
})

describe('what is written down', () => {
  it('is one record for each transition, and the events Partner Center names', async () => {
    const world = await open()
    const id = await world.relationship('active', { customer: { tenantId: tenants[0]?.id } })
    await world.request(id, 'terminate')
    expect(
      (await recordsOf(world, id)).map((name) => String(name).replace('granular_admin_relationship_', '')),
    ).toEqual([
      'created',
      'locked_for_approval',
      'approved',
      'activating',
      'activated',
      'termination_requested',
      'terminating',
      'terminated',
    ])
    expect((await eventsOf(world)).map(([, name]) => name)).toEqual([
      'relata.granular-admin-relationship-created',
      'relata.granular-admin-relationship-locked',
      'granular-admin-relationship-approved',
      'granular-admin-relationship-activated',
      'granular-admin-relationship-terminated',
    ])
  })

  it('says who, what, old, new and when', async () => {
    const world = await open()
    const id = await world.relationship('active')
    await world.advance(1)
    await world.request(id, 'terminate')
    const records = await world.list(directoryAudit, { subjectId: id })
    const of = (name: string) => records.find((row) => row['operationType'] === `granular_admin_relationship_${name}`)
    expect(of('termination_requested')).toMatchObject({
      activityDateTime: world.now,
      result: 'success',
      initiatedBy: { app: { appId: 'app' }, user: null },
      targetResources: [
        {
          id,
          displayName: 'Northwind run',
          modifiedProperties: [
            { displayName: 'status', oldValue: '"active"', newValue: '"terminationRequested"' },
            { displayName: 'lastModifiedDateTime', oldValue: `"${start}"`, newValue: `"${world.now}"` },
          ],
        },
      ],
    })
    expect(of('approved')?.['initiatedBy']).toMatchObject({
      user: { userPrincipalName: 'admin@customer1.example' },
    })
    expect(of('approved')?.['additionalDetails']).toContainEqual({ key: 'ApprovedBy', value: 'Customer' })
    expect(of('activated')?.['initiatedBy']).toEqual({ app: null, user: null })
    const [event] = await world.list(outboxEvent, { eventName: 'granular-admin-relationship-terminated' })
    expect(event).toMatchObject({ resourcePath: `/granularAdminRelationships/${id}`, auditId: of('terminated')?.id })
  })

  it('has its place in the order of the tenant, and says what was before and after', async () => {
    const world = await open()
    const id = await world.relationship('active')
    const rows = await world.list(outboxEvent)
    expect(rows.map((row) => row['sequence'])).toEqual(rows.map((_, at) => at + 1))
    const approved = rows.find((row) => row['eventName'] === 'granular-admin-relationship-approved')
    expect(approved).toMatchObject({ orderingKey: id, bucket: bucketOf(id), customerId: tenants[0]?.id })
    expect(JSON.parse(String(approved?.['facts']))).toMatchObject({
      changeType: 'updated',
      entity: 'delegatedAdminRelationship',
      before: { status: 'approvalPending' },
      after: { status: 'approved' },
      initiatedBy: { user: { userPrincipalName: 'admin@customer1.example' } },
    })
  })

  it('is gone when the transition is', async () => {
    const world = await open()
    const id = await world.relationship('approvalPending')
    const before = [await recordsOf(world, id), await eventsOf(world)]
    const failed = world.write(async (context) => {
      const { approve } = await import('#workloads/gdap/rules/relationship/customer-decision.ts')
      const [first] = tenants
      if (first === undefined) throw new Error('no tenant')
      await approve(context, { relationshipId: id, customer: { ...first, tenantId: first.id } })
      throw new Error('after all')
    })
    await expect(failed).rejects.toThrow('after all')
    expect([await recordsOf(world, id), await eventsOf(world)]).toEqual(before)
    expect(await statusOf(world, id)).toBe('approvalPending')
  })
})

describe('settings', () => {
  it('trust any GUID where told', async () => {
    const world = await open({ trustAnyGroup: true })
    const id = await world.relationship('active')
    await world.assign(id, 'ffffffff-0000-4000-8000-000000000000', [roles.reader])
  })

  it('refuse unassignable roles in strict mode', async () => {
    const guestUser = detailsOf(['10dae51f-b6af-4016-8d66-8c2a99b929b3'])
    const strict = await open({ strict: true })
    await expect(strict.relationship('created', { accessDetails: guestUser })).rejects.toMatchObject({
      kind: 'invalid',
    })
    const world = await open()
    await world.relationship('created', { accessDetails: guestUser })
  })

  it('take any GUID as a role where told, in assignments too', async () => {
    const unlisted = '8329153a-20ed-4bf8-aa37-81242c6e8e01'
    const world = await open({ trustAnyGroup: true, trustAnyRole: true })
    const id = await world.relationship('active', { accessDetails: detailsOf([unlisted]) })
    await world.assign(id, 'ffffffff-0000-4000-8000-000000000000', [unlisted])
  })

  it('keep users outside of AdminAgents from changing anything', async () => {
    const userId = 'aaaaaaaa-0000-4000-8000-000000000001'
    const world = await open({ adminAgents: true }, { kind: 'user', userId })
    await expect(world.relationship('created')).rejects.toMatchObject({ kind: 'forbidden' })
    await world.write(async ({ tx, ids }) => {
      const common = { mailEnabled: false, mailNickname: 'x', securityEnabled: true }
      const agents = await tx.insert(group, { ...common, id: ids.mint(), displayName: 'AdminAgents' })
      await tx.insert(user, {
        ...{ id: userId, displayName: 'Agent', userPrincipalName: 'agent@contoso.example' },
        accountEnabled: true,
      })
      await tx.insert(membership, { id: ids.mint(), groupId: agents.id, memberId: userId })
    })
    const id = await world.relationship('created')
    expect(id.endsWith(partnerId)).toBe(true)
    await world.write(({ tx }) => tx.update(user, userId, { accountEnabled: false }))
    await expect(world.relationship('created')).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('show a service link only where one of its roles is in force', async () => {
    const serviceTemplates = [
      { serviceName: 'Always', url: 'https://a.example/{tenantId}' },
      { serviceName: 'Users', url: 'https://u.example/{defaultDomain}', roles: [roles.globalAdministrator] },
    ]
    const world = await open({ serviceTemplates })
    const names = async () => (await world.list(serviceDetail)).map((row) => row['serviceName']).sort()
    const id = await world.relationship('active', {
      accessDetails: detailsOf([roles.globalAdministrator, roles.reader]),
    })
    expect(await names()).toEqual(['Always', 'Users'])
    await world.update(relationship, id, { accessDetails: detailsOf([roles.reader]) })
    expect(await names()).toEqual(['Always'])
    await world.request(id, 'terminate')
    expect([await names(), await world.list(customer)]).toEqual([[], []])
  })
})
