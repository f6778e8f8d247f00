/**
 * The seed as a whole or not at all: it is made in a folder of its own and copied in one transaction, so that a process
 * that is ended in the middle, or two that start at once, leave nothing half done.
 */
import { promises as files } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { DatabasePlace } from '#store/bulk.ts'
import { copyAll, NotEmpty, openBulk } from '#store/transfer.ts'
import { models } from '#workloads/models.ts'
import type { SeedProgress } from './packs/pack.ts'

/** `fill` seeds the database in the folder it is given. Where another process was first, its seed stays. */
export async function seedWhole(
  place: DatabasePlace,
  clock: Clock,
  fill: (location: string) => Promise<void>,
  progress: SeedProgress,
): Promise<void> {
  const folder = await files.mkdtemp(join(tmpdir(), 'relata-seed-'))
  const options = { models: Object.values(models), clock }
  try {
    await fill(folder)
    const source = await openBulk({ location: folder }, { ...options, writes: false })
    try {
      const target = await openBulk(place, { ...options, writes: true })
      try {
        await copyAll(source, target, (at) => at && progress({ what: `rows of ${at.table}`, done: at.done, of: at.of }))
      } catch (error) {
        if (!(error instanceof NotEmpty)) throw error
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  } finally {
    await files.rm(folder, { recursive: true, force: true })
  }
}
