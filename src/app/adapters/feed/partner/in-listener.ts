/** What the listener has of Partner Center's API: its code is loaded with its first request. */

import type { Keys } from '#auth/issuer/keys.ts'
import { partnerCenterAudience, partnerCenterId } from '#auth/issuer/resource.ts'
import { authorizationUriOf } from '#auth/outside/authorization-uri.ts'
import type { OutsideIssuers } from '#auth/outside/outside-issuers.ts'
import { createVerify } from '#auth/verify/verify.ts'
import type { Clock } from '#base/clock.ts'
import type { Handle } from '#engine/request.ts'
import type { RouteParts } from '#http/route.ts'
import type { Config } from '../../../config.ts'
import type { Parts } from '../../../parts.ts'
import type { ServerSigning } from '../../../trust/event-signing.ts'
import type { FindUser } from '../../accounts.ts'
import { ofKnownTenants } from '../../known-tenants.ts'
import { verifyAs } from '../../verification.ts'

/** Of tokens for this API. */
const audiences = [partnerCenterAudience, `${partnerCenterAudience}/`, partnerCenterId]

interface PartnerFacts {
  readonly config: Config
  readonly parts: Parts
  readonly signing: ServerSigning
  readonly keys: Keys | undefined
  /** The system's. */
  readonly clock: Clock
}

interface ProofFacts {
  readonly outside: OutsideIssuers
  readonly findUser: FindUser
  readonly tenantIds: () => Promise<readonly string[]>
}

export function partnerOf(
  { config, parts, signing, keys, clock }: PartnerFacts,
  { outside, findUser, tenantIds }: ProofFacts,
): NonNullable<RouteParts['partner']> {
  const { directory, tenants } = parts
  const ofPartners = ofKnownTenants(createVerify({ directory, keys, clock, outside, audiences }), tenants)
  const authorizationUri = config.registry ? authorizationUriOf(config.issuers) : undefined
  let loading: Promise<Handle> | undefined
  const load = async (): Promise<Handle> => {
    const { partnerCenterOn } = await import('./partner-center.ts')
    return partnerCenterOn({ config, parts, signing, findUser, authorizationUri })
  }
  return {
    verify: verifyAs(config.auth, { verify: ofPartners, directory, tenantIds }),
    handle: async (request) => {
      loading ??= load()
      return (await loading)(request)
    },
  }
}
