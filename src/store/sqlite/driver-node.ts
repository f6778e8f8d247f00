/** `node:sqlite`, part of Node from 22.13 without a flag. Typed here: the types of our oldest Node do not know it. */

import type { RawRow, SqlValue } from '../values.ts'
import type { Connection, Driver, Statement } from './driver.ts'

interface NodeStatement {
  get(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): unknown[]
  run(...values: SqlValue[]): { readonly changes: number | bigint }
  /** Since Node 22.16 and 24.0. */
  setReturnArrays?(on: boolean): void
}

interface NodeDatabase {
  prepare(sql: string): NodeStatement
  exec(sql: string): void
  function(name: string, options: { readonly deterministic: boolean }, of: (value: unknown) => SqlValue): void
  close(): void
}

interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => NodeDatabase
}

// Loading it prints an ExperimentalWarning, which tells an operator nothing. Only that one is held back, and only
// while loading, which is synchronous.
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

function load(): NodeSqlite | undefined {
  return quietly(() => process.getBuiltinModule('node:sqlite' as string) as NodeSqlite | undefined)
}

function statementOf(statement: NodeStatement): Statement {
  if (statement.setReturnArrays !== undefined) {
    statement.setReturnArrays(true)
    return {
      get: (values) => statement.get(...values) as RawRow | undefined,
      all: (values) => statement.all(...values) as RawRow[],
      run: (values) => Number(statement.run(...values).changes),
    }
  }
  return {
    get: (values) => {
      const row = statement.get(...values)
      return row === undefined ? undefined : (Object.values(row as object) as RawRow)
    },
    all: (values) => statement.all(...values).map((row) => Object.values(row as object) as RawRow),
    run: (values) => Number(statement.run(...values).changes),
  }
}

function connectionOf(database: NodeDatabase): Connection {
  return {
    prepare: (sql) => statementOf(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    define: (name, of) =>
      database.function(name, { deterministic: true }, (value) => (typeof value === 'string' ? of(value) : null)),
    close: () => database.close(),
  }
}

export function nodeDriver(): Driver | undefined {
  const sqlite = load()
  if (sqlite === undefined) return undefined
  return {
    name: 'node:sqlite',
    open: (file) => connectionOf(new sqlite.DatabaseSync(file)),
    codeOf: (error) => {
      const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
      return typeof code === 'number' ? code : undefined
    },
  }
}
