/** Which sets and terms records change so that the rules of the store have to be asked again. Pure. */

import type { PlanRecord } from './records.ts'
import type { Touched } from './taxonomy/checks.ts'

const placeless = new Set(['update', 'order', 'deprecate', 'undeprecate', 'same', 'refused'])

export function touchedBy(records: Iterable<PlanRecord>): Touched {
  const sets = new Set<string>()
  const terms = new Set<string>()
  for (const { action, kind, id, set, from, changes } of records) {
    if (kind !== 'term') continue
    const isPlace = !placeless.has(action)
    if (isPlace && set !== undefined) sets.add(set)
    if (isPlace && from !== undefined && 'set' in from) sets.add(from.set)
    if (isPlace || changes.some(({ member }) => member.startsWith('labels.'))) terms.add(id)
  }
  return { sets, terms }
}
