/**
 * Compares a matched document with the store and writes the records that make the one of the other: exchange.md §2.5, §2.6.
 * Homes come first, in the order of the file; then what is shared, when its terms are there; then orders. Pure.
 */
import { AppError } from '#base/errors.ts'
import type { NodeDoc, SetDoc } from '../document.ts'
import type { At } from '../faults.ts'
import type { Part, Reports } from '../normalise/reports.ts'
import { cut, quoted } from '../normalise/text.ts'
import type { GroupMatch, NodeMatch, RefFinder, SetMatch } from './matching.ts'
import type { Change, PlanRecord, Value } from './records.ts'
import { carry } from './taxonomy/carry.ts'
import { changesTo, groupValues, placeValues, setValues, termValues } from './taxonomy/members.ts'
import { defaultIn, type TaxonomyPart } from './taxonomy/taxonomy.ts'
import { type Whole, wantedOfGroup, wantedOfPlace, wantedOfSet, wantedOfTerm } from './wanted.ts'

export interface CompareChoice {
  readonly whole: Whole
  /** `--order`: `file`: the order of the file is the custom order; `keep`: orders are not read. */
  readonly order?: 'file' | 'keep' | undefined
  readonly copiesLabels: boolean
}

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

export interface CompareFacts {
  readonly before: TaxonomyPart
  readonly reports: Reports
  readonly idOf: RefFinder
  readonly choice: CompareChoice
  /** `--fix clashes`: numbers for default labels, by node and language. */
  readonly numbers: ReadonlyMap<Part, ReadonlyMap<string, number>>
}

export function compare(groups: readonly GroupMatch[], facts: CompareFacts): PlanComparison {
  const comparing = new Comparing(facts)
  for (const group of groups) comparing.group(group)
  comparing.shares()
  comparing.orders()
  return comparing.result()
}

type Draft = Pick<PlanRecord, 'action' | 'kind' | 'id'> & Partial<PlanRecord>

/** One comparison. A class, because each record changes what the next is compared with. */
class Comparing {
  private readonly facts: CompareFacts
  private readonly end: TaxonomyPart
  private readonly planned: Planned[] = []
  private readonly held = new Set<string>()
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

