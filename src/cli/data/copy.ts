/** `relata copy`: copies all rows of one database into another, empty one, of the same or the other kind. */
import { systemClock } from '#base/clock.ts'
import type { DatabasePlace } from '#store/bulk.ts'
import { copyAll, openBulk, type Progress } from '#store/transfer.ts'
import { models } from '#workloads/models.ts'
import { needUpgraded } from './schema.ts'

function placeOf(text: string): DatabasePlace {
  return /^postgres(ql)?:\/\//i.test(text) ? { url: text } : { location: text }
}

const barWidth = 30
const thousands = new Intl.NumberFormat('en')

/** On a terminal one line that is overwritten; elsewhere a line for each table. */
function barOn(out: NodeJS.WriteStream): Progress {
  let last = ''
  const line = ({ table, done, of }: { table: string; done: number; of: number }): string => {
    const filled = Math.round((done / of) * barWidth)
    return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${table} ${thousands.format(done)} of ${thousands.format(of)}`
  }
  return (at) => {
    if (out.isTTY) out.write(at === undefined ? '\r\x1b[K' : `\r\x1b[K${line(at)}`)
    else if (at !== undefined && at.done === at.of && at.table !== last)
      out.write(`${at.table}: ${thousands.format(at.of)} rows\n`)
    last = at?.table ?? ''
  }
}

/**
 * Throws when the source has no database or an older schema, or the target is not empty; both are then unchanged.
 */
export async function copy(from: string, to: string): Promise<void> {
  const place = placeOf(from)
  await needUpgraded('url' in place ? { location: '', databaseUrl: place.url } : { ...place, databaseUrl: undefined })
  const options = { models: Object.values(models), clock: systemClock }
  const source = await openBulk(place, { ...options, writes: false })
  try {
    const target = await openBulk(placeOf(to), { ...options, writes: true })
    try {
      const rows = await copyAll(source, target, barOn(process.stderr))
      process.stdout.write(`copied ${thousands.format(rows)} rows\n`)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
