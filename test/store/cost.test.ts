/** Which queries count as costly by their shape, and over which tables. */
import { describe, expect, it } from 'vitest'
import { all, constant, type Expr, equal, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { costOf } from '#store/query/cost.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { foundQuery } from '#store/query/select.ts'
import { sqliteDialect } from '#store/sqlite/dialect.ts'
import { book, libraryModels, loan, shelf } from './library.ts'

const layout = queryLayoutOf(libraryModels, sqliteDialect)
const contains = (of = 'it'): Expr => ({ op: 'call', name: 'contains', args: [member('note', of), param('p')] })
const titled = (where: Expr): Expr => ({ op: 'any', over: ['titles'], of: 'it', variable: 't', where })
const name: Expr = { op: 'member', path: ['name'], of: 't' }
const lent: Expr = {
  op: 'some',
  type: loan.name,
  as: 'l',
  within: equal(member('toBookId', 'l'), member('id')),
  where: equal(member('kind', 'l'), param('p')),
}

const costly = (more: Partial<RowQuery>, isSorted = false): readonly string[] | undefined => {
  const query: RowQuery = {
    type: book,
    branches: [constant(true)],
    asked: true,
    order: [],
    shape: [],
    carry: [],
    ...more,
  }
  return costOf(layout, query, { isSorted, lookups: foundQuery(layout, query)?.lookups })?.tables
}

describe('a query that is cheap by its shape', () => {
  it.each<[string, Partial<RowQuery>]>([
    ['has nothing of a request in it', { filter: contains(), asked: false }],
    ['is a page in the order of an index', { order: [{ by: member('sortKey'), descending: false }] }],
    [
      'finds a row by its id',
      { branches: [all(constant(true), equal(member('id'), param('key')))], filter: contains() },
    ],
    ['finds a row by a unique index', { type: shelf, filter: equal(member('displayName'), param('p')) }],
    ['finds rows by an element', { filter: titled(equal(name, param('p'))) }],
    [
      'finds rows by one of several elements',
      { filter: titled({ op: 'or', args: [equal(name, param('p')), equal(param('q'), name)] }) },
    ],
  ])('%s', (_, query) => {
    expect(costly(query)).toBeUndefined()
  })
})

describe('a query that may look at all rows', () => {
  it.each<[string, Partial<RowQuery>, readonly string[]]>([
    ['compares a text', { filter: contains() }, ['lib_book']],
    [
      'compares a text below a parent, which may have all rows',
      { branches: [equal(member('shelfId'), param('s'))], filter: contains() },
      ['lib_book'],
    ],
    ['looks at linked rows', { filter: lent }, ['lib_book', 'lib_loan']],
    ['looks at linked rows of one row', { branches: [equal(member('id'), param('key'))], filter: lent }, ['lib_loan']],
    ['passes over rows', { skip: true }, ['lib_book']],
    [
      'tests the elements of the rows that an element finds',
      {
        filter: all(
          titled(equal(name, param('p'))),
          titled({ op: 'call', name: 'contains', args: [name, param('q')] }),
        ),
      },
      ['lib_book'],
    ],
    [
      'tests much of the rows that an element finds',
      {
        filter: all(titled(equal(name, param('p'))), { op: 'or', args: Array.from({ length: 40 }, () => contains()) }),
      },
      ['lib_book'],
    ],
    [
      'finds elements by a long condition',
      {
        filter: titled(
          all(equal(name, param('p')), { op: 'or', args: Array.from({ length: 40 }, () => equal(name, param('q'))) }),
        ),
      },
      ['lib_book'],
    ],
    [
      'tests the elements of one row within each other',
      { branches: [equal(member('id'), param('key'))], filter: titled(titled(equal(name, param('p')))) },
      [],
    ],
  ])('%s', (_, query, tables) => {
    expect(costly(query)).toEqual(tables)
  })

  it('sorts what no index has in order', () => {
    expect(costly({ order: [{ by: member('note'), descending: false }] }, true)).toEqual(['lib_book'])
  })
})
