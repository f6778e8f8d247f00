/** `relata gdap` for partners: templates as files, planned and applied to all customers, and reports (events.md §7). */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { durationOf } from '#base/duration.ts'
import { WrongUsage } from '../command-settings.ts'
import { addWhere, placeOf } from '../remote/graph/place.ts'
import { type CommandFlags, jsonHelp, textIn } from '../target-flags.ts'
import type { BulkTarget } from './target.ts'

type Finish = (code: number) => void

async function targetOf(given: CommandFlags, environment: Environment, isChange: boolean): Promise<BulkTarget> {
  const place = await placeOf(given, environment, isChange)
  const { bulkTarget } = await import('./target.ts')
  return bulkTarget(place)
}

function addInit(gdap: Command, finish: Finish): void {
  gdap
    .command('init')
    .description('write a folder with templates, to begin with')
    .option('--pack <name>', 'lighthouse, cipp, new-customer, least-privilege, tier-1 or indirect-provider')
    .option('--from-cipp <file>', 'the templates of CIPP, as JSON')
    .option('--dir <folder>', 'the folder; default this one')
    .action(async (given: CommandFlags) => {
      const [pack, cipp, dir] = [textIn(given['pack']), textIn(given['fromCipp']), textIn(given['dir']) ?? '.']
      const { initPack, initFromCipp } = await import('./begin.ts')
      if (pack !== undefined && cipp === undefined) finish(await initPack(dir, pack))
      else if (cipp !== undefined && pack === undefined) finish(await initFromCipp(dir, cipp))
      else throw new WrongUsage('gdap init: name either a pack with --pack, or a file with --from-cipp')
    })
  gdap
    .command('import')
    .description('write a folder out of the files of Microsoft’s bulk tool, with dates of ISO 8601')
    .requiredOption('--from <folder>', 'the folder with customers.csv, ADRoles.csv, securityGroup.csv and others')
    .option('--dir <folder>', 'the folder to write; default this one')
    .action(async (given: CommandFlags) => {
      const { importTool } = await import('./begin.ts')
      finish(await importTool(textIn(given['dir']) ?? '.', String(given['from'])))
    })
}

function addPlan(gdap: Command, environment: Environment, finish: Finish): void {
  const plan = gdap
    .command('plan')
    .description('show what has to change so that all customers have what the folder says')
    .option('--dir <folder>', 'the folder with settings.yaml, templates and customers.csv; default this one')
    .option('-o, --output <file>', 'write the plan to this file')
    .option('--ask-again', 'ask customers again that have rejected')
    .option('--first-run', 'the partner has no relationships yet')
    .option('--detailed-exit-code', 'exit with 4 if something would change')
    .option('--json', jsonHelp)
  addWhere(plan).action(async (given: CommandFlags) => {
    const { runPlan } = await import('./run.ts')
    const target = await targetOf(given, environment, false)
    const code = await runPlan(target, {
      dir: textIn(given['dir']) ?? '.',
      output: textIn(given['output']),
      asksAgain: given['askAgain'] === true,
      isFirstRun: given['firstRun'] === true,
      tellsPending: given['detailedExitCode'] === true,
      isJson: given.json === true,
    })
    finish(code)
  })
}

function parallelIn(value: unknown): number {
  const text = textIn(value) ?? '8'
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new WrongUsage(`--parallel: '${text}' is no number from 1 to 99`)
}

function addApply(gdap: Command, environment: Environment, finish: Finish): void {
  const apply = gdap
    .command('apply')
    .argument('[plan]', 'file that plan wrote; without it the folder is planned again')
    .description('apply what plan shows; run it again after any failure')
    .option('--dir <folder>', 'the folder with settings.yaml, templates and customers.csv; default this one')
    .option('--ask-again', 'ask customers again that have rejected')
    .option('--first-run', 'the partner has no relationships yet')
    .option('--parallel <number>', 'customers side by side; default 8')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print progress and outcome as lines of JSON')
  addWhere(apply).action(async (file: string | undefined, given: CommandFlags) => {
    const parallel = parallelIn(given['parallel'])
    const { runApply } = await import('./run.ts')
    const target = await targetOf(given, environment, true)
    const code = await runApply(target, {
      file,
      dir: textIn(given['dir']) ?? '.',
      asksAgain: given['askAgain'] === true,
      isFirstRun: given['firstRun'] === true,
      parallel,
      yes: given['yes'] === true,
      isJson: given.json === true,
    })
    finish(code)
  })
}

const millisOfDay = 86_400_000

/** `60d` or `P60D`. */
function daysIn(value: unknown): number {
  const text = textIn(value) ?? '60d'
  const days = /^(\d{1,4})d$/i.exec(text)?.[1]
  if (days !== undefined) return Number(days)
  const found = durationOf(text)
  if (found !== undefined && found.years === 0 && found.months === 0) return found.millis / millisOfDay
  throw new WrongUsage(`--within: '${text}' is no number of days, such as 60d`)
}

function addReport(gdap: Command, environment: Environment, finish: Finish): void {
  const report = gdap
    .command('report')
    .argument('<name>', 'expiring, mappings, global-admin, roles, drift or pending')
    .description('print a report over all relationships as CSV')
    .option('--within <days>', 'of expiring: those that end within so many days; default 60d')
    .option('--dir <folder>', 'the folder that says what is wanted, for mappings and drift')
    .option('-o, --output <file>', 'write it to this file')
    .option('--json', jsonHelp)
  addWhere(report).action(async (name: string, given: CommandFlags) => {
    const withinDays = daysIn(given['within'])
    const [{ isReport, reports }, { runReport }] = await Promise.all([
      import('#bulk/reports/reports.ts'),
      import('./reports.ts'),
    ])
    if (!isReport(name))
      throw new WrongUsage(`gdap report: there is no '${name}', but ${Object.keys(reports).join(', ')}`)
    const target = await targetOf(given, environment, false)
    const [dir, output, isJson] = [textIn(given['dir']), textIn(given['output']), given.json === true]
    finish(await runReport(target, { name, withinDays, dir, output, isJson }))
  })
  const out = gdap
    .command('export')
    .description('write all relationships and assignments as CSV: relationships.csv and assignments.csv')
    .option('--dir <folder>', 'the folder to write them to; default this one')
  addWhere(out).action(async (given: CommandFlags) => {
    const { runExport } = await import('./reports.ts')
    finish(await runExport(await targetOf(given, environment, false), textIn(given['dir']) ?? '.'))
  })
}

/** Below the command `gdap`, which answers for customers as well. */
export function addBulkCommands(program: Command, environment: Environment, finish: Finish): void {
  const gdap = program.commands.find((command) => command.name() === 'gdap')
  if (gdap === undefined) throw new Error('there is no command gdap')
  gdap.description('GDAP in bulk for partners, and answering for a customer')
  addInit(gdap, finish)
  addPlan(gdap, environment, finish)
  addApply(gdap, environment, finish)
  addReport(gdap, environment, finish)
}
