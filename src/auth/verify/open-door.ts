/** Where tokens are not insisted on: who comes without a good one is let in as somebody who stands for all. */
import { decodeJwt } from 'jose'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import type { Verdict, Verify } from './verify.ts'

export interface OpenDoorParts {
  readonly verify: Verify
  readonly directory: Directory
  /** Whoever comes in without a token that counts. */
  readonly appId: string
  /** Of all that the models ask for. */
  readonly permissions: ReadonlySet<string>
  /** Tenants by preference, for who names none; called each time until there is one. */
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

/** One actor for each tenant, so that answers are remembered. Undefined: there is no tenant at all. */
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

/** Nobody is asked for a token; one that is there says which tenant is meant, whoever signed it. */
export function withoutTokens(parts: OpenDoorParts): Verify {
  const standInFor = standIns(parts)
  return async (authorization) => {
    const actor = await standInFor(authorization)
    return actor === undefined ? parts.verify(authorization) : { actor }
  }
}

/** Good tokens count as always. With another verdict the stand-in comes in, and the reason with it. */
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
