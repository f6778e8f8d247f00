/** Which term, set or group of the store a record of a file means: exchange.md §2.5. In file order, parents first. Pure. */
import { guidOf } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { type Doc, type GroupDoc, isRef, type NodeDoc, type Ref, type SetDoc, type TermDoc } from '../document.ts'
import type { Reports } from '../normalise/reports.ts'
import { quoted } from '../normalise/text.ts'
import { groupOf, type MatchFacts, sameName, storedSet } from './containers.ts'
import { type StoredIndex, storedIndex } from './taxonomy/stored-index.ts'

export interface GroupMatch {
  readonly part: GroupDoc
  /** As the file has it, else as the caller names it. */
  readonly name: string
  readonly id: string
  readonly isNew: boolean
  readonly sets: readonly SetMatch[]
}

export interface SetMatch {
  readonly part: SetDoc
  readonly id: string
  readonly isNew: boolean
  readonly groupId: string
  readonly nodes: readonly NodeMatch[]
}

export interface NodeMatch {
  readonly part: NodeDoc
  readonly setId: string
  /** The term above in the file; null: the root of the set. */
  readonly parentId: string | null
  readonly termId: string
  readonly isNew: boolean
  readonly kind: 'home' | 'reuse' | 'pin'
  /** Undefined: the node refers to a term that is told elsewhere. */
  readonly term: TermDoc | undefined
  /** Its term was merged into the matched one: only labels count. */
  readonly isFollowed: boolean
  readonly children: readonly NodeMatch[]
}

/** A node of the file with what is above it. */
interface NodeAt {
  readonly part: NodeDoc
  readonly set: SetAt
  readonly parent: NodeAt | undefined
}

interface SetAt {
  readonly part: SetDoc
  readonly group: GroupDoc
  id: string | undefined
}

interface Found {
  readonly termId: string
  readonly isNew: boolean
  readonly isFollowed?: true
}

/** One run over a document. A class, because what is found of one record is needed for others in any order. */
class Matching {
  private readonly doc: Doc
  private readonly facts: MatchFacts
  private readonly stored: StoredIndex
  private readonly at = new Map<NodeDoc, NodeAt>()
  private readonly byId = new Map<string, NodeAt>()
  private readonly byUri = new Map<string, NodeAt>()
  private readonly found = new Map<NodeDoc, Found | null>()
  private readonly sets = new Map<SetDoc, SetAt>()
  private readonly setsById = new Map<string, SetAt>()
  /** PlaceState and label of new terms → id. */
  private readonly made = new Map<string, string>()
  private readonly firstOf = new Map<string, NodeAt>()

  constructor(doc: Doc, facts: MatchFacts) {
    this.doc = doc
    this.facts = facts
    this.stored = storedIndex(facts.before)
    for (const group of doc.groups)
      for (const part of group.sets) {
        const set: SetAt = { part, group, id: undefined }
        this.sets.set(part, set)
        this.index(part.children, set, undefined)
      }
  }

  private index(nodes: readonly NodeDoc[], set: SetAt, parent: NodeAt | undefined): void {
    for (const part of nodes) {
      const at: NodeAt = { part, set, parent }
      this.at.set(part, at)
      if (!isRef(part.term)) {
        const { id, uri } = part.term
        if (id !== undefined && !this.byId.has(id)) this.byId.set(id, at)
        if (uri !== undefined && !this.byUri.has(uri)) this.byUri.set(uri, at)
      }
      this.index(part.children, set, at)
    }
  }

  groups(): GroupMatch[] {
    const ids = this.doc.groups.map((part) => ({ part, ...groupOf(this.facts, part) }))
    for (const { part, id } of ids) for (const set of part.sets) this.matchSet(set, id)
    return ids.map(({ part, id, name, isNew }) => ({
      part,
      id,
      name,
      isNew,
      sets: part.sets.flatMap((set) => this.setMatch(set, id)),
    }))
  }

  private tell(part: GroupDoc | SetDoc | NodeDoc, code: Parameters<Reports['tell']>[1], text: string): void {
    this.facts.reports.tell(part, code, text)
  }

  private matchSet(part: SetDoc, groupId: string): void {
    const { before, choice, mint } = this.facts
    const at = this.sets.get(part)
    if (at === undefined) return
    const known = storedSet(this.facts, part, groupId)
    const isOther = known !== undefined && part.id !== undefined && part.id !== known
    if (isOther && choice.foreignIds === true) this.facts.onOtherId?.(part.id, known)
    else if (isOther && part.uri === undefined && choice.by.has('id'))
      this.tell(
        part,
        'id-differs',
        `The set '${before.nameOfSet(known)}' has the id ${known} in the store. --match path ignores the ids of the file.`,
      )
    if (known === undefined && part.id !== undefined && (before.groups.has(part.id) || before.terms.has(part.id)))
      this.tell(part, 'id-kind', `The id ${part.id} is not that of a set.`)
    if (known !== undefined && before.sets.get(known)?.systemRole !== null)
      this.tell(part, 'system', `The set '${before.nameOfSet(known)}' belongs to the system.`)
    if (known === undefined && choice.set !== undefined && guidOf(choice.set) !== undefined)
      this.tell(part, 'parent-missing', `The store has no set '${choice.set}'.`)
    if (known === undefined && Object.keys(part.names).length === 0)
      this.tell(part, 'empty-label', 'The set has no name.')
    at.id = known ?? (choice.by.has('id') ? part.id : undefined) ?? mint()
    const twin = this.setsById.get(at.id)
    if (twin === undefined) this.setsById.set(at.id, at)
    else if (twin !== at) this.tell(part, 'twice', `The set ${at.id} is in the file twice.`)
  }

