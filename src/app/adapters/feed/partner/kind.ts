/** Deliveries in Partner Center's form, by the settings of the server (events.md §2.4). */
import { partnerCenterAudience } from '#auth/issuer/resource.ts'
import type { TargetKind } from '#notify/kinds/kind.ts'
import { type Bases, partnerCenterKind } from '#notify/kinds/partner-center.ts'
import type { Schedules } from '#notify/kinds/schedule.ts'
import type { ServerSigning } from '../../../trust/event-signing.ts'

export interface BaseSettings {
  readonly transparent: boolean
  readonly publicUrl: string | undefined
  readonly partnerCenterResources: string | undefined
}

/** What addresses begin with: Partner Center's own where this server answers to its name (events.md §2.4). */
export function basesOf({ transparent, publicUrl, partnerCenterResources }: BaseSettings, origin: string): Bases {
  const api = transparent ? partnerCenterAudience : (publicUrl ?? origin)
  return { api, resources: partnerCenterResources ?? api }
}

export interface PartnerKindFacts extends BaseSettings {
  readonly signing: ServerSigning
  readonly version: string
  readonly schedules: Schedules
}

export function partnerKindOf(facts: PartnerKindFacts): TargetKind {
  const { signing, version, schedules } = facts
  return partnerCenterKind({
    version,
    bases: (origin) => basesOf(facts, origin ?? signing.origin()),
    sign: (body, api) => signing.sign(body, api),
    schedule: schedules.partnerCenter,
  })
}
