/**
 * Reads from two workers beside reads from one, on SQLite. With two cores the load has to share one of them, so each row
 * says what two workers could have at most, and only those are judged in which that is clearly more than the goal.
 */
import { median, missingRow, rateRow } from '../figures.js'
import { manyTerms, placesIn, small } from '../many.js'
import { cpuTimes, hasFlag, startProgram } from '../program.js'
import { addressesIn, batched, inBatch } from '../requests.js'
import { alternate, cores, shortTurns, tokenFrom } from '../side.js'

const goal = { least: 1.6 }
/** What has to be possible for the goal to be asked for. */
const roomy = 1.75
const workers = 2

const kindsOver = (at) => ({
  'point read': { expect: 200, make: at.point, perSecond: 40_000, connections: 64 },
  'page of 100, first time': { expect: 200, make: at.firstPage, perSecond: 12_000, connections: 64 },
  'filter by label': { expect: 200, make: at.startsWith, perSecond: 16_000, connections: 64 },
  'read in a batch of 20': {
    expect: 200,
    make: batched(at.point),
    each: inBatch,
    perSecond: 80_000,
    connections: 64,
  },
})

/**
 * How many times the rate of one worker the cores allow, when a request takes a worker `server` and the load `load`
 * microseconds: both share the cores, and neither a worker nor the load has more than one.
 */
const ceilingOf = (server, load) => {
  const one = Math.min(1 / server, 1 / load)
  return Math.min(workers / server, 1 / load, cores / (server + load)) / one
}

const rowOf = (name, others, ours) => {
  const what = `${name}, two workers`
  // While it has two to serve: one that waits often costs more.
  const load = median(ours.map(({ loadCpu }) => loadCpu))
  const ceiling = ceilingOf(median(others.map(({ cpu }) => cpu)), load)
  const isRoomy = ceiling >= roomy
  return {
    ...rateRow({ what, beside: 'one', ours, others, goal: isRoomy ? goal : undefined }),
    load: load.toFixed(0),
    ceiling: isRoomy ? ceiling.toFixed(2) : `the load leaves room for ${ceiling.toFixed(2)} only`,
  }
}

const sideOf = async ({ port, pid }) => ({
  port,
  token: await tokenFrom(port),
  used: new Map(),
  cpu: async () => (await cpuTimes(pid)).reduce((sum, some) => sum + some, 0),
})

export const workersPart = async (report) => {
  const data = await manyTerms(small)
  const kinds = kindsOver(addressesIn(placesIn(data)))
  if (!hasFlag('--workers')) {
    for (const name of Object.keys(kinds)) report(missingRow(name, 'not available', `≥ ${goal.least}`))
    return
  }
  const programs = []
  try {
    for (const count of [1, workers])
      programs.push(await startProgram(data.location, ['--workers', String(count)], { onCores: '0-1' }))
    const sides = await Promise.all(programs.map(sideOf))
    for (const [name, kind] of Object.entries(kinds))
      report(rowOf(name, ...(await alternate(sides, name, () => kind, shortTurns))))
  } finally {
    for (const program of programs) await program.stop()
  }
}
