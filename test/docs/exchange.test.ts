/** test/taxonomy.md has rows for each section and each decision of the specification of verbs, history and pickers. */
import { expect, it } from 'vitest'
import { pageAt } from './paste.ts'
import { tracesIn, untraced } from './traces.ts'

const specification = pageAt('docs/spec/exchange.md')
/** Sections that hold text of their own, such as `9.3`; the last one by its decisions. */
const headings = [...specification.matchAll(/^##+ (9|1[0-4])(\.\d+)?[. ]/gm)].map(
  ([, part, rest = '']) => `${part}${rest}`,
)
const sections = headings.filter((one) => !headings.some((other) => other.startsWith(`${one}.`)))
const decisions = [...specification.matchAll(/^\| (X\d+) \|/gm)].map(([, name]) => name)
/** Of the project: what is common to the issues, of which these are the taxonomy's. */
const shared = Array.from({ length: 6 }, (_, at) => `D${25 + at}`)

const traces = tracesIn('test/taxonomy.md', /^(\d+(\.\d+)?|[XD]\d+)$/)

it('test/taxonomy.md has each section and each decision', () => {
  expect(sections.length).toBeGreaterThan(15)
  expect(decisions).toHaveLength(26)
  expect([...new Set(traces.map(({ id }) => id))]).toEqual([...sections, ...decisions, ...shared])
})

it('test/taxonomy.md names tests that are there', () => {
  expect(untraced(traces)).toEqual([])
})
