/** Partner Center's audit records, as its API shows them: events.md §2.8, gdap.md §7.2. */
import type { OwnRequest } from '#base/own-address.ts'
import { type AuditPlace, type AuditQuery, placeText } from './audit-query.ts'
import { sevenDigits } from './registration.ts'

/** What is known of one change. */
export interface PartnerAudit {
  readonly id: string
  readonly partnerId: string
  readonly customerId: string | null
  readonly customerName: string | null
  readonly userPrincipalName: string | null
  readonly applicationId: string | null
  readonly resourceType: string
  /** JSON of the resource; null: there is none any more. */
  readonly before: string | null
  readonly after: string | null
  readonly operationType: string
  readonly at: string
  readonly isFailed: boolean
  readonly customizedData: readonly { readonly key: string | null; readonly value: string | null }[]
}

export interface AuditPage {
  readonly total: number
  readonly records: readonly PartnerAudit[]
  /** Undefined: there are no more. */
  readonly next: AuditPlace | undefined
}

export function shownAudit(facts: PartnerAudit): Readonly<Record<string, unknown>> {
  const { partnerId, customerId, customerName, userPrincipalName, applicationId, resourceType, operationType } = facts
  return {
    partnerId,
    customerId,
    customerName,
    userPrincipalName,
    ...(applicationId === null ? {} : { applicationId }),
    resourceType,
    resourceNewValue: facts.after,
    resourceOldValue: facts.before,
    operationType,
    operationDate: `${sevenDigits(facts.at)}Z`,
    operationStatus: facts.isFailed ? 'failed' : 'succeeded',
    customizedData: facts.customizedData,
    attributes: { objectType: 'AuditRecord' },
  }
}

function link(uri: string) {
  return { uri, method: 'GET', headers: [] }
}

/** `base`: what addresses begin with. The dates are those of the first page, so that pages are of one list. */
export function shownAuditPage(
  { total, records, next }: AuditPage,
  { path, query: text }: Pick<OwnRequest, 'path' | 'query'>,
  { from, to }: AuditQuery,
  base: string,
): Readonly<Record<string, unknown>> {
  const onwards = new URLSearchParams(text)
  if (next !== undefined) {
    onwards.set('startDate', from)
    onwards.set('endDate', to)
    onwards.set('after', placeText(next))
  }
  return {
    totalCount: total,
    items: records.map(shownAudit),
    links: {
      self: link(`${base}${path}${text === '' ? '' : `?${text}`}`),
      ...(next === undefined ? {} : { next: link(`${base}${path}?${onwards}`) }),
    },
    attributes: { objectType: 'Collection' },
  }
}
