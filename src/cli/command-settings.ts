/** What all commands have in common: settings as flags, and the configuration made of flags, variables and the file. */
import { type Command, Option } from 'commander'
import { type Config, type Environment, type Flags, prepareConfig, readConfig, variableOf } from '#app/config.ts'
import { type ConfigFile, findConfigFile, readConfigFile, UnusableFile } from '#app/settings/config-file.ts'
import type { Setting } from '#base/setting.ts'

/** The command line or a setting is not valid; one line per fault. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** `--config none`, or `RELATA_CONFIG=none`: no file is read. */
export async function configFileFor(flags: Flags, environment: Environment): Promise<ConfigFile | undefined> {
  const named = flags['config'] ?? environment['RELATA_CONFIG']
  if (named === 'none') return undefined
  try {
    const path = named === undefined || named === '' ? findConfigFile(process.cwd()) : String(named)
    return path === undefined ? undefined : await readConfigFile(path)
  } catch (error) {
    throw error instanceof UnusableFile ? new WrongUsage(error.message) : error
  }
}

/** Throws `WrongUsage` with all that is wrong. */
export async function checkedConfig(
  flags: Flags,
  environment: Environment,
  file: ConfigFile | undefined,
): Promise<Config> {
  await prepareConfig(flags, environment, file)
  const outcome = readConfig(flags, environment, file)
  if ('config' in outcome) return outcome.config
  throw new WrongUsage(outcome.faults.join('\n'))
}

export async function configFrom(flags: Flags, environment: Environment): Promise<Config> {
  return checkedConfig(flags, environment, await configFileFor(flags, environment))
}

const databases = ['databaseUrl', 'databaseUrlFile', 'readUrl', 'readUrlFile']

function without<T>(values: Readonly<Record<string, T>>, isOut: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isOut(name)))
}

export interface Sources {
  readonly environment: Environment
  readonly file: ConfigFile | undefined
}

/** The same without the databases that they name. */
export function withoutDatabases({ environment, file }: Sources): Sources {
  return {
    environment: without(environment, (name) => /^RELATA_(DATABASE|READ)_URL(_FILE)?$/.test(name)),
    file:
      file === undefined ? undefined : { ...file, values: without(file.values, (name) => databases.includes(name)) },
  }
}

/** Of a database command: files that only a start reads may have become unreadable since. */
function withoutSeeds({ environment, file }: Sources): Sources {
  return {
    environment: without(environment, (name) => /^RELATA_(SEED|SEED_FOLDER|FAULTS)$/.test(name)),
    file:
      file === undefined
        ? undefined
        : { ...file, values: without(file.values, (name) => ['seed', 'seedFolder', 'faults'].includes(name)) },
  }
}

/** For a command that speaks to a server: what the server reads by itself is nothing to it. */
export async function configBesideServer(flags: Flags, environment: Environment): Promise<Config> {
  const given = withoutSeeds({ environment, file: await configFileFor(flags, environment) })
  const { file } = given
  const variables = without(given.environment, (name) => name === 'RELATA_ISSUERS')
  const values = file === undefined ? {} : without(file.values, (name) => name === 'issuers')
  return checkedConfig(flags, variables, file === undefined ? undefined : { ...file, values })
}

/**
 * For a command that works on one database: a folder named on the command line is the one that is meant, whatever the
 * variables and the file say. With both flags, which may be those of a start, it is PostgreSQL, as for a start.
 */
export async function configOfDatabase(flags: Flags, environment: Environment): Promise<Config> {
  const given = withoutSeeds({ environment, file: await configFileFor(flags, environment) })
  const isFolder = flags['location'] !== undefined && flags['databaseUrl'] === undefined
  const meant = isFolder ? withoutDatabases(given) : given
  return checkedConfig(flags, meant.environment, meant.file)
}

function helpOf(entry: Setting): string {
  const plain = entry.initial === undefined || entry.initial === false || Array.isArray(entry.initial)
  const initial = plain ? '' : `; default ${entry.initial}`
  const variable = variableOf(entry)
  return `${entry.doc} [${variable}${entry.secret === true ? ` or ${variable}_FILE` : ''}${initial}]`
}

const configFlag = '-c, --config <file>'
const configHelp =
  'file with settings, or none; default relata.config.json, .jsonc or .yaml here or in .relata [RELATA_CONFIG]'

/** Adds the flags, and the one for the file that may have these settings as well. */
export function addSettings(command: Command, entries: readonly Setting[]): Command {
  command.addOption(new Option(configFlag, configHelp))
  for (const entry of entries) {
    const option = new Option(entry.flags, helpOf(entry))
    if (entry.many === true)
      option.argParser((value, before?: string) => (before === undefined ? value : `${before},${value}`))
    command.addOption(option)
    if (entry.hidden !== undefined) command.addOption(new Option(entry.hidden).hideHelp())
  }
  return command
}
