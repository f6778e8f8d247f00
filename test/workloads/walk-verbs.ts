/** Random verbs of exchange.md §9. */
import { term as termType } from '#workloads/term-store/types.ts'
import type { World } from './harness.ts'
import { expand, homeOf, type State, under } from './reference.ts'
import { copyTerm, deprecate, mergeTerm, moveTerm, orderChildren, reassignSource } from './reference-verbs.ts'
import { type Doing, pick, type Step } from './walk-steps.ts'

const isReal =
  (state: State) =>
  (set: string): boolean =>
    set !== state.orphans

/** A term as some set shows it; now and then one of the orphans. */
const anywhere = (state: State, by: Step): { set: string; term: string } | undefined => {
  const sets = by.french % 8 === 0 ? state.sets : state.sets.filter(isReal(state))
  const set = pick(sets, by.a)
  const shown = set === undefined ? undefined : pick(expand(state, set), by.b)
  return set === undefined || shown === undefined ? undefined : { set, term: shown.term }
}

const target = (state: State, by: Step, same: string): { set: string; parent: string | null } => {
  const set = by.label % 2 === 0 ? same : (pick(state.sets, by.c) ?? same)
  const parent = by.french % 3 === 0 ? null : (pick(expand(state, set), by.c + by.label)?.term ?? null)
  return { set, parent }
}

const moving = (state: State, by: Step): Doing | undefined => {
  const from = anywhere(state, by)
  if (from === undefined) return undefined
  const to = target(state, by, from.set)
  const sibling = by.label % 3 === 0 ? pick(under(state, to.set, to.parent), by.a + by.c)?.term : undefined
  const beside = sibling === undefined ? {} : by.a % 2 === 0 ? { before: sibling } : { after: sibling }
  return {
    name: `move ${from.term} in ${from.set} to ${to.set} under ${to.parent} ${JSON.stringify(beside)}`,
    model: (now) => moveTerm(now, from, { ...to, ...beside }),
    // Without a parent, that of the sibling counts: the same one.
    real: (world) => world.call(`sets/${from.set}/terms/${from.term}`, 'move', { ...to, ...beside }),
  }
}

/** The orphans themselves now and then, whose order nobody changes. */
const frozenOrder = (state: State): Doing => ({
  name: `order sets/${state.orphans}`,
  model: (now) => orderChildren(now, { set: state.orphans, parent: null }, []),
  real: (world) => world.call(`sets/${state.orphans}`, 'order', { ids: [] }),
})

const ordering = (state: State, by: Step): Doing | undefined => {
  if (by.label % 7 === 1) return frozenOrder(state)
  const at = anywhere(state, by)
  if (at === undefined) return undefined
  const parent = by.label % 3 === 0 ? null : at.term
  const shown = expand(state, at.set).filter((one) => one.parent === parent)
  const ids = shown.map(({ term }) => term).filter((_, place) => (by.c >> (place % 16)) % 3 !== 0)
  if (by.french % 2 === 0) ids.reverse()
  if (by.french % 5 === 0) ids.push(at.term, ...ids.slice(0, 1))
  const path = `sets/${at.set}${parent === null ? '' : `/terms/${parent}`}`
  return {
    name: `order ${path} ${ids.join()}`,
    model: (now) => orderChildren(now, { set: at.set, parent }, ids),
    real: (world) => world.call(path, 'order', { ids }),
  }
}

/** Finds the copies of what is below a term by their labels, which no sibling shares. */
const findCopies = async (
  world: World,
  state: State,
  from: { term: string; childSet: string },
  copy: { set: string; id: string },
  into: Map<string, string>,
): Promise<void> => {
  into.set(from.term, copy.id)
  const made = await world.read((tx) => tx.find(termType, { setId: copy.set, parentId: copy.id }))
  const byLabel = new Map(
    made.map((row) => [row.labels.find(({ languageTag }) => languageTag === 'en-US')?.name, row.id]),
  )
  for (const row of under(state, from.childSet, from.term)) {
    const id = byLabel.get(state.terms.get(row.term)?.labels['en-US'])
    if (id === undefined || id === row.term) continue
    const childSet = row.kind === 'pin' ? homeOf(state, row.term) : row.set
    await findCopies(world, state, { term: row.term, childSet }, { set: copy.set, id }, into)
  }
}