  private setMatch(part: SetDoc, groupId: string): SetMatch[] {
    const at = this.sets.get(part)
    if (at?.id === undefined) return []
    const { before, choice } = this.facts
    const isNew = !before.sets.has(at.id)
    let top: string | null = null
    if (choice.under !== undefined) {
      const under = this.stored.at(at.id, choice.under)
      if (under === undefined) {
        this.tell(part, 'parent-missing', `The set has no term '${choice.under}'.`)
        return []
      }
      top = under
    }
    const nodes = this.nodesOf(part.children, at.id, top)
    return [{ part, id: at.id, isNew, groupId, nodes }]
  }

  private nodesOf(parts: readonly NodeDoc[], setId: string, parentId: string | null): NodeMatch[] {
    return parts.flatMap((part) => {
      const at = this.at.get(part)
      const found = at === undefined ? null : this.resolve(at)
      if (found === null) {
        this.refuseBelow(part)
        return []
      }
      const { termId, isNew, isFollowed } = found
      return [
        {
          part,
          setId,
          parentId,
          termId,
          isNew,
          kind: this.kindOf(part, setId, termId, isNew),
          term: isRef(part.term) ? undefined : part.term,
          isFollowed: isFollowed === true,
          children: this.nodesOf(part.children, setId, termId),
        },
      ]
    })
  }

  /** Nothing below a new term that is refused can be made. */
  private refuseBelow(part: NodeDoc): void {
    for (const child of part.children) {
      this.tell(child, 'parent-refused', 'The term above it was refused.')
      this.refuseBelow(child)
    }
  }

  private kindOf(part: NodeDoc, setId: string, termId: string, isNew: boolean): NodeMatch['kind'] {
    const { before, choice } = this.facts
    if (!choice.infersKinds) return part.kind
    const there = before.place(setId, termId)
    if (there !== undefined) return there.kind
    const home = before.home(termId)?.setId ?? (isNew ? this.firstOf.get(termId)?.set.id : undefined)
    return home === undefined || home === setId ? part.kind : 'reuse'
  }

  /** Null: it is refused. */
  private resolve(at: NodeAt): Found | null {
    const known = this.found.get(at.part)
    if (known !== undefined) return known
    // Where it leads back to itself, it is not found.
    this.found.set(at.part, null)
    const found = isRef(at.part.term) ? this.resolveRef(at, at.part.term) : this.resolveTerm(at, at.part.term)
    this.found.set(at.part, found)
    return found
  }

  private resolveRef(at: NodeAt, ref: Ref): Found | null {
    const found = this.find(ref)
    if (found === undefined) {
      const named = 'id' in ref ? ref.id : 'uri' in ref ? ref.uri : `${ref.set}/${ref.path.join('/')}`
      this.tell(at.part, 'source-missing', `The term ${named} is neither in the file nor in the store.`)
      return null
    }
    return found
  }

  /** What a reference means; also for `replacedBy`. */
  find(ref: Ref): Found | undefined {
    const { before } = this.facts
    if ('id' in ref) {
      const inFile = this.byId.get(ref.id)
      if (inFile !== undefined) return this.resolve(inFile) ?? undefined
      return before.terms.has(ref.id) ? { termId: ref.id, isNew: false } : undefined
    }
    if ('uri' in ref) {
      const inFile = this.byUri.get(ref.uri)
      if (inFile !== undefined) return this.resolve(inFile) ?? undefined
      const stored = this.stored.byUri(ref.uri)
      return stored === undefined ? undefined : { termId: stored, isNew: false }
    }
    const inFile = this.inFile(ref)
    if (inFile !== undefined) return this.resolve(inFile) ?? undefined
    const stored = this.stored.byPath(ref)
    return stored === undefined ? undefined : { termId: stored, isNew: false }
  }

  private inFile({ group, set, path }: { group?: string; set: string; path: readonly string[] }): NodeAt | undefined {
    for (const { part, group: above } of this.sets.values()) {
      if (group !== undefined && !sameName(above.name, group)) continue
      if (!Object.values(part.names).some((name) => sameName(name, set))) continue
      let nodes = part.children
      let found: NodeDoc | undefined
      for (const label of path) {
        found = nodes.find(
          ({ term }) => !isRef(term) && Object.values(term.labels).some((one) => sameName(one.default ?? '', label)),
        )
        if (found === undefined) break
        nodes = found.children
      }
      if (found !== undefined) return this.at.get(found)
    }
    return undefined
  }

