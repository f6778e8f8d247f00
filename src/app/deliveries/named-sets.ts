/** Term sets that subscriptions of a tenant name: of these, imports tell term by term (events.md §1.3). */
import { isObject } from '#base/json.ts'
import type { ListedTarget } from '#notify/lanes/target-list.ts'

type Targets = ReadonlyMap<string, ListedTarget>

const known = new WeakMap<Targets, ReadonlySet<string>>()
const ofSets: ReadonlySet<unknown> = new Set(['termSet', 'terms', 'relations'])

function setNamedBy({ row: { kind, settings } }: ListedTarget): string[] {
  const value: unknown = kind === 'graph' ? JSON.parse(settings) : undefined
  if (!isObject(value) || !ofSets.has(value['watched'])) return []
  const id = value['watchedId']
  return typeof id === 'string' ? [id] : []
}

/** The same map gives the same set: it is asked for with each write. */
export function namedSets(targets: Targets): ReadonlySet<string> {
  const before = known.get(targets)
  if (before !== undefined) return before
  const sets = new Set([...targets.values()].flatMap(setNamedBy))
  known.set(targets, sets)
  return sets
}
