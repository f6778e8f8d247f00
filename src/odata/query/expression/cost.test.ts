import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { constant, type Expr, equal, member } from '#edm/query.ts'
import { countWork } from './cost.ts'

const call = (name: string, ...args: Expr[]): Expr => ({ op: 'call', name, args })
const some = (where: Expr): Expr => ({ op: 'some', type: 't', as: 'a', within: constant(true), where })
const any = (where: Expr): Expr => ({ op: 'any', over: ['labels'], of: 'it', variable: 'l', where })
const nested = (levels: number, make: (inner: Expr) => Expr, from: Expr): Expr =>
  levels === 0 ? from : nested(levels - 1, make, make(from))
const or = (count: number, arg: Expr): Expr => ({ op: 'or', args: Array.from({ length: count }, () => arg) })

const test = equal(member('id'), constant('x'))
const refusal = (expr: Expr) => {
  try {
    countWork({ work: 0 }, expr, '$filter')
  } catch (error) {
    return error instanceof AppError ? error.facts : error
  }
  return undefined
}

describe('the work of an expression', () => {
  it.each<[string, Expr]>([
    ['two lambdas over links', some(some(any(test)))],
    ['many conditions', or(800, test)],
    ['a hundred and fifty lambdas over elements', or(150, any(test))],
    ['functions in each other', nested(64, (inner) => call('trim', inner), member('id'))],
  ])('is not too much for %s', (_, expr) => {
    expect(refusal(expr)).toBeUndefined()
  })

  it.each<[string, Expr]>([
    ['four lambdas over links', some(some(some(some(test))))],
    [
      'a text doubled eight times',
      equal(
        nested(8, (inner) => call('concat', inner, inner), member('id')),
        test,
      ),
    ],
    ['remainders, whose arguments the database reads twice', nested(14, (inner) => call('mod', inner, test), test)],
  ])('is too much for %s', (_, expr) => {
    expect(refusal(expr)).toMatchObject({ target: '$filter', check: 'option.work' })
  })

  it('is counted for all expressions of a query together', () => {
    const counts = { work: 0 }
    const half = some(some(or(60, test)))
    countWork(counts, half, '$filter')
    expect(() => countWork(counts, half, '$expand')).toThrow("'$expand' would take")
  })
})
