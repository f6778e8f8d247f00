/**
 * Files that only their owner may read, from the first moment, and drafts: files that are made under another name and
 * renamed when they are whole. A killed process leaves its drafts behind.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export const ownerOnly = 0o600
export const ownerOnlyFolder = 0o700

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder })
}

/** An empty file, where there is none. SQLite gives its log and its index the mode of the database. */
export function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', ownerOnly))
}

/** The entries of a folder, so that a file made or renamed in it is there after the machine has lost power. */
export function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Some systems cannot flush a folder. There a rename is as good as the system makes it.
  }
}

let drafts = 0

/** A name beside the file that nobody else uses. `part`: a copy is written to it; `new`: a database is made in it. */
export function draftOf(file: string, kind: 'part' | 'new' = 'part'): string {
  drafts += 1
  return `${file}.${process.pid}.${drafts}.${kind}`
}

/** What releases before 1.0 called theirs is recognised as well: `keys.json.12.1`, `monday.db.12.part`. */
const draftForm = /^(?<of>.+?)\.(?<pid>\d+)\.(?:\d+\.)?(?:part|new)(?:-journal|-wal|-shm)?$/
const olderForm = /^(?<of>keys\.json|page\.key|(?:ca|server)\.(?:pem|key)(?:\.next)?)\.(?<pid>\d+)\.\d+$/

function partsOf(name: string): { readonly of: string; readonly pid: number } | undefined {
  const { of, pid } = (draftForm.exec(name) ?? olderForm.exec(name))?.groups ?? {}
  return of === undefined ? undefined : { of, pid: Number(pid) }
}

/** Whether the name is that of a database in the making, which holds nothing yet. */
export function isOfNewDatabase(name: string): boolean {
  return partsOf(name) !== undefined && /\.new(?:-\w+)?$/.test(name)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** In a container every server has the same process id: then what is older than this process is of an earlier one. */
function isLeft(file: string, pid: number): boolean {
  if (pid !== process.pid) return !isRunning(pid)
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  return written !== undefined && written < performance.timeOrigin
}

/** Deletes drafts of processes that have ended; those of one file, or all in the folder. Returns their names. */
export function removeDrafts(folder: string, of?: string): readonly string[] {
  const left = readdirSync(folder).filter((name) => {
    const parts = partsOf(name)
    if (parts === undefined || (of !== undefined && parts.of !== of)) return false
    return isLeft(join(folder, name), parts.pid)
  })
  for (const name of left) rmSync(join(folder, name), { force: true })
  return left
}

/** As `removeDrafts`, for drafts of one file. */
export function removeDraftsOf(file: string): void {
  removeDrafts(dirname(file), basename(file))
}
