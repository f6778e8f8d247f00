/** `relata gdap report` and `export`: CSV on the standard output, or in files (events.md §7.6). */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RoleFinder } from '#bulk/catalogue.ts'
import { planOf } from '#bulk/plan/plan.ts'
import { assignmentsCsv, relationshipsCsv } from '#bulk/reports/lists.ts'
import { type ReportName, reportCsv, reports, reportsOfDirectory, reportsOfGroups } from '#bulk/reports/reports.ts'
import type { BulkState } from '#bulk/state.ts'
import type { WantedGdap } from '#bulk/wanted.ts'
import { WrongUsage } from '../command-settings.ts'
import { say, sayJson } from '../remote/shown.ts'
import { exitCodes } from '../terms/outcome.ts'
import { readDirectory } from './directory.ts'
import type { BulkTarget } from './target.ts'

export interface ReportWishes {
  readonly name: ReportName
  readonly withinDays: number
  /** Undefined: the one of the present folder, if there is one. */
  readonly dir: string | undefined
  readonly output: string | undefined
  readonly isJson: boolean
}

/** What the directory wants; undefined where none is named and this folder is none. */
async function wantedFor({ name, dir }: ReportWishes, finder: RoleFinder): Promise<WantedGdap | undefined> {
  if (dir !== undefined) return readDirectory(dir, finder)
  const isHere = (await stat('settings.yaml').catch(() => undefined)) !== undefined
  if (isHere) return readDirectory('.', finder)
  if (reportsOfDirectory.has(name))
    throw new WrongUsage(`gdap report ${name}: name the folder that says what is wanted with --dir`)
  return undefined
}

/** An empty list is told as one that may not be true. */
async function warnOfHidden(target: BulkTarget, state: BulkState): Promise<void> {
  const doubt = await target.doubt(state)
  if (doubt !== undefined) process.stderr.write(`relata: the service shows no relationships, but ${doubt.text}\n`)
}

export async function runReport(target: BulkTarget, wish: ReportWishes): Promise<number> {
  const { name, withinDays, output, isJson } = wish
  const finder = await target.roles()
  const wanted = await wantedFor(wish, finder)
  const customers = wanted?.customers.map(({ customerId }) => customerId) ?? []
  const state = await target.read(customers, wanted !== undefined || reportsOfGroups.has(name))
  await warnOfHidden(target, state)
  const plan = wanted && planOf(state, wanted, { server: target.server, finder, asksAgain: false })
  const { invitations } = target
  const table = reports[name]({ state, finder, withinDays, invitations, wanted, plan })
  if (isJson)
    sayJson(table.rows.map((row) => Object.fromEntries(table.columns.map((column, at) => [column, row[at] ?? '']))))
  else if (output === undefined) process.stdout.write(reportCsv(table))
  else {
    await writeFile(output, reportCsv(table))
    say(`wrote ${output} (${table.rows.length} rows)`)
  }
  return exitCodes.done
}

/** All relationships and assignments. Writes over earlier ones. */
export async function runExport(target: BulkTarget, dir: string): Promise<number> {
  const state = await target.read([], true)
  await warnOfHidden(target, state)
  const finder = await target.roles()
  await mkdir(dir, { recursive: true })
  const files = {
    'relationships.csv': relationshipsCsv(state, finder),
    'assignments.csv': assignmentsCsv(state, finder),
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(dir, name), text)
    say(`wrote ${join(dir, name)}`)
  }
  return exitCodes.done
}
