/** Requests of our own webhooks, as values: events.md §4.2. */
import { describe, expect, it } from 'vitest'
import { type EventFacts, factsText } from '#workloads/events/event-facts.ts'
import type { OutboxRow, TargetRow } from '../kind.ts'
import { makeSecret } from './signing.ts'
import { type WebhookSettings, webhookKind } from './webhook-kind.ts'

const origin = 'https://relata.example'
const facts = { tenantId: '9a1c0000-0000-4000-8000-00000000aaaa', attempt: 1 }

function targetWith(more: Partial<WebhookSettings>): TargetRow {
  const settings = {
    mode: 'structured',
    signing: 'hmac',
    batch: false,
    headers: {},
    description: null,
    origin,
    ...more,
  }
  const secret = JSON.stringify({ current: makeSecret('hmac') })
  return { id: 't', url: 'https://hooks.example/', settings: JSON.stringify(settings), secret } as unknown as TargetRow
}

function eventOf(sequence: number, more: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: `event-${sequence}`,
    sequence,
    eventName: 'test-told',
    resourceName: 'Test',
    resourcePath: `/tests/${sequence}`,
    subjectId: `${sequence}`,
    changedDateTime: '2026-01-06T10:00:00.000Z',
    customerId: null,
    auditId: null,
    facts: null,
    ...more,
  } as unknown as OutboxRow
}

async function requestOf(settings: Partial<WebhookSettings>, events: readonly OutboxRow[], now = 0) {
  const kind = webhookKind({ publicUrl: undefined, now: () => now })
  const outgoing = await kind.outgoing(targetWith(settings), events, facts)
  if (outgoing === undefined) throw new Error('there is no request')
  return outgoing
}

describe('a request of a webhook', () => {
  it('has the time of its attempt, and the id of its event at every attempt', async () => {
    const event = eventOf(1)
    const [first, second] = [await requestOf({}, [event], 1_000_400), await requestOf({}, [event], 9_999_999)]
    expect([first.headers['webhook-timestamp'], second.headers['webhook-timestamp']]).toEqual(['1000', '9999'])
    expect([first.headers['webhook-id'], second.headers['webhook-id']]).toEqual(['event-1', 'event-1'])
  })

  it('writes attributes in headers percent-encoded outside of printable ASCII', async () => {
    const { headers, body } = await requestOf({ mode: 'binary' }, [eventOf(1, { resourcePath: '/tests/ü "%€' })])
    expect(headers['ce-subject']).toBe('tests/%C3%BC%20%22%25%E2%82%AC')
    expect(headers['ce-sequence']).toBe('00000000000000000001')
    expect(JSON.parse(body)).toEqual({ eventName: 'test-told', resourceName: 'Test' })
  })

  it('is of one event, unless a batch was asked for: then of a hundred, known by what they are', async () => {
    const kind = webhookKind({ publicUrl: undefined })
    expect([kind.mostEvents(targetWith({})), kind.mostEvents(targetWith({ batch: true }))]).toEqual([1, 100])
    const [one, other] = [
      [eventOf(1), eventOf(2)],
      [eventOf(1), eventOf(3)],
    ]
    const idOf = async (events: OutboxRow[]) => (await requestOf({ batch: true }, events)).headers['webhook-id']
    expect(await idOf(one)).toBe(await idOf(one))
    expect(await idOf(one)).not.toBe(await idOf(other))
  })

  it('has the headers of who registered it, beneath its own', async () => {
    const { headers } = await requestOf({ headers: { 'x-team': 'a', 'webhook-id': 'mine' } }, [eventOf(1)])
    expect(headers).toMatchObject({ 'x-team': 'a', 'webhook-id': 'event-1' })
  })

  it('stays below 20 kB, as what an event keeps of a change does', async () => {
    const after = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`member${at}`, 'x'.repeat(5_000)]))
    const told: EventFacts = { changeType: 'updated', entity: 'term', before: after, after }
    const { body } = await requestOf({}, [eventOf(1, { facts: factsText(told) })])
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
  })

  it('may take 15 s', () => {
    expect(webhookKind({ publicUrl: undefined }).requestMillis).toBe(15_000)
  })
})
