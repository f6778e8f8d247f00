/** Partner Center's API of a server, put together (events.md §2). */
import type { PartnerParts } from '#control/feed/partner/endpoint.ts'
import type { Handle } from '#engine/request.ts'
import { targetsOn } from '#notify/targets.ts'
import { eventNames, partnerCenterNames } from '#workloads/events/names.ts'
import type { Config } from '../../../config.ts'
import type { Parts } from '../../../parts.ts'
import type { ServerSigning } from '../../../trust/event-signing.ts'
import type { FindUser } from '../../accounts.ts'
import { partnerAuditOn } from './audit-records.ts'
import { partnerCenterWith } from './endpoint.ts'
import { type BaseSettings, basesOf } from './kind.ts'
import { registeringOn, validatingOn } from './registrations.ts'
import { rightsWith } from './rights.ts'

export interface PartnerCenterSide {
  readonly config: BaseSettings & Pick<Config, 'registry' | 'strict'>
  readonly parts: Parts
  readonly signing: ServerSigning
  readonly findUser: FindUser
  readonly authorizationUri: string | false | undefined
}

export function partnerCenterOn(side: PartnerCenterSide): Handle {
  const { config, signing, findUser, authorizationUri } = side
  const { store, ids, clock, adminAgents, deliveries } = side.parts
  const parts: PartnerParts = {
    names: config.strict ? partnerCenterNames : eventNames,
    strict: config.strict,
    base: (origin) => basesOf(config, origin).api,
    now: () => clock.now(),
    check: rightsWith({ store, registry: config.registry, adminAgents }),
    ...registeringOn({
      ...{ store, ids, clock, targets: targetsOn(store), deliveries, off: signing.off },
      strict: config.strict,
    }),
    ...validatingOn({ store, ids, clock }),
    ...partnerAuditOn(store),
  }
  return partnerCenterWith({ parts, clock, findUser, authorizationUri })
}
