/** Partner Center's side of a server: its API for the listener, and the form of deliveries for the deliverer (events.md §2). */
import { partnerCenterAudience } from '#auth/issuer/resource.ts'
import type { PartnerParts } from '#control/feed/partner/endpoint.ts'
import type { Handle } from '#engine/request.ts'
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { TargetKind } from '#notify/kinds/kind.ts'
import { type Bases, partnerCenterKind } from '#notify/kinds/partner-center.ts'
import { type Targets, targetsOn } from '#notify/targets.ts'
import { ownNames, partnerCenterNames } from '#workloads/events/names.ts'
import type { Config } from '../../../config.ts'
import type { Parts } from '../../../parts.ts'
import type { ServerSigning } from '../../../trust/server-signing.ts'
import type { FindUser } from '../../accounts.ts'
import { partnerAuditOn } from './audit-records.ts'
import { partnerCenterWith } from './endpoint.ts'
import { registeringOn, validatingOn } from './registrations.ts'
import { rightsWith } from './rights.ts'

type Settings = Pick<Config, 'transparent' | 'publicUrl' | 'partnerCenterResources'>

/** What addresses begin with: Partner Center's own where this server answers to its name (events.md §2.4). */
export function basesOf({ transparent, publicUrl, partnerCenterResources }: Settings, origin: string): Bases {
  const api = transparent ? partnerCenterAudience : (publicUrl ?? origin)
  return { api, resources: partnerCenterResources ?? api }
}

export interface PartnerCenterSide {
  readonly config: Settings & Pick<Config, 'registry' | 'strict'>
  readonly parts: Parts
  readonly signing: ServerSigning
  readonly policy: AddressPolicy
  readonly findUser: FindUser
  readonly authorizationUri: string | false | undefined
}

export function partnerCenterOn(side: PartnerCenterSide): Handle {
  const { config, signing, policy, findUser, authorizationUri } = side
  const { store, ids, clock, adminAgents } = side.parts
  const targets: Targets = targetsOn(store)
  const parts: PartnerParts = {
    names: config.strict ? partnerCenterNames : [...partnerCenterNames, ...ownNames],
    strict: config.strict,
    base: (origin) => basesOf(config, origin).api,
    now: () => clock.now(),
    check: rightsWith({ store, registry: config.registry, adminAgents }),
    ...registeringOn({ store, ids, clock, targets, policy, off: signing.off }),
    ...validatingOn({ store, ids, clock }),
    ...partnerAuditOn(store),
  }
  return partnerCenterWith({ parts, clock, findUser, authorizationUri })
}

export function partnerCenterKindOf(config: Settings, signing: ServerSigning, version: string): TargetKind {
  return partnerCenterKind({
    version,
    bases: (origin) => basesOf(config, origin ?? signing.origin()),
    sign: (body, api) => signing.sign(body, api),
  })
}
