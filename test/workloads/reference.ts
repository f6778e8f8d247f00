/**
 * The slow model the rules are compared with: every set is expanded whole, mirrors included, and a change is
 * allowed when the expansion afterwards is sound. Written from term-store.md §3 alone, without the rules' code.
 */
export interface Occurrence {
  readonly set: string
  readonly parent: string | null
  readonly term: string
  readonly kind: 'source' | 'pin' | 'reuse'
  /** Its children in the order chosen by hand; absent: none was. */
  readonly order?: readonly string[]
}

export interface Term {
  readonly home: string
  /** Default label by language. */
  readonly labels: Readonly<Record<string, string>>
  readonly deprecated?: boolean
}

export interface State {
  readonly orphans: string
  readonly sets: readonly string[]
  readonly terms: ReadonlyMap<string, Term>
  readonly rows: readonly Occurrence[]
  /** Of the roots of sets. */
  readonly orders?: ReadonlyMap<string, readonly string[]>
}

export interface Shown {
  readonly term: string
  readonly parent: string | null
  readonly level: number
  readonly row: Occurrence
  readonly locked: boolean
  /** Set in which its children are read. */
  readonly childSet: string
}

export class Refused extends Error {}

export const refuse = (why: string): never => {
  throw new Refused(why)
}

export const homeOf = (state: State, term: string): string => state.terms.get(term)?.home ?? refuse('no such term')

export const under = (state: State, set: string, parent: string | null): Occurrence[] =>
  state.rows.filter((row) => row.set === set && row.parent === parent)

/** Everything below a place, depth first; refuses what is too deep or occurs twice. */
export const expandBelow = (
  state: State,
  set: string,
  parent: string | null,
  level: number,
  locked: boolean,
  seen: Set<string>,
): Shown[] =>
  under(state, set, parent).flatMap((row) => {
    if (seen.has(row.term)) refuse(`${row.term} occurs twice`)
    if (level > 7) refuse('too deep')
    seen.add(row.term)
    const pinned = locked || row.kind === 'pin'
    const childSet = row.kind === 'pin' ? homeOf(state, row.term) : set
    const shown = { term: row.term, parent, level, row, locked: pinned, childSet }
    return [shown, ...expandBelow(state, childSet, row.term, level + 1, pinned, seen)]
  })

export const expand = (state: State, set: string): Shown[] => expandBelow(state, set, null, 1, false, new Set())

export const heightOf = (state: State, row: Occurrence): number => {
  const childSet = row.kind === 'pin' ? homeOf(state, row.term) : row.set
  return 1 + Math.max(0, ...under(state, childSet, row.term).map((child) => heightOf(state, child)))
}

const checkLabels = (state: State): void => {
  const seen = new Set<string>()
  for (const { set, parent, term } of state.rows) {
    if (set === state.orphans && parent === null) continue
    for (const [tag, label] of Object.entries(state.terms.get(term)?.labels ?? {})) {
      const key = `${set} ${parent} ${tag} ${label.toLowerCase()}`
      if (seen.has(key)) refuse(`label ${label} twice`)
      seen.add(key)
    }
  }
}

const childSetOf = (state: State, { kind, set, term }: Occurrence): string =>
  kind === 'pin' ? homeOf(state, term) : set

/** Orders name children only. */
const tidied = (state: State): State => {
  const kept = (order: readonly string[], set: string, parent: string | null): string[] => {
    const children = under(state, set, parent).map(({ term }) => term)
    return order.filter((id) => children.includes(id))
  }
  return {
    ...state,
    rows: state.rows.map((row) =>
      row.order === undefined || row.order.length === 0
        ? row
        : { ...row, order: kept(row.order, childSetOf(state, row), row.term) },
    ),
    orders: new Map([...(state.orders ?? [])].map(([set, order]) => [set, kept(order, set, null)])),
  }
}

export const sound = (state: State): State => {
  for (const set of state.sets) expand(state, set)
  checkLabels(state)
  return tidied(state)
}

/** Ids of children in natural order, as a place with the order shows them. */
export const natural = (state: State, set: string, parent: string | null, order: readonly string[]): string[] => {
  const labelOf = (term: string): string => (state.terms.get(term)?.labels['en-US'] ?? '').toLowerCase()
  const children = under(state, set, parent).map(({ term }) => term)
  const others = children.filter((term) => !order.includes(term))
  others.sort((x, y) => (labelOf(x) === labelOf(y) ? (x < y ? -1 : 1) : labelOf(x) < labelOf(y) ? -1 : 1))
  return [...order, ...others]
}

export const shownIn = (state: State, set: string, term: string): Shown =>
  expand(state, set).find((shown) => shown.term === term) ?? refuse('not in that set')

