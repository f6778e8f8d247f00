/** An actor of another tenant acts with the roles it holds at this moment, whatever its token says. */
import type { Actor } from '#edm/ports.ts'
import type { Handle, PlainRequest, PlainResponse } from '../request.ts'

export type RolesNow = (actor: Actor) => Promise<readonly string[]>

function isSame(roles: readonly string[], known: Actor | undefined): known is Actor {
  return known?.roles?.size === roles.length && roles.every((role) => known.roles?.has(role))
}

/** The same actor object as long as its roles stay the same: known addresses are kept by it. */
function actorsWith() {
  const known = new WeakMap<Actor, Actor>()
  return (actor: Actor, roles: readonly string[]): Actor => {
    const before = known.get(actor)
    if (isSame(roles, before)) return before
    const now = { ...actor, roles: new Set(roles) }
    known.set(actor, now)
    return now
  }
}

/** `fail` answers for a request whose roles cannot be read. */
export function withCurrentRoles(
  handle: Handle,
  rolesNow: RolesNow,
  fail: (request: PlainRequest, error: unknown) => PlainResponse,
): Handle {
  const actorWith = actorsWith()
  const handleDelegated = async (request: PlainRequest, actor: Actor): Promise<PlainResponse> => {
    let roles: readonly string[]
    try {
      roles = await rolesNow(actor)
    } catch (error) {
      return fail(request, error)
    }
    return handle({ ...request, actor: actorWith(actor, roles) })
  }
  return (request) => {
    const { actor } = request
    return actor?.homeTenantId === undefined ? handle(request) : handleDelegated(request, actor)
  }
}
