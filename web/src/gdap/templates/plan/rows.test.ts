import { describe, expect, it } from 'vitest'
import { type BulkPlan, countsOf, findRows, groupsMade, planCsv, rowsOf, stepsFor } from './rows.ts'

const line = (customer: string, found: string, text = '') => ({
  ...{ key: `rel_desk_${customer}_1`, customer, customerName: `Customer ${customer}`, template: 'desk', found, text },
})

const plan: BulkPlan = {
  summary: {},
  steps: [
    { n: 1, key: 'group:Desk', do: 'make-group', customer: null, template: null, body: { displayName: 'Desk' } },
    { n: 2, key: 'rel_desk_b_1', do: 'create', customer: 'b', template: 'desk' },
    { n: 3, key: 'rel_desk_b_1', do: 'lock', customer: 'b', template: 'desk' },
    { n: 4, key: 'rel_other_b_1', do: 'terminate', customer: 'b', template: 'other' },
  ],
  lines: [line('a', 'none'), line('b', 'create', '=create, lock'), line('c', 'replace'), line('d', 'wait-approval')],
  problems: [{ code: 'groupMissing', customer: 'e', customerName: '', template: 'desk', text: 'there is no group' }],
}

describe('the rows of a plan', () => {
  it('begin with what needs somebody, and end with what stays', () => {
    const rows = rowsOf(plan)
    expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
      ['problem', 'e'],
      ['change', 'Customer c'],
      ['create', 'Customer b'],
      ['waits', 'Customer d'],
      ['same', 'Customer a'],
    ])
    expect(countsOf(rows).get('create')).toBe(1)
    expect(groupsMade(plan)).toEqual(['Desk'])
  })

  it('are found by kind, customer, relationship and reason', () => {
    const rows = rowsOf(plan)
    const names = (kind: Parameters<typeof findRows>[1], text: string) =>
      findRows(rows, kind, text).map(({ name }) => name)
    expect(names(undefined, 'REL_DESK_C')).toEqual(['Customer c'])
    expect(names('problem', 'no group')).toEqual(['e'])
    expect(names('create', 'no group')).toEqual([])
  })

  it('have the steps of their customer and template', () => {
    const row = rowsOf(plan).find(({ kind }) => kind === 'create')
    expect(row && stepsFor(plan, row).map((step) => step.do)).toEqual(['create', 'lock'])
  })

  it('are a table whose cells are no formulas', () => {
    const lines = planCsv(plan).split('\r\n')
    expect(lines[1]).toBe('e,e,desk,,,,groupMissing,there is no group')
    expect(lines[3]).toBe(`b,Customer b,desk,rel_desk_b_1,create,"create; lock",,"'=create, lock"`)
  })
})
