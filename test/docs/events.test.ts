/** test/events.md has rows for each section and each decision of the specification of events, and for the names that it lists. */
import { expect, it } from 'vitest'
import { partnerCenterNames } from '#workloads/events/names.ts'
import { pageAt } from './paste.ts'
import { checkTraces, sectionsOf } from './traced.ts'
import { tracesIn } from './traces.ts'

const page = 'test/events.md'
const specification = 'docs/spec/events.md'
/** They say nothing that somebody could notice; decisions have rows by their numbers. */
const silent = new Set(['0.1', '0.2', '6.7', '6.9', '7.1', '10', '11', '13'])
const sections = sectionsOf(specification, [0, 13]).filter((one) => !silent.has(one))
const decisions = Array.from({ length: 26 }, (_, at) => `E${at + 1}`)
/** Of the project: what is common to the issues, and what was found before about fidelity and trust. */
const shared = ['D27', 'D28', 'D31', 'D32']
const found = ['FB8', 'FB21', 'FB22', 'TA8', 'TB11']

const form = /^(\d+(\.\d+)?|[ED]\d+|[FT][AB]\d+)$/

checkTraces(page, { wanted: [...sections, ...decisions, ...shared, ...found], form })

it('test/events.md has a row for each statement, and none of them twice', () => {
  const rows = tracesIn(page, form).map(({ id, what }) => `${id} ${what}`)
  expect(rows.length).toBeGreaterThan(400)
  expect(rows.filter((row, at) => rows.indexOf(row) !== at)).toEqual([])
})

it('names of Partner Center are those of the specification', () => {
  const [, sentence = ''] =
    /never raises \[[^\]]+\]: ([^.]+)\. With the nine above: 26\./.exec(pageAt(specification)) ?? []
  const never = sentence.split(', ')
  expect(never).toHaveLength(17)
  const raised = partnerCenterNames.filter((name) => !never.includes(name))
  expect(raised).toHaveLength(9)
  expect([...raised, ...never].sort()).toEqual([...partnerCenterNames])
})
