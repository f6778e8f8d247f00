/**
 * Checkpoints of a SQLite file. During many writes, SQLite runs a checkpoint by itself, and rarely, so that a page that is
 * written often is copied once. In a pause a checkpoint runs early, because reads from the file are faster than from the log.
 */
import { textOf } from '../../rows/statement.ts'
import type { SqliteSession } from '../session.ts'

/** Number of writes from which on a pause is used for a checkpoint. */
const enough = 200
const quietMillis = 1_000

/** `isBusy`: a transaction is open. */
export function checkpointsOn(writer: SqliteSession, isBusy: () => boolean): { wrote(): void; stop(): void } {
  const checkpoint = textOf('pragma wal_checkpoint(passive)')
  let written = 0
  let seen = 0
  let timer: NodeJS.Timeout | undefined
  const wait = (): void => {
    seen = written
    timer = setTimeout(look, quietMillis)
    timer.unref()
  }
  const look = (): void => {
    if (written !== seen || isBusy()) {
      wait()
      return
    }
    timer = undefined
    written = 0
    try {
      writer.get(checkpoint, [])
    } catch {
      // The next checkpoint copies the pages.
    }
  }
  return {
    wrote: () => {
      written += 1
      if (timer === undefined && written >= enough) wait()
    },
    stop: () => clearTimeout(timer),
  }
}
