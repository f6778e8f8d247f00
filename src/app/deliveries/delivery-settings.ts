/** What the command line says of deliveries, and what follows of the mode. */
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { Schedules } from '#notify/kinds/schedule.ts'
import type { BaseSettings } from '../adapters/feed/partner/kind.ts'
import type { ServerSigning } from '../trust/event-signing.ts'

export interface DeliverySettings {
  readonly policy: AddressPolicy
  readonly schedules: Schedules
  /** Change notifications to slow receivers are held back. */
  readonly throttles: boolean
  /** PEM of authorities that receivers' certificates may come from, beside the usual ones. */
  readonly authorities: () => Promise<readonly string[]>
  /** Of this server, for what names it in requests. */
  readonly publicUrl: string | undefined
  /** Absent: nobody is told in Partner Center's form. */
  readonly partnerCenter?: (BaseSettings & { readonly signing: ServerSigning }) | undefined
}
