/** The canonical form of an event, a CloudEvent made from its row when it is needed and never stored (events.md §1.4). */
import { isObject } from '#base/json.ts'
import type { RowOf } from '#edm/infer.ts'
import type { outboxEvent } from '../directory/audit.ts'
import type { EventFacts } from './event-facts.ts'

export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** 20 digits, so that texts sort as their numbers. */
  readonly sequence: string
  readonly tenantid: string
  readonly customerid?: string
  readonly auditid?: string
  readonly data: Readonly<Record<string, unknown>>
}

type OutboxRow = RowOf<typeof outboxEvent>

/** Undefined: the row was written before events had facts. */
export function factsIn({ facts }: OutboxRow): EventFacts | undefined {
  if (facts === null) return undefined
  const value: unknown = JSON.parse(facts)
  return isObject(value) ? (value as unknown as EventFacts) : undefined
}

export function typeOf(eventName: string): string {
  return eventName.startsWith('relata.') ? eventName : `relata.${eventName}`
}

/** `origin`: of this server, as its clients name it. */
export function cloudEventOf(row: OutboxRow, tenantId: string, origin: string): CloudEvent {
  const { changeType, before, after, omitted } = factsIn(row) ?? {}
  return {
    specversion: '1.0',
    id: row.id,
    source: `${origin}/tenants/${tenantId}`,
    type: typeOf(row.eventName),
    subject: row.resourcePath.replace(/^\//, ''),
    time: row.changedDateTime,
    datacontenttype: 'application/json',
    sequence: String(row.sequence).padStart(20, '0'),
    tenantid: tenantId,
    ...(row.customerId === null ? {} : { customerid: row.customerId }),
    ...(row.auditId === null ? {} : { auditid: row.auditId }),
    data: {
      eventName: row.eventName,
      resourceName: row.resourceName,
      ...(changeType === undefined ? {} : { changeType }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(omitted === undefined ? {} : { omitted }),
    },
  }
}
