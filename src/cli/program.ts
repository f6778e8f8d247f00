/**
 * Commands and flags. Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted, 141 nobody reads the output; of `terms` and
 * `gdap` also 3 refused, 4 pending.
 */
import { Command, CommanderError } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import { ownVersion } from '#app/version.ts'
import { StoreError, troubleOf } from '#base/errors.ts'
import { printable } from '#base/json.ts'
import { addAuditCommands } from './audit/commands.ts'
import { addSettings, configFrom, configOfDatabase, WrongUsage } from './command-settings.ts'
import { addRolesCommands } from './data/roles-commands.ts'
import { addBulkCommands } from './gdap/commands.ts'
import { addProjectCommands } from './project-commands.ts'
import { addRemoteCommands } from './remote/commands.ts'
import { addWatchCommands } from './remote/watch-commands.ts'
import { addServeCommands, addStart } from './serve-commands.ts'
import { addTenantCommands } from './tenant-commands.ts'
import { addTermsCommands } from './terms/commands.ts'

/** `-` stands for the variable's value: other users of the machine can read the arguments of a process. */
function placeIn(given: string, variable: string, environment: Environment): string {
  if (given !== '-') return given
  const found = environment[variable]
  if (found === undefined || found === '') throw new WrongUsage(`copy: ${variable} is not set`)
  return found
}

const placed = [settings.location]

function addMigrate(program: Command, environment: Environment): void {
  const migrate = program
    .command('migrate')
    .description('upgrade the database to the newest schema, as a start does')
    .option('--dry-run', 'only list the migrations that would run')
    .action(async ({ dryRun, ...flags }: { dryRun?: boolean } & Flags) => {
      const { runMigrate } = await import('./data/upkeep.ts')
      await runMigrate(await configOfDatabase(flags, environment), dryRun === true)
    })
  addSettings(migrate, [...placed, settings.databaseUrl])
  migrate
    .command('draft')
    .argument('<name>', 'what the migration does, in kebab-case')
    .description(
      'for developers of Relata: write the next migration to src/store/migrations, from the difference to the model',
    )
    .action(async (name: string) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new WrongUsage(`migrate draft: '${name}' is not kebab-case`)
      const { writeDraft } = await import('./data/migrate.ts')
      await writeDraft(name)
    })
}

function addUpkeep(program: Command, environment: Environment, finish: (code: number) => void): void {
  const backup = program
    .command('backup')
    .argument('<file>', 'file to write')
    .description('copy the SQLite database into one file, also while a server runs; on PostgreSQL use pg_dump')
    .action(async (file: string, flags: Flags) => {
      const { runBackup } = await import('./data/upkeep.ts')
      await runBackup(await configOfDatabase(flags, environment), file)
    })
  addSettings(backup, placed)
  const restore = program
    .command('restore')
    .argument('<file>', 'file that backup wrote')
    .description('put a backup in the place of the SQLite database, while no server runs; on PostgreSQL use pg_restore')
    .option('--replace', 'replace a database that exists, and keep it under another name')
    .action(async (file: string, { replace, ...flags }: { replace?: boolean } & Flags) => {
      const { runRestore } = await import('./data/upkeep.ts')
      await runRestore(await configOfDatabase(flags, environment), file, replace === true)
    })
  addSettings(restore, placed)
  const check = program
    .command('check')
    .description('check the whole database and say how to repair it; exits with 1 if there is a fault')
    .action(async (flags: Flags) => {
      const { runCheck } = await import('./data/upkeep.ts')
      finish(await runCheck(await configOfDatabase(flags, environment)))
    })
  addSettings(check, [...placed, settings.databaseUrl, settings.output])
}

function addTrust(program: Command, environment: Environment): void {
  const trust = program
    .command('trust')
    .description('make this system trust the local certificate authority; prints each step before it runs')
    .option('--print', 'only print the steps')
    .option('--uninstall', 'revert the steps')
    .action(async ({ print, uninstall, ...flags }: { print?: boolean; uninstall?: boolean } & Flags) => {
      const { runTrust } = await import('./trust/trust.ts')
      await runTrust(await configFrom(flags, environment), { print: print === true, uninstall: uninstall === true })
    })
  addSettings(trust, placed)
  const certPath = program
    .command('cert-path')
    .description('print the path of the authority’s certificate, for NODE_EXTRA_CA_CERTS and similar settings')
    .action(async (flags: Flags) => {
      const { printCertPath } = await import('./trust/trust.ts')
      await printCertPath(await configFrom(flags, environment))
    })
  addSettings(certPath, placed)
  program
    .command('hosts')
    .description('show the lines of a hosts file that redirect Microsoft’s hosts to this machine, for --transparent')
    .option('--apply', 'add them to the hosts file, in a marked block')
    .option('--remove', 'remove the block')
    .option('--signer', 'with the host of the certificates that --partner-center-signer faithful names')
    .option('--file <file>', 'another file than the system’s')
    .action(async (wish: { apply?: boolean; remove?: boolean; signer?: boolean; file?: string }) => {
      const { apply = false, remove = false, signer = false, file } = wish
      if (apply && remove) throw new WrongUsage('hosts: --apply or --remove, not both')
      const { runHosts } = await import('./trust/trust.ts')
      await runHosts({ apply, remove, signer, file })
    })
}

