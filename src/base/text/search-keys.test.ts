import { describe, expect, it } from 'vitest'
import { keyLength, keyOf, partsOf, searchKeys, wordRows, wordsIn } from './search-keys.ts'

const loose = (text: string): string => searchKeys(text).loose

describe('Folding for searches', () => {
  it('takes off the accents of Latin and Greek, and unifies widths, dashes and apostrophes', () => {
    expect(loose('Café Łódź ＲＥＳ')).toBe('cafe lodz res')
    expect(loose('R＆D – O’Brien')).toBe("r&d - o'brien")
    expect(loose('ΆΛΦΑ Ζεύς')).toBe('αλφα ζευσ')
    expect(loose('x\u0302')).toBe('x')
  })

  it('keeps the breve of й, and makes ё an е', () => {
    expect(loose('Йод')).toBe('йод')
    expect(loose('Ёлка')).toBe('елка')
  })

  it('makes ß, ı and İ letters that can be typed', () => {
    expect(loose('STRAßE')).toBe('strasse')
    expect(loose('ıİ')).toBe('ii')
  })

  it('spells umlauts with an e as well', () => {
    expect(searchKeys('Müller')).toEqual({ exact: 'müller', loose: 'muller', spelt: 'mueller' })
    expect(searchKeys('Miller').spelt).toBe('miller')
  })
})

describe('Words', () => {
  it('end where no letter, mark or digit is, and are single characters in Chinese and Japanese', () => {
    expect(wordsIn("o'brien-2 и море").map(({ word }) => word)).toEqual(['o', 'brien', '2', 'и', 'море'])
    expect(wordsIn('ab北京c').map(({ word }) => word)).toEqual(['ab', '北', '京', 'c'])
  })
})

describe('Rows of the index', () => {
  const rowsOf = (text: string, isFirst = true) =>
    wordRows([{ text, space: 'de-de', isFirst }]).map(({ entry }) => partsOf(entry))

  it('are one for each word, and one more for each of another spelling', () => {
    expect(rowsOf('Black Sea')).toEqual([
      { form: 0, space: 'de-de', key: 'black sea' },
      { form: 2, space: 'de-de', key: 'sea' },
    ])
    expect(rowsOf('Öl', false).map(({ form, key }) => [form, key])).toEqual([
      [1, 'ol'],
      [1, 'oel'],
    ])
  })

  it('hold each part of a long word', () => {
    const word = Array.from({ length: 120 }, (_, at) => String.fromCharCode(97 + (at % 26))).join('')
    const keys = rowsOf(word).map(({ key }) => key)
    for (let at = 0; at + 24 <= word.length; at++)
      expect(keys.some((key) => key.includes(word.slice(at, at + 24)))).toBe(true)
  })

  it('never cut a pair of surrogates', () => {
    const keys = rowsOf(`a${'😀'.repeat(60)}`).map(({ key }) => key)
    expect(keys.every((key) => key.isWellFormed() && key.length <= keyLength)).toBe(true)
    expect(keyOf('x'.repeat(60))).toHaveLength(keyLength)
  })

  it('have the length of the shortest of equal ones', () => {
    const rows = wordRows([
      { text: 'Black Sea', space: 'en', isFirst: false },
      { text: 'A Sea', space: 'en', isFirst: false },
    ])
    expect(rows.find(({ entry }) => entry === '3en sea')?.length).toBe(5)
  })
})
