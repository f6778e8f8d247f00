/**
 * Compares a matched document with the store and writes the records that make the one of the other: exchange.md §2.5, §2.6.
 * Homes come first, in the order of the file; then what is shared, when its terms are there; then orders. Pure.
 */
import { AppError } from '#base/errors.ts'
import type { At } from '../faults.ts'
import type { Part } from '../normalise/reports.ts'
import { type CompareFacts, followedChanges, namedSet, placeChanges, termChanges, withDefault } from './changes.ts'
import type { GroupMatch, NodeMatch, SetMatch } from './matching.ts'
import type { Change, PlaceRef, PlanRecord } from './records.ts'
import { type Comparer, isMirrored, type RecordDraft, share } from './sharing.ts'
import { carry } from './taxonomy/carry.ts'
import { changesTo, groupValues, setValues } from './taxonomy/members.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'
import { wantedOfGroup, wantedOfSet } from './wanted.ts'

/** A record, and the part of the document it comes from. */
export interface Planned {
  readonly record: PlanRecord
  /** Undefined: it is about something that the file does not hold. */
  readonly part: Part | undefined
  /** 1: homes; 2 and more: relations and what is below them, when the terms of the earlier ones are there. */
  readonly round: number
}

export interface PlanComparison {
  readonly end: TaxonomyPart
  readonly planned: readonly Planned[]
  readonly same: number
  /** Places of terms that the file holds: `set term`. */
  readonly held: ReadonlySet<string>
  /** The last part that changed a term. */
  readonly partsOf: ReadonlyMap<string, readonly Part[]>
}

export function compare(groups: readonly GroupMatch[], facts: CompareFacts): PlanComparison {
  const comparing = new Comparing(facts)
  for (const group of groups) comparing.group(group)
  comparing.shares()
  comparing.orders()
  return comparing.result()
}

/** One comparison. A class, because each record changes what the next is compared with. */
class Comparing implements Comparer {
  readonly facts: CompareFacts
  readonly end: TaxonomyPart
  private readonly planned: Planned[] = []
  readonly held = new Set<string>()
  private readonly partsOf = new Map<string, Part[]>()
  private readonly ordered: { match: NodeMatch | SetMatch; ids: string[] }[] = []
  private waiting: NodeMatch[] = []
  private round = 1
  private same = 0

  constructor(facts: CompareFacts) {
    this.facts = facts
    this.end = facts.before.copy()
  }

  result(): PlanComparison {
    const { end, planned, same, held, partsOf } = this
    return { end, planned, same, held, partsOf }
  }

  plan(part: Part, draft: RecordDraft): void {
    const record: PlanRecord = { at: part.at, changes: [], notes: [], faults: [], ...draft }
    try {
      carry(this.end, record)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.facts.reports.tell(part, 'locked', error.message)
      return
    }
    this.planned.push({ record, part, round: this.round })
    if (record.kind === 'term') this.partsOf.set(record.id, [...(this.partsOf.get(record.id) ?? []), part])
  }

  /** It is as the file says; with `--all` a record tells that. */
  unchanged(part: Part, draft: Omit<RecordDraft, 'action'>): void {
    this.same += 1
    if (this.facts.choice.tellsSame === true) this.plan(part, { ...draft, action: 'same' })
  }

  isRefused(part: Part): boolean {
    return this.facts.reports.isRefused(part)
  }

  group(match: GroupMatch): void {
    const { part, isNew, sets } = match
    const isFit = !this.isRefused(part) && this.isSiteThere(part, isNew)
    if (isNew && !isFit) {
      for (const set of sets) this.refuseSet(set)
      return
    }
    if (isFit && isNew) this.newGroup(match)
    else if (isFit) this.knownGroup(match)
    for (const set of sets) this.set(set)
  }

  private newGroup({ part, id, name }: GroupMatch): void {
    const changes = changesTo(new Map(), wantedOfGroup({ ...part, name }))
    this.plan(part, { at: { ...part.at, path: name }, action: 'create', kind: 'group', id, changes })
  }

  private knownGroup({ part, id }: GroupMatch): void {
    const before = this.facts.before.groups.get(id)
    if (before === undefined) return
    // A template that means the group of a site does not rename it.
    const stated = part.id === undefined && part.siteId !== undefined ? { ...part, name: '' } : part
    const changes = changesTo(groupValues(before), wantedOfGroup(stated))
    if (before.scope === 'system' && changes.length > 0)
      this.facts.reports.tell(part, 'system', `The group '${before.name}' belongs to the system.`)
    else if (changes.length > 0) this.plan(part, { action: 'update', kind: 'group', id, changes })
    else this.unchanged(part, { kind: 'group', id })
  }

