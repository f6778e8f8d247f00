/** Which reads are not joined with others of their turn: see findsByRange. */
import { describe, expect, it } from 'vitest'
import { type Expr, member, param } from '#edm/query.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { findsByRange, typedText } from '#store/postgres/typed-text.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { prepareRows } from '#store/query/prepared.ts'
import { textOf } from '#store/rows/statement.ts'
import { queryOf } from '../store/fixture.ts'
import { book, libraryModels } from '../store/library.ts'

const layout = queryLayoutOf(libraryModels, postgresDialect)

const byRange = (filter: Expr) => {
  const { usual } = prepareRows(layout, queryOf(book, { filter, limit: true }), () => false)
  return findsByRange(
    typedText(
      textOf(usual.text),
      usual.slots.map(() => 'x'),
    ),
  )
}

const anyTitle = (where: Expr): Expr => ({ op: 'any', over: ['titles'], of: 'it', variable: 't', where })
const name = member('name', 't')

describe('a statement finds its rows by a range', () => {
  it('where ids come first from the beginning of an element', () => {
    expect(byRange(anyTitle({ op: 'call', name: 'startswith', args: [name, param('start')] }))).toBe('one-by-one')
  })

  it.each<[string, Expr]>([
    ['an element as a whole', anyTitle({ op: 'eq', left: name, right: param('name') })],
    ['an id', { op: 'eq', left: member('id'), right: param('id') }],
    ['a range that is tested on the row', { op: 'gt', left: member('pages'), right: param('pages') }],
  ])('and not where they come from %s', (_, filter) => {
    expect(byRange(filter)).toBeUndefined()
  })
})
