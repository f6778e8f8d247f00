/** What an image holds, without a store: whether this version can open it, and how many rows it has. */
import type { Clock } from '#base/clock.ts'
import { migrations } from './migrations/all.ts'
import { quoted } from './schema/ddl.ts'
import { tablesInOrder } from './transfer.ts'

export interface ImageFacts {
  /** The number of the last migration of its schema, as it is in the image. */
  readonly schema: number
  /** By table, those that have any. */
  readonly rows: Readonly<Record<string, number>>
}

/** Throws `StoreError` (`precondition`, `image`) if it is none of Relata's, or of a newer release. */
export async function imageFacts(image: Uint8Array, clock: Clock): Promise<ImageFacts> {
  const { openImage } = await import('./sqlite/images/image.ts')
  const opened = openImage(image, { clock, migrations })
  try {
    const rows: Record<string, number> = {}
    for (const { name } of tablesInOrder()) {
      const count = Number(opened.prepare(`select count(*) from ${quoted(name)}`).get([])?.[0])
      if (count > 0) rows[name] = count
    }
    return { schema: opened.schema, rows }
  } finally {
    opened.close()
  }
}
