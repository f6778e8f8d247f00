/** better-sqlite3, an optional package, for a Node without `node:sqlite`. Goes when Node 20 goes. */
import type { Database } from 'better-sqlite3'
import type { RawRow } from '../values.ts'
import type { Connection, Driver, Statement } from './driver.ts'
import { resultCodes } from './result-codes.ts'

function statementOf(database: Database, sql: string): Statement {
  const statement = database.prepare<unknown[], RawRow>(sql)
  if (statement.reader) statement.raw(true)
  return {
    get: (values) => statement.get(values),
    all: (values) => statement.all(values),
    run: (values) => statement.run(values).changes,
  }
}

function connectionOf(database: Database): Connection {
  return {
    prepare: (sql) => statementOf(database, sql),
    exec: (sql) => {
      database.exec(sql)
    },
    define: (name, of) => {
      database.function(name, { deterministic: true }, (value: unknown) =>
        typeof value === 'string' ? of(value) : null,
      )
    },
    close: () => {
      database.close()
    },
  }
}

/** Undefined when the package is missing or its native part does not load. */
export async function betterDriver(): Promise<Driver | undefined> {
  const make = await import('better-sqlite3')
    .then(({ default: open }) => {
      // The native part is loaded by the first database.
      new open(':memory:').close()
      return open
    })
    .catch(() => undefined)
  if (make === undefined) return undefined
  return {
    name: 'better-sqlite3',
    open: (file) => connectionOf(new make(file)),
    codeOf: (error) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined
      return resultCodes[code] ?? resultCodes[code.split('_', 2).join('_')] ?? 1
    },
  }
}
