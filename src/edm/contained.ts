/**
 * What goes with a row that is removed, by the model: the rows its contained links lead to, and rows that only join it
 * to others. Contained links without an inverse, which list by scopes of their own, are left to the rules of the type.
 */
import type { EntityType } from './define.ts'
import { derivedOf, holderOf, isStored, type Model } from './model.ts'
import type { Tx } from './ports.ts'

/** Rows of `type` whose row key `key` is the id of the owner. */
export interface OwnedRows {
  readonly type: EntityType
  readonly key: string
  /** The link they are reached by. */
  readonly nav: string
}

function ownedThrough(model: Model, holder: EntityType): OwnedRows[] {
  const views = [holder, ...derivedOf(model, holder)].map(({ name }) => model.view(name))
  return views.flatMap(({ navs }) =>
    [...navs.values()].flatMap(({ name, nav }) =>
      nav.many && nav.contained === true && nav.inverse !== undefined
        ? [{ type: holderOf(model.view(nav.target).type), key: `${nav.inverse}Id`, nav: name }]
        : [],
    ),
  )
}

/** A linking row may be declared at either end. */
function joinedThrough(model: Model, holder: EntityType): OwnedRows[] {
  return model.entities.flatMap((owner) =>
    Object.entries(owner.navs).flatMap(([name, nav]) => {
      if (!nav.many || nav.linkedBy === undefined) return []
      const { type, from, to } = nav.linkedBy
      const joining = holderOf(model.view(type).type)
      return [
        ...(isStored(owner) && holderOf(owner) === holder ? [{ type: joining, key: from, nav: name }] : []),
        ...(holderOf(model.view(nav.target).type) === holder ? [{ type: joining, key: to, nav: name }] : []),
      ]
    }),
  )
}

const known = new WeakMap<Model, Map<string, readonly OwnedRows[]>>()

/** Each kind of rows once, whichever of the links names it. */
export function ownedBy(model: Model, type: EntityType): readonly OwnedRows[] {
  const byName = known.get(model) ?? new Map<string, readonly OwnedRows[]>()
  known.set(model, byName)
  const holder = holderOf(type)
  const found = byName.get(holder.name)
  if (found !== undefined) return found
  const all = [...ownedThrough(model, holder), ...joinedThrough(model, holder)]
  const made = [...new Map(all.map((entry) => [`${entry.type.name} ${entry.key}`, entry])).values()]
  byName.set(holder.name, made)
  return made
}

/** Removes the row and what goes with it, without asking the rules of any type. */
export async function removeOwned(tx: Tx, model: Model, type: EntityType, id: string): Promise<void> {
  for (const owned of ownedBy(model, type)) {
    for (const row of await tx.find(owned.type, { [owned.key]: id })) await removeOwned(tx, model, owned.type, row.id)
  }
  await tx.remove(holderOf(type), id)
}
