import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { anyText } from '../../../../test/_support/any-text.ts'
import { lex, type TokenKind, textLimit } from './lexer.ts'

function accepts(text: string, kind: TokenKind) {
  const tokens = lex(text, '$filter')
  expect(tokens.map((token) => [token.kind, token.text])).toEqual([
    [kind, text],
    ['end', ''],
  ])
}

function refuses(text: string, at: number) {
  expect(() => lex(text, '$filter')).toThrow(new RegExp(`at position ${at} in '\\$filter'`))
}

describe('the lexer', () => {
  it.each<[TokenKind, string]>([
    ['string', "''"],
    ['string', "'O''Neil'"],
    ['string', "'it''s ''all'' (one); string, yes'"],
    ['number', '0'],
    ['number', '-1.5e3'],
    ['number', '+42'],
    ['number', '1E-7'],
    ['number', 'INF'],
    ['number', '-INF'],
    ['number', 'NaN'],
    ['guid', '01234567-89ab-cdef-0123-456789ABCDEF'],
    ['guid', 'abcdefab-cdef-abcd-efab-cdefabcdefab'],
    ['date', '2026-01-31'],
    ['date', '-10000-04-01'],
    ['dateTime', '2026-01-31T10:20Z'],
    ['dateTime', '2026-01-31T10:20:30.1234567+02:00'],
    ['dateTime', '2026-01-31t10:20:30z'],
    ['time', '10:20'],
    ['time', '10:20:30.5'],
    ['duration', "duration'P1DT2H'"],
    ['duration', "Duration'P1D'"],
    ['binary', "binary'Zm9v'"],
    ['enum', "ns.colour'red,green'"],
    ['word', 'displayName'],
    ['word', 'ns.colour'],
    ['word', '_x1'],
    ['word', 'größe'],
    ['word', 'étage'],
    ['word', 'inf'],
    ['system', '$it'],
    ['alias', '@name'],
    ['phrase', '"two words"'],
    ['mark', '('],
    ['mark', '='],
    ['mark', '$'],
    ['mark', '@'],
    ['mark', '-'],
    ['mark', '€'],
    ['mark', '😀'],
  ])('takes a %s in %s', (kind, text) => {
    accepts(text, kind)
  })

  it('takes a space for the plus sign of an offset, which is what an unescaped one becomes', () => {
    accepts('2026-01-31T10:20:30 02:00', 'dateTime')
  })

  it.each([
    ["'abc", 0],
    ["a eq 'abc", 5],
    ["'O'Neil'", 3],
    ["'a'eq 'b'", 3],
    ['12abc', 2],
    ['1.', 2],
    ['42.x', 3],
    ['1-1', 1],
    ['2026-01-31T99:00Z', 11],
    ['01234567-89ab-cdef-456789abcdef', 23],
    ['"open', 5],
  ])('refuses %s', (text, at) => {
    refuses(text, at)
  })

  it('reports positions in the text and passes over blanks', () => {
    expect(lex(" a\teq  'b' ", '$filter').map(({ at, text }) => [at, text])).toEqual([
      [1, 'a'],
      [3, 'eq'],
      [7, "'b'"],
      [11, ''],
    ])
  })

  it('refuses a text beyond the limit', () => {
    expect(() => lex('a'.repeat(textLimit + 1), '$filter')).toThrow(/longer than 8192/)
    expect(lex('a'.repeat(textLimit), '$filter')).toHaveLength(2)
  })

  it('always ends, and throws nothing but AppError', () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      '-',
      '+',
      '1',
      'a',
      'e',
      '.',
      ':',
      'T',
      'Z',
      ' ',
      '$',
      '@',
      '(',
      '2026-01-01',
      'é',
      '\ud800',
    )
    const texts = fc.oneof(
      anyText(),
      fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const tokens = lex(text, '$filter')
          expect(tokens.at(-1)?.kind).toBe('end')
          // Nothing but blanks may be lost.
          expect(tokens.map((token) => token.text).join('')).toBe(restOf(text, tokens))
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is linear in its input', () => {
    const started = performance.now()
    for (const piece of ["''", '1', "'", '-', '0-', 'a.', '2026-01-01T', '"']) {
      try {
        lex(piece.repeat(Math.floor(textLimit / piece.length)), '$filter')
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }
    expect(performance.now() - started).toBeLessThan(500)
  })
})

/** The text without the blanks between the tokens. */
function restOf(text: string, tokens: readonly { at: number; text: string }[]): string {
  let rest = ''
  let from = 0
  for (const token of tokens) {
    rest += text.slice(from, token.at).replace(/[ \t]/g, '') + token.text
    from = token.at + token.text.length
  }
  return rest
}
