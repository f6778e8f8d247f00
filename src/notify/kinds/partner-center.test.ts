import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { OutboxRow, TargetRow } from './kind.ts'
import { partnerCenterBody, partnerCenterKind, partnerCenterSchedule } from './partner-center.ts'

const api = 'https://api.partnercenter.microsoft.com'
const bases = { api, resources: api }
const relationshipId = '72a7ae7e-4887-4e34-9755-2e1e9b26b943-63f017cb-9e0d-4f14-94bd-4871902b3409'

/** The event of events.md §2.4. */
const event = {
  id: '01900000-0000-7000-8000-000000000001',
  eventName: 'granular-admin-relationship-approved',
  resourceName: 'GranularAdminRelationship',
  resourcePath: `/granularAdminRelationships/${relationshipId}`,
  subjectId: relationshipId,
  auditId: '01900000-0000-7000-8000-0000000000a1',
  changedDateTime: '2026-01-06T10:00:00.000Z',
  sequence: 42,
} as unknown as OutboxRow

function targetWith(settings: object): TargetRow {
  return { id: 't', url: 'https://partner.example/hook', settings: JSON.stringify(settings) } as unknown as TargetRow
}

function kindWith(signed: string[]) {
  const sign = async (body: string) => {
    signed.push(body)
    return { signature: 'c2ln', certificateUrl: `${api}/_relata/webhooks/certificate.cer?kid=1` }
  }
  return partnerCenterKind({ version: '1.2.3', bases: () => bases, sign })
}

const facts = { tenantId: 'x', attempt: 1 }

describe("Partner Center's form", () => {
  it('has the documented body, byte for byte (case 4)', () => {
    const body = Buffer.from(partnerCenterBody(event, bases))
    expect(body.length).toBe(432)
    expect(createHash('sha256').update(body).digest('hex')).toBe(
      '661ec37b393ce1096ca99c294b91482296bc1b8bbe0eca87662a123b9f3214ce',
    )
  })

  it('names relationships at another host where that is set, and validation events at the API', () => {
    const resources = 'https://partner.microsoft.com'
    const uriOf = (row: OutboxRow): string => JSON.parse(partnerCenterBody(row, { api, resources })).ResourceUri
    expect(uriOf(event)).toBe(`${resources}/granularAdminRelationships/${relationshipId}`)
    const path = '/webhooks/v1/registration/validationEvents/7f1e0000-0000-4000-8000-00000000000c'
    expect(uriOf({ ...event, eventName: 'test-created', resourcePath: path })).toBe(`${api}${path}`)
    expect(JSON.parse(partnerCenterBody({ ...event, auditId: null }, bases)).AuditUri).toBeNull()
  })

  it('has the signature in the header that the registration chose (case 5)', async () => {
    const kind = kindWith([])
    const usual = await kind.outgoing(targetWith({}), [event], facts)
    expect(usual?.headers).toMatchObject({
      Authorization: 'Signature c2ln',
      'X-MS-Signature-Algorithm': 'rsa-sha256',
      'MS-CorrelationId': event.id,
      'relata-event-id': event.id,
      'relata-attempt': '1',
      'User-Agent': 'Relata/1.2.3',
    })
    const other = await kind.outgoing(targetWith({ signatureTokenToMsSignatureHeader: true }), [event], facts)
    expect(other?.headers).toMatchObject({ 'x-ms-signature': 'Signature c2ln' })
    expect(other?.headers['Authorization']).toBeUndefined()
  })

  it('is signed once for an event and a registration until the delivery has ended', async () => {
    const signed: string[] = []
    const kind = kindWith(signed)
    const target = targetWith({})
    for (const attempt of [1, 2, 3]) await kind.outgoing(target, [event], { tenantId: 'x', attempt })
    expect(signed).toHaveLength(1)
    const outcome = { event, attempt: 3, status: 500, error: 'status 500', at: event.changedDateTime }
    await kind.settled?.(undefined as never, target, [{ ...outcome, isLast: false }])
    await kind.outgoing(target, [event], facts)
    expect(signed).toHaveLength(1)
    await kind.settled?.(undefined as never, target, [{ ...outcome, isLast: true }])
    await kind.outgoing(target, [event], facts)
    expect(signed).toHaveLength(2)
  })

  it('is tried ten times', () => {
    const kind = kindWith([])
    expect(partnerCenterSchedule).toHaveLength(10)
    expect(kind.nextAfter(1, 0)).toBe(5000)
    expect(kind.nextAfter(9, 0)).toBe(8 * 3_600_000)
    expect(kind.nextAfter(10, 0)).toBeUndefined()
    expect(kind.endsAtGone).toBe(false)
  })

  it('is not sent of what happened before its name was added', () => {
    const target = targetWith({ since: { [event.eventName]: 42 } })
    expect(kindWith([]).wants?.(target, event)).toBe(false)
    expect(kindWith([]).wants?.(target, { ...event, sequence: 43 })).toBe(true)
  })
})
