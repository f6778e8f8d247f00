/** What is said of a world that is kept: the text beside its rows in a snapshot and in a file. */
import { createHash } from 'node:crypto'
import { type ClockState, instantIn } from '#base/clock.ts'
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

function isWholeFrom(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
}

/** Years 1 to 9999, as everywhere. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')]

function isClock(value: unknown, created: Date): boolean {
  if (!isObject(value) || !isWholeFrom(value['ahead'], earliest - created.getTime(), latest - earliest)) return false
  return value['held'] === null || isWholeFrom(value['held'], earliest, latest)
}

function isIds(value: unknown): boolean {
  if (value === null) return true
  if (!isObject(value) || !isWholeFrom(value['seed'], 0, 0xffff_ffff)) return false
  return isWholeFrom(value['made'], 0, Number.MAX_SAFE_INTEGER)
}

const texts = ['name', 'createdDateTime', 'version', 'world', 'sha256'] as const

/** Throws an `Error` that says what is wrong, for a text of whatever kind. */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new Error('its manifest is no JSON object')
  if (value['format'] !== manifestFormat)
    throw new Error(`its format is ${JSON.stringify(value['format'])}, and this version reads ${manifestFormat}`)
  for (const name of texts) if (typeof value[name] !== 'string') throw new Error(`its manifest has no '${name}'`)
  const created = instantIn(String(value['createdDateTime']))
  if (created === undefined) throw new Error("its 'createdDateTime' is no instant")
  for (const name of ['schema', 'bytes'])
    if (typeof value[name] !== 'number') throw new Error(`its manifest has no '${name}'`)
  if (!isClock(value['clock'], created)) throw new Error("its manifest has no 'clock'")
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
