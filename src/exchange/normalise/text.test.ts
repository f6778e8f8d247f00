import { describe, expect, it } from 'vitest'
import { cut, descriptionFor, type Fixes, type FixWord, nameFor, valueFor } from './text.ts'

function told(
  form: (fixes: Fixes, tell: (code: string) => void) => string | undefined,
  ...words: (FixWord | 'quotes')[]
) {
  const codes: string[] = []
  const text = form(new Set(words), (code) => codes.push(code))
  return { text, codes }
}

describe('texts of files', () => {
  it('are kept as the store keeps them', () => {
    expect(told((fixes, tell) => nameFor('  R  & D ', fixes, tell))).toEqual({ text: 'R ＆ D', codes: [] })
  })

  it('with characters that are not allowed are refused, or repaired where the caller wants that', () => {
    const name = 'a;b|"c"<d>'
    expect(told((fixes, tell) => nameFor(name, fixes, tell))).toEqual({ text: undefined, codes: ['char'] })
    expect(told((fixes, tell) => nameFor(name, fixes, tell), 'chars')).toEqual({
      text: 'a；b｜＂c＂＜d＞',
      codes: ['repaired'],
    })
    expect(told((fixes, tell) => descriptionFor('a\tb', fixes, tell))).toEqual({ text: undefined, codes: ['tab'] })
    expect(told((fixes, tell) => descriptionFor('a\tb\u0001', fixes, tell), 'chars')).toEqual({
      text: 'a b',
      codes: ['repaired'],
    })
    expect(told((fixes, tell) => descriptionFor('a\u0001', fixes, tell))).toEqual({
      text: undefined,
      codes: ['control'],
    })
  })

  it('with quotes are no news where the format has them', () => {
    const quotes = (name: string) => told((fixes, tell) => nameFor(name, fixes, tell), 'chars', 'quotes').codes
    expect([quotes('19" rack'), quotes('a;b')]).toEqual([[], ['repaired']])
  })

  it('that are too long are refused, or cut', () => {
    expect(told((fixes, tell) => nameFor('x'.repeat(256), fixes, tell))).toEqual({
      text: undefined,
      codes: ['long-name'],
    })
    expect(told((fixes, tell) => nameFor('x'.repeat(255), fixes, tell)).text).toHaveLength(255)
    const { text, codes } = told((fixes, tell) => valueFor('x'.repeat(2000), fixes, tell), 'long')
    expect([text?.length, text?.at(-1), codes]).toEqual([1000, '…', ['truncated']])
  })

  it('are never cut within a character', () => {
    expect(cut(`${'x'.repeat(8)}🌍yy`, 10)).toBe(`${'x'.repeat(8)}…`)
    expect(cut(`${'x'.repeat(8)}e\u0301yy`, 10)).toBe(`${'x'.repeat(8)}…`)
    expect(cut('abcdef', 4)).toBe('abc…')
  })

  it('that are blank are told', () => {
    expect(told((fixes, tell) => nameFor(' \u00a0', fixes, tell))).toEqual({ text: undefined, codes: ['empty-label'] })
  })
})
