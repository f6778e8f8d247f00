/** Rates beside the bare reference: reads and writes on SQLite, and all of them on PostgreSQL. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '../data.js'
import { rateRow } from '../figures.js'
import { copyReference, copyRelata } from '../postgres.js'
import { kindsOver } from '../requests.js'
import { alternate, startSide } from '../side.js'

const reads = [
  'point read',
  'page of 100 children',
  'page of 100, first time',
  'filter by label',
  'read in a batch of 20',
]
const writes = ['create term', 'create relation', 'create in a batch of 20']

const goals = {
  sqlite: {
    'point read': { least: 0.85 },
    'page of 100 children': { least: 1 },
    'create term': { least: 2.5, p99: 50 },
    'create relation': { least: 2.5, p99: 50 },
  },
  postgres: { 'point read': { least: 0.85 } },
}

/** `sides`: the reference, then Relata. */
const rowsOf = async (sides, ids, names, { beside, goalOf, report }) => {
  const kinds = kindsOver(ids)
  for (const name of names) {
    const kind = kinds[name]
    const kindOf = (side) => (side === sides[0] ? (kind.bare ?? kind) : kind)
    const [others, ours] = await alternate(sides, name, kindOf)
    report(rateRow({ what: name, beside, ours, others, goal: goalOf[name] }))
  }
}

const onSqlite = (names) => async (report) => {
  const { location, reference, ids } = await prepare()
  // Writes go to copies, so that each run starts from the same rows.
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const sides = []
  try {
    await cp(location, join(copy, 'relata'), { recursive: true })
    await cp(reference, join(copy, 'reference.db'))
    sides.push(await startSide('bare', 'reference.js', [join(copy, 'reference.db')]))
    sides.push(await startSide('relata', 'relata.js', [join(copy, 'relata')], { usesToken: true }))
    await rowsOf(sides, ids, names, { beside: 'bare', goalOf: goals.sqlite, report })
  } finally {
    for (const side of sides) await side.stop()
    await rm(copy, { recursive: true, force: true })
  }
}

export const readsPart = onSqlite(reads)
export const writesPart = onSqlite(writes)

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
