/**
 * Random documents that a term store could hold (term-store.md §4.2, exchange.md §1): sibling labels differ in each
 * language, a term occurs once in a set (mirrors counted), nothing is deeper than seven levels, every reference has its
 * term. The same seed gives the same document.
 */
import fc from 'fast-check'
import { fold } from '#base/text/fold.ts'
import type { Doc, GroupDoc, LabelsDoc, NodeDoc, Properties, Ref, SetDoc, TermDoc, Texts } from '#exchange/document.ts'
import type { At } from '#exchange/faults.ts'

export interface DocumentOptions {
  /** Terms in all, places not counted. Default 30. */
  readonly terms?: number
  readonly sets?: number
  readonly groups?: number
  /** The first is the store's default. */
  readonly languages?: readonly string[]
  /** Reuses and pins. Default true. */
  readonly shares?: boolean
  /** Dates of terms. Default false. */
  readonly dates?: boolean
  /** Properties with an empty value, which the store allows and few formats hold. Default false. */
  readonly emptyValues?: boolean
  /** Terms and sets without a name in the default language, which seeds and imports make. Default false. */
  readonly withoutDefault?: boolean
}

export const fiveLanguages = ['en-US', 'de-DE', 'fr-FR', 'uk-UA', 'pt-BR'] as const

/** Numbers from 0 to below 1: mulberry32. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mix = Math.imul(state ^ (state >>> 15), 1 | state)
    mix = (mix + Math.imul(mix ^ (mix >>> 7), 61 | mix)) ^ mix
    return ((mix ^ (mix >>> 14)) >>> 0) / 4_294_967_296
  }
}

const words: Readonly<Record<string, readonly string[]>> = {
  de: ['Straße', 'Öl', 'Müll', 'Mueller', 'Übergröße', 'Haus', 'Amt für Prüfung', 'Druck'],
  fr: ["l'eau", 'Œuvre', 'Été', 'Noël', 'château', 'forêt'],
  uk: ['Місто', 'Їжа', 'Йод', 'Країна', 'ґанок', 'п’ять'],
  pt: ['Ação', 'Pão', 'Irmã', 'São Tomé'],
  en: [
    'Print',
    'Sales',
    'R＆D',
    '＂Big＂',
    'Paris, Texas',
    'Say ＂x＂, y',
    "'s-Hertogenbosch",
    '=A1',
    '-5 °C',
    '@home',
    '+49',
    '# one',
    '537 - Baby',
    'a/b',
    'x {y}',
    'True',
    '007',
    '漢字',
    '🌍 globe',
    'Café',
    'e\u0301cole',
    "it''s",
  ],
}

const lines = [
  'On paper\nor card',
  'He said "hi", twice',
  ' begins with a blank',
  'semicolon; comma, pipe | and < & >',
  'a\r\nb',
  '=SUM(A1)',
  'x'.repeat(1000),
  "'quoted'",
]
const keys = ['shelf', 'skos:notation', 'skos:exactMatch', 'Näme', 'a,b', 'x y', 'deprecated']
const values = ['007', 'A', 'https://example.org/v/b', 'one\ntwo', '"q"', ' x ', "'y", '=1', 'Ж']

interface Building {
  random(): number
  readonly options: Required<DocumentOptions>
  /** How many ids have been made. */
  ids: number
  /** Terms whose home is already made: a place may name them. */
  readonly made: string[]
}

function below(building: Building, limit: number): number {
  return Math.floor(building.random() * limit)
}

function isIn(building: Building, share: number): boolean {
  return building.random() < share
}

function oneOf<T>(building: Building, list: readonly T[]): T {
  return list[below(building, list.length)] as T
}

