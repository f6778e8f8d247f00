/** What pins show: no mirror shows itself, none shows a term a set has already, and heights count what is shown. */

import { fromBackup, type Ward } from '../../finding.ts'
import { maxLevels } from '../rules/places/tree.ts'
import { nameOf, type Occurrence, type Taxonomy } from './taxonomy.ts'

/** What stands directly below: of a pin, the children its term has at home. */
function below({ under, sources }: Taxonomy, one: Occurrence): readonly Occurrence[] {
  if (one.kind !== 'pin') return under(one.setId, one.termId)
  const home = sources.get(one.termId)
  return home === undefined ? [] : under(home.setId, home.termId)
}

/** Reports each way round, and returns the true heights; undefined where there is a way round. */
function heightsOf({ report }: Ward, taxonomy: Taxonomy): ReadonlyMap<Occurrence, number> | undefined {
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

function checkHeights({ report }: Ward, heights: ReadonlyMap<Occurrence, number>): void {
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

/** Walks what the pins of a set show, and stops where something is there for the second time. */
function checkMirrored({ report }: Ward, taxonomy: Taxonomy, pins: readonly Occurrence[]): void {
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

export function checkMirrors(ward: Ward, taxonomy: Taxonomy): void {
  const heights = heightsOf(ward, taxonomy)
  // Where a branch has no end its height has no meaning.
  if (heights === undefined) return
  checkHeights(ward, heights)
  const pinsBySet = new Map<string, Occurrence[]>()
  for (const one of taxonomy.occurrences) {
    if (one.kind === 'pin') pinsBySet.set(one.setId, [...(pinsBySet.get(one.setId) ?? []), one])
  }
  for (const pins of pinsBySet.values()) checkMirrored(ward, taxonomy, pins)
}
