/** The seam to `node:sqlite`: rows as lists, also on a Node that gives objects only, the one warning, and errors. */
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { storeErrorOf } from '#store/sqlite/sqlite.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** As the first releases of Node 22 have it: statements cannot be told to give lists, and no function rounds. */
class OlderDatabase extends DatabaseSync {
  override prepare(sql: string) {
    const ours = super.prepare('select name from pragma_function_list where not builtin').all()
    for (const name of ['ceil', 'floor', 'trunc'])
      if (sql.includes(`${name}(`) && !ours.some((one) => one['name'] === name))
        throw new Error(`no such function: ${name}`)
    const statement = super.prepare(sql)
    const older = {
      get: statement.get.bind(statement),
      all: statement.all.bind(statement),
      run: statement.run.bind(statement),
    }
    return older as typeof statement
  }
}

describe.each([
  ['this Node', DatabaseSync],
  ['an older Node', OlderDatabase],
])('a database of %s', (_, library) => {
  it('gives rows as lists', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ DatabaseSync: library })
    const connection = openDatabase(':memory:')
    connection.define('twice', (value) => value + value)
    connection.exec('create table t (a, b)')
    expect(connection.prepare('insert into t values (?, ?), (?, ?)').run(['x', 1, null, 2])).toBe(2)
    const rows = connection.prepare('select twice(a) as p, b as q from t order by b')
    expect(rows.all([])).toEqual([
      ['xx', 1],
      [null, 2],
    ])
    expect(rows.get([])).toEqual(['xx', 1])
    expect(connection.prepare('select 1 as n where 0').get([])).toBeUndefined()
    connection.close()
  })

  it('rounds as SQLite does', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ DatabaseSync: library })
    const connection = openDatabase(':memory:')
    connection.exec('create table t (a); insert into t values (-1.5), (2.5), (7), (null)')
    const rounded = connection.prepare(
      'select ceil(a) as c, floor(a) as f, trunc(a) as t, typeof(trunc(a)) as k from t',
    )
    expect(rounded.all([])).toEqual([
      [-1, -2, -1, 'real'],
      [3, 2, 2, 'real'],
      [7, 7, 7, 'integer'],
      [null, null, null, 'null'],
    ])
    connection.close()
  })
})

it('holds back the warning that SQLite is experimental, and no other', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
    process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
    process.emitWarning('Something else', 'ExperimentalWarning')
    return { DatabaseSync }
  })
  openDatabase(':memory:').close()
  expect(warned.mock.calls).toEqual([['Something else', 'ExperimentalWarning']])
})

describe('errors', () => {
  it('are told apart by SQLite’s extended code', () => {
    const fault = (errcode: number) =>
      storeErrorOf(Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode }))
    expect(fault(2067)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    expect(fault(1555)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    expect(fault(787)).toMatchObject({ kind: 'conflict', reason: 'reference' })
    expect(fault(517)).toMatchObject({ kind: 'unavailable', reason: 'busy' })
    expect(fault(13)).toMatchObject({ kind: 'unavailable', reason: 'full' })
    expect(fault(778)).toMatchObject({ kind: 'unavailable', reason: 'storage' })
    expect(fault(1)).toMatchObject({ message: 'x' })
    const plain = new TypeError('ours')
    expect(storeErrorOf(plain)).toBe(plain)
  })

  it('have that code as the library throws them', () => {
    const connection = openDatabase(':memory:')
    connection.exec('create table t (a unique); insert into t values (1)')
    const again = connection.prepare('insert into t values (1)')
    const thrown = vi.fn(() => again.run([]))
    expect(thrown).toThrow()
    expect(storeErrorOf(thrown.mock.results[0]?.value)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    connection.close()
  })
})
