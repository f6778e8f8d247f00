/** test/taxonomy.md has rows for each section and each decision of the specification of verbs, history and pickers. */
import { expect, it } from 'vitest'
import { pageAt } from './paste.ts'
import { checkTraces, sectionsOf } from './traced.ts'

const specification = 'docs/spec/exchange.md'
const sections = sectionsOf(specification, [9, 14])
const decisions = [...pageAt(specification).matchAll(/^\| (X\d+) \|/gm)].map(([, name = '']) => name)
/** Of the project: what is common to the issues, of which these are the taxonomy's. */
const shared = Array.from({ length: 6 }, (_, at) => `D${25 + at}`)

it('the specification of the taxonomy has sections and decisions', () => {
  expect(sections.length).toBeGreaterThan(15)
  expect(decisions).toHaveLength(26)
})

checkTraces('test/taxonomy.md', {
  wanted: [...sections, ...decisions, ...shared],
  form: /^(\d+(\.\d+)?|[XD]\d+)$/,
})
