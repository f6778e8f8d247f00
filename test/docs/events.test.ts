/** test/events.md has rows for each section and each decision of the specification of events, and for the names that it lists. */
import { expect, it } from 'vitest'
import { partnerCenterNames } from '#workloads/events/names.ts'
import { pageAt } from './paste.ts'
import { checkTraces, sectionsOf } from './traced.ts'
import { tracesIn } from './traces.ts'

const page = 'test/events.md'
const specification = 'docs/spec/events.md'
/** They say nothing that somebody could notice; the decisions of §11 have rows by their numbers. */
const silent = new Set(['0.1', '0.2', '6.7', '6.9', '7.1', '10', '11', '13'])
/** The last chapter that has rows, and the last decision that belongs to one of them. */
const [lastChapter, lastDecision] = [6, 18]

const form = /^(\d+(\.\d+)?|[ED]\d+)$/
const sections = sectionsOf(specification, [0, lastChapter]).filter((one) => !silent.has(one))
const decisions = Array.from({ length: lastDecision }, (_, at) => `E${at + 1}`)

checkTraces(page, { wanted: [...sections, ...decisions, 'D27', 'D31'], form })

it('test/events.md has a row for each statement, and none of them twice', () => {
  const rows = tracesIn(page, form).map(({ id, what }) => `${id} ${what}`)
  expect(rows.length).toBeGreaterThan(200)
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