function makeId(building: Building): string {
  building.ids += 1
  const rest = Array.from({ length: 2 }, () =>
    Math.floor(building.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0'),
  )
  const digits = (building.ids.toString(16).padStart(8, '0') + rest.join('')).padEnd(28, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 28)}00`
}

/** Where a record of no file is. */
function nowhere(path: string): At {
  return { file: '', line: 0, path }
}

function word(building: Building, tag: string): string {
  const own = words[tag.slice(0, 2)] ?? []
  return oneOf(building, isIn(building, 0.6) && own.length > 0 ? own : (words['en'] as readonly string[]))
}

/** A name that none of `taken` is, folded. */
function freeName(building: Building, tag: string, taken: ReadonlySet<string>): string {
  const first = isIn(building, 0.4) ? `${word(building, tag)} ${word(building, tag)}` : word(building, tag)
  for (let at = 2, name = first; ; at++, name = `${first} ${at}`) if (!taken.has(fold(name))) return name
}

function text(building: Building): string {
  return isIn(building, 0.5) ? oneOf(building, lines) : `${word(building, 'en')} ${below(building, 1000)}`
}

function texts(building: Building, share: number): Texts {
  const held = building.options.languages.filter(() => isIn(building, share))
  return Object.fromEntries(held.map((tag) => [tag, text(building)]))
}

function properties(building: Building): Properties {
  const held = keys.filter(() => isIn(building, 0.25))
  return Object.fromEntries(
    held.map((key) => [key, building.options.emptyValues && isIn(building, 0.1) ? '' : oneOf(building, values)]),
  )
}

/** Tag → folded default labels of one place's children. */
type Siblings = Map<string, Set<string>>

function labels(building: Building, siblings: Siblings): Record<string, LabelsDoc> {
  const made: Record<string, LabelsDoc> = {}
  for (const [at, tag] of building.options.languages.entries()) {
    if (at > 0 && !isIn(building, 0.5)) continue
    if (at === 0 && building.options.withoutDefault && isIn(building, 0.1)) continue
    const taken = siblings.get(tag) ?? new Set()
    siblings.set(tag, taken)
    const name = freeName(building, tag, taken)
    taken.add(fold(name))
    const own = new Set([fold(name)])
    const synonyms = Array.from({ length: isIn(building, 0.3) ? 1 + below(building, 3) : 0 }, () => {
      const synonym = freeName(building, tag, own)
      own.add(fold(synonym))
      return synonym
    })
    made[tag] = synonyms.length > 0 ? { default: name, synonyms } : { default: name }
  }
  if (Object.keys(made).length === 0) return labels(building, siblings)
  return made
}

function maybe<K extends string, V>(is: boolean, key: K, value: () => V): { [P in K]?: V } {
  return (is ? { [key]: value() } : {}) as { [P in K]?: V }
}

function term(building: Building, siblings: Siblings): TermDoc {
  const { random } = building
  const isDeprecated = random() < 0.15
  return {
    id: makeId(building),
    labels: labels(building, siblings),
    ...maybe(random() < 0.4, 'descriptions', () => texts(building, 0.5)),
    ...maybe(random() < 0.3, 'properties', () => properties(building)),
    ...maybe(isDeprecated, 'isDeprecated', () => true),
    ...maybe(isDeprecated && building.made.length > 0 && random() < 0.5, 'replacedBy', () => ({
      id: oneOf(building, building.made),
    })),
    ...maybe(random() < 0.1, 'mergedTermIds', () => [makeId(building), makeId(building)]),
    ...maybe(random() < 0.1, 'owner', () => 'ann@example.org'),
    ...(building.options.dates ? { created: '2026-01-02T03:04:05Z', modified: '2026-02-03T04:05:06Z' } : {}),
  }
}

interface Draft {
  readonly kind: NodeDoc['kind']
  readonly term: TermDoc | Ref
  readonly id: string
  readonly labels: Record<string, LabelsDoc>
  readonly children: Draft[]
  readonly level: number
  readonly siblings: Siblings
  /** Of a pin: what it shows, the pinned term included. */
  readonly shown?: ReadonlySet<string>
}

interface DraftSet {
  readonly roots: Draft[]
  readonly siblings: Siblings
  /** Ids of the terms that occur in the set, mirrors included. */
  readonly held: Set<string>
  readonly homes: Draft[]
  /** Those that may get children. */
  readonly parents: Draft[]
}

function add(into: DraftSet, parent: Draft | undefined, draft: Draft): void {
  ;(parent?.children ?? into.roots).push(draft)
  if (draft.kind === 'home') into.homes.push(draft)
  if (draft.kind !== 'pin' && draft.level < 7) into.parents.push(draft)
}

/** Ids that a pin of the term shows, and how many levels. */
function branchOf(draft: Draft): { ids: Set<string>; height: number } {
  const ids = new Set([draft.id, ...(draft.shown ?? [])])
  let height = draft.shown === undefined ? 1 : 7
  for (const child of draft.children) {
    const inner = branchOf(child)
    for (const id of inner.ids) ids.add(id)
    height = Math.max(height, inner.height + 1)
  }
  return { ids, height }
}

function isFree(siblings: Siblings, own: Record<string, LabelsDoc>): boolean {
  return Object.entries(own).every(([tag, { default: name = '' }]) => !siblings.get(tag)?.has(fold(name)))
}

function take(siblings: Siblings, own: Record<string, LabelsDoc>): void {
  for (const [tag, { default: name = '' }] of Object.entries(own))
    siblings.set(tag, (siblings.get(tag) ?? new Set()).add(fold(name)))
}

/** A reuse or a pin of a term of an earlier set, where the rules allow one. */
function share(building: Building, earlier: readonly DraftSet[], into: DraftSet, parent: Draft | undefined): void {
  const { homes } = earlier.length > 0 ? oneOf(building, earlier) : into
  if (earlier.length === 0 || homes.length === 0) return
  const source = oneOf(building, homes)
  const kind = isIn(building, 0.5) ? 'pin' : 'reuse'
  const level = (parent?.level ?? 0) + 1
  const branch = branchOf(source)
  const ids = kind === 'pin' ? branch.ids : new Set([source.id])
  const siblings = parent?.siblings ?? into.siblings
  if ([...ids].some((id) => into.held.has(id)) || !isFree(siblings, source.labels)) return
  if (kind === 'pin' && level + branch.height - 1 > 7) return
  take(siblings, source.labels)
  for (const id of ids) into.held.add(id)
  const shared = { kind, term: { id: source.id }, id: source.id, labels: source.labels, children: [], level } as const
  const draft: Draft = { ...shared, children: [], siblings: new Map(), ...(kind === 'pin' ? { shown: ids } : {}) }
  add(into, parent, draft)
}

function draftSet(building: Building, size: number, earlier: readonly DraftSet[]): DraftSet {
  const drafted: DraftSet = { roots: [], siblings: new Map(), held: new Set(), homes: [], parents: [] }
  for (let made = 0; made < size; made++) {
    const { parents } = drafted
    const parent = isIn(building, 0.25) || parents.length === 0 ? undefined : oneOf(building, parents)
    if (building.options.shares && isIn(building, 0.2)) share(building, earlier, drafted, parent)
    const siblings = parent?.siblings ?? drafted.siblings
    const own = term(building, siblings)
    const id = own.id as string
    drafted.held.add(id)
    building.made.push(id)
    const level = (parent?.level ?? 0) + 1
    const draft: Draft = {
      kind: 'home',
      term: own,
      id,
      labels: own.labels as Record<string, LabelsDoc>,
      children: [],
      level,
      siblings: new Map(),
    }
    add(drafted, parent, draft)
  }
  return drafted
}

function order(building: Building, children: readonly unknown[]): { order?: number } {
  return maybe(children.length > 0 && isIn(building, 0.3), 'order', () => 1 + below(building, children.length))
}

function nodeOf(building: Building, draft: Draft, path: string): NodeDoc {
  const own = `${path}/${draft.labels[building.options.languages[0] ?? '']?.default ?? draft.id}`
  return {
    at: nowhere(own),
    kind: draft.kind,
    term: draft.term,
    ...maybe(isIn(building, 0.15), 'isAvailableForTagging', () => false),
    ...maybe(isIn(building, 0.15), 'localProperties', () => properties(building)),
    ...order(building, draft.children),
    children: draft.children.map((child) => nodeOf(building, child, own)),
  }
}

function setOf(building: Building, drafted: DraftSet, group: string, taken: Siblings): SetDoc {
  const names: Record<string, string> = {}
  for (const [at, tag] of building.options.languages.entries()) {
    if (at > 0 && !isIn(building, 0.3)) continue
    const known = taken.get(tag) ?? new Set()
    taken.set(tag, known)
    names[tag] = freeName(building, tag, known)
    known.add(fold(names[tag]))
  }
  const path = `${group}/${names[building.options.languages[0] ?? '']}`
  return {
    at: nowhere(path),
    id: makeId(building),
    names,
    ...maybe(isIn(building, 0.5), 'description', () => text(building)),
    ...maybe(isIn(building, 0.3), 'properties', () => properties(building)),
    ...maybe(isIn(building, 0.3), 'isOpen', () => true),
    ...maybe(isIn(building, 0.1), 'isAvailableForTagging', () => false),
    ...maybe(isIn(building, 0.3), 'owner', () => 'bo@example.org'),
    ...maybe(isIn(building, 0.3), 'contact', () => 'help@example.org'),
    ...maybe(isIn(building, 0.3), 'stakeholders', () => ['cy@example.org', 'i:0#.f|membership|di@example.org']),
    ...order(building, drafted.roots),
    complete: true,
    children: drafted.roots.map((draft) => nodeOf(building, draft, path)),
  }
}

function groupsOf(building: Building, sets: readonly DraftSet[]): GroupDoc[] {
  const taken = new Set<string>()
  return Array.from({ length: building.options.groups }, (_, at) => {
    const name = freeName(building, 'en', taken)
    taken.add(fold(name))
    const names: Siblings = new Map()
    const isOfSite = isIn(building, 0.2)
    return {
      at: nowhere(name),
      id: makeId(building),
      name,
      ...maybe(isIn(building, 0.5), 'description', () => text(building)),
      scope: isOfSite ? ('siteCollection' as const) : ('global' as const),
      ...maybe(isOfSite, 'siteId', () => makeId(building)),
      ...maybe(isIn(building, 0.3), 'managers', () => [makeId(building)]),
      ...maybe(isIn(building, 0.3), 'contributors', () => [makeId(building), 'cy@example.org']),
      complete: true,
      // Dealt out like cards, so that some places come before the home of their term.
      sets: sets
        .filter((_set, index) => index % building.options.groups === at)
        .reverse()
        .map((drafted) => setOf(building, drafted, name, names)),
    }
  })
}

export function randomDocument(seed: number, options: DocumentOptions = {}): Doc {
  const given = {
    terms: 30,
    sets: 3,
    groups: 2,
    languages: fiveLanguages,
    shares: true,
    dates: false,
    emptyValues: false,
    withoutDefault: false,
  }
  const building: Building = { random: numbersFrom(seed), options: { ...given, ...options }, ids: 0, made: [] }
  const { sets: count, terms, languages } = building.options
  const drafted: DraftSet[] = []
  for (let at = 0; at < count; at++) drafted.push(draftSet(building, Math.ceil(terms / count), drafted))
  return {
    defaultLanguageTag: languages[0] ?? 'en-US',
    languageTags: [...languages],
    groups: groupsOf(building, drafted),
    faults: [],
    wholeMaps: true,
  }
}

/**
 * Runs a check with many random documents. What fails is named by the numbers it was made from, as few terms and sets
 * as will do: `randomDocument(seed, { terms, sets, groups })`.
 */
export function forDocuments(options: DocumentOptions & { readonly runs: number }, check: (doc: Doc) => void): void {
  const { terms = 40, sets = 4, groups = 2, runs } = options
  const sizes = {
    terms: fc.integer({ min: 0, max: terms }),
    sets: fc.integer({ min: 1, max: sets }),
    groups: fc.integer({ min: 1, max: groups }),
  }
  fc.assert(
    fc.property(fc.record({ seed: fc.nat(), ...sizes }), ({ seed, ...size }) =>
      check(randomDocument(seed, { ...options, ...size })),
    ),
    { numRuns: runs },
  )
}

/** For property tests with further values; a failure shrinks to few terms and sets. */
export function anyDocument(options: DocumentOptions = {}): fc.Arbitrary<Doc> {
  const size = {
    terms: fc.integer({ min: 0, max: options.terms ?? 40 }),
    sets: fc.integer({ min: 1, max: options.sets ?? 4 }),
  }
  return fc
    .record({ seed: fc.nat(), groups: fc.integer({ min: 1, max: options.groups ?? 2 }), ...size })
    .map(({ seed, ...sizes }) => randomDocument(seed, { ...options, ...sizes }))
}
