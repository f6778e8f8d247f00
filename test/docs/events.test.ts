/** test/events.md has rows for each section and each decision of the specification of events, and for the names that it lists. */
import { expect, it } from 'vitest'
import { toldNames } from '#app/adapters/feed/told-names.ts'
import { neverRaised, partnerCenterNames } from '#workloads/events/names.ts'
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

/** A row begins with names; one that begins with a hyphen stands for the name before it with another end. */
function namesOfRow(cell: string): string[] {
  const names: string[] = []
  for (const [, written = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const [first = ''] = names
    const stem = first.replace(/(?:ends-in-30-days|reauthorization-required|[a-z]+)$/, '')
    if (!written.startsWith('-')) names.push(written)
    else names.push(written.endsWith('-') ? `${stem}ends-in${written}days` : `${stem}${written.slice(1)}`)
  }
  return names
}

it('the page of the feed has all that it tells', () => {
  const [, table = ''] = /\| event \| when \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(pageAt('docs/control.md')) ?? []
  const shown = table.split('\n').flatMap((row) => {
    const [, cell = ''] = row.split('|')
    const names = namesOfRow(cell)
    const same = /the same of (.+)$/.exec(cell)?.[1]
    if (same === undefined) return names
    const [things, changes] = [names.slice(3).filter((name) => !name.includes('.')), names.slice(0, 3)]
    const [first = ''] = changes
    const thing = /\.([a-z]+)-created$/.exec(first)?.[1] ?? ''
    return [...changes, ...things.flatMap((other) => changes.map((name) => name.replace(`.${thing}-`, `.${other}-`)))]
  })
  const told = toldNames.filter((name) => !neverRaised.includes(name))
  expect(shown.toSorted()).toEqual([...told, 'relata.hello'].toSorted())
})
