/** What is said of a world that is kept: the text beside its rows in a snapshot and in a file. */
import { createHash } from 'node:crypto'
import type { ClockState } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import type { WorldImage } from './instance.ts'

export const manifestFormat = 'relata-world/1'

export interface Manifest {
  readonly format: typeof manifestFormat
  /** Of the snapshot; of a file the world it is from. */
  readonly name: string
  /** When it was made, by the system's time. */
  readonly createdDateTime: string
  /** The release of Relata that made it, and the number of its last migration. */
  readonly version: string
  readonly schema: number
  /** The world it is from. */
  readonly world: string
  readonly clock: ClockState & { /** What it showed. */ readonly now: string }
  readonly ids: { readonly seed: number; readonly made: number } | null
  /** Of the rows, a SQLite database. */
  readonly bytes: number
  readonly sha256: string
  /** Rows by table, those that have any. */
  readonly rows: Readonly<Record<string, number>>
}

export interface KeptWorld {
  readonly manifest: Manifest
  readonly image: WorldImage
}

/** Names of folders, on every system. */
const nameForm = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/
/** Names that Windows keeps for devices. */
const deviceForm = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/

export function isSnapshotName(name: string): boolean {
  return nameForm.test(name) && !deviceForm.test(name)
}

/** Throws `invalid`. */
export function checkSnapshotName(name: string, target = 'name'): void {
  if (isSnapshotName(name)) return
  throw new AppError(
    'invalid',
    `'${target}' has 1 to 64 lower-case letters, digits, hyphens, underscores and full stops, with a letter or digit at both ends.`,
    { target },
  )
}

export function digestOf(rows: Uint8Array): string {
  return createHash('sha256').update(rows).digest('hex')
}

function isClock(value: unknown): boolean {
  if (!isObject(value) || typeof value['ahead'] !== 'number') return false
  return value['held'] === null || typeof value['held'] === 'number'
}

function isIds(value: unknown): boolean {
  return value === null || (isObject(value) && typeof value['seed'] === 'number' && typeof value['made'] === 'number')
}

const texts = ['name', 'createdDateTime', 'version', 'world', 'sha256'] as const

/** Throws an `Error` that says what is wrong, for a text of whatever kind. */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new Error('its manifest is no JSON object')
  if (value['format'] !== manifestFormat)
    throw new Error(`its format is ${JSON.stringify(value['format'])}, and this version reads ${manifestFormat}`)
  for (const name of texts) if (typeof value[name] !== 'string') throw new Error(`its manifest has no '${name}'`)
  for (const name of ['schema', 'bytes'])
    if (typeof value[name] !== 'number') throw new Error(`its manifest has no '${name}'`)
  if (!isClock(value['clock'])) throw new Error("its manifest has no 'clock'")
  if (!isIds(value['ids'] ?? null)) throw new Error("its manifest has no 'ids'")
  if (!isObject(value['rows'])) throw new Error("its manifest has no 'rows'")
  return { ...value, ids: value['ids'] ?? null } as unknown as Manifest
}

/** The rows with what belongs to them. Throws an `Error` where they are not those the manifest is of. */
export function keptWorld(manifest: Manifest, rows: Uint8Array): KeptWorld {
  const { clock, ids, sha256, bytes } = manifest
  if (rows.length !== bytes || digestOf(rows) !== sha256) throw new Error('its rows are not those its manifest is of')
  return { manifest, image: { rows, clock: { ahead: clock.ahead, held: clock.held }, ids: ids ?? undefined } }
}