  private plan(part: Part, draft: Draft): void {
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

  private isRefused(part: Part): boolean {
    return this.facts.reports.isRefused(part)
  }

  group({ part, id, name, isNew, sets }: GroupMatch): void {
    const before = this.facts.before.groups.get(id)
    if (this.isRefused(part)) {
      if (isNew) for (const set of sets) this.refuseSet(set)
      if (isNew) return
    } else if (isNew) {
      if (part.scope === 'siteCollection' || part.siteId !== undefined) {
        this.facts.reports.tell(part, 'unsupported', `The group '${part.name}' belongs to a site: make it there first.`)
        return
      }
      this.plan(part, {
        action: 'create',
        kind: 'group',
        id,
        changes: changesTo(new Map(), wantedOfGroup({ ...part, name })),
      })
    } else if (before !== undefined) {
      const changes = changesTo(groupValues(before), wantedOfGroup(part))
      if (before.scope === 'system' && changes.length > 0)
        this.facts.reports.tell(part, 'system', `The group '${before.name}' belongs to the system.`)
      else if (changes.length > 0) this.plan(part, { action: 'update', kind: 'group', id, changes })
      else this.same += 1
    }
    for (const set of sets) this.set(set)
  }

  private refuseSet({ part, nodes }: SetMatch): void {
    this.facts.reports.tell(part, 'parent-refused', 'The group above it was refused.')
    for (const node of nodes) this.refuse(node)
  }

  private refuse({ part, isNew, children }: NodeMatch): void {
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
      this.plan(part, { action: 'create', kind: 'set', id, group: groupId, changes: this.namedSet(part, changes) })
    else if (before !== undefined && before.groupId !== groupId)
      this.plan(part, { action: 'move', kind: 'set', id, group: groupId, from: { group: before.groupId }, changes })
    else if (changes.length > 0) this.plan(part, { action: 'update', kind: 'set', id, changes })
    else this.same += 1
    this.nodes(nodes)
    this.note(match, part.order, nodes)
  }

  /** A new set has a name in the default language of the store. */
  private namedSet(part: SetDoc, changes: readonly Change[]): Change[] {
    const { defaultTag } = this.end.languages
    const member = `names.${defaultTag}`
    const [first] = changes.filter(({ member: one }) => one.startsWith('names.'))
    if (first === undefined || changes.some((one) => one.member === member)) return [...changes]
    this.facts.reports.tell(
      part,
      'label-copied',
      `The set has no name in ${defaultTag}: ${quoted(String(first.to))} was copied.`,
    )
    return [...changes, { member, from: null, to: first.to }]
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
    if (this.isMirrored(match)) return
    this.home(match)
    if (this.isRefused(part) && match.isNew) for (const child of match.children) this.refuse(child)
    else this.below(match)
  }

  private below(match: NodeMatch): void {
    this.nodes(match.children)
    this.note(match, match.part.order, match.children)
  }

  private note(match: NodeMatch | SetMatch, order: number | undefined, children: readonly NodeMatch[]): void {
    const { choice } = this.facts
    const count = choice.order === 'keep' ? undefined : choice.order === 'file' ? children.length : order
    if (count === undefined) return
    this.ordered.push({ match, ids: children.slice(0, count).map(({ termId }) => termId) })
  }

  /** Below a pinned term stands what it has at home, and nothing else can. */
  private isMirrored({ part, setId, parentId, termId, isNew, children }: NodeMatch): boolean {
    const parent = parentId === null ? undefined : this.end.place(setId, parentId)
    const isBelowPin = parentId !== null && (parent === undefined || parent.kind === 'pin')
    if (!isBelowPin) return false
    if (isNew)
      this.facts.reports.tell(
        part,
        'locked',
        'Terms cannot be added below a pinned term: add them in the set that owns it.',
      )
    else if (this.end.placesOf(termId).every((place) => place.parentId !== parentId))
      this.facts.reports.tell(
        part,
        'mirror-differs',
        'It stands below a pinned term, which does not have it at home. Nothing is changed.',
      )
    for (const child of children) {
      this.held.add(`${setId} ${child.termId}`)
      this.isMirrored(child)
    }
    return true
  }

  private termChanges(match: NodeMatch): Change[] {
    const { term, part, termId } = match
    if (term === undefined) return []
    const before = this.end.terms.get(termId)
    const notes = {
      promoted: (tag: string, name: string) =>
        this.facts.reports.tell(
          part,
          'label-copied',
          `There is no default label in ${tag}: ${quoted(name)} became it.`,
        ),
    }
    const wanted = wantedOfTerm(term, before, this.facts.choice.whole, notes)
    for (const [tag, number] of this.facts.numbers.get(part) ?? []) {
      const name = wanted.get(`labels.${tag}.default`)
      if (typeof name === 'string') wanted.set(`labels.${tag}.default`, numbered(name, number))
    }
    this.mergedIds(match, wanted)
    return changesTo(before === undefined ? new Map() : termValues(before), wanted)
  }

  /** Ids that no term has any more are only kept; a term that is still there has to be merged. */
  private mergedIds({ term, termId }: NodeMatch, wanted: Map<string, Value>): void {
    if (term?.mergedTermIds === undefined) return
    const held = this.end.terms.get(termId)?.mergedTermIds ?? []
    const gone = term.mergedTermIds.filter((id) => id !== termId && !this.end.terms.has(id))
    wanted.set('mergedTermIds', [...new Set([...held, ...gone])])
  }

  private placeChanges({ part, setId, termId }: NodeMatch): Change[] {
    const place = this.end.place(setId, termId)
    const wanted = wantedOfPlace(part, place?.localProperties ?? {}, this.facts.choice.whole)
    if (place === undefined && wanted.get('isAvailableForTagging') === true) wanted.delete('isAvailableForTagging')
    return changesTo(place === undefined ? new Map() : placeValues(place), wanted)
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
      const changes = [...this.termChanges(match), ...(home.setId === setId ? this.placeChanges(match) : [])]
      if (isMoved) this.move(match, { set: home.setId, parent: home.parentId }, changes)
      else if (changes.length > 0)
        this.plan(part, { action: 'update', kind: 'term', id: termId, set: setId, parent: parentId, changes })
      else this.same += 1
    }
    this.state(match)
  }

