import { describe, expect, it } from 'vitest'
import { pathPattern } from './path-pattern.ts'

describe('wildcards of paths', () => {
  it.each([
    ['/v1.0/*', '/V1.0/users', true],
    ['/v1.0/*', '/v1.0/users/1', false],
    ['/v1.0/**', '/v1.0/users/1', true],
    ['/v1.0/*/x', '/v1.0/a/x', true],
    ['**/x', '/a/b/x', true],
    ['/a/**/b*', '/a/c/d/bad', true],
    ['/a/**/b*', '/a/c/d/ad', false],
    ['/a.c', '/abc', false],
    ['/v1.0/sets/**', '/v1.0/sets', true],
    ['/v1.0/sets/**', '/v1.0/setsof', false],
    ['/**/children', '/children', true],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/ab', false],
    ['/**', '/', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(pathPattern(pattern)(path)).toBe(expected)
  })

  it('end soon where a regular expression would try every way to divide the text', () => {
    const long = 'a'.repeat(4_000)
    expect(pathPattern(`/${'**a'.repeat(30)}b`)(`/${long}`)).toBe(false)
  })
})
