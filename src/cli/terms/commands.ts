/** `relata terms`: taxonomies as files, against a running server or Microsoft Graph. */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { WrongUsage } from '../command-settings.ts'
import { addWhere, type GraphPlace, placeOf } from '../remote/graph/place.ts'
import { type CommandFlags, jsonHelp, textIn } from '../target-flags.ts'
import type * as Runs from './run.ts'
import type { TermsOptions, TermsTarget } from './terms-target.ts'

/** Flag → option of the addresses, with the words of its help. `…`: may be given several times. `!`: has no value. */
const planFlags: readonly (readonly [flag: string, help: string])[] = [
  ['--format <name>', 'format of the file; default as it looks'],
  ['--encoding <name>', 'such as windows-1252; default as its first bytes say, else UTF-8'],
  ['--delimiter <text>', 'of CSV and of PnP’s text'],
  ['--header <names or position>', 'how columns of a CSV are known'],
  ['--blank <keeps or clears>', 'what an empty cell of the wide CSV does'],
  ['--excel-safe', 'one apostrophe is taken off cells of the wide CSV'],
  ['--leading-code <text>', 'what parts a code from a label in PnP’s text'],
  ['--comments', 'lines of PnP’s text with # say nothing'],
  ['--site <id>', 'site whose group PnP’s XML means'],
  ['--parameter <name=value...>', 'values of {parameter:NAME} in PnP’s XML'],
  ['--base <iri>', 'base of relative IRIs in SKOS'],
  ['--hidden <synonym>', 'hidden labels of SKOS become synonyms'],
  ['--sets <schemes or tops>', 'what of SKOS becomes a set'],
  ['--second-parents <keep or refuse>', 'a second parent in one scheme of SKOS'],
  ['--parentless <root, skip or under NAME>', 'concepts of SKOS without a parent'],
  ['--collections <property>', 'collections of SKOS become a property'],
  ['--keep <iri...>', 'predicates of SKOS that become properties as well'],
  ['--deprecated-when <predicate=value...>', 'what marks a concept of SKOS as deprecated'],
  ['--guid-from-iri', 'ids are the GUIDs at the end of IRIs'],
  ['--group <group>', 'id or name: where sets go of a file that names no group'],
  ['--set <set>', 'id or name: the only set of the file'],
  ['--under <term>', 'id or path: the term below which the first level goes'],
  ['--default-language <tag>', 'of values that name none'],
  ['--language <from=to...>', 'a language of the file, and the one of the store that it is'],
  ['--add-languages', 'add languages that the store lacks'],
  ['--match <keys>', 'id, path or id,path: by what records are found'],
  ['--missing <keep, deprecate or delete>', 'terms that a whole file does not hold'],
  ['--max-missing <number>', 'how many of a set may go'],
  ['--fix <words>', 'repairs: chars,long,levels,clashes,labels'],
  ['--order <file, keep or notation>', 'where custom order comes from'],
  ['--follow-merges', 'ids of merged terms stand for those that stay'],
  ['--with-dates', 'terms keep the dates of the file: into an empty store only'],
  ['--all', 'tell what is the same as well'],
]

const exportFlags: typeof planFlags = [
  ['--format <name>', 'json, jsonl, folder, sharepoint-csv, wide-csv, pnp-text, pnp-xml, turtle, rdf-xml or json-ld'],
  ['--group <group...>', 'id or name'],
  ['--set <set...>', 'id, name or GROUP/SET'],
  ['--term <term>', 'id or path: only this one, with what is above and below'],
  ['--language <tag>', 'of formats that hold one'],
  ['--ids', 'with ids, where the format leaves them out otherwise'],
  ['--for <pnp>', 'refuse what PnP would damage'],
  ['--dates', 'with dates'],
  ['--delimiter <text>', 'of PnP’s text'],
  ['--row-style <set or term>', 'what the first row of a CSV holds'],
  ['--excel-safe', 'an apostrophe before cells that a spreadsheet would compute'],
  ['--one-line', 'descriptions of a CSV without line ends'],
]

