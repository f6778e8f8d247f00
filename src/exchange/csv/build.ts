/** Rows that were put together, as a document: exchange.md §3.5 has the columns. */
import type { Doc, GroupDoc, LabelsDoc, NodeDoc, Ref, SetDoc, TermDoc } from '../document.ts'
import { type At, fault, type ImportFault } from '../faults.ts'
import type { NamedRecords } from '../paths/named.ts'
import type { PathTerm, PathTree } from '../paths/tree.ts'
import type { Fact, Facts } from './cells.ts'
import { type CsvDialect, titleOf } from './columns.ts'

export interface GroupDraft {
  readonly at: At
  readonly name: string
  readonly id?: string
  readonly sets: NamedRecords<SetDraft>
}

export interface SetDraft {
  readonly at: At
  readonly name: string
  readonly id?: string
  /** Of its first row: the language of its names, and of rows that give none, as the file names it. */
  tag: string | undefined
  readonly facts: Facts
  refused: boolean
  /** No row was left out. */
  complete: boolean
  readonly tree: PathTree<Facts>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

interface Building {
  readonly isWide: boolean
  readonly hasOrder: boolean
  /** Languages that have a column for their labels: of their levels only the path counts. */
  readonly labelled: ReadonlySet<string>
  /** Ids of terms that are at home in the file so far. */
  readonly homes: Set<string>
  readonly faults: ImportFault[]
}

function list(value: string): string[] {
  const parts = value.split(';').map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

/** What belongs to a place, not to the term there. */
const ofPlaces: ReadonlySet<string> = new Set(['kind', 'termId', 'available', 'localProperty', 'order'])

function addLabels(labels: Record<string, LabelsDoc>, tag: string, more: LabelsDoc): void {
  labels[tag] = { ...labels[tag], ...more }
}

/** A record's members by the columns that say them. */
const termMembers: Readonly<Record<string, (term: Mutable<TermDoc>, fact: Fact) => void>> = {
  description: (term, { tag, value }) => {
    term.descriptions = { ...term.descriptions, [tag]: value }
  },
  descriptionIn: (term, { column, value }) => {
    if ('tag' in column) term.descriptions = { ...term.descriptions, [column.tag]: value }
  },
  label: (term, { column, value }) => {
    if ('tag' in column) addLabels(term.labels as Record<string, LabelsDoc>, column.tag, { default: value })
  },
  synonyms: (term, { column, value }) => {
    if ('tag' in column) addLabels(term.labels as Record<string, LabelsDoc>, column.tag, { synonyms: list(value) })
  },
  property: (term, { column, value }) => {
    if ('key' in column) term.properties = { ...term.properties, [column.key]: value }
  },
  deprecated: (term, { value }) => {
    term.isDeprecated = value === 'true'
  },
  replacedBy: (term, { value }) => {
    term.replacedBy = value === '' ? null : { id: value }
  },
  mergedIds: (term, { value }) => {
    term.mergedTermIds = list(value)
  },
  owner: (term, { value }) => {
    term.owner = value === '' ? null : value
  },
}

function termOf(building: Building, draft: PathTerm<Facts>): TermDoc {
  const labels: Record<string, LabelsDoc> = {}
  for (const [tag, label] of draft.labels) if (!building.labelled.has(tag)) labels[tag] = { default: label }
  const term: Mutable<TermDoc> = { ...(draft.id === undefined ? {} : { id: draft.id }), labels }
  for (const fact of draft.facts?.values() ?? []) termMembers[fact.column.is]?.(term, fact)
  return term
}

function kindOf(building: Building, draft: PathTerm<Facts>, kind: string | undefined): NodeDoc['kind'] {
  if (kind === 'reuse' || kind === 'pin') return kind
  if (building.isWide || draft.id === undefined) return 'home'
  // An id that a set of the file has already is at home there.
  return building.homes.has(draft.id) ? 'reuse' : 'home'
}

/** Of a place only what is local to it counts. The term's description is said where the term is at home. */
function checkPlace(building: Building, draft: PathTerm<Facts>): void {
  const term = [...(draft.facts?.values() ?? [])].find(
    ({ column, value }) => !ofPlaces.has(column.is) && value !== '' && building.isWide,
  )
  if (term === undefined) return
  const text = `line ${draft.at.line}: the row is a place of a term; "${titleOf(term.column)}" belongs to the row where the term is at home.`
  building.faults.push(fault('lost', draft.at, text))
}

function orderedChildren(
  building: Building,
  drafts: readonly PathTerm<Facts>[],
): { children: NodeDoc[]; order?: number } {
  if (!building.hasOrder) return { children: drafts.map((draft) => nodeOf(building, draft)) }
  const numbered = drafts.map((draft) => ({
    draft,
    at: [...(draft.facts?.values() ?? [])].find(({ column }) => column.is === 'order'),
  }))
  const first = numbered.filter(({ at }) => at !== undefined && at.value !== '' && Number(at.value) > 0)
  const rest = numbered.filter((one) => !first.includes(one))
  const sorted = first.toSorted((a, b) => Number(a.at?.value) - Number(b.at?.value))
  const children = [...sorted, ...rest].map(({ draft }) => nodeOf(building, draft))
  return children.length === 0 ? { children } : { children, order: sorted.length }
}

function refusedPlace(building: Building, draft: PathTerm<Facts>, kind: string): NodeDoc {
  const text = `line ${draft.at.line}: a row of the kind ${kind} needs the id of its term in the column "Term Id".`
  building.faults.push(fault('guid', draft.at, text))
  return { at: draft.at, refused: true, kind: 'home', term: termOf(building, draft), children: [] }
}

function nodeOf(building: Building, draft: PathTerm<Facts>): NodeDoc {
  const facts = [...(draft.facts?.values() ?? [])]
  const stated = facts.find(({ column }) => column.is === 'kind')?.value
  const kind = kindOf(building, draft, stated)
  if (kind !== 'home' && draft.id === undefined) return refusedPlace(building, draft, kind)
  if (kind === 'home' && draft.id !== undefined) building.homes.add(draft.id)
  if (kind !== 'home') checkPlace(building, draft)
  const available = facts.find(({ column }) => column.is === 'available')?.value
  const local: Record<string, string> = {}
  for (const { column, value } of facts) if (column.is === 'localProperty') local[column.key] = value
  return {
    at: draft.at,
    ...(draft.refused ? { refused: true } : {}),
    kind,
    term: kind === 'home' ? termOf(building, draft) : ({ id: draft.id } as Ref),
    ...(available === undefined ? {} : { isAvailableForTagging: available === 'true' }),
    ...(Object.keys(local).length === 0 ? {} : { localProperties: local }),
    ...orderedChildren(building, draft.children),
  }
}

const setMembers: Readonly<Record<string, (set: Mutable<SetDoc>, fact: Fact) => void>> = {
  setDescription: (set, { value }) => {
    set.description = value
  },
  label: (set, { column, value }) => {
    if ('tag' in column) set.names = { ...set.names, [column.tag]: value }
  },
  property: (set, { column, value }) => {
    if ('key' in column) set.properties = { ...set.properties, [column.key]: value }
  },
  available: (set, { value }) => {
    set.isAvailableForTagging = value === 'true'
  },
  open: (set, { value }) => {
    set.isOpen = value === 'true'
  },
  owner: (set, { value }) => {
    set.owner = value === '' ? null : value
  },
  contact: (set, { value }) => {
    set.contact = value === '' ? null : value
  },
  stakeholders: (set, { value }) => {
    set.stakeholders = list(value)
  },
}

function setOf(building: Building, draft: SetDraft): SetDoc {
  const set: Mutable<SetDoc> = {
    at: draft.at,
    ...(draft.refused ? { refused: true } : {}),
    ...(draft.id === undefined ? {} : { id: draft.id }),
    names: { [draft.tag ?? '']: draft.name },
    complete: draft.complete,
    ...orderedChildren(building, draft.tree.root.children),
  }
  for (const fact of draft.facts.values()) setMembers[fact.column.is]?.(set, fact)
  return set
}

export function documentOf(groups: readonly GroupDraft[], dialect: CsvDialect, faults: readonly ImportFault[]): Doc {
  const labelled = dialect.columns.flatMap((column) => (column.is === 'label' ? [column.tag] : []))
  const building: Building = {
    isWide: dialect.isWide,
    hasOrder: dialect.columns.some(({ is }) => is === 'order'),
    labelled: new Set(labelled),
    homes: new Set(),
    faults: [],
  }
  const docs = groups.map(
    (group): GroupDoc => ({
      at: group.at,
      ...(group.id === undefined ? {} : { id: group.id }),
      name: group.name,
      complete: false,
      sets: group.sets.all.map((set) => setOf(building, set)),
    }),
  )
  const all = [...faults, ...building.faults]
  return { groups: docs, faults: all, ...(dialect.isWide ? {} : { guessesKinds: true }) }
}
