import { expect, it } from 'vitest'
import { printable, printableJson } from './json.ts'

const name = 'A\u001b[2J\u0007\r\nrelata is ready\u009b1m\u2028\u202eé日'

it('escapes what a terminal acts on, and keeps the rest', () => {
  expect(printable(name)).toBe('A\\u{1b}[2J\\u{7}\\u{d}\\u{a}relata is ready\\u{9b}1m\\u{2028}\\u{202e}é日')
})

it('escapes it in JSON too, which says the same', () => {
  const text = printableJson({ name, tag: '\u{e0001}' })
  expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)).toBe(false)
  expect(JSON.parse(text)).toEqual({ name, tag: '\u{e0001}' })
})
