/** The interface to SQLite: the part of `node:sqlite` that is used here. */
import type * as Sqlite from 'node:sqlite'
import type { RawRow, SqlValue } from '../values.ts'

/** Rows are arrays, in the order of the statement's columns, whose names must differ. */
export interface PreparedStatement {
  get(values: readonly SqlValue[]): RawRow | undefined
  all(values: readonly SqlValue[]): RawRow[]
  /** Row by row, as the database finds them. */
  each(values: readonly SqlValue[]): Iterable<RawRow>
  /** Number of rows changed. */
  run(values: readonly SqlValue[]): number
}

export interface Connection {
  prepare(sql: string): PreparedStatement
  /** One or more statements without values. */
  exec(sql: string): void
  /** Defines an SQL function of one text. */
  define(name: string, of: (value: string) => string): void
  /** The whole database as the bytes of a file. Absent before Node 26. */
  readonly serialize?: () => Uint8Array
  /** Takes the place of a database in memory. Absent before Node 26. */
  readonly deserialize?: (image: Uint8Array) => void
  /** Puts the whole database in the place of that of a file, in one transaction. Absent before Node 22.16. */
  readonly backup?: (file: string) => Promise<void>
  close(): void
}

// In Node 22 and 24, loading `node:sqlite` prints a warning that it is experimental, which is of no use to an operator.
// Only this warning is suppressed, and only while loading, which is synchronous.
function quietly<T>(load: () => T): T {
  const { emitWarning } = process
  const filtered = (...args: Parameters<typeof emitWarning>) => {
    if (/SQLite is an experimental feature/.test(String(args[0]))) return
    Reflect.apply(emitWarning, process, args)
  }
  process.emitWarning = filtered as typeof emitWarning
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Not an import: that would load the module, and print its warning, before this file runs. */
function loadSqlite(): typeof Sqlite {
  return quietly(() => process.getBuiltinModule('node:sqlite'))
}

function arraysOf(statement: Sqlite.StatementSync): PreparedStatement {
  statement.setReturnArrays(true)
  return {
    get: (values) => statement.get(...values) as unknown as RawRow | undefined,
    all: (values) => statement.all(...values) as unknown as RawRow[],
    each: (values) => statement.iterate(...values) as Iterable<unknown> as Iterable<RawRow>,
    run: (values) => Number(statement.run(...values).changes),
  }
}

/** Before Node 22.16, `node:sqlite` returns rows only as objects. */
function valuesOf(statement: Sqlite.StatementSync): PreparedStatement {
  const rowOf = (row: object): RawRow => Object.values(row)
  return {
    get: (values) => {
      const row = statement.get(...values)
      return row === undefined ? undefined : rowOf(row)
    },
    all: (values) => statement.all(...values).map(rowOf),
    *each(values) {
      for (const row of statement.iterate(...values)) yield rowOf(row as object)
    },
    run: (values) => Number(statement.run(...values).changes),
  }
}

function statementOf(statement: Sqlite.StatementSync): PreparedStatement {
  const { setReturnArrays }: Partial<Sqlite.StatementSync> = statement
  return setReturnArrays === undefined ? valuesOf(statement) : arraysOf(statement)
}

const mathematical = { ceil: Math.ceil, floor: Math.floor, trunc: Math.trunc } as const

/** The first releases of Node 22 build SQLite without its mathematical functions. Integers are returned unchanged. */
function addMathematical(database: Sqlite.DatabaseSync): void {
  try {
    database.prepare('select trunc(1.5)')
  } catch {
    const options = { deterministic: true, useBigIntArguments: true }
    for (const [name, of] of Object.entries(mathematical))
      database.function(name, options, (value) => (typeof value === 'number' ? of(value) : value))
  }
}

/** `file`: a path, or `:memory:`. For the errors it throws see `resultCodeOf`. */
export function openDatabase(file: string): Connection {
  const { DatabaseSync, ...others } = loadSqlite()
  const database = new DatabaseSync(file)
  addMathematical(database)
  return {
    prepare: (sql) => statementOf(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    define: (name, of) =>
      database.function(name, { deterministic: true }, (value) => (typeof value === 'string' ? of(value) : null)),
    ...imagesOf(database),
    ...backupOf(database, others),
    close: () => database.close(),
  }
}

/** Whether a database in memory can be opened with an image: since Node 26. */
export function opensImages(): boolean {
  return 'deserialize' in loadSqlite().DatabaseSync.prototype
}

/** Not in the types of the oldest Node that is supported. */
interface Imaging {
  readonly serialize?: () => Uint8Array
  readonly deserialize?: (image: Uint8Array) => void
}

function imagesOf(database: Sqlite.DatabaseSync): Imaging {
  const { serialize, deserialize }: Imaging = database as Imaging
  if (serialize === undefined || deserialize === undefined) return {}
  return { serialize: () => serialize.call(database), deserialize: (image) => deserialize.call(database, image) }
}

interface Backup {
  readonly backup?: (source: Sqlite.DatabaseSync, path: string, options: { readonly rate: number }) => Promise<unknown>
}

/** More pages than a database has: all are copied in one step, so in one transaction. */
const allPages = 2_147_483_647

function backupOf(database: Sqlite.DatabaseSync, { backup }: Backup): Pick<Connection, 'backup'> {
  if (backup === undefined) return {}
  return {
    backup: async (file) => {
      await backup(database, file, { rate: allPages })
    },
  }
}

/** SQLite's extended result code of an error; undefined if the error is not SQLite's. */
export function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : undefined
}
