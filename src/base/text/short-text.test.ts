import { expect, it } from 'vitest'
import { shortText, withoutMiddle } from './short-text.ts'

it('shows the beginning of what is long, in whole characters', () => {
  expect(shortText('x'.repeat(60))).toBe('x'.repeat(60))
  expect(shortText('x'.repeat(61))).toBe(`${'x'.repeat(60)}…`)
  expect(shortText(`${'x'.repeat(59)}😀`)).toBe(`${'x'.repeat(59)}…`)
})

it('leaves out the middle of what is too long', () => {
  expect(withoutMiddle('abcdefg', 7)).toBe('abcdefg')
  expect(withoutMiddle('abcdefgh', 7)).toBe('abc…fgh')
  expect(withoutMiddle('abcdefghi', 6)).toBe('ab…hi')
  expect(withoutMiddle(`a😀${'x'.repeat(9)}😀b`, 5)).toBe('a\ufffd…\ufffdb')
})
