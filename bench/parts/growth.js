/** The same query over ten times as many terms, on SQLite. */
import { cpuText, timeRow } from '../figures.js'
import { large, manyTerms, placesIn, small, termsText, warmFile } from '../many.js'
import { addressesIn } from '../requests.js'
import { alternate, shortTurns, startSide } from '../side.js'

const most = 1.3

/** Of each set, spread over its terms: what the system maps at one touch of a file is less than a hundred of them. */
const asksASet = 10
/** No round comes to these numbers. */
const nobodys = 1_000_000_000
/** However few sets there are, so that both sides have run as long. */
const leastAsks = 10_000

/**
 * Pages nobody asked for before: of one asked for again, the answer is known whatever the size. Every part of the file is
 * asked for beforehand, or the larger taxonomy would mostly show what the first request to a set costs, and the first
 * touch of each page of a mapped file: 20 times a point read when it comes after a start.
 */
export const readsOver = (data) => {
  const places = placesIn(data)
  const at = addressesIn(places)
  let asked = 0
  const inTurn = addressesIn({
    ...places,
    anySet: () => {
      asked += 1
      return asked % data.sets
    },
    anyTerm: (set) => {
      const tenth = Math.floor(asked / data.sets) % asksASet
      return data.termId(set, Math.floor((tenth * data.termsPerSet) / asksASet))
    },
  })
  const count = Math.max(data.sets * asksASet, leastAsks)
  const all = (make) => Array.from({ length: count }, (_, number) => make(nobodys + number))
  return {
    'point read': { expect: 200, make: at.point, warmUp: all(inTurn.point), perSecond: 40_000 },
    'page of 100, first time': { expect: 200, make: at.firstPage, warmUp: all(inTurn.firstPage), perSecond: 6_000 },
    startswith: { expect: 200, make: at.startsWith, warmUp: all(inTurn.startsWith), perSecond: 12_000 },
  }
}

export const growthPart = async (report) => {
  const sizes = [await manyTerms(small), await manyTerms(large)]
  const sides = []
  try {
    for (const { terms, location } of sizes) {
      await warmFile(location)
      sides.push(await startSide(terms, 'relata.js', [location], { usesToken: true }))
    }
    const kinds = sizes.map(readsOver)
    for (const name of Object.keys(kinds[0])) {
      const [others, ours] = await alternate(sides, name, (side) => kinds[sides.indexOf(side)][name], shortTurns)
      const micros = (runs) => runs.map(({ perSecond }) => 1_000_000 / perSecond)
      report(
        timeRow({
          what: `${name}, ${termsText(large)}`,
          beside: `${termsText(small)}:`,
          ours: micros(ours),
          others: micros(others),
          unit: 'µs',
          cpu: cpuText(ours, others),
          most,
        }),
      )
    }
  } finally {
    for (const side of sides) await side.stop()
  }
}
