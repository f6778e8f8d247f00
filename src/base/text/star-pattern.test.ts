import { describe, expect, it } from 'vitest'
import { starPattern } from './star-pattern.ts'

describe('a pattern with stars', () => {
  it.each([
    ['*', '', true],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['*b*d', 'abcd', true],
    ['*b*b', 'abc', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(starPattern(pattern)(text)).toBe(expected)
  })

  it('ends soon where a regular expression would try every way to divide the text', () => {
    const long = 'a'.repeat(4_000)
    expect(starPattern(`${'*a'.repeat(30)}*b`)(long)).toBe(false)
    expect(starPattern(`${'*'.repeat(60)}b`)(long)).toBe(false)
  })
})
