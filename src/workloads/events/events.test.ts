/** The canonical form of an event is the specification's, and its facts stay small. */
import { describe, expect, it } from 'vitest'
import { bucketOf } from '#base/ids.ts'
import { cloudEventOf } from './canonical.ts'
import { type EventFacts, factsText } from './event-facts.ts'

const relationshipId = '72a7ae7e-4887-4e34-9755-2e1e9b26b943-63f017cb-9e0d-4f14-94bd-4871902b3409'
const tenantId = '9a1c0000-0000-4000-8000-00000000aaaa'
const row = {
  id: '01900000-0000-7000-8000-000000000001',
  eventName: 'granular-admin-relationship-approved',
  resourceName: 'GranularAdminRelationship',
  resourcePath: `/granularAdminRelationships/${relationshipId}`,
  subjectId: relationshipId,
  auditId: '01900000-0000-7000-8000-0000000000a1',
  changedDateTime: '2026-01-06T10:00:00.000Z',
  sequence: 42,
  orderingKey: relationshipId,
  bucket: 49,
  customerId: 'c0570000-0000-4000-8000-00000000bbbb',
  facts: factsText({
    changeType: 'updated',
    entity: 'delegatedAdminRelationship',
    before: { status: 'approvalPending' },
    after: { status: 'approved' },
    initiatedBy: { app: null, user: { displayName: 'Dana' } },
  }),
}

describe('an event', () => {
  it('has the form of events.md §1.4', () => {
    expect(JSON.stringify(cloudEventOf(row, tenantId, 'https://relata.example'))).toBe(
      JSON.stringify({
        specversion: '1.0',
        id: row.id,
        source: `https://relata.example/tenants/${tenantId}`,
        type: 'relata.granular-admin-relationship-approved',
        subject: `granularAdminRelationships/${relationshipId}`,
        time: '2026-01-06T10:00:00.000Z',
        datacontenttype: 'application/json',
        sequence: '00000000000000000042',
        tenantid: tenantId,
        customerid: row.customerId,
        auditid: row.auditId,
        data: {
          eventName: row.eventName,
          resourceName: 'GranularAdminRelationship',
          changeType: 'updated',
          before: { status: 'approvalPending' },
          after: { status: 'approved' },
        },
      }),
    )
  })

  it('of our own name is not named twice, and one without facts is readable', () => {
    const own = { ...row, eventName: 'relata.taxonomy.term-created', facts: null, customerId: null, auditId: null }
    const event = cloudEventOf(own, tenantId, 'https://relata.example')
    expect(event.type).toBe('relata.taxonomy.term-created')
    expect(event.data).toEqual({ eventName: own.eventName, resourceName: own.resourceName })
    expect(Object.keys(event)).not.toContain('customerid')
  })

  it('has the bucket of its key (events.md §1.2)', () => {
    expect(bucketOf(relationshipId)).toBe(49)
  })
})

describe('facts', () => {
  const sizeOf = (facts: EventFacts) => Buffer.byteLength(factsText(facts))

  it('leave out the longest members until 2 KiB are enough, and name them', () => {
    const after = { short: 'x', long: 'é'.repeat(900), longer: 'y'.repeat(1_500) }
    const told = JSON.parse(factsText({ changeType: 'created', entity: 'term', after }))
    // In bytes the one with accents is the longest.
    expect(told).toMatchObject({ after: { short: 'x', longer: after.longer }, omitted: ['long'] })
    expect(sizeOf({ changeType: 'created', entity: 'term', after })).toBeLessThanOrEqual(2_048)
  })

  it('stay as they are where they fit', () => {
    const facts = { changeType: 'updated', entity: 'set', before: { a: 1 }, after: { a: 2 } } as const
    expect(JSON.parse(factsText(facts))).toEqual(facts)
  })

  it('are small with any number of members', () => {
    const after = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`member${at}`, 'z'.repeat(at)]))
    expect(sizeOf({ changeType: 'updated', entity: 'term', before: after, after })).toBeLessThanOrEqual(2_048)
  })
})
