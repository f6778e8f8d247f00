/** The flags that say which running server a command speaks to. */
import type { Command } from 'commander'
import { type Environment, type Flags, settings } from '#app/config.ts'
import type { Setting } from '#base/setting.ts'
import { addSettings, configBesideServer } from './command-settings.ts'
import { type Target, targetOf } from './remote/target.ts'

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

/** For what no world has of its own: a variable that names one that has ended does not matter. */
export async function serverFrom(flags: Flags, environment: Environment): Promise<Target> {
  return { ...(await targetFrom(flags, environment)), world: undefined }
}

export async function targetFrom(flags: Flags, environment: Environment): Promise<Target> {
  const { url, world, config: file, location, port, host } = flags
  const config = await configBesideServer({ config: file, location, port, host }, environment)
  return targetOf(config, {
    url: textFrom(url, environment['RELATA_URL']),
    world: textFrom(world, environment['RELATA_WORLD']),
    hasPort: port !== undefined || host !== undefined,
  })
}
