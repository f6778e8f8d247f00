import { describe, expect, it } from 'vitest'
import { ciStep, findingsIn, isShown, mendAddress } from './findings.ts'
import { mendingOf, selectorOf } from './mending.ts'

const lines = [
  { rule: 'unused', severity: 'info', set: 's', id: 't1', path: 'Geo/Asia', text: 'Unused.' },
  {
    rule: 'label-invisible',
    severity: 'error',
    set: 's',
    id: 't2',
    path: 'Geo/Europe',
    text: 'Odd.',
    languageTag: 'de-DE',
  },
  { rule: 'missing-set-name', severity: 'warning', set: 's', path: 'Geo', text: 'No name.' },
]
const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"counts":{"unused":1}}\n`

describe('findings', () => {
  it('are listed by gravity', () => {
    expect(findingsIn(text).map(({ severity }) => severity)).toEqual(['error', 'warning', 'info'])
    expect(findingsIn('{"counts":{}}\n')).toEqual([])
  })

  it('are chosen by gravity, rule and words', () => {
    const shown = (view: Record<string, string>) => findingsIn(text).filter((one) => isShown(one, view)).length
    expect(shown({})).toBe(3)
    expect(shown({ only: 'error' })).toBe(1)
    expect(shown({ rule: 'unused', find: 'asia' })).toBe(1)
    expect(shown({ rule: 'unused', find: 'europe' })).toBe(0)
  })

  it('lead to the field that mends them', () => {
    const [error, warning, info] = findingsIn(text).map(mendAddress)
    expect(error).toBe('/terms/s/s/t/t2?tab=general&mend=label.de-DE')
    expect(warning).toBe('/terms/s/s?tab=general&mend=label')
    expect(info).toBe('/terms/s/s/t/t1?tab=usage&mend=tagging')
    expect(mendingOf('missing-description', null)).toEqual({ tab: 'general', mend: 'description' })
    expect(mendingOf('deprecated-successor', null)).toEqual({ tab: 'usage', mend: 'deprecation' })
    expect(mendingOf('wide', null)).toEqual({ tab: 'general' })
    expect(selectorOf('label.de-DE')).toBe('#detail-panel input[lang="de-DE"]')
    expect(selectorOf('label.x"]')).toBe('#detail-panel input[lang]')
    expect(selectorOf('constructor')).toBeUndefined()
  })

  it('become a step of a pipeline', () => {
    expect(ciStep('7a5', 'warning', 'https://terms.example')).toContain(
      'npx relata terms validate 7a5 --fail-on warning',
    )
    expect(ciStep(undefined, 'error', 'https://terms.example')).toContain('npx relata terms validate --fail-on error')
  })
})
