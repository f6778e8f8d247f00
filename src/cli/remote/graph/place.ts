/** Where `--to` points: a server of ours, or Microsoft Graph; the same for taxonomies and for GDAP in bulk. */
import type { Command } from 'commander'
import type { Environment } from '#app/config.ts'
import { WrongUsage } from '../../command-settings.ts'
import { addTarget, type CommandFlags, changedFrom, targetFrom, textIn } from '../../target-flags.ts'
import type { Target } from '../target.ts'

export interface ServerPlace {
  readonly kind: 'server'
  readonly target: Target
  /** Of RELATA_TOKEN. */
  readonly token: string | undefined
  /** Id or domain, where no token says it. */
  readonly tenant: string | undefined
}

export interface GraphPlace {
  readonly kind: 'graph'
  /** Address of the version, such as https://graph.microsoft.com/v1.0. */
  readonly root: string
  /** A token that holds, renewed where it can be. */
  token(): Promise<string>
}

export const graphRoot = 'https://graph.microsoft.com/v1.0'

export function addWhere(command: Command): Command {
  command
    .option('--to <url or graph>', 'server, or Microsoft Graph; its token is in RELATA_TOKEN')
    .option('--graph-url <address>', `with --to graph: another address of its version than ${graphRoot}`)
    .option('--tenant <tenant>', 'id or domain, where no token says it')
  return addTarget(command)
}

/** Throws `WrongUsage`. */
export async function placeOf(
  given: CommandFlags,
  environment: Environment,
  isChange: boolean,
): Promise<ServerPlace | GraphPlace> {
  const [to, tenant] = [textIn(given['to']), textIn(given['tenant'])]
  const token = environment['RELATA_TOKEN'] || undefined
  if (to !== 'graph') {
    const flags = to === undefined ? given : { ...given, url: to }
    const target = isChange ? await changedFrom(flags, environment) : await targetFrom(flags, environment)
    return { kind: 'server', target, token, tenant }
  }
  const { hasClient, signInOf } = await import('./sign-in.ts')
  if (token === undefined && !hasClient(environment))
    throw new WrongUsage(
      '--to graph: set RELATA_TOKEN to an access token for Microsoft Graph, or AZURE_TENANT_ID and AZURE_CLIENT_ID, for a program with AZURE_CLIENT_SECRET',
    )
  const root = textIn(given['graphUrl']) ?? graphRoot
  if (!URL.canParse(root)) throw new WrongUsage(`--graph-url: '${root}' is no address, such as ${graphRoot}`)
  return {
    kind: 'graph',
    root,
    token: token === undefined ? signInOf(environment, new URL(root).origin) : async () => token,
  }
}
