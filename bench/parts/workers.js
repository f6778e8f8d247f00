/** Reads from two workers beside reads from one, on SQLite. With two cores the load has to share one of them. */
import { missingRow, rateRow } from '../figures.js'
import { manyTerms, placesIn, small } from '../many.js'
import { hasFlag, startProgram } from '../program.js'
import { addressesIn } from '../requests.js'
import { alternate, tokenFrom } from '../side.js'

const goal = { least: 1.6 }
const kindsOver = (at) => ({
  'point read': { expect: 200, make: at.point, perSecond: 40_000, connections: 64 },
  'page of 100, first time': { expect: 200, make: at.firstPage, perSecond: 12_000, connections: 64 },
})

export const workersPart = async (report) => {
  const data = await manyTerms(small)
  const kinds = kindsOver(addressesIn(placesIn(data)))
  const whatOf = (name) => `${name}, two workers`
  if (!hasFlag('--workers')) {
    for (const name of Object.keys(kinds)) report(missingRow(whatOf(name), 'not available', `≥ ${goal.least}`))
    return
  }
  const programs = []
  try {
    for (const workers of ['1', '2'])
      programs.push(await startProgram(data.location, ['--workers', workers], { onCores: '0-1' }))
    const sides = []
    // The time of all its processes is not asked for.
    for (const { port } of programs)
      sides.push({ port, token: await tokenFrom(port), used: new Map(), cpu: async () => 0 })
    for (const [name, kind] of Object.entries(kinds)) {
      const [others, ours] = await alternate(sides, name, () => kind)
      const { cpu: _, ...row } = rateRow({ what: whatOf(name), beside: 'one', ours, others, goal })
      report(row)
    }
  } finally {
    for (const program of programs) await program.stop()
  }
}
