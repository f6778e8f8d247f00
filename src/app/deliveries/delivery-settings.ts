/** What the command line says of deliveries, and what follows of the mode. */
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { Schedules } from '#notify/kinds/schedule.ts'

export interface DeliverySettings {
  readonly policy: AddressPolicy
  readonly schedules: Schedules
  /** PEM of authorities that receivers' certificates may come from, beside the usual ones. */
  readonly authorities: () => Promise<readonly string[]>
  /** Of this server, for what names it in requests. */
  readonly publicUrl: string | undefined
}
