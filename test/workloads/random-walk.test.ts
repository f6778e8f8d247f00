/**
 * Random sequences of creating, sharing, converting and deleting, run through the rules on a real store and through
 * the slow model beside it: the same is allowed, and rows, levels, heights, counters and listings stay equal.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { relationId } from '#workloads/term-store/rules/relations/relation-id.ts'
import { relation, set as setType, store as storeType, term as termType } from '#workloads/term-store/types.ts'
import { isOnPostgres } from '../_support/database.ts'
import { rounds } from '../_support/run-size.ts'
import { guid, openWorld, storeId, system, type World } from './harness.ts'
import {
  convert,
  createTerm,
  expand,
  heightOf,
  homeOf,
  natural,
  type Occurrence,
  Refused,
  relate,
  removeRelation,
  removeSet,
  removeTerm,
  rename,
  type State,
} from './reference.ts'
import { type Doing, pick, type Step, step } from './walk-steps.ts'
import { verbDoing } from './walk-verbs.ts'

const groupId = guid('a', 1)
const languages = ['en-US', 'fr-FR']

const isRelation = ({ kind }: Occurrence): boolean => kind !== 'source'
const idOfRow = (row: Occurrence): string => relationId(row.set, row.parent, row.term)

const labelsOf = ({ label, french }: Step): Record<string, string> => ({
  'en-US': `L${label}`,
  ...(french < 20 ? { 'fr-FR': `F${french}` } : {}),
})

const bodyLabels = (labels: Record<string, string>) =>
  Object.entries(labels).map(([languageTag, name]) => ({ name, languageTag, isDefault: true }))

const creation = (set: string, parent: string | null, id: string, labels: Record<string, string>): Doing => ({
  name: `create ${id} in ${set} under ${parent}`,
  model: (state) => createTerm(state, set, parent, id, labels),
  real: (world) =>
    world.create(`sets/${set}${parent === null ? '' : `/terms/${parent}`}/children`, {
      id,
      labels: bodyLabels(labels),
    }),
})

const relating = (state: State, by: Step, kind: 'pin' | 'reuse'): Doing | undefined => {
  const through = pick(state.sets, by.a)
  // One in eight goes where the term is seen: mostly refused, so not more often.
  const target =
    by.french < 8
      ? through
      : pick(
          state.sets.filter((set) => set !== through),
          by.b,
        )
  if (through === undefined || target === undefined) return undefined
  const shown = pick(expand(state, through), by.c)
  // A third of the occurrences go to the root of the set.
  const parent = by.label % 3 === 0 ? null : (pick(expand(state, target), by.french + by.label)?.term ?? null)
  if (shown === undefined) return undefined
  const body = { relationship: kind, setId: target, fromTermId: parent }
  const onSet = by.french % 4 === 0
  return {
    name: `${kind} ${shown.term} seen in ${through} into ${target} under ${parent}`,
    model: (now) => relate(now, through, shown.term, kind, target, parent),
    real: (world) =>
      onSet
        ? world.create(`sets/${target}/relations`, { ...body, toTermId: shown.term })
        : world.create(`sets/${through}/terms/${shown.term}/relations`, body),
  }
}

const onShown = (state: State, by: Step) => {
  const set = pick(state.sets, by.a)
  const shown = set === undefined ? undefined : pick(expand(state, set), by.b)
  return set === undefined || shown === undefined ? undefined : { set, term: shown.term }
}

const doing = (state: State, by: Step, newId: () => string): Doing | undefined => {
  if (by.what >= 100) return verbDoing(state, by)
  if (by.what < 24) {
    const set = pick(state.sets, by.a)
    if (set === undefined) return undefined
    const parent = by.c % 4 === 0 ? null : (pick(expand(state, set), by.b)?.term ?? null)
    return creation(set, parent, newId(), labelsOf(by))
  }
  if (by.what < 46) return relating(state, by, 'pin')
  if (by.what < 64) return relating(state, by, 'reuse')
  const row = pick(state.rows.filter(isRelation), by.a)
  if (by.what < 78) {
    if (row === undefined) return undefined
    const kind = row.kind === 'pin' ? 'reuse' : 'pin'
    return {
      name: `convert ${row.term} in ${row.set} to ${kind}`,
      model: (now) => convert(now, row, kind),
      real: (world) => world.update(`terms/${row.term}/relations/${idOfRow(row)}`, { relationship: kind }),
    }
  }
  if (by.what < 83) {
    if (row === undefined) return undefined
    return {
      name: `unshare ${row.term} in ${row.set}`,
      model: (now) => removeRelation(now, row),
      real: (world) => world.remove(`terms/${row.term}/relations/${idOfRow(row)}`),
    }
  }
  const at = onShown(state, by)
  if (by.what < 88) {
    if (at === undefined) return undefined
    return {
      name: `rename ${at.term} in ${at.set}`,
      model: (now) => rename(now, at.set, at.term, labelsOf(by)),
      real: (world) => world.update(`sets/${at.set}/terms/${at.term}`, { labels: bodyLabels(labelsOf(by)) }),
    }
  }
  if (by.what < 98 || state.sets.length < 3) {
    if (at === undefined) return undefined
    return {
      name: `delete ${at.term} in ${at.set}`,
      model: (now) => removeTerm(now, at.set, at.term),
      real: (world) => world.remove(`sets/${at.set}/terms/${at.term}`),
    }
  }
  const set = pick(
    state.sets.filter((id) => id !== state.orphans),
    by.a,
  )
  if (set === undefined) return undefined
  return {
    name: `delete set ${set}`,
    model: (now) => removeSet(now, set),
    real: (world) => world.remove(`sets/${set}`),
  }
}

/** A run of terms each below the one before, so that the limit of levels is met often. */
const chain = (state: State, by: Step, newId: () => string): Doing[] => {
  const set = pick(state.sets, by.a)
  if (set === undefined) return []
  let parent = by.c % 2 === 0 ? null : (pick(expand(state, set), by.b)?.term ?? null)
  return Array.from({ length: 1 + (by.c % 5) }, () => {
    const id = newId()
    const made = creation(set, parent, id, labelsOf(by))
    parent = id
    return made
  })
}

