/** Verification that is not enforced: a request without a valid token gets a stand-in actor. */
import { decodeJwt } from 'jose'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import type { Verdict, Verify } from './verify.ts'

export interface OpenDoorParts {
  readonly verify: Verify
  readonly directory: Directory
  /** The application of the stand-in. */
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
function standIns({ directory, appId, permissions, tenantIds }: OpenDoorParts) {
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
export function withoutTokens(parts: OpenDoorParts): Verify {
  const standInFor = standIns(parts)
  return async (authorization) => {
    const actor = await standInFor(authorization)
    return actor === undefined ? parts.verify(authorization) : { actor }
  }
}

/** Valid tokens count; without one the request gets the stand-in, together with the reason. */
export function tokensForgiven(parts: OpenDoorParts): Verify {
  const standInFor = standIns(parts)
  const forgive = async (authorization: string | undefined, verdict: Verdict): Promise<Verdict> => {
    if (verdict.denial === undefined) return verdict
    const actor = await standInFor(authorization)
    return actor === undefined ? verdict : { actor, forgiven: verdict.denial }
  }
  return (authorization) => {
    const verdict = parts.verify(authorization)
    if (verdict instanceof Promise) return verdict.then((known) => forgive(authorization, known))
    return verdict.denial === undefined ? verdict : forgive(authorization, verdict)
  }
}
