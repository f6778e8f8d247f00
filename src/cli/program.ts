/** Commands and flags. Exit codes: 0 well, 1 failed, 2 wrong usage, 130 stopped from the keyboard. */
import { readFile } from 'node:fs/promises'
import { Command, CommanderError, Option } from 'commander'
import { type Config, type Environment, type Flags, readConfig, settings, variableOf } from '#app/config.ts'
import { wellKnown } from '#app/seed-data.ts'
import type { Setting } from '#app/setting.ts'

/** The caller asked for something we cannot make sense of; one line per fault. */
class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

const ownVersion = async (): Promise<string> => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const configFrom = (flags: Flags, environment: Environment): Config => {
  const outcome = readConfig(flags, environment)
  if ('config' in outcome) return outcome.config
  throw new WrongUsage(outcome.faults.join('\n'))
}

const helpOf = (entry: Setting): string => {
  const plain = entry.initial === undefined || entry.initial === false || Array.isArray(entry.initial)
  const initial = plain ? '' : `; default ${entry.initial}`
  return `${entry.doc} [${variableOf(entry)}${initial}]`
}

const addSettings = (command: Command, entries: readonly Setting[]): Command => {
  for (const entry of entries) {
    command.addOption(new Option(entry.flags, helpOf(entry)))
    if (entry.hidden !== undefined) command.addOption(new Option(entry.hidden).hideHelp())
  }
  return command
}

interface TokenFlags {
  readonly tenant: string
  readonly app: string
  readonly secret: string
}

/** `-` stands for what the variable has: other users of a machine can read the arguments of a process. */
const placeIn = (given: string, variable: string, environment: Environment): string => {
  if (given !== '-') return given
  const found = environment[variable]
  if (found === undefined || found === '') throw new WrongUsage(`copy: ${variable} is not set`)
  return found
}

const programOf = (version: string, environment: Environment, finish: (code: number) => void): Command => {
  const program = new Command('relata')
    .description("A self-hostable server that speaks Microsoft Graph's term store and GDAP APIs.")
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()

  const start = program
    .command('start', { isDefault: true })
    .description('start the server (also without any command)')
    .allowExcessArguments()
    .action(async (flags: Flags, { args: [stray] }: Command) => {
      if (stray !== undefined) throw new WrongUsage(`'${stray}' is not a command; see relata --help`)
      const { start: run } = await import('./start.ts')
      finish(await run(configFrom(flags, environment), version))
    })
  addSettings(start, Object.values(settings))

  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${version}\n`)
    })

  const token = program
    .command('token')
    .description('print an access token of a running server')
    .option('--tenant <id or domain>', 'tenant to sign in to', wellKnown.contoso)
    .option('--app <id>', 'application to sign in as', wellKnown.daemon)
    .option('--secret <secret>', 'its secret', wellKnown.secret)
    .action(async (flags: TokenFlags & Flags) => {
      const { printToken } = await import('./token.ts')
      await printToken(configFrom({ port: flags['port'], host: flags['host'] }, environment), flags)
    })
  addSettings(token, [settings.port, settings.host])

  program
    .command('copy')
    .description('copy all rows of one database into another, empty one; each is a folder or postgres://…')
    .argument('<from>', 'where the rows are; give addresses with a password as RELATA_COPY_FROM instead, and -')
    .argument('<to>', 'where they go, likewise RELATA_COPY_TO')
    .action(async (from: string, to: string) => {
      const { copy } = await import('./copy.ts')
      await copy(placeIn(from, 'RELATA_COPY_FROM', environment), placeIn(to, 'RELATA_COPY_TO', environment))
    })

  program
    .command('migrate')
    .description('for developers of Relata: work on the database schema')
    .command('draft')
    .argument('<name>', 'what the migration does, in kebab-case')
    .description('write the migration that leads from the last one to the model, in src/store/migrations')
    .action(async (name: string) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new WrongUsage(`migrate draft: '${name}' is not kebab-case`)
      const { writeDraft } = await import('./migrate.ts')
      await writeDraft(name)
    })
  return program
}

const hintFor = ({ code, message }: NodeJS.ErrnoException): string => {
  if (code === 'EADDRINUSE')
    return `${message}\ntip: another program has this port; stop it, or use --port 0 to take a free one`
  if (code === 'EACCES' && /listen/.test(message)) return `${message}\ntip: ports below 1024 need rights; use --port`
  return message
}

const complain = (text: string): void => {
  for (const line of text.split('\n')) process.stderr.write(`${line.startsWith('tip: ') ? '' : 'relata: '}${line}\n`)
}

/** Resolves with the exit code, for `start` when the server has stopped. */
export const run = async (args: readonly string[], environment: Environment): Promise<number> => {
  let code = 0
  try {
    const program = programOf(await ownVersion(), environment, (given) => {
      code = given
    })
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed its own.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof WrongUsage) {
      complain(error.message)
      return 2
    }
    complain(error instanceof Error ? hintFor(error) : String(error))
    if (environment['RELATA_LOG_LEVEL'] === 'debug' && error instanceof Error) complain(error.stack ?? '')
    return 1
  }
}
