/** Whether a path still leads to the file that was opened: a process goes on writing to a deleted file, and all of it is lost. */
import { type BigIntStats, statSync } from 'node:fs'

/** `kept`: it is still the file that was opened. `dropped`: deleted, and it was to be deleted at the end of the server. */
export type FileState = 'kept' | 'deleted' | 'dropped' | 'replaced'

function statOf(file: string): BigIntStats | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })
}

/** Call it when the file is open; `lasts`: it is not a temporary one. The answer is asked of the file system each time, in a few microseconds. */
export function fileStateOf(file: string, lasts = true): () => FileState {
  const opened = statOf(file)
  return () => {
    const now = statOf(file)
    if (now === undefined) return lasts ? 'deleted' : 'dropped'
    return now.ino === opened?.ino && now.dev === opened.dev ? 'kept' : 'replaced'
  }
}
