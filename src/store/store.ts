/** The `Store` port on the database that is asked for. */
import { systemClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { migrations as ours } from './migrations/all.ts'
import type { StoreOptions } from './options.ts'

/** Opens a database and migrates it to the newest schema. Throws when the models and migrations differ or the database is not ours. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url } = options
  const whole = { clock: systemClock, migrations: ours, ...options }
  // Only the library of the database in use is loaded.
  if (url === undefined) return (await import('./sqlite/store.ts')).openSqlite(whole)
  return (await import('./postgres/store.ts')).openPostgres({ ...whole, url })
}
