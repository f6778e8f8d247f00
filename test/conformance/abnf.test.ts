/**
 * The official OData ABNF test cases against our parsers. What differs is in `abnf-expected.json`, by rule and with its
 * reason: a case that fails anew breaks the test, and so does one that passes though it is listed there.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rules } from './abnf-rules.ts'
import { answerTo, type Case, missingCases, officialCases, passes } from './official.ts'

interface Expected {
  /** Rule → input → why our answer is another one. */
  readonly differs: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Rule → why no parser has it as an entry point. */
  readonly unserved: Readonly<Record<string, string>>
  /** Rule → cases passed of all. */
  readonly passed: Readonly<Record<string, readonly [number, number]>>
}

const expected = JSON.parse(readFileSync(new URL('./abnf-expected.json', import.meta.url), 'utf8')) as Expected

const cases = officialCases()
const byRule = new Map<string, Case[]>()
for (const entry of cases ?? []) byRule.set(entry.Rule, [...(byRule.get(entry.Rule) ?? []), entry])

describe('the official OData ABNF test cases', () => {
  if (cases === undefined) {
    it('are read', ({ skip }) => skip(missingCases))
    return
  }
  const served = [...byRule].filter(([rule]) => Object.hasOwn(rules, rule))

  it('are each of a rule we serve or of one that is listed as unserved', () => {
    const others = [...byRule.keys()].filter((rule) => !Object.hasOwn(rules, rule))
    expect(others.sort()).toEqual(Object.keys(expected.unserved).sort())
  })

  it.each(served)('pass by the rule %s, but for those listed', (rule, list) => {
    const parser = rules[rule] as (text: string) => unknown
    const failed = list.filter((entry) => !passes(answerTo(parser, entry.Input), entry)).map(({ Input }) => Input)
    expect([...new Set(failed)].sort()).toEqual(Object.keys(expected.differs[rule] ?? {}).sort())
  })

  it('are counted by rule', () => {
    const counts = served.map(([rule, list]) => {
      const parser = rules[rule] as (text: string) => unknown
      const good = list.filter((entry) => passes(answerTo(parser, entry.Input), entry))
      return [rule, [good.length, list.length]] as const
    })
    expect(Object.fromEntries(counts)).toEqual(expected.passed)
  })

  it('name no rule that is not there', () => {
    for (const rule of Object.keys(expected.differs)) expect(byRule.has(rule)).toBe(true)
  })
})
