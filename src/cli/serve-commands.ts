/** Commands that run a server, and those about a server that runs on this machine. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  addSettings,
  checkedConfig,
  configBesideServer,
  configFileFor,
  configFrom,
  type Sources,
  WrongUsage,
  withoutDatabases,
} from './command-settings.ts'
import { addUrl, targetFrom, wholeServer } from './target-flags.ts'

export interface ServeCommandParts {
  readonly environment: Environment
  readonly version: string
  /** Takes the exit code. */
  readonly finish: (code: number) => void
  readonly isCommand: (name: string) => boolean
}

export function addStart(program: Command, { environment, version, finish, isCommand }: ServeCommandParts): void {
  const start = program
    .command('start', { isDefault: true })
    .description('start the server (also without any command)')
    .allowExcessArguments()
    .option('--detach', 'leave the server running, and end when it is ready; relata stop stops it')
    .action(async ({ detach, ...flags }: { detach?: boolean } & Flags, { args: [stray] }: Command) => {
      if (stray !== undefined && isCommand(stray))
        throw new WrongUsage(`flags go behind the command: relata ${stray} …`)
      if (stray !== undefined) throw new WrongUsage(`'${stray}' is not a command; see relata --help`)
      const config = await configFrom(flags, environment)
      if (detach === true) {
        const { startDetached } = await import('./serve/detach.ts')
        finish(await startDetached(config, { args: process.argv.slice(2), environment: { ...environment } }))
        return
      }
      const { start: run } = await import('./serve/start.ts')
      finish(await run(config, version))
    })
  addSettings(start, Object.values(settings))
}

function addHealth(program: Command, environment: Environment): void {
  const health = program
    .command('health')
    .description('check whether a running server is ready; exits with 1 if it is not')
    .action(async (flags: Flags) => {
      const config = await configBesideServer(flags, environment)
      const { askWhetherReady } = await import('./serve/self-request.ts')
      await askWhetherReady(config)
    })
  addSettings(health, [settings.port, settings.host])
}

/** A server of its own for one command: what the command line does not say is not taken from elsewhere. */
function flagsOfExec(flags: Flags): Flags {
  const isKept = flags['location'] !== undefined || flags['databaseUrl'] !== undefined
  const isTalkative = flags['logLevel'] !== undefined || flags['output'] !== undefined
  return { port: '0', silent: !isTalkative, ...(isKept ? {} : { inMemory: true }), ...flags, workers: '1' }
}

function addExec(program: Command, { environment, finish }: ServeCommandParts): void {
  const { workers: _, ...others } = settings
  const exec = program
    .command('exec')
    .argument('<command...>', 'command with its arguments, after --')
    .usage('[options] -- <command...>')
    .description(
      'start a server, run a command with its address and its certificate in the environment, and stop; in memory and on a free port, unless flags say otherwise',
    )
    .option('--azure', 'also set the variables of Azure’s libraries, AZURE_TENANT_ID and others')
    .passThroughOptions()
    .action(async (command: readonly string[], { azure, ...flags }: { azure?: boolean } & Flags) => {
      const given: Sources = { environment, file: await configFileFor(flags, environment) }
      const { environment: variables, file } = flags['databaseUrl'] === undefined ? withoutDatabases(given) : given
      const config = await checkedConfig(flagsOfExec(flags), variables, file)
      if (command[0] === '') throw new WrongUsage('exec: the command is empty')
      const { exec: run } = await import('./serve/exec.ts')
      finish(await run(config, { command, environment: { ...environment }, isForAzure: azure === true }))
    })
  addSettings(exec, Object.values(others))
}

function linesIn(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new WrongUsage(`--lines: '${text}' is not a number of lines`)
  return Number(text)
}

/** The server that is named by its address or port; undefined: none is. */
async function namedOrigin(flags: Flags, environment: Environment): Promise<string | undefined> {
  const isNamed = flags['url'] !== undefined || flags['port'] !== undefined || (environment['RELATA_URL'] ?? '') !== ''
  return isNamed ? (await targetFrom(flags, environment)).origin : undefined
}

async function locationFrom(flags: Flags, environment: Environment): Promise<string> {
  return (await configBesideServer({ config: flags['config'], location: flags['location'] }, environment)).location
}

function addRunning(program: Command, { environment, finish }: ServeCommandParts): void {
  const status = program
    .command('status')
    .description('say whether a server runs, and what it is; exits with 1 if none answers, or it is not well')
    .option('--json', 'print JSON')
    .action(async ({ json, ...flags }: { json?: boolean } & Flags) => {
      const { showStatus } = await import('./remote/status.ts')
      const target = await targetFrom(flags, environment)
      finish(await showStatus(target, await locationFrom(flags, environment), json === true))
    })
  addUrl(status)
  const stop = program
    .command('stop')
    .description('stop the server that runs on the location, and no other process')
    .option('--all', 'all that run on it')
    .action(async ({ all, ...flags }: { all?: boolean } & Flags) => {
      const { stop: run } = await import('./serve/stop.ts')
      const origin = await namedOrigin(flags, environment)
      await run({ location: await locationFrom(flags, environment), origin, all: all === true })
    })
  addUrl(stop)
  const logs = program
    .command('logs')
    .description('print what a server has printed that was started with --detach')
    .option('-f, --follow', 'go on until the server ends')
    .option('-n, --lines <number>', 'only the last lines')
    .action(async ({ follow, lines, ...flags }: { follow?: boolean; lines?: string } & Flags) => {
      const { printLogs } = await import('./serve/logs.ts')
      const origin = await namedOrigin(flags, environment)
      const location = await locationFrom(flags, environment)
      const most = lines === undefined ? undefined : linesIn(lines)
      await printLogs({ location, origin, lines: most, follow: follow === true })
    })
  addUrl(logs)
}

interface TokenFlags {
  readonly tenant: string
  readonly app?: string
  readonly secret: string
  readonly user?: string
  readonly scope?: readonly string[]
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function addToken(program: Command, environment: Environment): void {
  const token = program
    .command('token')
    .description('print an access token of a running server that signs in by itself; a registry has none')
    .option('--tenant <id or domain>', 'tenant that the token is for', wellKnown.contoso)
    .option('--app <id>', 'application to sign in as; default the demo data’s daemon')
    .option('--secret <secret>', 'its secret', wellKnown.secret)
    .option('--user <user>', 'print a token of this person, by id or sign-in name, without a sign-in')
    .option(
      '--scope <permission>',
      'permission in the token, without consent being asked for; may be repeated',
      collected,
    )
    .action(async ({ tenant, app, secret, user, scope, ...flags }: TokenFlags & Flags) => {
      const { printGivenToken, printToken } = await import('./trust/token.ts')
      const target = wholeServer(await targetFrom(flags, environment))
      const daemon = app ?? wellKnown.daemon
      if (user === undefined && scope === undefined) await printToken(target, { tenant, app: daemon, secret })
      else await printGivenToken(target, { tenant, app: user === undefined ? daemon : app, user, scopes: scope })
    })
  addUrl(token, [settings.host])
}

export function addServeCommands(program: Command, parts: ServeCommandParts): void {
  addStart(program, parts)
  addExec(program, parts)
  addRunning(program, parts)
  addHealth(program, parts.environment)
  addToken(program, parts.environment)
}
