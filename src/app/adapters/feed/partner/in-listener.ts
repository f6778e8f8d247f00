/** What the listener has of Partner Center's API: its code is loaded with its first request. */
import { partnerCenterAudience, partnerCenterId } from '#auth/issuer/resource.ts'
import { authorizationUriOf } from '#auth/outside/authorization-uri.ts'
import type { Verify } from '#auth/verify/verify.ts'
import type { Handle } from '#engine/request.ts'
import type { RouteParts } from '#http/route.ts'
import type { Config } from '../../../config.ts'
import type { Parts } from '../../../parts.ts'
import type { ServerSigning } from '../../../trust/event-signing.ts'
import type { FindUser } from '../../accounts.ts'

/** Of tokens for this API. */
export const partnerAudiences = [partnerCenterAudience, `${partnerCenterAudience}/`, partnerCenterId]

interface PartnerFacts {
  readonly config: Config
  readonly parts: Parts
  readonly signing: ServerSigning
}

export function partnerOf(
  { config, parts, signing }: PartnerFacts,
  verify: Verify,
  findUser: FindUser,
): NonNullable<RouteParts['partner']> {
  const authorizationUri = config.registry ? authorizationUriOf(config.issuers) : undefined
  let loading: Promise<Handle> | undefined
  const load = async (): Promise<Handle> => {
    const { partnerCenterOn } = await import('./partner-center.ts')
    return partnerCenterOn({ config, parts, signing, findUser, authorizationUri })
  }
  return {
    verify,
    handle: async (request) => {
      loading ??= load()
      return (await loading)(request)
    },
  }
}
