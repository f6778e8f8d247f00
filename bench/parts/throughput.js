/** Rates beside the bare reference: reads and writes on SQLite, and all of them on PostgreSQL. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '../data.js'
import { rateRow, ratiosOf, spreadOf } from '../figures.js'
import { copyReference, copyRelata } from '../postgres.js'
import { kindsOver } from '../requests.js'
import { alternate, startSide } from '../side.js'

const reads = ['point read', 'page of 100 children', 'filter by label', 'read in a batch of 20']
const writes = ['create term', 'create relation', 'create in a batch of 20']

const goals = {
  sqlite: {
    'point read': { least: 0.85 },
    'page of 100 children': { least: 1 },
    'filter by label': { least: 0.8 },
    'create term': { least: 1.5, p99: 50 },
    'create relation': { least: 1.5, p99: 50 },
  },
  postgres: {
    'point read': { least: 0.85 },
    'filter by label': { least: 0.6 },
    'create term': { least: 0.35 },
    'create relation': { least: 0.25 },
  },
}

const rates = (runs) => runs.map(({ perSecond }) => perSecond)

/** `sides`: the reference, Relata, and where there is one the reference as quick as it can be, whose ratio is the ceiling. */
const rowsOf = async (sides, ids, names, { beside, goalOf, report }) => {
  const kinds = kindsOver(ids)
  for (const name of names) {
    const kind = kinds[name]
    const kindOf = (side) => (side === sides[1] ? kind : (kind.bare ?? kind))
    const [others, ours, best] = await alternate(sides, name, kindOf)
    const ceiling = best && spreadOf(ratiosOf(rates(best), rates(others))).middle.toFixed(2)
    report({ ...rateRow({ what: name, beside, ours, others, goal: goalOf[name] }), ceiling })
  }
}

const onSqlite = (names, hasCeiling) => async (report) => {
  const { location, reference, ids } = await prepare()
  // Writes go to copies, so that each run starts from the same rows.
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const sides = []
  try {
    await cp(location, join(copy, 'relata'), { recursive: true })
    await cp(reference, join(copy, 'reference.db'))
    sides.push(await startSide('bare', 'reference.js', [join(copy, 'reference.db')]))
    sides.push(await startSide('relata', 'relata.js', [join(copy, 'relata')], { usesToken: true }))
    if (hasCeiling) {
      await cp(reference, join(copy, 'shared.db'))
      sides.push(await startSide('shared', 'reference.js', [join(copy, 'shared.db'), 'shared']))
    }
    await rowsOf(sides, ids, names, { beside: 'bare', goalOf: goals.sqlite, report })
  } finally {
    for (const side of sides) await side.stop()
    await rm(copy, { recursive: true, force: true })
  }
}

export const readsPart = onSqlite(reads, false)
export const writesPart = onSqlite(writes, true)

export const postgresPart = async (report, { postgres }) => {
  const { location, reference, ids } = await prepare()
  const server = await postgres()
  const [bare, relata] = [await server.schema(), await server.schema()]
  await copyReference(reference, bare)
  await copyRelata(location, relata)
  const keys = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const sides = []
  try {
    sides.push(await startSide('bare', 'reference-postgres.js', [bare]))
    sides.push(await startSide('relata', 'relata.js', [keys, relata], { usesToken: true }))
    await rowsOf(sides, ids, [...reads, ...writes], { beside: 'bare', goalOf: goals.postgres, report })
  } finally {
    for (const side of sides) await side.stop()
    await rm(keys, { recursive: true, force: true })
  }
}
