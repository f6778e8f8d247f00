/** Verification that is not enforced: a request without a valid token gets a default actor. */
import { decodeJwt } from 'jose'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import { denials, type Verdict, type Verify } from './verify.ts'

export interface UnenforcedParts {
  readonly verify: Verify
  readonly directory: Directory
  /** The application of the default actor. */
  readonly appId: string
  /** All permissions that the models require. */
  readonly permissions: ReadonlySet<string>
  /** Tenants in order of preference, for requests that name none; called each time until there is one. */
  readonly tenantIds: () => Promise<readonly string[]>
}

function namedTenant(authorization: string | undefined): string | undefined {
  const [, token = ''] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  try {
    const tid = decodeJwt(token)['tid']
    return typeof tid === 'string' ? guidOf(tid) : undefined
  } catch {
    return undefined
  }
}

/**
 * One actor for each tenant, so that caches by actor work. A token for a tenant that is not here, or not any more, is denied:
 * it would act in the rows of another. Undefined: there is no tenant.
 */
function unprovenVerdicts({ directory, appId, permissions, tenantIds }: UnenforcedParts) {
  const known = new Map<string, Actor>()
  return async (authorization: string | undefined): Promise<Verdict | undefined> => {
    const named = namedTenant(authorization)
    const found = named === undefined ? undefined : (await directory.findTenant(named))?.id
    if (named !== undefined && found === undefined)
      return { denial: `${denials.issuer} There is no tenant '${named}' on this server.`, fault: 'issuer' }
    const tenantId = found ?? (await tenantIds())[0]
    if (tenantId === undefined) return undefined
    const actor: Actor = known.get(tenantId) ?? { kind: 'app', tenantId, appId, permissions }
    known.set(tenantId, actor)
    return { actor, isUnproven: true }
  }
}

/** No token is required; an unverified one only says which tenant is meant. */
export function withoutTokens(parts: UnenforcedParts): Verify {
  const unprovenVerdict = unprovenVerdicts(parts)
  return async (authorization) => (await unprovenVerdict(authorization)) ?? parts.verify(authorization)
}

/** Tokens are optional: without a valid one the request gets the default actor, and the reason for which it was denied. */
export function withOptionalTokens(parts: UnenforcedParts): Verify {
  const unprovenVerdict = unprovenVerdicts(parts)
  const withDefault = async (authorization: string | undefined, verdict: Verdict): Promise<Verdict> => {
    if (verdict.denial === undefined) return verdict
    const unproven = (await unprovenVerdict(authorization)) ?? verdict
    return unproven.actor === undefined ? unproven : { ...unproven, unenforcedDenial: verdict.denial }
  }
  return (authorization) => {
    const verdict = parts.verify(authorization)
    if (verdict instanceof Promise) return verdict.then((known) => withDefault(authorization, known))
    return verdict.denial === undefined ? verdict : withDefault(authorization, verdict)
  }
}
