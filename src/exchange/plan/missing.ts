/** What a file that claims to be whole does not hold, and what `--missing` does about it: exchange.md §2.6. Pure. */
import type { SetDoc } from '../document.ts'
import type { ImportFault } from '../faults.ts'
import { fault } from '../faults.ts'
import { atOfStored } from './compare.ts'
import type { SetMatch } from './matching.ts'
import type { PlanRecord } from './records.ts'
import type { PlaceState, TaxonomyPart } from './taxonomy/taxonomy.ts'

export type Missing = 'keep' | 'deprecate' | 'delete'

export interface MissingChoice {
  readonly missing: Missing
  /** `--max-missing`: so many of a set may go. */
  readonly most?: number | undefined
}

/** More of a set than this share, or this number, go only where the caller says how many. */
const guard = { share: 0.1, count: 100 }

export interface MissingRecords {
  readonly records: readonly PlanRecord[]
  readonly faults: readonly ImportFault[]
}

function recordFor(place: PlaceState, taxonomy: TaxonomyPart, part: SetDoc, missing: Missing): PlanRecord | undefined {
  const { setId, termId, parentId, kind } = place
  const record = {
    at: atOfStored(part.at, taxonomy, setId, termId),
    kind: 'term',
    id: termId,
    set: setId,
    parent: parentId,
    changes: [],
    notes: [],
    faults: [],
  } as const
  if (missing === 'delete') return { ...record, action: kind === 'home' ? 'delete' : 'unshare' }
  const isUsed = kind === 'home' && taxonomy.terms.get(termId)?.isDeprecated === false
  return isUsed ? { ...record, action: 'deprecate', replacedBy: null } : undefined
}

/** `held`: places that the file holds, as `set term`; `end`: what the file makes of the store. */
export function missingFrom(
  sets: readonly SetMatch[],
  facts: { before: TaxonomyPart; end: TaxonomyPart; held: ReadonlySet<string> },
  { missing, most }: MissingChoice,
): MissingRecords {
  const { before, end, held } = facts
  const records: PlanRecord[] = []
  const faults: ImportFault[] = []
  for (const { part, id, isNew } of sets) {
    if (missing === 'keep' || !part.complete || isNew) continue
    if (before.sets.get(id)?.systemRole !== null) continue
    const places = [...before.placesIn(id)]
    // What the file has moved to another set is not missing.
    const gone = places.filter(({ termId }) => !held.has(`${id} ${termId}`) && end.place(id, termId) !== undefined)
    const made = gone.flatMap((place) => recordFor(place, before, part, missing) ?? [])
    const isMany = made.length > guard.count || made.length > places.length * guard.share
    if (made.length > 0 && isMany && (most === undefined || made.length > most)) {
      const text = `The set '${before.nameOfSet(id)}' has ${made.length} terms of ${places.length} that the file does not hold. --max-missing ${made.length} lets them go.`
      faults.push(fault('too-many-missing', part.at, text))
      continue
    }
    records.push(...made)
  }
  return { records, faults }
}
