/** The flags that say which running server a command speaks to. */
import type { Command } from 'commander'
import { type Config, type Environment, type Flags, settings } from '#app/config.ts'
import type { ConfigFile } from '#app/settings/config-file.ts'
import type { Setting } from '#base/setting.ts'
import { addSettings, configBesideServer, configFileFor } from './command-settings.ts'
import { type Target, targetOf } from './remote/target.ts'

/** What commands to a server get from the command line. */
export type CommandFlags = Flags & { readonly json?: boolean }

export const jsonHelp = 'print JSON'

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textFrom(flag: string | boolean | undefined, variable: string | undefined): string | undefined {
  return typeof flag === 'string' ? flag : variable === '' ? undefined : variable
}

/** `more`: settings beside the location and the port. */
export function addUrl(command: Command, more: readonly Setting[] = []): Command {
  command.option(
    '--url <address>',
    'server to speak to; default the one that runs on the location, else the one of --port [RELATA_URL]',
  )
  return addSettings(command, [settings.location, settings.port, ...more])
}

export function addTarget(command: Command): Command {
  command.option('--world <id>', 'world to speak to instead of default [RELATA_WORLD]')
  return addUrl(command)
}

/** Of a start with port 0, which takes a free one, only the location knows it. */
function isPortGiven({ port }: Config, environment: Environment, file: ConfigFile | undefined): boolean {
  const isGiven = (environment['RELATA_PORT'] ?? '') !== '' || file?.values['port'] !== undefined
  return isGiven && port !== 0
}

async function found(flags: Flags, environment: Environment, isChange: boolean): Promise<Target> {
  const { url, world, config: file, location, port, host } = flags
  const given = { config: file, location, port, host }
  const config = await configBesideServer(given, environment)
  return targetOf(config, {
    url: textFrom(url, environment['RELATA_URL']),
    world: textFrom(world, environment['RELATA_WORLD']),
    hasPort: port !== undefined || host !== undefined,
    isConfigured: isPortGiven(config, environment, await configFileFor(given, environment)),
    isChange,
  })
}

/** For commands that only read. */
export function targetFrom(flags: Flags, environment: Environment): Promise<Target> {
  return found(flags, environment, false)
}

/** For commands that change something: throws where nothing names the server and none runs on the location. */
export function changedFrom(flags: Flags, environment: Environment): Promise<Target> {
  return found(flags, environment, true)
}

/** For what no world has of its own: a variable that names one that has ended does not matter. */
export function wholeServer({ origin }: Target): Target {
  return { origin, world: undefined }
}
