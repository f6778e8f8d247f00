/** Commands that run a server, and those about a server that runs on this machine. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import {
  addSettings,
  configFileFor,
  configOrFaults,
  type Sources,
  WrongUsage,
  withoutDatabases,
} from './command-settings.ts'

export interface ServeParts {
  readonly environment: Environment
  readonly version: string
  /** Takes the exit code. */
  readonly finish: (code: number) => void
}

/** A server of its own for one command: what the command line does not say is not taken from elsewhere. */
function flagsOfExec(flags: Flags): Flags {
  const isKept = flags['location'] !== undefined || flags['databaseUrl'] !== undefined
  const isTalkative = flags['logLevel'] !== undefined || flags['output'] !== undefined
  return { port: '0', silent: !isTalkative, ...(isKept ? {} : { inMemory: true }), ...flags, workers: '1' }
}

function addExec(program: Command, { environment, finish }: ServeParts): void {
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
      const config = configOrFaults(flagsOfExec(flags), variables, file)
      if (command[0] === '') throw new WrongUsage('exec: the command is empty')
      const { exec: run } = await import('./serve/exec.ts')
      finish(await run(config, { command, environment: { ...environment }, isForAzure: azure === true }))
    })
  addSettings(exec, Object.values(others))
}

export function addServeCommands(program: Command, parts: ServeParts): void {
  addExec(program, parts)
}
