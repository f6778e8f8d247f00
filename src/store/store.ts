/** The `Store` port on the database that is asked for. */
import { systemClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { migrations as ours } from './migrations/all.ts'
import type { StoreOptions } from './options.ts'
import { openSqlite } from './sqlite/store.ts'

/** Opens, and brings to the newest schema. Throws when the models and migrations differ or the database is not ours. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url } = options
  const whole = { clock: systemClock, migrations: ours, ...options }
  if (url === undefined) return openSqlite(whole)
  // Its library is not loaded where nobody asks for it.
  const { openPostgres } = await import('./postgres/store.ts')
  return openPostgres({ ...whole, url })
}
