import { expect, it } from 'vitest'
import { canonicalJson, printable, printableJson } from './json.ts'

const name = 'A\u001b[2J\u0007\r\nrelata is ready\u009b1m\u2028\u202eé日'

it('escapes what a terminal acts on, and keeps the rest', () => {
  expect(printable(name)).toBe('A\\u{1b}[2J\\u{7}\\u{d}\\u{a}relata is ready\\u{9b}1m\\u{2028}\\u{202e}é日')
})

it('escapes it in JSON too, which says the same', () => {
  const text = printableJson({ name, tag: '\u{e0001}' })
  expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)).toBe(false)
  expect(JSON.parse(text)).toEqual({ name, tag: '\u{e0001}' })
})

it('writes the canonical form, as the examples of RFC 8785 have it', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 }
  expect(Object.values(JSON.parse(canonicalJson(names)))).toEqual([4, 2, 6, 7, 1, 5, 3])
})