/** With `keep`, what is below a shared term is found below that term. */
const findCopiesBelowShared = async (
  world: World,
  state: State,
  childSet: string,
  term: string,
  set: string,
  into: Map<string, string>,
): Promise<void> => {
  for (const row of under(state, childSet, term)) {
    const below = row.kind === 'pin' ? homeOf(state, row.term) : row.set
    if (row.kind === 'reuse')
      await findCopies(world, state, { term: row.term, childSet: below }, { set, id: row.term }, into)
    if (row.kind !== 'pin') await findCopiesBelowShared(world, state, below, row.term, set, into)
  }
}

const copying = (state: State, by: Step): Doing | undefined => {
  const from = anywhere(state, by)
  if (from === undefined) return undefined
  const shown = expand(state, from.set).find(({ term }) => term === from.term)
  if (shown === undefined) return undefined
  const wanted = target(state, by, from.set)
  // Without a parent, a copy in the same set stands beside the original.
  const to = wanted.set === from.set && wanted.parent === null ? { ...wanted, parent: shown.parent } : wanted
  const [withChildren, keep] = [by.a % 3 !== 0, by.b % 2 === 0]
  const made = new Map<string, string>()
  return {
    name: `copy ${from.term} in ${from.set} to ${to.set} under ${to.parent} ${withChildren} ${keep}`,
    model: (now) => copyTerm(now, from, to, { withChildren, keep, ids: (term) => made.get(term) ?? `copy of ${term}` }),
    real: async (world) => {
      const args = { ...to, withChildren, shared: keep ? 'keep' : 'flatten' }
      const { id } = (await world.call(`sets/${from.set}/terms/${from.term}`, 'copy', args)) as { id: string }
      if (keep && withChildren) await findCopiesBelowShared(world, state, shown.childSet, from.term, to.set, made)
      await findCopies(world, state, { term: from.term, childSet: shown.childSet }, { set: to.set, id }, made)
    },
  }
}

const merging = (state: State, by: Step): Doing | undefined => {
  const one = anywhere(state, by)
  if (one === undefined) return undefined
  const set = by.a % 8 === 0 ? one.set : homeOf(state, one.term)
  const row = state.rows.find(({ term, kind }) => term === one.term && kind === 'source')
  const siblings = row === undefined ? [] : under(state, row.set, row.parent).filter(({ term }) => term !== one.term)
  const others = by.c % 3 === 0 ? state.rows.filter(({ kind }) => kind === 'source') : siblings
  const into = pick(others, by.c + by.label)?.term
  if (into === undefined) return undefined
  const merges = by.label % 2 === 0
  return {
    name: `merge ${one.term} in ${set} into ${into} ${merges}`,
    model: (now) => mergeTerm(now, set, one.term, into, merges),
    real: (world) =>
      world.call(`sets/${set}/terms/${one.term}`, 'merge', { into, onChildClash: merges ? 'merge' : 'refuse' }),
  }
}

const reassigning = (state: State, by: Step): Doing | undefined => {
  const row = pick(
    state.rows.filter(({ kind }) => kind === 'reuse' || by.french % 8 === 0),
    by.a,
  )
  if (row === undefined) return undefined
  const withBranch = by.b % 2 === 0
  return {
    name: `reassign ${row.term} to ${row.set} ${withBranch}`,
    model: (now) => reassignSource(now, row.term, row.set, withBranch),
    real: (world) => world.call(`terms/${row.term}`, 'reassignSource', { set: row.set, withBranch }),
  }
}

const deprecating = (state: State, by: Step): Doing | undefined => {
  const at = anywhere(state, by)
  if (at === undefined) return undefined
  const deprecated = by.label % 3 === 0
  return {
    name: `deprecate ${at.term} in ${at.set} ${deprecated}`,
    model: (now) => deprecate(now, at.set, at.term, deprecated),
    real: (world) => world.call(`sets/${at.set}/terms/${at.term}`, deprecated ? 'deprecate' : 'undeprecate'),
  }
}

/** Steps from 100 on. */
export const verbDoing = (state: State, by: Step): Doing | undefined => {
  if (by.what < 118) return moving(state, by)
  if (by.what < 128) return ordering(state, by)
  if (by.what < 135) return copying(state, by)
  if (by.what < 147) return merging(state, by)
  if (by.what < 155) return reassigning(state, by)
  return deprecating(state, by)
}
