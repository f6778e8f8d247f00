/**
 * The steps in which a plan is applied, each of them one transaction (exchange.md §2.7). They follow from the plan alone, so that
 * a job that was interrupted goes on after the last step that was finished. Pure.
 */
import type { PlanRecord } from './records.ts'

export const stepKinds = ['languages', 'groups', 'sets', 'terms', 'relations', 'states', 'deletions'] as const

export interface Step {
  readonly kind: (typeof stepKinds)[number]
  /** Ids of the sets that it writes; several where terms move between them. */
  readonly sets: readonly string[]
  readonly records: readonly PlanRecord[]
}

/** A record of a plan with the number of its step. */
export interface StepRecord extends PlanRecord {
  /** `relations`: the round, from 2 on. Absent: it is a home, or needs no round. */
  readonly round?: number
  /** A deletion of a term that is shared elsewhere comes last. */
  readonly isShared?: true
}

const stateActions = new Set(['deprecate', 'undeprecate', 'merge'])

function kindOf(record: StepRecord): Step['kind'] {
  const { kind, action, round, isShared } = record
  if (kind === 'group') return 'groups'
  if (kind === 'set' && action !== 'order') return 'sets'
  if (stateActions.has(action)) return 'states'
  if (action === 'delete') return isShared === true ? 'deletions' : 'terms'
  return round === undefined ? 'terms' : 'relations'
}

/** Sets that terms move between, each by the first of them. */
function joined(records: readonly PlanRecord[]): (setId: string) => string {
  const above = new Map<string, string>()
  const first = (setId: string): string => {
    let top = setId
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next
    // Chains are kept short: a plan may move through as many sets as it has records.
    for (let at = setId; at !== top; ) {
      const next = above.get(at) ?? top
      above.set(at, top)
      at = next
    }
    return top
  }
  for (const { action, kind, set, from } of records) {
    if (action !== 'move' || kind !== 'term' || set === undefined || from === undefined || !('set' in from)) continue
    const [one, other] = [first(set), first(from.set)]
    if (one !== other) above.set(other, one)
  }
  return first
}

interface Grouped {
  readonly kind: Step['kind']
  readonly round: number
  readonly key: string
  readonly sets: Set<string>
  readonly records: PlanRecord[]
}

function setsIn(record: PlanRecord): string[] {
  const { kind, id, set, from } = record
  if (kind === 'set') return [id]
  const old = from !== undefined && 'set' in from ? [from.set] : []
  return [...(set === undefined ? [] : [set]), ...old]
}

function keyOf(kind: Step['kind'], record: PlanRecord, first: (setId: string) => string): string {
  if (kind === 'groups' || kind === 'sets' || kind === 'languages') return ''
  return record.set === undefined ? '' : first(record.set)
}

/** What is refused, or the same, is in no step. */
export function stepsOf(records: readonly StepRecord[], addedLanguages: readonly string[]): Step[] {
  const first = joined(records)
  const groups = new Map<string, Grouped>()
  for (const record of records) {
    if (record.action === 'refused' || record.action === 'same') continue
    const kind = kindOf(record)
    const round = kind === 'relations' ? (record.round ?? 0) : 0
    const key = keyOf(kind, record, first)
    const name = `${kind} ${round} ${key}`
    const known = groups.get(name) ?? { kind, round, key, sets: new Set<string>(), records: [] }
    groups.set(name, known)
    known.records.push(record)
    for (const id of setsIn(record)) known.sets.add(id)
  }
  const rank = ({ kind, round }: Grouped): number => stepKinds.indexOf(kind) * 1000 + round
  const steps = [...groups.values()]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ kind, sets, records: own }): Step => ({ kind, sets: [...sets], records: own }))
  return addedLanguages.length === 0 ? steps : [{ kind: 'languages', sets: [], records: [] }, ...steps]
}