function named(flag: string): string {
  const [, name = ''] = /^--([a-z-]+)/.exec(flag) ?? []
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function add(command: Command, flags: typeof planFlags): Command {
  for (const [flag, help] of flags) command.option(flag, help)
  return command
}

function optionsIn(given: CommandFlags, flags: typeof planFlags): TermsOptions {
  const options = new Map<string, readonly string[]>()
  for (const [flag] of flags) {
    const name = named(flag)
    const value = given[name] as unknown
    if (value === undefined || value === false) continue
    options.set(name, Array.isArray(value) ? value.map(String) : [String(value)])
  }
  return options
}

async function whereOf(given: CommandFlags, environment: Environment, isChange: boolean): Promise<TermsTarget> {
  const place = await placeOf(given, environment, isChange)
  if (place.kind === 'graph') return graphOf(given, place)
  const { serverTarget } = await import('./server-target.ts')
  return serverTarget(place.target, place.token, place.tenant)
}

async function graphOf(given: CommandFlags, { root, token }: GraphPlace): Promise<TermsTarget> {
  const [{ graphClient }, { graphTarget }, { idsIn }] = await Promise.all([
    import('../remote/graph/client.ts'),
    import('./graph/target.ts'),
    import('./graph/ids.ts'),
  ])
  return graphTarget({ client: graphClient(root, token), ids: await idsIn(textIn(given['dir'])) })
}

type Run = (runs: typeof Runs, target: TermsTarget) => Promise<number>

export function addTermsCommands(program: Command, environment: Environment, finish: (code: number) => void): void {
  const terms = program.command('terms').description('taxonomies as files: plan, apply, export and validate')
  const run = async (given: CommandFlags, isChange: boolean, work: Run): Promise<void> =>
    finish(await work(await import('./run.ts'), await whereOf(given, environment, isChange)))
  addPlan(terms, run)
  addApply(terms, run)
  addExport(terms, run)
  addValidate(terms, environment, finish)
}

type Runner = (given: CommandFlags, isChange: boolean, work: Run) => Promise<void>

/** The files that are named, or the folder of `--dir`. */
function pathsIn(command: string, files: readonly string[], given: CommandFlags): readonly string[] {
  const folder = textIn(given['dir'])
  if (files.length > 0) return files
  if (folder === undefined) throw new WrongUsage(`terms ${command}: name a file, or a folder with --dir`)
  return [folder]
}

/** With `--to graph` a file may be named beside the folder, which keeps the ids. */
function pathIn(files: readonly string[], given: CommandFlags): string {
  const isBoth = files.length > 0 && textIn(given['dir']) !== undefined && textIn(given['to']) !== 'graph'
  const [only = '', ...others] = pathsIn('plan', files, given)
  if (isBoth) throw new WrongUsage('terms plan: one file or folder at a time')
  if (others.length > 0) throw new WrongUsage('terms plan: one file or folder at a time')
  return only
}

function addPlan(terms: Command, run: Runner): void {
  const plan = terms
    .command('plan')
    .argument('[file...]')
    .description('show what importing a file would change, and write the plan')
    .option('--dir <folder>', 'a folder with a taxonomy, as pull writes it')
    .option('-o, --output <file>', 'write the plan to this file')
    .option('--long', 'show the members of what is made')
    .option('--detailed-exit-code', 'exit with 4 if something would change')
    .option('--json', jsonHelp)
  addWhere(add(plan, planFlags)).action((files: readonly string[], given: CommandFlags) =>
    run(given, false, (runs, target) =>
      runs.runPlan(target, {
        path: pathIn(files, given),
        options: optionsIn(given, planFlags),
        output: textIn(given['output']),
        isJson: given.json === true,
        isLong: given['long'] === true,
        tellsPending: given['detailedExitCode'] === true,
      }),
    ),
  )
}

function addApplying(command: Command): Command {
  return command
    .option('--allow-refused', 'apply what is not refused')
    .option('--replan', 'plan again what was changed meanwhile')
    .option('-y, --yes', 'do not ask')
    .option('--dir <folder>', 'a folder with a taxonomy, as pull writes it; with --to graph it keeps the ids')
    .option('--json', jsonHelp)
}

function applyWishIn(given: CommandFlags): Runs.ApplyWish {
  return {
    allowRefused: given['allowRefused'] === true,
    replan: given['replan'] === true,
    yes: given['yes'] === true,
    isJson: given.json === true,
  }
}

function addApply(terms: Command, run: Runner): void {
  const apply = terms
    .command('apply')
    .argument('[plan]', 'file that plan wrote; without it the folder of --dir is planned')
    .description('apply a plan, or a folder as it is')
  addWhere(addApplying(apply)).action((file: string | undefined, given: CommandFlags) =>
    run(given, true, (runs, target) => {
      const wish = applyWishIn(given)
      if (file !== undefined) return runs.runApply(target, file, wish)
      const folder = textIn(given['dir'])
      if (folder === undefined) throw new WrongUsage('terms apply: name the plan, or a folder with --dir')
      return runs.runImport(target, [folder], new Map(), wish)
    }),
  )
  const into = terms.command('import').argument('[file...]').description('plan, show, ask, and apply')
  addWhere(addApplying(add(into, planFlags))).action((files: readonly string[], given: CommandFlags) =>
    run(given, true, (runs, target) =>
      runs.runImport(target, pathsIn('import', files, given), optionsIn(given, planFlags), applyWishIn(given)),
    ),
  )
}

function addExport(terms: Command, run: Runner): void {
  const out = terms
    .command('export')
    .description('write sets and terms as a file')
    .option('-o, --output <file>', 'default the standard output')
    .option('--report', 'list what the format leaves out, in place of the file')
  addWhere(add(out, exportFlags)).action((given: CommandFlags) =>
    run(given, false, (runs, target) => {
      const options = new Map(optionsIn(given, exportFlags))
      if (given['report'] === true) options.set('report', ['only'])
      return runs.runExport(target, options, textIn(given['output']))
    }),
  )
  const pull = terms
    .command('pull')
    .description('write a folder with the taxonomy, for git: only files of what differs change')
    .requiredOption('--dir <folder>', 'the folder')
    .option('--group <group...>', 'id or name')
    .option('--set <set...>', 'id, name or GROUP/SET')
    .option('--sort', 'every file anew, its terms in natural order')
  addWhere(pull).action((given: CommandFlags) =>
    run(given, false, (runs, target) => {
      const options = optionsIn(given, [
        ['--group', ''],
        ['--set', ''],
      ])
      return runs.runPull(target, String(given['dir']), options, { isSorting: given['sort'] === true })
    }),
  )
}

function addValidate(terms: Command, environment: Environment, finish: (code: number) => void): void {
  const validate = terms
    .command('validate')
    .argument('[what]', 'a file or folder in place of a server; or the id or path of a group, set or term there')
    .description('say what is odd in sets and terms; exits with 3 for what --fail-on names')
    .option('--group <group...>', 'id or name')
    .option('--set <set...>', 'id, name or GROUP/SET')
    .option('--rules <names>', 'only these rules; with + or - in addition or without')
    .option('--dir <folder>', 'take how grave findings are from "severity" in the relata.json of this folder')
    .option('--against <file>', 'tell only what is new beside this file: findings of --json, or a taxonomy')
    .option('--fail-on <error or warning>', 'default error')
    .option('--json', jsonHelp)
  addWhere(validate).action(async (what: string | undefined, given: CommandFlags) => {
    const failOn = textIn(given['failOn']) ?? 'error'
    if (failOn !== 'error' && failOn !== 'warning')
      throw new WrongUsage(`--fail-on: '${failOn}' is neither error nor warning`)
    const options = optionsIn(given, [
      ['--group', ''],
      ['--set', ''],
      ['--rules', ''],
    ])
    if (what !== undefined && (options.has('group') || options.has('set')))
      throw new WrongUsage('terms validate: name what is looked over either by itself or with --group and --set')
    const { runValidate } = await import('./validate.ts')
    const [dir, against, isJson] = [textIn(given['dir']), textIn(given['against']), given.json === true]
    const target = () => whereOf(given, environment, false)
    finish(await runValidate({ what, options, dir, against, failOn, isJson }, target))
  })
}
