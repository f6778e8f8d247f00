/** The same query over ten times as many terms, on SQLite. */
import { cpuText, timeRow } from '../figures.js'
import { large, manyTerms, placesIn, small, termsText, warmFile } from '../many.js'
import { addressesIn } from '../requests.js'
import { alternate, startSide } from '../side.js'

const most = 1.3

/**
 * Pages nobody asked for before: of one asked for again, the answer is known whatever the size. Each set is asked for once
 * beforehand, or the larger taxonomy would mostly show what a first request to a set costs.
 */
export const readsOver = (data) => {
  const places = placesIn(data)
  const at = addressesIn(places)
  let next = 0
  const inTurn = addressesIn({
    ...places,
    anySet: () => {
      next = (next + 1) % data.sets
      return next
    },
  })
  const each = (make) => Array.from({ length: data.sets }, (_, number) => make(-1 - number))
  return {
    'point read': { expect: 200, make: at.point, warmUp: each(inTurn.point), perSecond: 20_000 },
    'page of 100, first time': { expect: 200, make: at.firstPage, warmUp: each(inTurn.firstPage), perSecond: 6_000 },
    startswith: { expect: 200, make: at.startsWith, warmUp: each(inTurn.startsWith), perSecond: 12_000 },
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
      const [others, ours] = await alternate(sides, name, (side) => kinds[sides.indexOf(side)][name])
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