function addCopy(program: Command, environment: Environment): void {
  program
    .command('copy')
    .description('copy all rows of one database into another, empty one; each is a folder or postgres://…')
    .argument('<from>', 'source; if its address has a password, set RELATA_COPY_FROM to it and write - here')
    .argument('<to>', 'target; likewise with RELATA_COPY_TO')
    .action(async (from: string, to: string) => {
      const { copy } = await import('./data/copy.ts')
      await copy(placeIn(from, 'RELATA_COPY_FROM', environment), placeIn(to, 'RELATA_COPY_TO', environment))
    })
}

function addDatabaseCommands(program: Command, environment: Environment, finish: (code: number) => void): void {
  addTenantCommands(program, {
    placed: (command) => addSettings(command, [...placed, settings.databaseUrl, settings.output]),
    withIssuers: (command) =>
      addSettings(command, [...placed, settings.databaseUrl, settings.output, settings.issuers]),
    configFrom: (flags) => configOfDatabase(flags, environment),
    misuse: (text) => {
      throw new WrongUsage(text)
    },
  })
  addRolesCommands(program, environment)
  addMigrate(program, environment)
  addUpkeep(program, environment, finish)
  addCopy(program, environment)
}

function bareProgram(version: string): Command {
  return new Command('relata')
    .description("A self-hostable server that implements Microsoft Graph's term store and GDAP APIs.")
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()
}

/** All commands. `finish` takes the exit code of one that has run. */
export function programOf(version: string, environment: Environment, finish: (code: number) => void): Command {
  const program = bareProgram(version)
  const isCommand = (name: string): boolean => program.commands.some((command) => command.name() === name)
  program.commandsGroup('Servers:')
  addServeCommands(program, { environment, version, finish, isCommand })
  program.commandsGroup('What a running server holds:')
  addRemoteCommands(program, environment)
  addBulkCommands(program, environment, finish)
  addTermsCommands(program, environment, finish)
  addWatchCommands(program, environment)
  addAuditCommands(program, environment, finish)
  program.commandsGroup('Databases:')
  addDatabaseCommands(program, environment, finish)
  program.commandsGroup('This project and this machine:')
  addProjectCommands(program, environment, finish)
  addTrust(program, environment)
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${version}\n`)
    })
  return program
}

const aboutAll = new Set(['-h', '--help', '-V', '--version'])

/** Whether only the command `start` is meant, which the name stands for or nothing. */
function isStart(args: readonly string[]): boolean {
  const [first = 'start'] = args
  return (first === 'start' || first.startsWith('-')) && !args.some((word) => aboutAll.has(word))
}

/** Only what a start needs: the fifty other commands with their flags took a twentieth of its time. */
function startProgramOf(version: string, environment: Environment, finish: (code: number) => void): Command {
  const program = bareProgram(version)
  const isCommand = (name: string): boolean =>
    programOf(version, environment, finish).commands.some((command) => command.name() === name)
  addStart(program, { environment, version, finish, isCommand })
  return program
}

/** The first line says what is wrong, the next what helps. */
function wordsFor({ reason, cause }: StoreError): string {
  const { what, cure } = troubleOf(reason)
  return `${what}${cause instanceof Error ? ` (${cause.message})` : ''}\ntip: ${cure}`
}

/** SQLite's number for a full disk. */
const full = 13

export function hintFor(error: NodeJS.ErrnoException & { readonly errcode?: number }): string {
  const { code, message } = error
  if (code === 'ENOSPC' || error.errcode === full)
    return `${message}\ntip: the disk is full; free some space, or write to another one`
  if ((code === 'EACCES' || code === 'EPERM') && error.path !== undefined)
    return `${message}\ntip: give the user that runs this command access to ${error.path}, or name another place`
  if (['ENOTDIR', 'ENOENT', 'EROFS'].includes(code ?? '') && /^(mkdir|scandir)$/.test(error.syscall ?? ''))
    return `${message}\ntip: the location has to be a folder that is there or can be made; --location names another`
  if (error instanceof StoreError && error.kind === 'unavailable') return wordsFor(error)
  if (code === 'EADDRINUSE')
    return `${message}\ntip: another program uses this port; stop it, or use --port 0 to choose a free one`
  if (code === 'EACCES' && /listen/.test(message))
    return `${message}\ntip: ports below 1024 need administrator rights; use --port`
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && /getaddrinfo/.test(message)))
    return `${message}\ntip: --host takes an address of this machine; 0.0.0.0 stands for all of them`
  if (message.startsWith('cannot use the certificate '))
    return `${message}\ntip: --cert and --key name PEM files that belong together and that the user of the server can read`
  return message
}

export function complain(text: string): void {
  for (const line of text.split('\n'))
    process.stderr.write(`${line.startsWith('tip: ') ? '' : 'relata: '}${printable(line)}\n`)
}

/** Resolves with the exit code, for `start` when the server has stopped. */
export async function run(args: readonly string[], environment: Environment): Promise<number> {
  let code = 0
  try {
    const make = isStart(args) ? startProgramOf : programOf
    const program = make(await ownVersion(), environment, (given) => {
      code = given
    })
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed the message.
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
