/** Whether a path still leads to the file that was opened: a process goes on writing to a deleted file, and all of it is lost. */
import { type BigIntStats, statSync } from 'node:fs'

/** `kept`: it is still the file that was opened. */
export type FileState = 'kept' | 'deleted' | 'replaced'

function statOf(file: string): BigIntStats | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })
}

/** Call it when the file is open. The answer is asked of the file system each time, in a few microseconds. */
export function fileStateOf(file: string): () => FileState {
  const opened = statOf(file)
  return () => {
    const now = statOf(file)
    if (now === undefined) return 'deleted'
    return now.ino === opened?.ino && now.dev === opened.dev ? 'kept' : 'replaced'
  }
}
