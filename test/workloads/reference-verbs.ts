/** The verbs of exchange.md §9 in the slow model: rows change, and then the whole must be sound. */
import {
  expand,
  expandBelow,
  homeOf,
  natural,
  type Occurrence,
  openParent,
  refuse,
  rowsBelow,
  type Shown,
  type State,
  shownIn,
  sound,
  type Term,
  under,
} from './reference.ts'

export interface Place {
  readonly set: string
  readonly parent: string | null
}

const termOf = (state: State, term: string): Term => state.terms.get(term) ?? refuse('no such term')

/** A term in a set that holds a row of it. */
const heldIn = (state: State, set: string, term: string): Shown => {
  const shown = shownIn(state, set, term)
  if (shown.row.set !== set || shown.row.parent !== shown.parent) refuse('mirrored')
  const belowPin = shown.locked && shown.row.kind !== 'pin'
  if (belowPin) refuse('mirrored')
  return shown
}

const orderAt = (state: State, { set, parent }: Place): readonly string[] => {
  if (parent === null) return state.orders?.get(set) ?? []
  return state.rows.find((row) => row.set === set && row.term === parent)?.order ?? []
}

const withOrder = (state: State, { set, parent }: Place, order: readonly string[]): State =>
  parent === null
    ? { ...state, orders: new Map([...(state.orders ?? []), [set, order]]) }
    : { ...state, rows: state.rows.map((row) => (row.set === set && row.term === parent ? { ...row, order } : row)) }

export const moveTerm = (
  state: State,
  from: { set: string; term: string },
  to: Place & { before?: string; after?: string },
): State => {
  const { row } = heldIn(state, from.set, from.term)
  if (from.set === state.orphans || to.set === state.orphans) refuse('orphans are frozen')
  openParent(state, to.set, to.parent)
  const branch = [row, ...rowsBelow(state, row)]
  if (to.set === from.set && branch.some(({ term }) => term === to.parent)) refuse('below itself')
  const sibling = to.before ?? to.after
  if (sibling === from.term) refuse('beside itself')
  if (sibling !== undefined && !under(state, to.set, to.parent).some(({ term }) => term === sibling))
    refuse('no such sibling')
  let after = state
  if (to.set !== row.set || to.parent !== row.parent) {
    const homes = new Set(branch.filter(({ kind }) => kind === 'source').map(({ term }) => term))
    after = {
      ...state,
      rows: state.rows.map((one) =>
        branch.includes(one) ? { ...one, set: to.set, parent: one === row ? to.parent : one.parent } : one,
      ),
      terms: new Map([...state.terms].map(([id, term]) => [id, homes.has(id) ? { ...term, home: to.set } : term])),
    }
    after = sound(after)
  }
  if (sibling === undefined) return after
  const order = natural(after, to.set, to.parent, orderAt(after, to)).filter((id) => id !== from.term)
  order.splice(order.indexOf(sibling) + (to.before === undefined ? 1 : 0), 0, from.term)
  return withOrder(after, to, order)
}

export const orderChildren = (state: State, { set, parent }: Place, ids: readonly string[]): State => {
  if (set === state.orphans) refuse('orphans are frozen')
  const place = parent === null ? undefined : heldIn(state, set, parent)
  const children = under(state, place?.childSet ?? set, parent).map(({ term }) => term)
  return withOrder(
    state,
    { set, parent },
    [...new Set(ids)].filter((id) => children.includes(id)),
  )
}

export const deprecate = (state: State, set: string, term: string, deprecated: boolean): State => {
  heldIn(state, set, term)
  if (homeOf(state, term) === state.orphans) refuse('orphans are frozen')
  return { ...state, terms: new Map([...state.terms, [term, { ...termOf(state, term), deprecated }]]) }
}

/** All rows that show a term, in each set. */
const showing = (state: State, term: string): { set: string; shown: Shown }[] =>
  state.sets.flatMap((set) =>
    expand(state, set)
      .filter((shown) => shown.term === term)
      .map((shown) => ({ set, shown })),
  )

