/** What a document says of places that are not the home of their term: exchange.md §2.6. Pure. */
import type { Part } from '../normalise/reports.ts'
import { type ComparedWith, placeChanges, termChanges } from './changes.ts'
import type { NodeMatch } from './matching.ts'
import type { Change, PlaceRef, PlanRecord } from './records.ts'

export type RecordDraft = Pick<PlanRecord, 'action' | 'kind' | 'id'> & Partial<PlanRecord>

/** A comparison under way. */
export interface Comparer extends ComparedWith {
  /** Places that the file holds: `set term`. */
  readonly held: Set<string>
  plan(part: Part, draft: RecordDraft): void
  unchanged(part: Part, draft: Omit<RecordDraft, 'action'>): void
  isRefused(part: Part): boolean
  refuse(match: NodeMatch): void
  /** Compares what is below. */
  below(match: NodeMatch): void
  move(match: NodeMatch, from: PlaceRef, changes: readonly Change[]): void
}

/** Below a pinned term stands what it has at home, and nothing else can. */
export function isMirrored(comparer: Comparer, { part, setId, parentId, termId, isNew, children }: NodeMatch): boolean {
  const parent = parentId === null ? undefined : comparer.end.place(setId, parentId)
  const isBelowPin = parentId !== null && (parent === undefined || parent.kind === 'pin')
  if (!isBelowPin) return false
  if (isNew)
    comparer.facts.reports.tell(
      part,
      'locked',
      'Terms cannot be added below a pinned term: add them in the set that owns it.',
    )
  else if (comparer.end.placesOf(termId).every((place) => place.parentId !== parentId))
    comparer.facts.reports.tell(
      part,
      'mirror-differs',
      'It stands below a pinned term, which does not have it at home. Nothing is changed.',
    )
  for (const child of children) {
    comparer.held.add(`${setId} ${child.termId}`)
    isMirrored(comparer, child)
  }
  return true
}

export function share(comparer: Comparer, match: NodeMatch): void {
  const { part, setId, parentId, termId, kind } = match
  if (kind === 'home' || isMirrored(comparer, match)) return
  const place = comparer.end.place(setId, termId)
  const at = { kind: 'term', id: termId, set: setId, parent: parentId } as const
  if (place?.kind === 'home') {
    comparer.facts.reports.tell(part, 'twice-in-set', `'${comparer.end.title(termId)}' has its home in this set.`)
    return
  }
  if (place === undefined) newShare(comparer, match)
  else {
    const changes = placeChanges(comparer, match)
    const isMoved = place.parentId !== parentId
    if (isMoved) comparer.move(match, { set: setId, parent: place.parentId }, changes)
    if (place.kind !== kind) reshare(comparer, match)
    else if (!isMoved && changes.length > 0) comparer.plan(part, { action: 'update', ...at, changes })
    else if (!isMoved) comparer.unchanged(part, at)
  }
  own(comparer, match)
  if (comparer.isRefused(part)) for (const child of match.children) comparer.refuse(child)
  else if (kind === 'pin') mirrors(comparer, match)
  else comparer.below(match)
}

function newShare(comparer: Comparer, match: NodeMatch): void {
  const { part, setId, parentId, termId, kind } = match
  const term = comparer.facts.before.terms.get(termId)
  if (term?.isDeprecated === true || term?.isKeyword === true) {
    comparer.facts.reports.tell(part, 'locked', 'A deprecated term or a keyword cannot be shared.')
    return
  }
  if (kind === 'home') return
  const at = { kind: 'term', id: termId, set: setId, parent: parentId } as const
  comparer.plan(part, { action: 'share', ...at, relationship: kind, changes: placeChanges(comparer, match) })
}

function reshare(comparer: Comparer, match: NodeMatch): void {
  const { part, setId, parentId, termId, kind } = match
  const place = comparer.end.place(setId, termId)
  const branch = place === undefined ? [] : comparer.end.branchOf(place)
  if (kind === 'pin' && branch.some((one) => one.kind === 'home')) {
    comparer.facts.reports.tell(part, 'locked', 'Some terms below stand only here: a pin would lose them.')
    return
  }
  if (kind === 'home') return
  comparer.plan(part, {
    action: 'reshare',
    kind: 'term',
    id: termId,
    set: setId,
    parent: parentId,
    relationship: kind,
    changes: placeChanges(comparer, match),
  })
}

/** What the file says of the term itself at a place that is not its home. */
function own(comparer: Comparer, match: NodeMatch): void {
  const home = comparer.end.home(match.termId)
  if (match.term === undefined || home === undefined || comparer.isRefused(match.part)) return
  const changes = termChanges(comparer, match)
  if (changes.length > 0 && match.kind === 'pin') {
    const owner = comparer.end.nameOfSet(home.setId)
    const text = `Pinned terms can be changed only in the set that owns them, '${owner}'.`
    comparer.facts.reports.tell(match.part, 'locked', text)
  } else if (changes.length > 0)
    comparer.plan(match.part, {
      action: 'update',
      kind: 'term',
      id: match.termId,
      set: home.setId,
      parent: home.parentId,
      changes,
    })
}

function mirrors(comparer: Comparer, { part, termId, setId, children }: NodeMatch): void {
  const home = comparer.end.home(termId)
  const below = home === undefined ? new Set<string>() : comparer.end.idsUnder(home.setId, termId)
  for (const child of children) comparer.held.add(`${setId} ${child.termId}`)
  if (children.length > 0 && (children.length !== below.size || children.some((child) => !below.has(child.termId))))
    comparer.facts.reports.tell(
      part,
      'mirror-differs',
      'What the file has below this pin is not what the term has at home. Nothing is changed.',
    )
}
