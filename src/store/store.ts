/** The `Store` port on SQLite or PostgreSQL. */
import { systemClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { migrations as ours } from './migrations/all.ts'
import type { StoreOptions } from './options.ts'

/**
 * Opens a database and migrates it to the newest schema. Throws if the models and migrations differ, or if the database is
 * not one of Relata's.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url } = options
  const whole = { clock: systemClock, migrations: ours, ...options }
  // Loads the library only of the database in use.
  if (url === undefined) return (await import('./sqlite/store.ts')).openSqlite(whole)
  return (await import('./postgres/store.ts')).openPostgres({ ...whole, url })
}
