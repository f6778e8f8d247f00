/**
 * What the chain over the log costs those who create, on SQLite: the same server with it and without it, in turns. Under load
 * it works for a tenth of the time and catches up later, so the last row says what a record costs when nobody waits.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '../data.js'
import { count, rateRow } from '../figures.js'
import { kindsOver } from '../requests.js'
import { alternate, shortTurns, startSide } from '../side.js'

const names = ['create term', 'create relation']

export const chainPart = async (report) => {
  const { location, ids } = await prepare()
  const copy = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const sides = []
  try {
    for (const [name, ...flags] of [['without', '--no-chain'], ['with']]) {
      await cp(location, join(copy, name), { recursive: true })
      sides.push(await startSide(name, 'relata.js', [join(copy, name), ...flags], { usesToken: true }))
    }
    const [, chained] = sides
    const kinds = kindsOver(ids)
    for (const name of names) {
      // Without the rest that follows each turn elsewhere: the chain would catch up in it, where nothing is measured.
      const [others, ours] = await alternate(sides, name, () => ({ ...kinds[name], rest: 0 }), shortTurns)
      report(rateRow({ what: `${name}, with the chain`, beside: 'without', ours, others }))
    }
    const [before, cpu, began] = [await chained.asks('links'), await chained.cpu(), performance.now()]
    const links = (await chained.asks('settle')).links - before.links
    const [millis, micros] = [performance.now() - began, (await chained.cpu()) - cpu]
    report({
      what: 'links that were left to be made',
      ours:
        links === 0 ? 'none' : `${count(links)}, ${count((links * 1000) / millis)}/s, ${count(micros / links)} µs each`,
    })
  } finally {
    for (const side of sides) await side.stop()
    await rm(copy, { recursive: true, force: true })
  }
}