  /** Tells what is wrong with the site of a group. */
  private isSiteThere(part: GroupMatch['part'], isNew: boolean): boolean {
    const { scope, siteId } = part
    const { siteIds } = this.facts.before
    const name = `The group '${part.name}'`
    const tell = (code: 'unsupported' | 'parent-missing', text: string): false => {
      this.facts.reports.tell(part, code, text)
      return false
    }
    if (siteId === undefined) {
      if (!isNew || scope !== 'siteCollection') return true
      return tell('parent-missing', `${name} belongs to a site. --site ID, or parentSiteId in JSON, says to which.`)
    }
    if (siteIds === undefined) return tell('unsupported', `${name} belongs to a site: make it there first.`)
    return siteIds.has(siteId) || tell('parent-missing', `${name} belongs to the site '${siteId}', which is not there.`)
  }

  private refuseSet({ part, nodes }: SetMatch): void {
    this.facts.reports.tell(part, 'parent-refused', 'The group above it was refused.')
    for (const node of nodes) this.refuse(node)
  }

  refuse({ part, isNew, children }: NodeMatch): void {
    if (isNew) this.facts.reports.tell(part, 'parent-refused', 'What is above it was refused.')
    for (const child of children) this.refuse(child)
  }

  private set(match: SetMatch): void {
    const { part, id, isNew, groupId, nodes } = match
    const { whole } = this.facts.choice
    const before = this.facts.before.sets.get(id)
    if (this.isRefused(part)) {
      for (const node of nodes) this.refuse(node)
      return
    }
    const changes = changesTo(before === undefined ? new Map() : setValues(before), wantedOfSet(part, before, whole))
    if (isNew)
      this.plan(part, { action: 'create', kind: 'set', id, group: groupId, changes: namedSet(this, part, changes) })
    else if (before !== undefined && before.groupId !== groupId)
      this.plan(part, { action: 'move', kind: 'set', id, group: groupId, from: { group: before.groupId }, changes })
    else if (changes.length > 0) this.plan(part, { action: 'update', kind: 'set', id, changes })
    else this.unchanged(part, { kind: 'set', id })
    this.nodes(nodes)
    this.note(match, part.order, nodes)
  }

  private nodes(nodes: readonly NodeMatch[]): void {
    for (const node of nodes) this.node(node)
  }

  private node(match: NodeMatch): void {
    const { part, setId, termId, kind, isFollowed } = match
    this.held.add(`${setId} ${termId}`)
    if (this.isRefused(part)) {
      if (match.isNew) for (const child of match.children) this.refuse(child)
      else this.nodes(match.children)
      return
    }
    if (isFollowed) {
      this.follow(match)
      return
    }
    if (kind !== 'home') {
      this.waiting.push(match)
      return
    }
    if (isMirrored(this, match)) return
    this.home(match)
    if (this.isRefused(part) && match.isNew) for (const child of match.children) this.refuse(child)
    else this.below(match)
  }

  below(match: NodeMatch): void {
    this.nodes(match.children)
    this.note(match, match.part.order, match.children)
  }

  private note(match: NodeMatch | SetMatch, order: number | undefined, children: readonly NodeMatch[]): void {
    const { choice } = this.facts
    const count = choice.order === 'keep' ? undefined : choice.order === 'file' ? children.length : order
    if (count === undefined) return
    this.ordered.push({ match, ids: children.slice(0, count).map(({ termId }) => termId) })
  }

  private home(match: NodeMatch): void {
    const { part, setId, parentId, termId } = match
    const home = this.end.home(termId)
    const there = this.end.place(setId, termId)
    if (home !== undefined && home.setId !== setId && there !== undefined) {
      this.facts.reports.tell(
        part,
        'twice-in-set',
        `'${this.end.title(termId)}' is shared in this set and its home is another one. relata.reassignSource makes this set its home.`,
      )
      return
    }
    if (home === undefined && !this.end.terms.has(termId)) this.create(match)
    else if (home === undefined)
      this.facts.reports.tell(part, 'source-missing', `The home of the term ${termId} cannot be seen.`)
    else {
      const isMoved = home.setId !== setId || home.parentId !== parentId
      const changes = [...termChanges(this, match), ...(home.setId === setId ? placeChanges(this, match) : [])]
      if (isMoved) this.move(match, { set: home.setId, parent: home.parentId }, changes)
      else if (changes.length > 0)
        this.plan(part, { action: 'update', kind: 'term', id: termId, set: setId, parent: parentId, changes })
      else this.unchanged(part, { kind: 'term', id: termId, set: setId, parent: parentId })
    }
    this.state(match)
  }

  private create(match: NodeMatch): void {
    const { part, setId, parentId, termId } = match
    const changes = withDefault(this, part, termChanges(this, match))
    if (changes.every(({ member }) => !member.startsWith('labels.'))) {
      this.facts.reports.tell(part, 'empty-label', `The term ${termId} is not in the store, and has no label.`)
      return
    }
    const all = [...changes, ...placeChanges(this, match)]
    this.plan(part, { action: 'create', kind: 'term', id: termId, set: setId, parent: parentId, changes: all })
  }