export const reassignSource = (state: State, term: string, set: string, withBranch: boolean): State => {
  const home = homeOf(state, term)
  if (home === set) refuse('to itself')
  if (set === state.orphans) refuse('orphans are frozen')
  const reuse = state.rows.find((row) => row.set === set && row.term === term && row.kind === 'reuse')
  if (reuse === undefined) return refuse('not reused there')
  const source = state.rows.find((row) => row.term === term && row.kind === 'source') ?? refuse('no source')
  if (home === state.orphans) return reassignOrphan(state, source, reuse)
  const below = withBranch ? rowsBelow(state, source).filter(({ kind }) => kind === 'source') : []
  const swapped = new Map<Occurrence, Occurrence>()
  const terms = new Map(state.terms)
  for (const row of [source, ...below]) {
    const other = state.rows.find((one) => one.set === set && one.term === row.term && one.kind === 'reuse')
    if (other === undefined) continue
    for (const { shown } of showing(state, row.term))
      if (shown.locked && (shown.row === row || shown.row === other || shown.row.kind === 'pin')) refuse('pinned')
    swapped.set(row, { ...row, kind: 'reuse' })
    swapped.set(other, { ...other, kind: 'source' })
    terms.set(row.term, { ...termOf(state, row.term), home: set })
  }
  return sound({ ...state, terms, rows: state.rows.map((row) => swapped.get(row) ?? row) })
}

const reassignOrphan = (state: State, source: Occurrence, reuse: Occurrence): State => {
  const there = new Set(expand(state, reuse.set).map(({ term }) => term))
  const terms = new Map(state.terms)
  const changed = new Map<Occurrence, Occurrence | undefined>([
    [source, undefined],
    [reuse, { ...reuse, kind: 'source' }],
  ])
  terms.set(source.term, { ...termOf(state, source.term), home: reuse.set })
  const bring = (parent: string): void => {
    for (const row of under(state, state.orphans, parent)) {
      if (there.has(row.term)) {
        changed.set(row, { ...row, parent: null })
        continue
      }
      changed.set(row, { ...row, set: reuse.set })
      terms.set(row.term, { ...termOf(state, row.term), home: reuse.set })
      bring(row.term)
    }
  }
  bring(source.term)
  const rows = state.rows.flatMap((row) => (changed.has(row) ? (changed.get(row) ?? []) : row))
  return sound({ ...state, terms, rows })
}

/** The original of each new term → the id of its copy. */
export type CopyIds = (term: string) => string

export const copyTerm = (
  state: State,
  from: { set: string; term: string },
  to: Place,
  how: { withChildren: boolean; keep: boolean; ids: CopyIds },
): State => {
  const top = shownIn(state, from.set, from.term)
  openParent(state, to.set, to.parent)
  const { withChildren, keep, ids } = how
  const terms = new Map(state.terms)
  const rows: Occurrence[] = []
  const copy = ({ row, term, childSet }: Pick<Shown, 'row' | 'term' | 'childSet'>, parent: string | null): void => {
    const isShared = keep && row.kind !== 'source' && row !== top.row
    const id = isShared ? term : ids(term)
    const children =
      (isShared && row.kind === 'pin') || (row === top.row && !withChildren)
        ? []
        : under(state, childSet, term).filter(
            (child) => !(keep && child.kind !== 'source' && termOf(state, child.term).deprecated === true),
          )
    const idIn = (child: string): string =>
      keep && children.some((one) => one.term === child && one.kind !== 'source') ? child : ids(child)
    const order =
      isShared && row.kind === 'pin'
        ? row.order
        : row.order?.filter((id) => children.some((one) => one.term === id)).map(idIn)
    rows.push({
      set: to.set,
      parent,
      term: id,
      kind: isShared ? row.kind : 'source',
      ...(order === undefined ? {} : { order }),
    })
    if (!isShared) terms.set(id, { ...termOf(state, term), home: to.set })
    for (const child of children)
      copy({ row: child, term: child.term, childSet: child.kind === 'pin' ? homeOf(state, child.term) : child.set }, id)
  }
  copy(top, to.parent)
  const id = ids(from.term)
  terms.set(id, { ...termOf({ ...state, terms }, id), labels: freeLabels(state, to, termOf(state, from.term).labels) })
  return sound({ ...state, terms, rows: [...state.rows, ...rows] })
}

const freeLabels = (state: State, { set, parent }: Place, labels: Term['labels']): Term['labels'] => {
  const siblings = under(state, set, parent).map(({ term }) => termOf(state, term).labels)
  return Object.fromEntries(
    Object.entries(labels).map(([tag, label]) => {
      const isTaken = (name: string): boolean => siblings.some((own) => own[tag]?.toLowerCase() === name.toLowerCase())
      let name = label
      for (let number = 1; isTaken(name); number += 1)
        name = number === 1 ? `${label} - Copy` : `${label} - Copy (${number})`
      return [tag, name]
    }),
  )
}

