/** What one process does alone on a folder: the lock of an empty database in it, which ends with its process. */
import { join } from 'node:path'
import { openDatabase } from './driver.ts'
import { storeErrorOf } from './sqlite.ts'

/** Nothing else is done while a start waits, so the event loop may stand still. */
const longestMillis = 60_000

export function aloneIn(location: string) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const connection = openDatabase(join(location, 'relata.lock'))
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
