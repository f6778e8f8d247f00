/**
 * Where a term occurs: as its own row in its home set, or by a relation row in any other set (docs/adr/0002);
 * what a pin mirrors is never stored but walked, by `mirror` below.
 */
import type { Scope } from '#edm/define.ts'
import { all, type Closure, constant, type Expr, equal, member, param, same } from '#edm/query.ts'
import { ns } from './values.ts'

/** Rows of `relation` in a set, under a parent (or at the root), as terms. */
function sharedUnder(parent: Expr): Expr {
  return {
    op: 'linked',
    type: `${ns}.relation`,
    key: 'toTermId',
    as: 'r',
    where: all(equal(member('setId', 'r'), param('set')), parent),
  }
}

const branchSteps: Closure['steps'] = [
  {
    type: `${ns}.term`,
    where: { setId: { state: 'context' }, parentId: { state: 'node' } },
    context: 'context',
    node: { key: 'id' },
  },
  {
    type: `${ns}.relation`,
    where: { setId: { state: 'context' }, fromTermId: { state: 'node' }, relationship: { value: 'reuse' } },
    context: 'context',
    node: { key: 'toTermId' },
  },
  {
    type: `${ns}.relation`,
    where: { setId: { state: 'context' }, fromTermId: { state: 'node' }, relationship: { value: 'pin' } },
    context: { through: 'toTermId', type: `${ns}.term`, key: 'setId' },
    node: { key: 'toTermId' },
  },
]

/** Everything below a term, as it shows in set `set`, through pins: states are (set that holds the row, term). */
export const branch: Closure = {
  name: 'branch',
  seeds: [
    {
      type: `${ns}.term`,
      where: { id: { param: 'term' } },
      context: { key: 'setId' },
      node: { key: 'id' },
    },
  ],
  steps: branchSteps,
}

/** What the pins of a set mirror into it, the pinned terms themselves excluded. */
export const mirror: Closure = {
  name: 'mirror',
  seeds: [
    {
      type: `${ns}.relation`,
      where: { setId: { param: 'set' }, relationship: { value: 'pin' } },
      context: { through: 'toTermId', type: `${ns}.term`, key: 'setId' },
      node: { key: 'toTermId' },
    },
  ],
  steps: branchSteps,
}

export const inSet = equal(member('setId'), param('set'))

/** Relations at the root, as their index has them: by what they are shared as. */
function atRootBy(of?: string): Expr[] {
  return ['pin', 'reuse'].map((kind) =>
    all(equal(member('relationship', of), constant(kind)), same(member('fromTermId', of), constant(null))),
  )
}

export const setRelations: readonly Expr[] = atRootBy().map((atRoot) => all(inSet, atRoot))

/** All levels a set can have (term-store.md §3.6 step 8). */
export const levels: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

const atRoot = all(inSet, equal(member('level'), constant(1)))

export const setTerms: Readonly<Record<string, Scope>> = {
  own: { branches: [inSet], bind: { set: 'id' } },
  /** For a set with one level: the same rows, found by one search. */
  flat: { branches: [atRoot], bind: { set: 'id' } },
  /** For a set that holds relations: its own terms, the shared ones, and what its pins mirror. */
  shared: {
    branches: [inSet, sharedUnder(constant(true)), { op: 'reached', closure: mirror, bind: { set: param('set') } }],
    bind: { set: 'id' },
  },
}

// The test for null is on the column, because the index has only rows where it is not null.
function under(key: string, of?: string): Expr {
  return all({ op: 'ne', left: member(key, of), right: constant(null) }, equal(member(key, of), param('term')))
}

const underTerm = all(inSet, under('parentId'))

/** Relations whose term occurs below the term bound as `term`. */
export const fromTerm = under('fromTermId')

export const setChildren: Readonly<Record<string, Scope>> = {
  own: { branches: [atRoot], bind: { set: 'id' } },
  natural: {
    branches: [atRoot, ...atRootBy('r').map(sharedUnder)],
    bind: { set: 'id' },
  },
}

/** `own`: the home set's children, as Graph lists them; `natural`: those of the set named by the behaviour. */
export const termChildren: Readonly<Record<string, Scope>> = {
  own: { branches: [underTerm], bind: { set: 'setId', term: 'id' } },
  natural: {
    branches: [underTerm, sharedUnder(under('fromTermId', 'r'))],
    bind: { term: 'id' },
  },
}
