/** Verification of tokens as `--auth` says: enforced, logged only, or off. */
import type { Delegations } from '#auth/directory/directory.ts'
import type { OutsideIssuer } from '#auth/outside/outside-issuer.ts'
import { type UnenforcedParts, withOptionalTokens, withoutTokens } from '#auth/verify/unenforced.ts'
import type { Verify } from '#auth/verify/verify.ts'
import { AppError } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { Model } from '#edm/model.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { needActor } from '#engine/access/caller.ts'
import { user } from '#workloads/directory/people.ts'
import { models } from '#workloads/models.ts'
import { wellKnown } from '../seed/seed-data.ts'
import type { AuthMode } from '../settings/auth-flags.ts'
import { accountRefusal, type FindUser } from './accounts.ts'
import { principalOf } from './delegations.ts'

/** All permissions that a model requires anywhere. */
export function permissionsOf({ entities }: Model): string[] {
  return entities.flatMap(({ scopes, functions, actions }) => [
    ...(scopes?.read ?? []),
    ...(scopes?.write ?? []),
    ...[...Object.values(functions ?? {}), ...Object.values(actions ?? {})].flatMap((one) => one.scopes ?? []),
  ])
}

/** The seed's partner tenant, where it exists; else all. */
function preferred(ids: readonly string[]): readonly string[] {
  return ids.includes(wellKnown.contoso) ? [wellKnown.contoso] : ids
}

export function verifyAs(mode: AuthMode, parts: Pick<UnenforcedParts, 'verify' | 'directory' | 'tenantIds'>): Verify {
  if (mode === 'enforce') return parts.verify
  const unenforced: UnenforcedParts = {
    ...parts,
    tenantIds: async () => preferred(await parts.tenantIds()),
    appId: wellKnown.daemon,
    permissions: new Set(Object.values(models).flatMap(permissionsOf)),
  }
  return mode === 'off' ? withoutTokens(unenforced) : withOptionalTokens(unenforced)
}

export interface ActorProof {
  readonly verify: Verify
  readonly findUser: FindUser
  /** As `needActor` takes it. */
  readonly authorizationUri: string | false | undefined
}

/** The actor of a request to one of Relata's own addresses. Throws `unauthenticated`, `unavailable`. */
function provenActor({ verify, findUser, authorizationUri }: ActorProof) {
  return async ({ headers, origin, asked }: OwnRequest): Promise<Actor> => {
    const { actor: known, denial, fault, unverifiable } = await verify(headers['authorization'])
    const actor = needActor({ actor: known, denial, fault, unverifiable, origin }, authorizationUri)
    const refusal = await accountRefusal(findUser, actor)
    if (refusal !== undefined) needActor({ ...refusal, actor: undefined, origin }, authorizationUri)
    asked?.(actor)
    return actor
  }
}

/**
 * For Relata's own addresses that require a token: the actor with its current delegated roles. Throws `unauthenticated`,
 * or `unavailable` while the token cannot be verified.
 */
export function actorNeeded(parts: ActorProof, delegations: Delegations) {
  const proven = provenActor(parts)
  return async (request: OwnRequest): Promise<Actor> => {
    const actor = await proven(request)
    if (actor.homeTenantId === undefined) return actor
    return { ...actor, roles: new Set(await delegations.rolesIn(actor.tenantId, principalOf(actor))) }
  }
}

/**
 * For addresses that manage the tenants of a registry: the operator who asks. In every mode of `--auth` it takes a token of a
 * configured issuer. Throws `unauthenticated`, `unavailable`, and `forbidden` for anybody else.
 */
export function operatorNeeded(parts: ActorProof, issuers: readonly OutsideIssuer[]) {
  const wanted = issuers.flatMap(({ operator }) => operator ?? [])
  const proven = provenActor(parts)
  return async (request: OwnRequest): Promise<Actor> => {
    const actor = await proven(request)
    if (actor.isOperator === true) return actor
    const text =
      wanted.length === 0
        ? "Only an operator may do this, and no issuer in --issuers says who is one. Add 'operator' to an issuer, or use the command line on the database."
        : "Only an operator may do this, and the token is not one's: see 'operator' of its issuer in --issuers."
    throw new AppError('forbidden', text, { check: 'access.operator' })
  }
}

/** The account behind a token of an external issuer. */
export function userFinder(store: Store): FindUser {
  return (tenantId, who) =>
    store.read(tenantId, async (tx) => {
      const row = 'id' in who ? await tx.get(user, who.id) : (await tx.find(user, who, 1))[0]
      return row && { id: row.id, enabled: row.accountEnabled !== false }
    })
}