const outcome = async <T>(work: () => Promise<T> | T): Promise<{ value: T } | { refused: string }> => {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof Refused || error instanceof AppError) return { refused: error.message }
    throw error
  }
}

const sorted = (list: readonly string[]): string[] => [...list].sort()

const expectRows = async (world: World, state: State): Promise<void> => {
  const actual = await world.read(async (tx) => [
    ...(await tx.find(termType, {})).map((row) => ({
      set: row.setId,
      parent: row.parentId,
      term: row.id,
      kind: 'source',
      level: row.level,
      height: row.height,
      order: row.customSortOrder,
    })),
    ...(await tx.find(relation, {})).map((row) => ({
      set: row.setId,
      parent: row.fromTermId,
      term: row.toTermId,
      kind: row.relationship,
      level: row.level,
      height: row.height,
      order: row.customSortOrder,
    })),
  ])
  const levels = new Map(
    state.sets.flatMap((set) => expand(state, set).map((shown) => [`${set} ${shown.term}`, shown.level] as const)),
  )
  const expected = state.rows.map((row) => ({
    ...row,
    level: levels.get(`${row.set} ${row.term}`),
    height: heightOf(state, row),
    order: row.order ?? [],
  }))
  const keyed = (rows: readonly { set: string; term: string }[]) =>
    [...rows].sort((x, y) => (`${x.set}${x.term}` < `${y.set}${y.term}` ? -1 : 1))
  expect(keyed(actual)).toEqual(keyed(expected))
}

const expectCounters = async (world: World, state: State): Promise<void> => {
  const { keeper, sets } = await world.read(async (tx) => ({
    keeper: await tx.get(storeType, storeId),
    sets: await tx.find(setType, {}),
  }))
  expect(keeper?.termCount).toBe(state.terms.size)
  // Keywords and Hashtags are not in the model.
  expect(keeper?.setCount).toBe(state.sets.length + 2)
  for (const { id, termCount } of sets) {
    expect(termCount).toBe([...state.terms.values()].filter(({ home }) => home === id).length)
  }
}

