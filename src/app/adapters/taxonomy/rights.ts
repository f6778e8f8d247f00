/** What the caller of an import may, by the roles of the term store: read once, and asked for each record. */
import { AppError, lacking } from '#base/errors.ts'
import type { Actor, ReadTx } from '#edm/ports.ts'
import type { PlanRights } from '#exchange/plan/rights.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { isEnabled } from '#workloads/directory/rules/account.ts'
import { roleOf, type StoreRole } from '#workloads/term-store/rules/roles/roles.ts'
import { store } from '#workloads/term-store/types.ts'
import { needStore } from './read-taxonomy.ts'
import { type RightsFacts, rightsBy } from './work/rights-facts.ts'

/** Permissions of the token. Throws `forbidden`. */
export function needPermission({ permissions }: Actor, side: 'read' | 'write'): void {
  const wanted = store.scopes?.[side] ?? []
  if (wanted.some((one) => permissions.has(one))) return
  throw lacking(
    'The current user has insufficient permissions to perform this operation.',
    { layer: 'permission', wanted, held: [...permissions] },
    { code: 'accessDenied', spec: 'term-store.md §2.2' },
  )
}

/** Undefined: everything is allowed, as no token is enforced. */
export async function rightsFactsOf(
  tx: ReadTx,
  actor: Actor | undefined,
  groupIds: Iterable<string>,
): Promise<RightsFacts | undefined> {
  if (actor === undefined || actor.kind === 'system') return undefined
  const storeRow = await needStore(tx)
  const held = new Map<string | undefined, StoreRole | undefined>()
  const context = { tx, actor }
  held.set(undefined, await roleOf(context, storeRow, undefined))
  for (const id of groupIds) held.set(id, await roleOf(context, storeRow, id))
  const isAtHome = actor.kind === 'user' && actor.homeTenantId === undefined
  return { held, addsToOpen: isAtHome && (await isEnabled(tx, actor.userId)) }
}

export async function rightsOf(
  tx: ReadTx,
  actor: Actor | undefined,
  taxonomy: TaxonomyPart,
): Promise<PlanRights | undefined> {
  const facts = await rightsFactsOf(tx, actor, taxonomy.groups.keys())
  return facts && rightsBy(facts, taxonomy)
}

/** Throws `forbidden` with what is lacking. */
export function refuseLack(lack: string | undefined): void {
  if (lack !== undefined) throw new AppError('forbidden', lack, { code: 'accessDenied', spec: 'term-store.md §2.2' })
}
