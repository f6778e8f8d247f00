/** Why a database cannot be opened or made, with the cure: what an operator reads when a start is refused. */
import { existsSync, statfsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { StoreError } from '#base/errors.ts'
import { resultCodeOf } from '../driver.ts'
import { resultCodes } from '../result-codes.ts'

function nameOf(code: number): string | undefined {
  return Object.entries(resultCodes).find(([, number]) => number === (code & 0xff))?.[0]
}

/** The names of the two kinds of error that open and write files: Node's, and SQLite's. */
function kindOf(error: unknown): string | undefined {
  const code = resultCodeOf(error)
  if (code !== undefined) return nameOf(code)
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** The file an error of Node's is about, if it is there; undefined: it is about the folder. */
function fileIn(error: unknown, folder: string): string | undefined {
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined
  return path !== undefined && path !== folder && existsSync(path) ? path : undefined
}

/** The folder an error of Node's is about, where that is not the one of the database: one for temporary files. */
function otherFolder(error: unknown, folder: string): string | undefined {
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined
  return path === undefined || path === folder || path.startsWith(join(folder, sep)) ? undefined : dirname(path)
}

function ownerCure(folder: string): string {
  const user = process.getuid?.()
  const who = user === undefined ? 'the user of the server' : `the user of the server (id ${user})`
  return `give ${folder} and its files to ${who}, or name another folder with --location`
}

function textOf(
  kind: string | undefined,
  file: string,
  denied: string | undefined,
): readonly [why: string, cure: string] | undefined {
  const folder = dirname(file)
  switch (kind) {
    case 'EACCES':
    case 'EPERM':
      return denied === undefined
        ? [`the folder ${folder} cannot be written: permission denied`, ownerCure(folder)]
        : [`${denied} cannot be read or written: permission denied`, ownerCure(folder)]
    case 'EROFS':
      return [
        `the folder ${folder} is on a file system that is mounted read-only`,
        'mount it with writing, or name another folder with --location',
      ]
    case 'EEXIST':
    case 'ENOTDIR':
      return [`${folder} is a file, or is below one, where a folder is needed`, 'name a folder with --location']
    case 'ENOSPC':
    case 'SQLITE_FULL':
      return [
        `the disk of ${folder}, or that of the folder for temporary files, is full`,
        'free some space, or name another folder with --location, and start again',
      ]
    case 'SQLITE_READONLY':
      return [`the database ${file} cannot be written: it is read-only for this user`, ownerCure(folder)]
    case 'SQLITE_CANTOPEN':
      return [`the database ${file} cannot be opened`, ownerCure(folder)]
    case 'SQLITE_IOERR':
      return [
        `the database ${file} cannot be read or written: input/output error`,
        'check the disk and its file system; network file systems are not supported',
      ]
    case 'SQLITE_BUSY':
      return [
        `the database ${file} is locked by another program`,
        'wait for it to end, or find it with fuser or lsof, and start again',
      ]
    case 'SQLITE_CORRUPT':
      return [
        `the database ${file} is damaged`,
        `relata check lists the faults; to restore a backup: relata restore FILE --replace --location ${folder}`,
      ]
    default:
      return undefined
  }
}

function temporaryText(kind: string | undefined, folder: string): readonly [why: string, cure: string] | undefined {
  const cure = 'the variable TMPDIR names another folder for temporary files'
  if (kind === 'ENOSPC') return [`the disk of ${folder} is full`, `free some space; ${cure}`]
  return kind === 'EACCES' || kind === 'EPERM' || kind === 'EROFS'
    ? [`the folder ${folder} cannot be written`, `give the user of the server access to it; ${cure}`]
    : undefined
}

const littleBytes = 1_000_000

/** Where there is no space for its index, SQLite reports an input/output error. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < littleBytes
  } catch {
    return false
  }
}

/** The error for the operator. Returns an error that this file has no words for, such as a refusal, unchanged. */
export function openFault(error: unknown, file: string): unknown {
  const cause = error instanceof StoreError ? error.cause : error
  const found = kindOf(cause)
  const kind = found === 'SQLITE_IOERR' && isFull(dirname(file)) ? 'SQLITE_FULL' : found
  const other = otherFolder(cause, dirname(file))
  const text =
    other === undefined || kind === 'EEXIST' || kind === 'ENOTDIR'
      ? textOf(kind, file, fileIn(cause, dirname(file)))
      : temporaryText(kind, other)
  if (text === undefined) return error
  const detail = cause instanceof Error && resultCodeOf(cause) !== undefined ? ` (SQLite: ${cause.message})` : ''
  return new Error(`${text[0]}${detail}\ntip: ${text[1]}`, { cause: error })
}
