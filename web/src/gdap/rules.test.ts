import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allows, type GdapAction, statuses } from './rules.ts'

/** Rows of the table that the server's own rules are printed to. */
function tableOfTheServer(): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/gdap-states.md'), 'utf8')
  const lines = text.split('### Allowed requests')[1]?.split('## Access assignment')[0]?.split('\n') ?? []
  const rows = lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').map((cell) => cell.trim()))
  const [head = [], , ...body] = rows
  return new Map(body.map((row) => [row[1] ?? '', Object.fromEntries(head.map((name, at) => [name, row[at] ?? '']))]))
}

describe('the table of what a status allows', () => {
  const table = tableOfTheServer()

  it('has the statuses of the server', () => {
    expect([...table.keys()].sort()).toEqual([...statuses].sort())
  })

  it.each(['patch', 'delete', 'lockForApproval', 'terminate', 'assign'] as const)(
    'is that of the server: %s',
    (action: GdapAction) => {
      for (const status of statuses)
        expect([status, allows(status, action)]).toEqual([status, table.get(status)?.[action] === 'yes'])
    },
  )
})
