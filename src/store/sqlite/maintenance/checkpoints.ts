/**
 * When the log of a SQLite file is copied into the file. While many write, SQLite sees to it, and seldom: a page that is
 * written again and again is copied once. When they pause it is done at once, as rows are read quicker from the file.
 */
import { textOf } from '../../rows/statement.ts'
import type { SqliteSession } from '../session.ts'

/** Writes for which a pause is used. */
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
      // What is not copied now is copied later; nothing depends on it.
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