export const openParent = (state: State, set: string, parent: string | null): void => {
  if (set === state.orphans) refuse('orphans are frozen')
  if (parent !== null && shownIn(state, set, parent).locked) refuse('below a pin')
}

export const createTerm = (
  state: State,
  set: string,
  parent: string | null,
  term: string,
  labels: Term['labels'],
): State => {
  openParent(state, set, parent)
  return sound({
    ...state,
    terms: new Map([...state.terms, [term, { home: set, labels }]]),
    rows: [...state.rows, { set, parent, term, kind: 'source' }],
  })
}

export const rowsBelow = (state: State, row: Occurrence): Occurrence[] =>
  row.kind === 'pin' ? [] : under(state, row.set, row.term).flatMap((child) => [child, ...rowsBelow(state, child)])

const linked = (state: State, source: Occurrence, set: string): Occurrence[] =>
  rowsBelow(state, source).map(({ parent, term, kind }) => ({
    set,
    parent,
    term,
    kind: kind === 'pin' ? 'pin' : 'reuse',
  }))

const sourceOf = (state: State, term: string): Occurrence =>
  state.rows.find((row) => row.term === term && row.kind === 'source') ?? refuse('no source')

export const relate = (
  state: State,
  through: string,
  term: string,
  kind: 'pin' | 'reuse',
  set: string,
  parent: string | null,
): State => {
  shownIn(state, through, term)
  openParent(state, set, parent)
  if (homeOf(state, term) === set) refuse('its own home')
  if (state.terms.get(term)?.deprecated === true) refuse('deprecated')
  const below = kind === 'reuse' ? linked(state, sourceOf(state, term), set) : []
  return sound({ ...state, rows: [...state.rows, { set, parent, term, kind }, ...below] })
}

export const rename = (state: State, set: string, term: string, labels: Term['labels']): State => {
  const shown = shownIn(state, set, term)
  if (shown.locked || set === state.orphans) refuse('locked')
  return sound({
    ...state,
    terms: new Map([...state.terms, [term, { ...state.terms.get(term), home: homeOf(state, term), labels }]]),
  })
}

/** Takes rows and all below out of their set; what is still used becomes an orphan. */
const take = (state: State, tops: readonly Occurrence[]): State => {
  const out = new Set(tops.flatMap((top) => [top, ...rowsBelow(state, top)]))
  const rows = state.rows.filter((row) => !out.has(row))
  const sources = new Map([...out].filter(({ kind }) => kind === 'source').map((row) => [row.term, row] as const))
  const parentOf = (row: Occurrence) => (row.parent === null ? undefined : sources.get(row.parent))
  const isPinned = (row: Occurrence | undefined): boolean =>
    row !== undefined && (rows.some(({ term, kind }) => term === row.term && kind === 'pin') || isPinned(parentOf(row)))
  const isKept = (row: Occurrence | undefined): boolean =>
    row !== undefined && (isPinned(row) || rows.some(({ term }) => term === row.term))
  const terms = new Map(state.terms)
  for (const row of sources.values()) {
    if (!isKept(row)) {
      terms.delete(row.term)
      continue
    }
    terms.set(row.term, { labels: {}, ...state.terms.get(row.term), home: state.orphans })
    rows.push({
      ...row,
      set: state.orphans,
      parent: isKept(parentOf(row)) ? row.parent : null,
      term: row.term,
      kind: 'source',
    })
  }
  return { ...state, terms, rows }
}

/** Orphans without use go. */
const settle = (state: State): State => take(state, under(state, state.orphans, null))

export const removeTerm = (state: State, set: string, term: string): State => {
  const { row, parent } = shownIn(state, set, term)
  if (set === state.orphans) refuse('orphans are frozen')
  if (row.set !== set || row.parent !== parent) refuse('mirrored')
  return sound(settle(take(state, [row])))
}

export const removeRelation = (state: State, row: Occurrence): State => sound(settle(take(state, [row])))

export const removeSet = (state: State, set: string): State => {
  const after = settle(take(state, under(state, set, null)))
  return sound({ ...after, sets: after.sets.filter((other) => other !== set) })
}

export const convert = (state: State, row: Occurrence, kind: 'pin' | 'reuse'): State => {
  if (row.kind === kind) return state
  const others = state.rows.filter((other) => other !== row)
  if (kind === 'reuse') {
    const below = linked(state, sourceOf(state, row.term), row.set)
    return sound(settle({ ...state, rows: [...others, { ...row, kind }, ...below] }))
  }
  const mirrored = expandBelow(state, homeOf(state, row.term), row.term, 1, true, new Set()).map(({ term }) => term)
  const below = rowsBelow(state, row)
  if (below.some((other) => other.kind === 'source' || !mirrored.includes(other.term))) refuse('local-only')
  const after = { ...state, rows: [...others.filter((other) => !below.includes(other)), { ...row, kind }] }
  sound(after)
  return sound(settle(after))
}
