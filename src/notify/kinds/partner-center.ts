/** Partner Center's form of delivery: one event a request, signed with RSA over the bytes of its body (events.md §2.4–2.7). */
import { randomUUID } from 'node:crypto'
import { guidOf } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import type { Tx } from '#edm/ports.ts'
import { testEvent } from '#workloads/events/names.ts'
import { validationEvent } from '#workloads/events/types.ts'
import type { OutboxRow, Outcome, Outgoing, TargetKind, TargetRow } from './kind.ts'
import { nextIn } from './schedule.ts'

/** Milliseconds before each of the ten attempts (events.md §6.4). */
export const partnerCenterSchedule: readonly number[] = [
  ...[0, 5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800].map((seconds) => seconds * 1000),
]

/** What a target's `settings` hold. */
export interface PartnerCenterSettings {
  readonly signatureTokenToMsSignatureHeader: boolean
  readonly properties?: Readonly<Record<string, string>>
  readonly lastModified: string
  /** Of this server, as the partner has reached it. */
  readonly origin?: string
  /** Names that were added later: only events after this sequence are told. */
  readonly since?: Readonly<Record<string, number>>
}

export interface Signed {
  /** Base64. */
  readonly signature: string
  readonly certificateUrl: string
}

export interface Bases {
  readonly api: string
  /** Of relationships and assignments. */
  readonly resources: string
}

export interface PartnerCenterFacts {
  /** Of this server. */
  readonly version: string
  /** What addresses begin with, for a registration that was made at this origin. */
  readonly bases: (origin: string | undefined) => Bases
  /** `api`: what the address of the certificate begins with. */
  readonly sign: (body: string, api: string) => Promise<Signed>
  readonly schedule?: readonly number[] | undefined
}

export function settingsOf({ settings }: Pick<TargetRow, 'settings'>): PartnerCenterSettings {
  const value: unknown = JSON.parse(settings)
  const { signatureTokenToMsSignatureHeader, ...more } = isObject(value) ? value : {}
  return {
    ...(more as unknown as PartnerCenterSettings),
    signatureTokenToMsSignatureHeader: signatureTokenToMsSignatureHeader === true,
  }
}

/** Compact JSON in the documented order. */
export function partnerCenterBody(
  event: Pick<OutboxRow, 'eventName' | 'resourceName' | 'resourcePath' | 'auditId' | 'changedDateTime'>,
  { api, resources }: Bases,
): string {
  const { eventName, resourceName, resourcePath, auditId, changedDateTime } = event
  return JSON.stringify({
    EventName: eventName,
    ResourceUri: `${eventName === testEvent ? api : resources}${resourcePath}`,
    ResourceName: resourceName,
    AuditUri: auditId === null ? null : `${api}/auditactivity/v1/auditrecords/${auditId}`,
    ResourceChangeUtcDate: new Date(changedDateTime).toISOString().replace('Z', '0000+00:00'),
  })
}

/** Signatures that wait for the end of their delivery; of more, the oldest are made again. */
const signaturesMost = 20_000

interface Made {
  readonly body: string
  readonly api: string
  readonly signed: Promise<Signed>
}

class Signatures {
  readonly #made = new Map<string, Made>()
  readonly #sign: PartnerCenterFacts['sign']

  constructor(sign: PartnerCenterFacts['sign']) {
    this.#sign = sign
  }

  /** Each costs an operation of RSA, so there is one for an event and a target, however often it is tried. */
  of(key: string, body: string, api: string): Promise<Signed> {
    const known = this.#made.get(key)
    if (known?.body === body && known.api === api) return known.signed
    const signed = this.#sign(body, api)
    this.#made.set(key, { body, api, signed })
    signed.catch(() => this.#made.delete(key))
    const [oldest] = this.#made.keys()
    if (this.#made.size > signaturesMost && oldest !== undefined) this.#made.delete(oldest)
    return signed
  }

  forget(key: string): void {
    this.#made.delete(key)
  }
}

/** Notes how an attempt for a validation event ended. */
async function noteResult(tx: Tx, { event, status, error, at }: Outcome): Promise<void> {
  const row = await tx.get(validationEvent, event.subjectId)
  if (row === undefined) return
  const results = [...(JSON.parse(row.results) as unknown[]), { status: status ?? null, error: error ?? null, at }]
  await tx.update(validationEvent, row.id, { results: JSON.stringify(results) })
}

/** Not what happened before its name was added to the registration. */
export function partnerWants(target: TargetRow, { eventName, sequence }: OutboxRow): boolean {
  return sequence > (settingsOf(target).since?.[eventName] ?? 0)
}

export function partnerCenterKind(facts: PartnerCenterFacts): TargetKind {
  const { version, bases, sign, schedule = partnerCenterSchedule } = facts
  const signatures = new Signatures(sign)
  const keyOf = (target: TargetRow, event: OutboxRow): string => `${target.id}:${event.id}`
  return {
    name: 'partnerCenter',
    requestMillis: 15_000,
    endsAtGone: false,
    mostEvents: () => 1,
    nextAfter: (attempts) => nextIn(schedule, attempts),
    wants: partnerWants,
    outgoing: async (target, [event], { attempt }): Promise<Outgoing | undefined> => {
      const { signatureTokenToMsSignatureHeader, origin } = settingsOf(target)
      if (event === undefined) return undefined
      const addresses = bases(origin)
      const body = partnerCenterBody(event, addresses)
      const { signature, certificateUrl } = await signatures.of(keyOf(target, event), body, addresses.api)
      return {
        url: target.url,
        body,
        headers: {
          'Content-Type': 'application/json',
          [signatureTokenToMsSignatureHeader ? 'x-ms-signature' : 'Authorization']: `Signature ${signature}`,
          'X-MS-Certificate-Url': certificateUrl,
          'X-MS-Signature-Algorithm': 'rsa-sha256',
          'MS-CorrelationId': guidOf(event.id) ?? randomUUID(),
          'MS-RequestId': randomUUID(),
          'relata-event-id': event.id,
          'relata-attempt': `${attempt}`,
          'User-Agent': `Relata/${version}`,
        },
      }
    },
    settled: async (tx, target, outcomes) => {
      for (const outcome of outcomes) {
        const { event, error, isLast } = outcome
        if (error === undefined || isLast) signatures.forget(keyOf(target, event))
        if (event.eventName === testEvent) await noteResult(tx, outcome)
      }
    },
  }
}
