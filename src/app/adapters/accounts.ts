/**
 * People whose account is disabled are refused whatever is cached of their tokens: at once where something may be changed, and
 * within seconds where it is read. The row is asked for, so that it does not matter which process has changed it.
 */
import type { OutsideParts } from '#auth/outside/outside-issuers.ts'
import { denials } from '#auth/verify/verify.ts'
import type { Clock } from '#base/clock.ts'
import { busy, StoreError } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import type { Handle, PlainRequest, PlainResponse } from '#engine/request.ts'

export type FindUser = NonNullable<OutsideParts['findUser']>

/** How long readers are believed after their account was asked for. */
const readMillis = 5_000

type Refusal = Pick<PlainRequest, 'denial' | 'fault' | 'unverifiable'>

const disabled: Refusal = { denial: `${denials.barred} The account of its user is disabled.`, fault: 'barred' }

/** People of a partner hold roles that are read anew for each request, with the state of their account. */
function isPersonHere({ kind, userId, homeTenantId }: Actor): boolean {
  return kind === 'user' && userId !== undefined && homeTenantId === undefined
}

/** Why the actor may not do anything at the moment; undefined: he may, or is nobody in the directory. */
export async function accountRefusal(findUser: FindUser, actor: Actor): Promise<Refusal | undefined> {
  if (!isPersonHere(actor)) return undefined
  try {
    const found = await findUser(actor.tenantId, { id: actor.userId ?? '' })
    return found?.enabled === false ? disabled : undefined
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === 'unavailable')) throw error
    return { denial: busy(error).message, unverifiable: true }
  }
}

export function ofEnabledAccounts(handle: Handle, findUser: FindUser, clock: Clock): Handle {
  // A token that is sent again has the same actor.
  const askedMs = new WeakMap<Actor, number>()
  const judge = async (request: PlainRequest, actor: Actor): Promise<PlainResponse> => {
    const refusal = await accountRefusal(findUser, actor)
    if (refusal !== undefined) return handle({ ...request, ...refusal, actor: undefined })
    askedMs.set(actor, clock.now().getTime())
    return handle(request)
  }
  return (request) => {
    const { actor, method } = request
    if (actor === undefined || !isPersonHere(actor)) return handle(request)
    const isRead = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    const isAsked = isRead && Math.abs(clock.now().getTime() - (askedMs.get(actor) ?? 0)) < readMillis
    return isAsked ? handle(request) : judge(request, actor)
  }
}