  move(match: NodeMatch, from: PlaceRef, changes: readonly Change[]): void {
    const { part, setId, parentId, termId } = match
    const old = this.end.place(from.set, termId)
    const branch = old === undefined ? [] : this.end.branchOf(old)
    if (parentId !== null && from.set === setId && branch.some((one) => one.termId === parentId)) {
      this.facts.reports.tell(part, 'twice-in-set', 'It would be below itself.')
      return
    }
    const taken = from.set === setId ? undefined : branch.find((one) => this.end.place(setId, one.termId) !== undefined)
    if (taken !== undefined) {
      this.facts.reports.tell(
        part,
        'twice-in-set',
        `'${this.end.title(taken.termId)}' is in the set '${this.end.nameOfSet(setId)}' already.`,
      )
      return
    }
    this.plan(part, { action: 'move', kind: 'term', id: termId, set: setId, parent: parentId, from, changes })
  }

  /** Deprecation, replacement and merges: the last steps, so that what is shared now may be deprecated now. */
  private state(match: NodeMatch): void {
    const { part, term, termId } = match
    const now = this.end.terms.get(termId)
    if (term === undefined || now === undefined || this.isRefused(part)) return
    const { isDeprecated = now.isDeprecated } = term
    const next = isDeprecated ? this.successor(match, now.replacedBy) : null
    const at = { kind: 'term', id: termId, set: match.setId, parent: match.parentId } as const
    if (isDeprecated && (!now.isDeprecated || next !== now.replacedBy))
      this.plan(part, { action: 'deprecate', ...at, replacedBy: next })
    else if (!isDeprecated && now.isDeprecated) this.plan(part, { action: 'undeprecate', ...at })
    for (const id of term.mergedTermIds ?? []) {
      const home = id === termId || !this.facts.before.terms.has(id) ? undefined : this.end.home(id)
      if (home !== undefined) this.plan(part, { action: 'merge', kind: 'term', id, into: termId, set: home.setId })
    }
  }

  /** What replaces the term; `held`: now. */
  private successor({ part, term }: NodeMatch, held: string | null): string | null {
    const replacedBy = term?.replacedBy
    if (replacedBy === undefined) return held
    const id = replacedBy === null ? null : this.facts.idOf(replacedBy)
    if (id !== undefined) return id
    const text = 'The term that replaces it is neither in the file nor in the store.'
    this.facts.reports.tell(part, 'source-missing', text)
    return held
  }

  private follow(match: NodeMatch): void {
    const { part, termId, term, children } = match
    const now = this.end.terms.get(termId)
    const home = this.end.home(termId)
    const changes = now === undefined || term === undefined ? [] : followedChanges(now, term)
    if (home !== undefined && changes.length > 0)
      this.plan(part, { action: 'update', kind: 'term', id: termId, set: home.setId, parent: home.parentId, changes })
    this.nodes(children)
  }

  /** In rounds: what an earlier one made below a shared term can itself be shared in the next. */
  shares(): void {
    while (this.waiting.length > 0) {
      this.round += 1
      const present = new Set(this.end.terms.keys())
      const [now, later] = [
        this.waiting.filter(({ termId }) => present.has(termId)),
        this.waiting.filter(({ termId }) => !present.has(termId)),
      ]
      this.waiting = later
      for (const match of now) share(this, match)
      if (now.length > 0) continue
      for (const { part } of later)
        if (!this.isRefused(part))
          this.facts.reports.tell(part, 'source-missing', 'The term that is shared here was refused.')
      return
    }
  }

  orders(): void {
    for (const { match, ids } of this.ordered) {
      const setId = 'setId' in match ? match.setId : match.id
      const parentId = 'setId' in match ? match.termId : null
      if (this.isRefused(match.part) || !this.end.sets.has(setId)) continue
      const under = this.end.idsUnder(setId, parentId)
      const there = (list: readonly string[]): string[] => list.filter((id) => under.has(id))
      const [now, wanted] = [there(this.end.orderOf(setId, parentId)), there(ids)]
      if (now.join() === wanted.join()) continue
      const kind = parentId === null ? 'set' : 'term'
      this.plan(match.part, {
        action: 'order',
        kind,
        id: parentId ?? setId,
        set: setId,
        parent: parentId,
        order: wanted,
      })
    }
  }
}

/** The place of a term of the store, for records about what no file holds. */
export function atOfStored(file: At, taxonomy: TaxonomyPart, setId: string, termId: string): At {
  const place = taxonomy.place(setId, termId)
  const path = place === undefined ? [] : taxonomy.pathOf(place)
  return { file: file.file, line: 0, path: [taxonomy.nameOfSet(setId), ...path].join('/') }
}
