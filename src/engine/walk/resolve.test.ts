import { describe, expect, it } from 'vitest'
import type { EntityType, Scope } from '#edm/define.ts'
import { all, constant, type Expr, equal, member, param, same } from '#edm/query.ts'
import { models } from '#workloads/models.ts'
import { group, set, term } from '#workloads/term-store/types.ts'
import { memberTestsOf } from './resolve.ts'

const model = models['v1.0']

function scopeOf(...branches: Expr[]): Scope {
  return { branches, bind: {} }
}

function testOf(type: EntityType, scope?: Scope) {
  return memberTestsOf(model)(type)(scope)
}

const row = { id: 'a', setId: 's', parentId: null }

describe('a scope told by the row alone', () => {
  const inSet = testOf(term, scopeOf(equal(member('setId'), param('set'))))
  const atRoot = testOf(
    term,
    scopeOf(all(equal(member('setId'), param('set')), same(member('parentId'), constant(null)))),
  )

  it.each([
    [{ set: 's' }, true],
    [{ set: 'other' }, false],
    [{ set: null }, false],
    [{}, false],
  ])('compares a link with what is bound: %j', (bind, expected) => {
    expect(inSet?.(row, bind)).toBe(expected)
    expect(atRoot?.(row, bind)).toBe(expected)
  })

  it('knows null as the database does', () => {
    expect(atRoot?.({ ...row, parentId: 'p' }, { set: 's' })).toBe(false)
    expect(inSet?.({ id: 'a', setId: null }, { set: null })).toBe(false)
    const under = testOf(term, scopeOf(equal(member('parentId'), param('term'))))
    expect(under?.(row, { term: null })).toBe(false)
    expect(under?.({ ...row, parentId: 'p' }, { term: 'p' })).toBe(true)
  })

  it('counts, and tells null from all else', () => {
    const first = testOf(term, scopeOf(equal(member('level'), constant(1))))
    expect([1, 2].map((level) => first?.({ ...row, level }, {}))).toEqual([true, false])
    const below = testOf(term, scopeOf({ op: 'ne', left: member('parentId'), right: constant(null) }))
    expect([null, 'p'].map((parentId) => below?.({ ...row, parentId }, {}))).toEqual([false, true])
  })

  it('is in any of its branches', () => {
    const either = testOf(term, scopeOf(equal(member('setId'), param('one')), equal(member('setId'), param('other'))))
    expect(either?.(row, { one: 'x', other: 's' })).toBe(true)
    expect(either?.(row, { one: 'x', other: 'y' })).toBe(false)
  })

  it('hides what only another site sees', () => {
    const seen = testOf(set)
    expect(seen?.({ id: 'a', siteCollectionId: null }, { visible: null })).toBe(true)
    expect(seen?.({ id: 'a', siteCollectionId: 'one' }, { visible: 'one' })).toBe(true)
    expect(seen?.({ id: 'a', siteCollectionId: 'one' }, { visible: 'other' })).toBe(false)
    expect(seen?.({ id: 'a', siteCollectionId: 'one' }, { visible: null })).toBe(false)
  })

  const telling = (expr: Expr) => ({ op: 'linked', type: 'x', key: 'y', as: 'z', where: expr }) as const
  it.each<[string, EntityType, Scope]>([
    ['of other rows', term, scopeOf(telling(constant(true)))],
    [
      'of other rows beside an equality',
      term,
      scopeOf(all(equal(member('setId'), param('set')), telling(constant(true)))),
    ],
    ['of other rows in another branch', term, scopeOf(equal(member('setId'), param('set')), telling(constant(true)))],
    ['of a text that is compared folded', group, scopeOf(equal(member('displayName'), param('name')))],
    ['of what is true or false', term, scopeOf(equal(member('isKeyword'), constant(true)))],
    ['of nothing there is', term, scopeOf(constant(false))],
    ['more than equality', term, scopeOf({ op: 'gt', left: member('id'), right: param('id') })],
  ])('is left to the database where it speaks %s', (_, type, scope) => {
    expect(testOf(type, scope)).toBeUndefined()
  })
})
