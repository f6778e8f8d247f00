/**
 * Checks of pins: none mirrors itself, none shows a term that its set has already, and heights include mirrored rows.
 */

import { type CheckedTenant, fromBackup } from '../../finding.ts'
import { maxLevels, type Occurrence } from '../rules/places/tree.ts'
import { nameOf, type Taxonomy } from './taxonomy.ts'

/** The occurrences directly below: for a pin, the children of its term in the home set. */
function below({ under, sources }: Taxonomy, one: Occurrence): readonly Occurrence[] {
  if (one.kind !== 'pin') return under(one.setId, one.termId)
  const home = sources.get(one.termId)
  return home === undefined ? [] : under(home.setId, home.termId)
}

/** Reports each cycle, and returns the true heights; undefined if there is a cycle. */
function heightsOf({ report }: CheckedTenant, taxonomy: Taxonomy): ReadonlyMap<Occurrence, number> | undefined {
  const heights = new Map<Occurrence, number>()
  const open = new Set<Occurrence>()
  let isRound = false
  const visit = (one: Occurrence): number => {
    const known = heights.get(one)
    if (known !== undefined) return known
    if (open.has(one)) {
      isRound = true
      const remedy = one.kind === 'source' ? fromBackup : 'delete the relation'
      report('cycle', nameOf(one), `it occurs again below itself in set ${one.setId}`, remedy)
      return 0
    }
    open.add(one)
    const height = 1 + Math.max(0, ...below(taxonomy, one).map(visit))
    open.delete(one)
    heights.set(one, height)
    return height
  }
  for (const one of taxonomy.occurrences) visit(one)
  return isRound ? undefined : heights
}

function checkHeights({ report }: CheckedTenant, heights: ReadonlyMap<Occurrence, number>): void {
  for (const [one, height] of heights) {
    if (one.height !== height)
      report(
        'height',
        nameOf(one),
        `its branch has ${height} levels, but its height is ${one.height}`,
        `set height to ${height}`,
      )
    if (one.level + height - 1 > maxLevels && one.level <= maxLevels)
      report('depth', nameOf(one), `its branch reaches below level ${maxLevels}`, 'unpin or move what is below it')
  }
}

/** Walks the branches that the pins of a set mirror, and reports each term that the set has twice. */
function checkMirrored({ report }: CheckedTenant, taxonomy: Taxonomy, pins: readonly Occurrence[]): void {
  const seen = new Set<string>()
  const walk = (pin: Occurrence, from: Occurrence): void => {
    for (const one of below(taxonomy, from)) {
      const isThere = taxonomy.at(pin.setId, one.termId).length > 0
      if (isThere || seen.has(one.termId)) {
        const what = `it shows term ${one.termId} in set ${pin.setId}, which has it already`
        report('twice', nameOf(pin), what, 'delete the pin, or the other occurrence')
        continue
      }
      seen.add(one.termId)
      walk(pin, one)
    }
  }
  for (const pin of pins) walk(pin, pin)
}

export function checkMirrors(tenant: CheckedTenant, taxonomy: Taxonomy): void {
  const heights = heightsOf(tenant, taxonomy)
  // In a cycle, heights have no meaning.
  if (heights === undefined) return
  checkHeights(tenant, heights)
  const pinsBySet = new Map<string, Occurrence[]>()
  for (const one of taxonomy.occurrences) {
    if (one.kind === 'pin') pinsBySet.set(one.setId, [...(pinsBySet.get(one.setId) ?? []), one])
  }
  for (const pins of pinsBySet.values()) checkMirrored(tenant, taxonomy, pins)
}
