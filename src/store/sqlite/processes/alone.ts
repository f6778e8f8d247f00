/** Mutual exclusion of processes on a folder: a lock on an empty database in it, which is released when a process ends. */
import { join } from 'node:path'
import { openDatabase } from '../driver.ts'
import { makePrivate } from '../maintenance/drafts.ts'
import { storeErrorOf } from '../sqlite.ts'

/** The lock is taken only at a start, so it may block the event loop. */
const longestMillis = 60_000

export function aloneIn(location: string) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const file = join(location, 'relata.lock')
      makePrivate(file)
      const connection = openDatabase(file)
      try {
        connection.exec(`pragma busy_timeout = ${longestMillis}; begin exclusive`)
        return await work()
      } finally {
        connection.close()
      }
    } catch (error) {
      throw storeErrorOf(error)
    }
  }
}
