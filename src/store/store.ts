/** The `Store` port on SQLite or PostgreSQL. */
import { systemClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { copiedContent } from './copied-content.ts'
import { migrations as ours } from './migrations/all.ts'
import type { ContentHooks, StoreOptions } from './options.ts'

/**
 * Makes the database of a folder, if there is none: keys are made after it, as keys without a database are the mark of a
 * lost one. Does nothing on PostgreSQL and in memory.
 */
export async function placeStore(options: StoreOptions): Promise<void> {
  if (options.url !== undefined || options.location === undefined) return
  const { placeSqlite } = await import('./sqlite/store.ts')
  await placeSqlite({ clock: systemClock, migrations: ours, ...options })
}

/**
 * Opens a database and migrates it to the newest schema. Throws if the models and migrations differ, or if the database is
 * not one of Relata's.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url } = options
  const whole = { clock: systemClock, migrations: ours, ...options }
  // Loads the library only of the database in use.
  if (url === undefined) return (await import('./sqlite/store.ts')).openSqlite(whole)
  const content = (hooks: ContentHooks) => copiedContent(url, whole, hooks)
  return (await import('./postgres/store.ts')).openPostgres({ ...whole, url, content })
}
