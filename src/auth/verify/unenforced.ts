/** Verification that is not enforced: a request without a valid token gets a default actor. */
import { decodeJwt } from 'jose'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import type { Verdict, Verify } from './verify.ts'

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

/** One actor for each tenant, so that caches by actor work. Undefined: there is no tenant. */
function defaultActors({ directory, appId, permissions, tenantIds }: UnenforcedParts) {
  const known = new Map<string, Actor>()
  return async (authorization: string | undefined): Promise<Actor | undefined> => {
    const named = namedTenant(authorization)
    const found = named === undefined ? undefined : (await directory.findTenant(named))?.id
    const tenantId = found ?? (await tenantIds())[0]
    if (tenantId === undefined) return undefined
    const actor = known.get(tenantId) ?? { kind: 'app', tenantId, appId, permissions }
    known.set(tenantId, actor)
    return actor
  }
}

/** No token is required; an unverified one only says which tenant is meant. */
export function withoutTokens(parts: UnenforcedParts): Verify {
  const defaultActorFor = defaultActors(parts)
  return async (authorization) => {
    const actor = await defaultActorFor(authorization)
    return actor === undefined ? parts.verify(authorization) : { actor, isUnproven: true }
  }
}

/** Tokens are optional: without a valid one the request gets the default actor, and the reason for which it was denied. */
export function withOptionalTokens(parts: UnenforcedParts): Verify {
  const defaultActorFor = defaultActors(parts)
  const withDefault = async (authorization: string | undefined, verdict: Verdict): Promise<Verdict> => {
    if (verdict.denial === undefined) return verdict
    const actor = await defaultActorFor(authorization)
    return actor === undefined ? verdict : { actor, unenforcedDenial: verdict.denial, isUnproven: true }
  }
  return (authorization) => {
    const verdict = parts.verify(authorization)
    if (verdict instanceof Promise) return verdict.then((known) => withDefault(authorization, known))
    return verdict.denial === undefined ? verdict : withDefault(authorization, verdict)
  }
}
