/**
 * Relata beside an earlier Relata, on copies of the same rows: what a change costs. `BENCH_BEFORE` is the folder of another
 * clone, built (`node scripts/build.js`), whose schema is not newer.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { prepare } from '../data.js'
import { missingRow, rateRow } from '../figures.js'
import { kindsOver } from '../requests.js'
import { alternate, shortTurns, startSide } from '../side.js'

const goals = {
  'point read': { least: 0.9 },
  'page of 100 children': { least: 0.9 },
  'filter by label': { least: 0.9 },
  'read in a batch of 20': { least: 0.9 },
  'create term': { least: 0.9 },
}

export const beforePart = async (report) => {
  const other = process.env.BENCH_BEFORE
  if (other === undefined) {
    report(missingRow('beside an earlier Relata', 'BENCH_BEFORE names no clone'))
    return
  }
  const { location, ids } = await prepare()
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const sides = []
  try {
    for (const name of ['before', 'now']) {
      await cp(location, join(copy, name), { recursive: true })
      const file = name === 'now' ? 'relata.js' : resolve(other, 'bench', 'relata.js')
      sides.push(await startSide(name, file, [join(copy, name)], { usesToken: true }))
    }
    const kinds = kindsOver(ids)
    for (const [what, goal] of Object.entries(goals)) {
      const [others, ours] = await alternate(sides, what, () => kinds[what], shortTurns)
      report(rateRow({ what, beside: 'before', ours, others, goal }))
    }
  } finally {
    for (const side of sides) await side.stop()
    await rm(copy, { recursive: true, force: true })
  }
}
