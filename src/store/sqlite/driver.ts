/** The seam to SQLite, which is `node:sqlite`, a part of Node: the little of it that is used here. */
import type * as Sqlite from 'node:sqlite'
import type { RawRow, SqlValue } from '../values.ts'

/** Rows are arrays, in the order of the statement's columns, whose names must differ. */
export interface PreparedStatement {
  get(values: readonly SqlValue[]): RawRow | undefined
  all(values: readonly SqlValue[]): RawRow[]
  /** Number of rows changed. */
  run(values: readonly SqlValue[]): number
}

export interface Connection {
  prepare(sql: string): PreparedStatement
  /** One or more statements without values. */
  exec(sql: string): void
  /** A function of SQL over one value, which is text. */
  define(name: string, of: (value: string) => string): void
  close(): void
}

// Where SQLite is still experimental (Node 22 and 24), loading it prints a warning that tells an operator nothing. Only
// that one is held back, and only while loading, which is synchronous.
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

/** Not an import, which would load it, with its warning, before anything here has run. */
function loadSqlite(): typeof Sqlite {
  return quietly(() => process.getBuiltinModule('node:sqlite'))
}

function arraysOf(statement: Sqlite.StatementSync): PreparedStatement {
  statement.setReturnArrays(true)
  return {
    get: (values) => statement.get(...values) as unknown as RawRow | undefined,
    all: (values) => statement.all(...values) as unknown as RawRow[],
    run: (values) => Number(statement.run(...values).changes),
  }
}

/** Before Node 22.16 rows come as objects only. */
function valuesOf(statement: Sqlite.StatementSync): PreparedStatement {
  const rowOf = (row: object): RawRow => Object.values(row)
  return {
    get: (values) => {
      const row = statement.get(...values)
      return row === undefined ? undefined : rowOf(row)
    },
    all: (values) => statement.all(...values).map(rowOf),
    run: (values) => Number(statement.run(...values).changes),
  }
}

function statementOf(statement: Sqlite.StatementSync): PreparedStatement {
  const { setReturnArrays }: Partial<Sqlite.StatementSync> = statement
  return setReturnArrays === undefined ? valuesOf(statement) : arraysOf(statement)
}

const mathematical = { ceil: Math.ceil, floor: Math.floor, trunc: Math.trunc } as const

/** The first releases of Node 22 build SQLite without its mathematical functions. Whole numbers stay what they are. */
function addMathematical(database: Sqlite.DatabaseSync): void {
  try {
    database.prepare('select trunc(1.5)')
  } catch {
    const options = { deterministic: true, useBigIntArguments: true }
    for (const [name, of] of Object.entries(mathematical))
      database.function(name, options, (value) => (typeof value === 'number' ? of(value) : value))
  }
}

/** `file`: a path, or `:memory:`. What it throws has a result code: see `resultCodeOf`. */
export function openDatabase(file: string): Connection {
  const { DatabaseSync } = loadSqlite()
  const database = new DatabaseSync(file)
  addMathematical(database)
  return {
    prepare: (sql) => statementOf(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    define: (name, of) =>
      database.function(name, { deterministic: true }, (value) => (typeof value === 'string' ? of(value) : null)),
    close: () => database.close(),
  }
}

/** SQLite's extended result code of an error; undefined: SQLite did not throw it. */
export function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : undefined
}