const expectListings = async (world: World, state: State): Promise<void> => {
  const sources = (set: string, parent: string | null) =>
    sorted(
      state.rows
        .filter((row) => row.kind === 'source' && row.set === set && row.parent === parent)
        .map(({ term }) => term),
    )
  const held = (set: string, parent: string | null) =>
    sorted(state.rows.filter((row) => row.set === set && row.parent === parent).map(({ term }) => term))
  const ids = (rows: readonly Occurrence[]) => sorted(rows.filter(isRelation).map(idOfRow))
  for (const set of state.sets) {
    const shown = expand(state, set)
    expect(sorted(await world.list(`sets/${set}/terms`))).toEqual(sorted(shown.map(({ term }) => term)))
    expect(sorted(await world.list(`sets/${set}/children`))).toEqual(sources(set, null))
    expect(sorted(await world.list(`sets/${set}/children`, 'natural'))).toEqual(held(set, null))
    expect(await world.list(`sets/${set}/children`, 'natural')).toEqual(
      natural(state, set, null, state.orders?.get(set) ?? []),
    )
    expect(sorted(await world.list(`sets/${set}/relations`))).toEqual(
      ids(state.rows.filter((row) => row.set === set && row.parent === null)),
    )
    for (const { term, childSet, row } of shown) {
      const path = `sets/${set}/terms/${term}`
      expect(await world.list(`${path}/children`, 'natural')).toEqual(natural(state, childSet, term, row.order ?? []))
      expect(sorted(await world.list(`${path}/children`))).toEqual(sources(homeOf(state, term), term))
      expect(sorted(await world.list(`${path}/relations`))).toEqual(
        ids(state.rows.filter((row) => row.term === term || row.parent === term)),
      )
    }
  }
}

const start = async (world: World): Promise<State> => {
  await world.create('groups', { id: groupId, displayName: 'Walk' })
  const sets = [guid('5e', 1), guid('5e', 2), guid('5e', 3), guid('5e', 4)]
  for (const id of sets) {
    await world.create('sets', { id, parentGroupId: groupId, localizedNames: [{ name: id, languageTag: 'en-US' }] })
  }
  return { orphans: system.orphanedTerms, sets: [...sets, system.orphanedTerms], terms: new Map(), rows: [] }
}

const run = async (steps: readonly Step[], tally: Map<string, number>): Promise<void> => {
  const world = await openWorld({ languages })
  let state = await start(world)
  let last = 0
  const newId = () => guid('7', ++last)
  const log: string[] = []
  try {
    for (const [at, by] of steps.entries()) {
      const all = by.what < 8 ? chain(state, by, newId) : [doing(state, by, newId)]
      for (const act of all) {
        if (act === undefined) continue
        const actual = await outcome(() => act.real(world))
        const wanted = await outcome(() => act.model(state))
        log.push(`${act.name}: ${'refused' in wanted ? wanted.refused : 'done'}`)
        const kind = `${act.name.split(' ')[0]} ${'refused' in wanted ? 'refused' : 'done'}`
        tally.set(kind, (tally.get(kind) ?? 0) + 1)
        expect('refused' in actual ? `refused: ${actual.refused}` : 'done').toMatch(
          'refused' in wanted ? /^refused/ : /^done/,
        )
        if ('value' in wanted) state = wanted.value
        await expectRows(world, state)
      }
      if (at % 12 === 11) await expectListings(world, state)
    }
    await expectCounters(world, state)
    await expectListings(world, state)
    expect(await world.findings()).toEqual([])
  } catch (error) {
    throw new Error(log.slice(-25).join('\n'), { cause: error })
  }
}

const verbs = ['move', 'order', 'copy', 'merge', 'reassign', 'deprecate']

const runs = Number(process.env['RELATA_WALKS'] ?? (isOnPostgres ? rounds(30, 20) : 60))

describe('a random walk of changes', { tags: ['slow'] }, () => {
  it('agrees with the slow model at every step', async () => {
    const tally = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), (steps) => run(steps, tally)),
      {
        numRuns: runs,
        endOnFailure: process.env['RELATA_NOSHRINK'] !== undefined,
        ...(process.env['RELATA_SEED'] === undefined
          ? { seed: 20_261_122 }
          : { seed: Number(process.env['RELATA_SEED']) }),
      },
    )
    // Each kind of change was both made and refused, or the walk says little.
    const kinds = ['create', 'pin', 'reuse', 'convert', 'rename', 'delete', ...verbs]
    const both = kinds.flatMap((what) => [`${what} done`, `${what} refused`])
    expect(both.filter((kind) => !tally.has(kind))).toEqual([])
  }, 600_000)
})