  private create(match: NodeMatch): void {
    const { part, setId, parentId, termId } = match
    const changes = this.withDefault(part, this.termChanges(match))
    if (changes.every(({ member }) => !member.startsWith('labels.'))) {
      this.facts.reports.tell(part, 'empty-label', `The term ${termId} is not in the store, and has no label.`)
      return
    }
    const all = [...changes, ...this.placeChanges(match)]
    this.plan(part, { action: 'create', kind: 'term', id: termId, set: setId, parent: parentId, changes: all })
  }

  private withDefault(part: NodeDoc, changes: Change[]): Change[] {
    const { defaultTag } = this.end.languages
    const isDefault = ({ member }: Change): boolean => /^labels\..+\.default$/.test(member)
    if (changes.some(({ member }) => member === `labels.${defaultTag}.default`) || !changes.some(isDefault))
      return changes
    const names = changes.filter(isDefault)
    const model = names.find(({ member }) => member.startsWith('labels.en')) ?? names[0]
    if (!this.facts.choice.copiesLabels || model === undefined) {
      this.facts.reports.tell(
        part,
        'no-default-label',
        `The term has no label in ${defaultTag}, the default language of the store.`,
      )
      return changes
    }
    this.facts.reports.tell(part, 'label-copied', `${quoted(String(model.to))} was copied to ${defaultTag}.`)
    return [{ member: `labels.${defaultTag}.default`, from: null, to: model.to }, ...changes]
  }

  private move(match: NodeMatch, from: { set: string; parent: string | null }, changes: readonly Change[]): void {
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
  private state({ part, term, termId, setId, parentId }: NodeMatch): void {
    const now = this.end.terms.get(termId)
    if (term === undefined || now === undefined || this.isRefused(part)) return
    const { isDeprecated = now.isDeprecated, replacedBy } = term
    const successor = replacedBy === undefined ? undefined : replacedBy === null ? null : this.facts.idOf(replacedBy)
    if (replacedBy !== undefined && replacedBy !== null && successor === undefined)
      this.facts.reports.tell(
        part,
        'source-missing',
        'The term that replaces it is neither in the file nor in the store.',
      )
    const at = { kind: 'term', id: termId, set: setId, parent: parentId } as const
    const next = isDeprecated ? (successor ?? (replacedBy === null ? null : now.replacedBy)) : null
    if (isDeprecated && (!now.isDeprecated || next !== now.replacedBy))
      this.plan(part, { action: 'deprecate', ...at, replacedBy: next })
    else if (!isDeprecated && now.isDeprecated) this.plan(part, { action: 'undeprecate', ...at })
    for (const id of term.mergedTermIds ?? [])
      if (id !== termId && this.facts.before.terms.has(id)) {
        const home = this.end.home(id)
        this.plan(part, {
          action: 'merge',
          kind: 'term',
          id,
          into: termId,
          ...(home === undefined ? {} : { set: home.setId }),
        })
      }
  }

  /** The labels of a term that was merged away become synonyms of the one that stays, where they are missing. */
  private follow(match: NodeMatch): void {
    const { part, termId, term, children } = match
    const now = this.end.terms.get(termId)
    const home = this.end.home(termId)
    if (now !== undefined && term !== undefined && home !== undefined) {
      const changes = Object.entries(term.labels).flatMap(([tag, { default: name, synonyms = [] }]): Change[] => {
        const held = now.labels.filter(({ languageTag }) => languageTag === tag)
        const has = (text: string): boolean => held.some((one) => one.name.toLowerCase() === text.toLowerCase())
        const added = [...(name === undefined ? [] : [name]), ...synonyms].filter((one) => !has(one))
        if (added.length === 0) return []
        const from = held.filter(({ isDefault }) => !isDefault).map((one) => one.name)
        if (defaultIn(held, tag) !== undefined)
          return [{ member: `labels.${tag}.synonyms`, from, to: [...from, ...added] }]
        return [{ member: `labels.${tag}.default`, from: null, to: added[0] as string }]
      })
      if (changes.length > 0)
        this.plan(part, { action: 'update', kind: 'term', id: termId, set: home.setId, parent: home.parentId, changes })
    }
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
      for (const match of now) this.share(match)
      if (now.length > 0) continue
      for (const { part } of later)
        if (!this.isRefused(part))
          this.facts.reports.tell(part, 'source-missing', 'The term that is shared here was refused.')
      return
    }
  }