  private resolveTerm(at: NodeAt, term: TermDoc): Found | null {
    const { reports } = this.facts
    const found = this.matched(at, term)
    if (found === null || found === undefined) return null
    if (found.isNew && reports.isRefused(at.part)) return null
    if (at.part.kind === 'home' && found.isFollowed !== true) {
      const first = this.firstOf.get(found.termId)
      if (first === undefined) this.firstOf.set(found.termId, at)
      else if (first !== at && !this.isShared(first, at)) {
        if (first.part.at === at.part.at || saysTheSame(first.part, at.part)) return found
        this.tell(
          at.part,
          'twice',
          `${quoted(at.part.at.path)} is the term of ${placeOf(first.part)} again, and says something else.`,
        )
        return null
      }
    }
    return found
  }

  /** A format without kinds has a shared term at each of its places, in different sets. */
  private isShared(first: NodeAt, at: NodeAt): boolean {
    return this.facts.choice.infersKinds && first.set.id !== at.set.id
  }

  private matched(at: NodeAt, term: TermDoc): Found | null | undefined {
    const { before, choice } = this.facts
    const id = choice.by.has('id') ? term.id : undefined
    if (id !== undefined) {
      if (before.terms.has(id)) return { termId: id, isNew: false }
      if (before.sets.has(id) || before.groups.has(id)) {
        this.tell(at.part, 'id-kind', `The id ${id} is not that of a term.`)
        return null
      }
      const survivor = this.stored.mergedInto(id)
      if (survivor !== undefined) {
        if (choice.followsMerges) return { termId: survivor, isNew: false, isFollowed: true }
        this.tell(
          at.part,
          'merged-id',
          `The term ${id} was merged into '${before.title(survivor)}' (${survivor}). --follow-merges adds its labels there.`,
        )
        return null
      }
    }
    const byUri = term.uri === undefined ? undefined : this.stored.byUri(term.uri)
    if (byUri !== undefined) return { termId: byUri, isNew: false }
    return this.matchedByPath(at, term, id)
  }

  private matchedByPath(at: NodeAt, term: TermDoc, id: string | undefined): Found | null {
    const { choice, before } = this.facts
    const above = at.parent === undefined ? undefined : this.resolve(at.parent)
    if (above === null) return id === undefined ? null : this.fresh(at, term, id)
    const top = choice.under === undefined ? null : (this.stored.at(at.set.id ?? '', choice.under) ?? null)
    const parentId = above?.termId ?? top
    const stored = choice.by.has('path') ? this.stored.child(at.set.id ?? '', parentId, term.labels) : undefined
    if (stored === undefined) return this.fresh(at, term, id, parentId)
    // An id that was made from an IRI is not one that somebody gave.
    if (id !== undefined && choice.foreignIds === true) this.facts.onOtherId?.(id, stored)
    const isGiven =
      id !== undefined && choice.foreignIds !== true && (term.uri === undefined || term.uri.toLowerCase().includes(id))
    // The file has that term elsewhere, by its id: this one only has its name.
    const own = this.byId.get(stored)
    if (own !== undefined && own !== at) return this.fresh(at, term, id, parentId)
    if (isGiven) {
      this.tell(
        at.part,
        'id-differs',
        `'${before.title(stored)}' has the id ${stored} in the store, and ${id} in the file. --match path ignores the ids of the file.`,
      )
      return null
    }
    return { termId: stored, isNew: false }
  }

  /** A new term, or the one that an earlier record of the same path made. */
  private fresh(at: NodeAt, term: TermDoc, id: string | undefined, parentId: string | null = null): Found {
    if (id !== undefined) return { termId: id, isNew: true }
    const keys = Object.entries(term.labels).flatMap(([tag, { default: name }]) =>
      name === undefined ? [] : [`${at.set.id} ${parentId} ${tag} ${fold(name)}`],
    )
    const known = keys.map((key) => this.made.get(key)).find((one) => one !== undefined)
    const termId = known ?? this.facts.mint()
    for (const key of keys) this.made.set(key, termId)
    return { termId, isNew: true }
  }

  /** For references inside terms. */
  finder(): (ref: Ref) => string | undefined {
    return (ref) => this.find(ref)?.termId
  }
}

function placeOf({ at }: NodeDoc): string {
  return at.line > 0 ? `line ${at.line}` : `"${at.path}"`
}

function saysTheSame(one: NodeDoc, other: NodeDoc): boolean {
  const said = ({ term, isAvailableForTagging, localProperties }: NodeDoc): string =>
    JSON.stringify([term, isAvailableForTagging, localProperties])
  return said(one) === said(other)
}

export type RefFinder = (ref: Ref) => string | undefined

/** The matches, and what references mean. */
export function matchWithRefs(doc: Doc, facts: MatchFacts): { groups: GroupMatch[]; idOf: RefFinder } {
  const matching = new Matching(doc, facts)
  return { groups: matching.groups(), idOf: matching.finder() }
}
