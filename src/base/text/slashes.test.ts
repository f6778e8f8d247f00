import { describe, expect, it } from 'vitest'
import { withoutLastSlashes, withoutOuterSlashes, withSingleSlashes } from './slashes.ts'

describe('doubled slashes in a path', () => {
  it.each([
    ['/v1.0//sites/root/termStore', '/v1.0/sites/root/termStore'],
    ['//v1.0/a', '/v1.0/a'],
    ['/a///b//', '/a/b/'],
    ['/a/b', '/a/b'],
    ["/a('x//y')//b", "/a('x//y')/b"],
    ["/getByPath(path='/x//y')//lists", "/getByPath(path='/x//y')/lists"],
    ["/$filter(name eq ')//' and a eq 1)//$count", "/$filter(name eq ')//' and a eq 1)/$count"],
    ["/o'brien//x", "/o'brien/x"],
    ['/a)//b', '/a)/b'],
    ['/a%2F%2Fb//c', '/a%2F%2Fb/c'],
  ])('%s is %s', (path, single) => {
    expect(withSingleSlashes(path)).toBe(single)
  })
})

it('outer slashes are taken away, inner ones are not', () => {
  for (const text of ['a//b', '/a//b', '//a//b//', 'a//b/']) expect(withoutOuterSlashes(text)).toBe('a//b')
  expect(withoutLastSlashes('//a//')).toBe('//a')
  for (const text of ['', '/', '///']) expect([withoutLastSlashes(text), withoutOuterSlashes(text)]).toEqual(['', ''])
})
