/** `relata copy`: copies all rows of one database into another, empty one, of the same or the other kind. */
import { systemClock } from '#base/clock.ts'
import type { DatabasePlace } from '#store/bulk.ts'
import { copyAll, openBulk, type Progress } from '#store/transfer.ts'
import { models } from '#workloads/models.ts'
import { barOn } from '../serve/progress-bar.ts'
import { type DatabaseSettings, nameOf, needUpgraded, needUpgradedOrEmpty } from './schema.ts'

function placeOf(text: string): DatabasePlace {
  return /^postgres(ql)?:\/\//i.test(text) ? { url: text } : { location: text }
}

function settingsOf(place: DatabasePlace): DatabaseSettings {
  return 'url' in place ? { location: '', databaseUrl: place.url } : { ...place, databaseUrl: undefined }
}

const thousands = new Intl.NumberFormat('en')

/** On a terminal one line that is overwritten; elsewhere a line for each table. */
function shownOn(out: NodeJS.WriteStream): Progress {
  const bar = barOn(out, () => performance.now())
  let last = ''
  return (at) => {
    if (out.isTTY) bar(at && { what: at.table, done: at.done, of: at.of })
    else if (at !== undefined && at.done === at.of && at.table !== last)
      out.write(`${at.table}: ${thousands.format(at.of)} rows\n`)
    last = at?.table ?? ''
  }
}

/**
 * Throws when the source has no database, when one of the two has an older schema, or when the target is not empty; both
 * are then unchanged.
 */
export async function copy(from: string, to: string): Promise<void> {
  const [place, targetPlace] = [placeOf(from), placeOf(to)]
  await needUpgraded(settingsOf(place))
  await needUpgradedOrEmpty(settingsOf(targetPlace))
  const options = { models: Object.values(models), clock: systemClock }
  const source = await openBulk(place, { ...options, writes: false })
  try {
    const target = await openBulk(targetPlace, { ...options, writes: true })
    try {
      const rows = await copyAll(source, target, shownOn(process.stderr))
      const names = [place, targetPlace].map((at) => nameOf(settingsOf(at))).join(' to ')
      process.stdout.write(`copied ${thousands.format(rows)} rows from ${names}\n`)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
