/**
 * The choice of a SQLite library, and the adapter of `node:sqlite` where the running Node has none: a stand-in with
 * its methods, made of better-sqlite3. On a Node that has it the contract in store.test.ts runs on the real one.
 */
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseDriver } from '#store/sqlite/driver.ts'
import { nodeDriver } from '#store/sqlite/driver-node.ts'
import { storeErrorOf } from '#store/sqlite/sqlite.ts'

const standIn = (returnsArrays: boolean) =>
  class {
    readonly #database: Database.Database

    constructor(file: string) {
      this.#database = new Database(file)
    }

    prepare(sql: string) {
      const statement = this.#database.prepare<unknown[], object>(sql)
      return {
        get: (...values: unknown[]) => statement.get(...values),
        all: (...values: unknown[]) => statement.all(...values),
        run: (...values: unknown[]) => statement.run(...values),
        ...(returnsArrays ? { setReturnArrays: (on: boolean) => statement.reader && statement.raw(on) } : {}),
      }
    }

    exec(sql: string) {
      this.#database.exec(sql)
    }

    function(name: string, options: Database.RegistrationOptions, of: (value: unknown) => unknown) {
      this.#database.function(name, options, of)
    }

    close() {
      this.#database.close()
    }
  }

afterEach(() => {
  vi.restoreAllMocks()
})

const loads = (): boolean => {
  try {
    new Database(':memory:').close()
    return true
  } catch {
    return false
  }
}

describe('node:sqlite', () => {
  it.for([true, false])('gives rows as lists, whether it can itself or not (%s)', (returnsArrays, { skip }) => {
    if (!loads()) skip('better-sqlite3, of which the stand-in is made, is not built for this Node')
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
      process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
      process.emitWarning('Something else', 'ExperimentalWarning')
      return { DatabaseSync: standIn(returnsArrays) }
    })
    const connection = nodeDriver()?.open(':memory:')
    expect(warned.mock.calls).toEqual([['Something else', 'ExperimentalWarning']])
    connection?.define('twice', (value) => value + value)
    connection?.exec('create table t (a, b)')
    expect(connection?.prepare('insert into t values (?, ?), (?, ?)').run(['x', 1, null, 2])).toBe(2)
    const rows = connection?.prepare('select twice(a) as p, b as q from t order by b')
    expect(rows?.all([])).toEqual([
      ['xx', 1],
      [null, 2],
    ])
    expect(rows?.get([])).toEqual(['xx', 1])
    expect(connection?.prepare('select 1 as n where 0').get([])).toBeUndefined()
    connection?.close()
  })

  it('tells faults apart by SQLite’s extended code', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ DatabaseSync: standIn(true) })
    const driver = nodeDriver()
    if (driver === undefined) throw new Error('no driver')
    const fault = (errcode: number) =>
      storeErrorOf(driver, Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode }))
    expect(fault(2067)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    expect(fault(1555)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    expect(fault(787)).toMatchObject({ kind: 'conflict', reason: 'reference' })
    expect(fault(517)).toMatchObject({ kind: 'unavailable', reason: 'busy' })
    expect(fault(13)).toMatchObject({ kind: 'unavailable', reason: 'full' })
    expect(fault(778)).toMatchObject({ kind: 'unavailable', reason: 'storage' })
    expect(fault(1)).toMatchObject({ message: 'x' })
    const plain = new TypeError('ours')
    expect(storeErrorOf(driver, plain)).toBe(plain)
  })
})

it('says what to do when there is no SQLite library', async () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  await expect(chooseDriver('node:sqlite')).rejects.toThrow(/Use Node 22\.13 or later.*better-sqlite3/)
})
