/** The seam to the SQLite library: the little we need of one, and which one is taken. */

import type { RawRow, SqlValue } from '../values.ts'
import { betterDriver } from './driver-better.ts'
import { nodeDriver } from './driver-node.ts'

/** Rows are arrays, in the order of the statement's columns, whose names must differ. */
export interface Statement {
  get(values: readonly SqlValue[]): RawRow | undefined
  all(values: readonly SqlValue[]): RawRow[]
  /** Number of rows changed. */
  run(values: readonly SqlValue[]): number
}

export interface Connection {
  prepare(sql: string): Statement
  /** One or more statements without values. */
  exec(sql: string): void
  /** A function of SQL over one value, which is text. */
  define(name: string, of: (value: string) => string): void
  close(): void
}

export interface Driver {
  readonly name: DriverName
  open(file: string): Connection
  /** SQLite's extended result code of an error thrown by this library. */
  codeOf(error: unknown): number | undefined
}

export type DriverName = 'node:sqlite' | 'better-sqlite3'

const loaders: Readonly<Record<DriverName, () => Promise<Driver | undefined>>> = {
  'node:sqlite': async () => nodeDriver(),
  'better-sqlite3': betterDriver,
}

/** The library of the running Node where it has one, else better-sqlite3. Throws when there is neither. */
export async function chooseDriver(wanted?: DriverName): Promise<Driver> {
  const names: readonly DriverName[] = wanted === undefined ? ['node:sqlite', 'better-sqlite3'] : [wanted]
  for (const name of names) {
    const driver = await loaders[name]()
    if (driver !== undefined) return driver
  }
  throw new Error(
    `No SQLite library found (looked for ${names.join(', ')}; this is Node ${process.versions.node}). ` +
      'Use Node 22.13 or later, which has one, or install the optional package better-sqlite3.',
  )
}
