/** What an image holds, without a store: whether this version can open it, and how many rows it has. */
import type { Clock } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import { migrations } from './migrations/all.ts'
import { quoted } from './schema/ddl.ts'
import { tablesInOrder } from './transfer.ts'

export interface ImageFacts {
  /** The number of the last migration of its schema, as it is in the image. */
  readonly schema: number
  /** By table, those that have any. */
  readonly rows: Readonly<Record<string, number>>
}

/** `isForeign`: another program may have made it, so all of its pages are looked at. Throws `StoreError` (`precondition`, `image`) if it is none of Relata's, or of a newer release. */
export async function imageFacts(image: Uint8Array, clock: Clock, isForeign = false): Promise<ImageFacts> {
  const { openImage } = await import('./sqlite/images/image.ts')
  const opened = openImage(image, { clock, migrations })
  try {
    const damage = isForeign ? opened.prepare('pragma quick_check(1)').get([])?.[0] : 'ok'
    if (damage !== 'ok') throw new Error(`it is damaged: ${String(damage)}`)
    const rows: Record<string, number> = {}
    for (const { name, columns } of tablesInOrder()) {
      // A table that another program has changed is found now, and not by a later request.
      opened.prepare(`select ${columns.map((column) => quoted(column.name)).join(', ')} from ${quoted(name)} limit 1`)
      const count = Number(opened.prepare(`select count(*) from ${quoted(name)}`).get([])?.[0])
      if (count > 0) rows[name] = count
    }
    return { schema: opened.schema, rows }
  } catch (error) {
    throw new StoreError('precondition', 'image', error)
  } finally {
    opened.close()
  }
}
