/** Which role of the term store an operation needs, and which one the caller holds: for questions asked in advance. */
import type { EntityType, Verb } from '#edm/define.ts'
import type { Actor, ReadTx } from '#edm/ports.ts'
import { group, relation, set, store, term } from '../../types.ts'
import { roleOf, type StoreRole, storeRoles, titles } from './roles.ts'

const parts: ReadonlySet<string> = new Set([store, group, set, term, relation].map(({ name }) => name))

/** Undefined: no role is needed. */
function leastFor(type: EntityType, verb: Verb): StoreRole | undefined {
  if (!parts.has(type.name) || verb === 'list' || verb === 'get') return undefined
  if (type.name === store.name) return 'administrator'
  if (type.name === group.name) return verb === 'update' ? 'manager' : 'administrator'
  return 'contributor'
}

interface Step {
  readonly target: EntityType
  readonly key: string | undefined
}

async function groupOfSet(tx: ReadTx, setId: string | undefined): Promise<string | undefined> {
  return setId === undefined ? undefined : (await tx.get(set, setId))?.parentGroupId
}

/** The group of what the last key in the address names. */
async function groupAt(tx: ReadTx, steps: readonly Step[]): Promise<string | undefined> {
  const { target, key = '' } = steps.findLast((step) => step.key !== undefined && parts.has(step.target.name)) ?? {}
  if (target?.name === group.name) return key.toLowerCase()
  if (target?.name === set.name) return groupOfSet(tx, key.toLowerCase())
  if (target?.name === term.name) return groupOfSet(tx, (await tx.get(term, key.toLowerCase()))?.setId)
  return target?.name === relation.name ? groupOfSet(tx, (await tx.get(relation, key))?.setId) : undefined
}

export interface NeededRole {
  /** Titles of the roles; one of them is enough. */
  readonly wanted: readonly string[]
  readonly held: string | undefined
  readonly isEnough: boolean
}

/**
 * Undefined if no role is needed. If only the body would name the group, only administrators are known to hold enough.
 */
export async function neededRole(
  tx: ReadTx,
  actor: Actor,
  facts: { readonly type: EntityType; readonly verb: Verb; readonly steps: readonly Step[] },
): Promise<NeededRole | undefined> {
  const least = leastFor(facts.type, facts.verb)
  const [storeRow] = least === undefined ? [] : await tx.find(store, {}, 1)
  if (least === undefined || storeRow === undefined) return undefined
  const held = await roleOf({ tx, actor }, storeRow, await groupAt(tx, facts.steps))
  const enough = storeRoles.slice(0, storeRoles.indexOf(least) + 1)
  return {
    wanted: enough.map((role) => titles[role]),
    held: held === undefined ? undefined : titles[held],
    isEnough: held !== undefined && enough.includes(held),
  }
}
