import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname
const slices = readdirSync(join(folder, 'en'))

const textsOf = (language: string, slice: string): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, language, slice), 'utf8'))

/** Places for values: `{name}` and the name of a plural. */
const placesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)(?:, plural,|\})/g)].map(([, name]) => name as string).sort()

const sources = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

describe.each(slices)('the texts of %s', (slice) => {
  const en = textsOf('en', slice)
  const de = textsOf('de', slice)

  it('are there in both languages, sorted, with the same places for values', () => {
    expect(Object.keys(de)).toEqual(Object.keys(en))
    expect(Object.keys(en)).toEqual(Object.keys(en).sort())
    for (const [key, text] of Object.entries(en)) expect(placesIn(de[key] as string), key).toEqual(placesIn(text))
  })

  // Words of Microsoft's own are long: what does not fit is found by the layout tests in German.
  it('are not much longer in German', () => {
    // Sentences wrap.
    for (const [key, text] of Object.entries(en).filter(([, words]) => words.length <= 30)) {
      const longest = Math.max(text.length * 1.6, text.length + 24)
      expect((de[key] as string).length, `${key}: ${de[key]}`).toBeLessThanOrEqual(longest)
    }
  })
})

it('has no text that no page uses, and each key once', () => {
  const code = sources(join(folder, '..')).join('\n')
  const keys = slices.flatMap((slice) => Object.keys(textsOf('en', slice)))
  expect(new Set(keys).size).toBe(keys.length)
  /** Keys that are made of a value: `settings.theme.${name}`. */
  const made = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, start]) => start as string)
  /** Or of another key: `${text}.from`. */
  const ends = [...code.matchAll(/`\$\{\w+\}(\.\w+)`/g)].map(([, end]) => end as string)
  const isMade = (key: string): boolean =>
    made.some((start) => key.startsWith(start)) ||
    ends.some((end) => key.endsWith(end) && keys.includes(key.slice(0, -end.length)))
  const unused = keys.filter((key) => !code.includes(`'${key}'`) && !isMade(key))
  expect(unused).toEqual([])
})