export const mergeTerm = (state: State, set: string, term: string, into: string, mergesChildren: boolean): State => {
  if (homeOf(state, term) !== set) {
    shownIn(state, set, term)
    refuse('not at home')
  }
  return sound(merged(state, term, into, mergesChildren))
}

const merged = (state: State, gone: string, survivor: string, mergesChildren: boolean): State => {
  const [one, other] = [termOf(state, gone), termOf(state, survivor)]
  if (gone === survivor) refuse('itself')
  if (one.home === state.orphans || other.home === state.orphans) refuse('orphans are frozen')
  if (other.deprecated === true) refuse('deprecated')
  if (expandBelow(state, one.home, gone, 1, true, new Set()).some(({ term }) => term === survivor)) refuse('below')
  for (const set of state.sets) {
    const shown = expand(state, set)
    const [a, b] = [shown.find(({ term }) => term === gone), shown.find(({ term }) => term === survivor)]
    if (a !== undefined && b !== undefined && a.parent !== b.parent) refuse('not siblings')
  }
  const pairs = clashingPairs(state, gone, survivor)
  if (pairs.size > 0 && !mergesChildren) refuse('children clash')
  let after: State = { ...state, rows: state.rows.filter(({ term }) => term !== gone) }
  for (const row of state.rows.filter(({ term }) => term === gone)) after = joined(after, state, row, survivor)
  const terms = new Map([...after.terms, [survivor, { ...other, labels: { ...one.labels, ...other.labels } }] as const])
  terms.delete(gone)
  after = sound0({ ...after, terms })
  for (const [child, heir] of pairs) after = merged(after, child, heir, mergesChildren)
  return after
}

/** Orders, without the checks of labels: children that clash are merged later. */
const sound0 = (state: State): State => {
  for (const set of state.sets) expand(state, set)
  return state
}

/** One place of the term that goes, joined to that of the survivor or taken over by it. */
const joined = (after: State, before: State, row: Occurrence, survivor: string): State => {
  const { set, term } = row
  const own = before.rows.find((one) => one.set === set && one.term === survivor)
  const children = row.kind === 'pin' ? [] : under(before, set, term)
  const hung = (state: State): State => ({
    ...state,
    rows: state.rows.map((one) =>
      one.set === set && one.parent === term && children.length > 0 ? { ...one, parent: survivor } : one,
    ),
  })
  if (own === undefined) {
    const kind = row.kind === 'source' ? 'reuse' : row.kind
    const place = { set, parent: row.parent }
    const order = orderAt(after, place).map((id) => (id === term ? survivor : id))
    const relisted = (state: State): State => (order.length === 0 ? state : withOrder(state, place, order))
    return relisted(
      withPinOrders(hung({ ...after, rows: [...after.rows, { ...row, term: survivor, kind }] }), row, survivor),
    )
  }
  if (children.length > 0 && own.kind === 'pin') refuse('below a pin')
  const lists = hung(after)
  if (children.length === 0 || row.order === undefined || row.order.length === 0) return lists
  const first = own.order !== undefined && own.order.length > 0 ? own.order : natural(before, set, survivor, [])
  return withOrder(lists, { set, parent: survivor }, [...first, ...row.order])
}

/** Pins of the parent have orders of their own, in which the survivor takes the place as well. */
const withPinOrders = (state: State, { set, parent, term }: Occurrence, survivor: string): State => ({
  ...state,
  rows: state.rows.map((row) =>
    row.kind === 'pin' && row.term === parent && homeOf(state, row.term) === set && row.order?.includes(term) === true
      ? { ...row, order: row.order.map((id) => (id === term ? survivor : id)) }
      : row,
  ),
})

/** Children that would be siblings with one label: the one that goes → the one that stays. */
const clashingPairs = (state: State, gone: string, survivor: string): Map<string, string> => {
  const pairs = new Map<string, string>()
  for (const { set, kind } of state.rows.filter(({ term }) => term === gone)) {
    if (kind === 'pin' || !state.rows.some((row) => row.set === set && row.term === survivor)) continue
    for (const child of under(state, set, gone)) {
      for (const other of under(state, set, survivor)) {
        const [a, b] = [termOf(state, child.term).labels, termOf(state, other.term).labels]
        if (child.term === other.term || !Object.keys(a).some((tag) => a[tag]?.toLowerCase() === b[tag]?.toLowerCase()))
          continue
        if ((pairs.get(child.term) ?? other.term) !== other.term) refuse('clashes with two')
        pairs.set(child.term, other.term)
      }
    }
  }
  return pairs
}