  private share(match: NodeMatch): void {
    const { part, setId, parentId, termId, kind } = match
    if (kind === 'home' || this.isMirrored(match)) return
    const place = this.end.place(setId, termId)
    const at = { kind: 'term', id: termId, set: setId, parent: parentId } as const
    if (place?.kind === 'home') {
      this.facts.reports.tell(part, 'twice-in-set', `'${this.end.title(termId)}' has its home in this set.`)
      return
    }
    if (place === undefined) this.newShare(match)
    else {
      const changes = this.placeChanges(match)
      const isMoved = place.parentId !== parentId
      if (isMoved) this.move(match, { set: setId, parent: place.parentId }, changes)
      if (place.kind !== kind) this.reshare(match)
      else if (!isMoved && changes.length > 0) this.plan(part, { action: 'update', ...at, changes })
      else if (!isMoved) this.same += 1
    }
    this.own(match)
    if (this.isRefused(part)) for (const child of match.children) this.refuse(child)
    else if (kind === 'pin') this.mirrors(match)
    else this.below(match)
  }

  private newShare(match: NodeMatch): void {
    const { part, setId, parentId, termId, kind } = match
    const term = this.facts.before.terms.get(termId)
    if (term?.isDeprecated === true || term?.isKeyword === true) {
      this.facts.reports.tell(part, 'locked', 'A deprecated term or a keyword cannot be shared.')
      return
    }
    if (kind === 'home') return
    const at = { kind: 'term', id: termId, set: setId, parent: parentId } as const
    this.plan(part, { action: 'share', ...at, relationship: kind, changes: this.placeChanges(match) })
  }

  private reshare(match: NodeMatch): void {
    const { part, setId, parentId, termId, kind } = match
    const place = this.end.place(setId, termId)
    const branch = place === undefined ? [] : this.end.branchOf(place)
    if (kind === 'pin' && branch.some((one) => one.kind === 'home')) {
      this.facts.reports.tell(part, 'locked', 'Some terms below stand only here: a pin would lose them.')
      return
    }
    if (kind === 'home') return
    this.plan(part, {
      action: 'reshare',
      kind: 'term',
      id: termId,
      set: setId,
      parent: parentId,
      relationship: kind,
      changes: this.placeChanges(match),
    })
  }

  /** What the file says of the term itself at a place that is not its home. */
  private own(match: NodeMatch): void {
    const home = this.end.home(match.termId)
    if (match.term === undefined || home === undefined || this.isRefused(match.part)) return
    const changes = this.termChanges(match)
    if (changes.length > 0)
      this.plan(match.part, {
        action: 'update',
        kind: 'term',
        id: match.termId,
        set: home.setId,
        parent: home.parentId,
        changes,
      })
  }

  private mirrors({ part, termId, setId, children }: NodeMatch): void {
    const home = this.end.home(termId)
    const below = home === undefined ? new Set<string>() : this.end.idsUnder(home.setId, termId)
    for (const child of children) this.held.add(`${setId} ${child.termId}`)
    if (children.length > 0 && (children.length !== below.size || children.some((child) => !below.has(child.termId))))
      this.facts.reports.tell(
        part,
        'mirror-differs',
        'What the file has below this pin is not what the term has at home. Nothing is changed.',
      )
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

function numbered(name: string, number: number): string {
  const tail = ` (${number})`
  return name.length + tail.length <= 255 ? `${name}${tail}` : `${cut(name, 255 - tail.length)}${tail}`
}

/** The place of a term of the store, for records about what no file holds. */
export function atOfStored(file: At, taxonomy: TaxonomyPart, setId: string, termId: string): At {
  const place = taxonomy.place(setId, termId)
  const path = place === undefined ? [] : taxonomy.pathOf(place)
  return { file: file.file, line: 0, path: [taxonomy.nameOfSet(setId), ...path].join('/') }
}
