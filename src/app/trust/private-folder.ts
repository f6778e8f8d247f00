/**
 * Tidies the folder of the database, the keys and the certificates at a start: drafts of processes that were killed go,
 * and what other users could read becomes private. So does an empty folder, which is ours from then on; one that holds
 * files of others as well keeps its mode.
 */
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ownerOnly, ownerOnlyFolder, removeDrafts } from '#store/sqlite/maintenance/drafts.ts'

const secret = /^(?:relata\.(?:db|lock|members)\b.*|keys\.json|[a-z]+\.key)$/
/** Neither secret nor of somebody else: what commands and people keep beside the database. */
const open = /^(?:(?:ca|server)\.pem|servers|snapshots|relata\.config\.\w+)$/

/** Bits of a mode for everybody but the owner, and for everybody but the owner and the group. */
const ofAll = 0o077
const ofOthers = 0o007
const writableByOthers = 0o002
const sticky = 0o1000

function shown(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`
}

/** Returns whether it could be changed: a file that was mounted, or belongs to another user, cannot. */
function change(path: string, mode: number): boolean {
  try {
    chmodSync(path, mode)
    return true
  } catch {
    return false
  }
}

function tightenFile(path: string, warn: (text: string) => void): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || !found.isFile() || (found.mode & ofAll) === 0) return
  const was = shown(found.mode)
  if (change(path, ownerOnly)) warn(`${path} was ${was}: other users could read it. It is ${shown(ownerOnly)} now.`)
  else if ((found.mode & ofOthers) !== 0) warn(`${path} is ${was}: other users can read it. Give it mode 0600.`)
}

function tightenFolder(folder: string, isOurs: boolean, warn: (text: string) => void): void {
  const { mode } = statSync(folder)
  if ((mode & ofAll) === 0 || (isOurs && change(folder, ownerOnlyFolder))) return
  if ((mode & writableByOthers) !== 0 && (mode & sticky) === 0)
    warn(`the folder ${folder} is ${shown(mode)}: other users can replace the database. Give it mode 0700.`)
}

/** `warn` gets one line for each file that was or is open to other users. */
export function tidyFolder(folder: string, warn: (text: string) => void): void {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return
  removeDrafts(folder)
  // Windows has no such modes: what is in a folder of a user's own is that user's.
  if (process.platform === 'win32') return
  const names = readdirSync(folder)
  for (const name of names) if (secret.test(name)) tightenFile(join(folder, name), warn)
  const isOurs = names.every((name) => secret.test(name) || open.test(name))
  tightenFolder(folder, isOurs, warn)
}
