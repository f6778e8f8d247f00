/** `relata terms validate`: a server, Microsoft Graph or a file, graded as a folder says, beside a baseline (exchange.md §12). */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findingsInLines, newAmong, regraded } from '#exchange/validate/compare.ts'
import { chosenRules, type Gravities, type ValidationFinding } from '#exchange/validate/rules.ts'
import { findingLines } from '#exchange/validate/validate.ts'
import { WrongUsage } from '../command-settings.ts'
import { say } from '../remote/shown.ts'
import { exitCodes } from './outcome.ts'
import type { TermsOptions, TermsTarget } from './terms-target.ts'
import { findingsInFile } from './validated-file.ts'

export interface ValidateCommand {
  /** A file or a folder, or the id or the path of a group, a set or a term. */
  readonly what: string | undefined
  readonly options: TermsOptions
  /** A folder whose `relata.json` has severities; absent: the one that is looked over, if it is one. */
  readonly dir: string | undefined
  /** A file with findings, or with a taxonomy, whose findings are known. */
  readonly against: string | undefined
  readonly failOn: 'error' | 'warning'
  readonly isJson: boolean
}

const fileNames = /\.(?:csv|txt|json|jsonl|jsonld|ndjson|xml|rdf|ttl|nt|zip)$/i

/** Names that look like one of a file are one: a mistyped one is no path of a term. */
export function isFile(what: string): boolean {
  return existsSync(what) || fileNames.test(what)
}

const headName = 'relata.json'

/** Rule → gravity, as the folder has it. */
async function severitiesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const file = join(folder, headName)
  if (!existsSync(file)) throw new Error(`there is no ${file}`)
  const head: unknown = JSON.parse(await readFile(file, 'utf8'))
  const severity = (head as { severity?: unknown } | null)?.severity ?? {}
  const isMap = typeof severity === 'object' && !Array.isArray(severity)
  if (!isMap || Object.values(severity).some((value) => typeof value !== 'string'))
    throw new Error(`${file}: "severity" is not of the form {"RULE": "error", "RULE": "off"}`)
  return severity as Readonly<Record<string, string>>
}

function gravitiesNamed(rules: readonly string[]): Gravities {
  try {
    return chosenRules(rules)
  } catch (error) {
    throw new WrongUsage(`--rules: ${(error as Error).message}`)
  }
}

async function gravitiesFor({ what, dir, options }: ValidateCommand): Promise<Gravities> {
  const rules = rulesIn(options)
  const asked = gravitiesNamed(rules)
  const isFolder = what !== undefined && existsSync(join(what, headName))
  const folder = dir ?? (isFolder ? what : undefined)
  if (folder === undefined) return asked
  const severity = await severitiesIn(folder)
  try {
    return chosenRules(rules, severity)
  } catch (error) {
    throw new Error(`${join(folder, headName)}: "severity": ${(error as Error).message}`)
  }
}

function rulesIn(options: TermsOptions): string[] {
  return (options.get('rules') ?? []).flatMap((one) => one.split(',')).filter((one) => one !== '')
}

async function baselineIn(file: string): Promise<readonly ValidationFinding[]> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  const isFolder = existsSync(join(file, headName))
  const known = isFolder ? undefined : findingsInLines(await readFile(file, 'utf8'))
  return known ?? findingsInLines(await findingsInFile(file, { rules: [] }, () => undefined)) ?? []
}

/** `tell` gets what an import would refuse of a file. */
async function lookedOver(
  { what, options }: ValidateCommand,
  target: () => Promise<TermsTarget>,
  tell: (line: string) => void,
): Promise<readonly ValidationFinding[]> {
  if (what !== undefined && isFile(what)) {
    const text = await findingsInFile(what, { rules: rulesIn(options) }, tell)
    return findingsInLines(text) ?? []
  }
  const asked: TermsOptions = what === undefined ? options : new Map([...options, ['at', [what]]])
  return findingsInLines(await (await target()).validate(asked)) ?? []
}

/** `target`: asked only where no file is looked over. */
export async function runValidate(command: ValidateCommand, target: () => Promise<TermsTarget>): Promise<number> {
  const asked = await gravitiesFor(command)
  const { against, failOn, isJson } = command
  let isRefused = false
  const tell = (line: string): void => {
    isRefused = true
    process.stderr.write(`refused: ${line}\n`)
  }
  const found = regraded(await lookedOver(command, target, tell), asked)
  const known = against === undefined ? [] : await baselineIn(against)
  const shown = newAmong(found, known)
  if (isJson) say(findingLines(shown).trimEnd())
  else for (const { severity, rule, path, text } of shown) say(`${severity} ${rule} ${path}: ${text}`)
  const count = (severity: string): number => shown.filter((one) => one.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  const old = against === undefined ? '' : `; ${found.length - shown.length} known from ${against}`
  if (!isJson) say(`${errors} errors, ${warnings} warnings, ${count('info')} remarks${old}`)
  const isBad = isRefused || errors > 0 || (failOn === 'warning' && warnings > 0)
  return isBad ? exitCodes.refused : exitCodes.done
}
