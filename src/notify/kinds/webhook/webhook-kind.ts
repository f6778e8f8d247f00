/** Our own webhooks: CloudEvents 1.0, structured, binary or in batches, signed as Standard Webhooks (events.md §4). */
import { hash } from 'node:crypto'
import { type CloudEvent, cloudEventOf } from '#workloads/events/canonical.ts'
import type { AttemptFacts, OutboxRow, Outgoing, TargetKind, TargetRow } from '../kind.ts'
import { nextIn, ownSchedule } from '../schedule.ts'
import { type SigningName, secretsIn, signatureOf } from './signing.ts'

export interface WebhookSettings {
  readonly mode: 'structured' | 'binary'
  readonly signing: SigningName
  readonly batch: boolean
  /** Added to each request. */
  readonly headers: Readonly<Record<string, string>>
  readonly description: string | null
  /** Of this server, as who registered it named it. */
  readonly origin: string
}

export interface WebhookKindFacts {
  /** Of this server, for `source`; undefined: what who registered the target used. */
  readonly publicUrl: string | undefined
  readonly schedule?: readonly number[] | undefined
  /** Of the real clock, in milliseconds since 1970. */
  readonly now?: () => number
}

const requestMillis = 15_000
const mostInBatch = 100

const settingsOf = remembering((text): WebhookSettings => JSON.parse(text) as WebhookSettings)

/** The same text gives the same value, for the few texts that there are. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= 1_000) known.clear()
    const made = read(text)
    known.set(text, made)
    return made
  }
}

export function webhookSettings({ settings }: Pick<TargetRow, 'settings'>): WebhookSettings {
  return settingsOf(settings)
}

/** As the HTTP binding of CloudEvents writes values in headers: percent-encoded outside of printable ASCII. */
function headerText(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

function binaryOf({ data, datacontenttype, ...attributes }: CloudEvent) {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerText(String(value))] as const)
  return { body: JSON.stringify(data), headers: { 'content-type': datacontenttype, ...Object.fromEntries(headers) } }
}

function bodyOf(events: readonly CloudEvent[], { mode, batch }: WebhookSettings) {
  const [first] = events
  if (first !== undefined && mode === 'binary') return binaryOf(first)
  if (batch)
    return {
      body: JSON.stringify(events),
      headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
    }
  return { body: JSON.stringify(first), headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' } }
}

/** Of one event its own; of several, one that the same events have again. */
function messageIdOf(events: readonly OutboxRow[]): string {
  const ids = events.map(({ id }) => id)
  return ids.length === 1 ? (ids[0] as string) : `batch-${hash('sha256', ids.join(), 'hex').slice(0, 32)}`
}

export function webhookKind({ publicUrl, schedule = ownSchedule, now = Date.now }: WebhookKindFacts): TargetKind {
  const outgoing = (target: TargetRow, events: readonly OutboxRow[], facts: AttemptFacts): Outgoing | undefined => {
    const settings = webhookSettings(target)
    const secrets = secretsIn(target.secret)
    if (secrets === undefined) return undefined
    const origin = publicUrl ?? settings.origin
    const forms = events.map((event) => cloudEventOf(event, facts.tenantId, origin))
    const { body, headers } = bodyOf(forms, settings)
    const id = messageIdOf(events)
    const millis = now()
    const timestamp = String(Math.floor(millis / 1_000))
    return {
      url: target.url,
      headers: {
        ...settings.headers,
        ...headers,
        'user-agent': 'relata',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(secrets, `${id}.${timestamp}.${body}`, millis),
        'relata-attempt': String(facts.attempt),
      },
      body,
    }
  }
  return {
    name: 'webhook',
    requestMillis,
    endsAtGone: true,
    mostEvents: (target) => (webhookSettings(target).batch ? mostInBatch : 1),
    nextAfter: (attempts) => nextIn(schedule, attempts),
    outgoing: async (target, events, facts) => outgoing(target, events, facts),
  }
}
