/** Settings of what the server sends by itself: to whom it may, and when it tries again (events.md §6.4, §6.8). */
import { readFileSync } from 'node:fs'
import { listShape, named, type SettingReader, setting, truth } from '#base/setting.ts'
import { isNetwork } from '#notify/addresses/networks.ts'
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import { type Schedules, schedulesIn } from '#notify/kinds/schedule.ts'
import type { BaseSettings } from '../adapters/feed/partner/kind.ts'
import type { DeliverySettings } from '../deliveries/delivery-settings.ts'
import type { ServerSigning } from '../trust/event-signing.ts'

/** Of deliveries in Partner Center's form. */
type PartnerSettings = Partial<BaseSettings> & { readonly signing?: ServerSigning }

export interface DeliveryConfig {
  readonly registry: boolean
  /** Origin that clients use, for links; undefined: what each request names. */
  readonly publicUrl: string | undefined
  /** Undefined: the usual ones. */
  readonly deliverySchedule: Schedules | undefined
  /** Whether Graph's notifications to slow receivers are held back; undefined: by a registry. */
  readonly graphThrottling: boolean | undefined
  readonly deliveryPorts: readonly number[]
  readonly deliveryAllow: readonly string[]
  /** A file. */
  readonly deliveryCa: string | undefined
  /** PEM of the authority of this server itself, which a stand-in trusts; resolves when it is made. */
  readonly ownAuthority: () => Promise<string | undefined>
}

function listIn(text: string): string[] {
  return text.split(',').map((part) => part.trim())
}

function portsIn(text: string): readonly number[] {
  return listIn(text).map((part) => {
    const port = Number(part)
    if (!/^\d{1,5}$/.test(part) || port < 1 || port > 65_535) throw new Error(`has '${part}', which is not a port`)
    return port
  })
}

const nameForm = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

function allowedIn(text: string): readonly string[] {
  return listIn(text.toLowerCase()).map((part) => {
    if (!isNetwork(part) && !nameForm.test(part))
      throw new Error(
        `has '${part}', which is neither a network such as 10.20.0.0/16 nor a name such as hooks.corp.example`,
      )
    return part
  })
}

const schedules: SettingReader<Schedules> = schedulesIn

export const deliveryFlags = {
  deliverySchedule: setting(
    '--delivery-schedule <lists>',
    'when deliveries of events are tried again, in place of the usual times: own=0,1s,5s, and others after a semicolon (docs/webhooks.md)',
    undefined,
    schedules,
  ),
  graphThrottling: setting(
    '--graph-throttling [yes or no]',
    'hold back and drop change notifications to receivers that answer slowly, as Graph does (docs/subscriptions.md); the default is no, with --registry yes',
    undefined,
    truth,
  ),
  deliveryPorts: setting(
    '--delivery-ports <ports>',
    'ports beside 443 that events may be sent to, with --registry',
    [] as readonly number[],
    portsIn,
    { shape: listShape, many: true },
  ),
  deliveryAllow: setting(
    '--delivery-allow <networks or names>',
    'private networks and names that events may be sent to all the same: 10.20.0.0/16,hooks.corp.example',
    [] as readonly string[],
    allowedIn,
    { shape: listShape, many: true },
  ),
  deliveryCa: setting(
    '--delivery-ca <file>',
    'PEM certificates of authorities that receivers of events may have their certificates from, beside the usual ones',
    undefined,
    named,
    { isPath: () => true },
  ),
} as const

export function addressPolicyOf({
  registry = false,
  deliveryPorts = [],
  deliveryAllow = [],
}: Partial<DeliveryConfig>): AddressPolicy {
  return { isRegistry: registry, ports: deliveryPorts, allow: deliveryAllow }
}

function partnerSettingsIn({ signing, transparent = false, publicUrl, partnerCenterResources }: PartnerSettings) {
  return signing && { signing, transparent, publicUrl, partnerCenterResources }
}

export function deliverySettingsOf(settings: Partial<DeliveryConfig> & PartnerSettings): DeliverySettings {
  const { registry = false, publicUrl, deliverySchedule, graphThrottling, deliveryCa, ownAuthority } = settings
  return {
    policy: addressPolicyOf(settings),
    schedules: deliverySchedule ?? {},
    throttles: graphThrottling ?? registry,
    publicUrl,
    partnerCenter: partnerSettingsIn(settings),
    authorities: async () => {
      const own = registry ? undefined : await ownAuthority?.()
      const given = deliveryCa === undefined ? [] : [readFileSync(deliveryCa, 'utf8')]
      return own === undefined ? given : [own, ...given]
    },
  }
}
