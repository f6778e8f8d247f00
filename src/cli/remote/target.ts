/** Which server a command speaks to: the one that is named, the one that runs on the location, or the one of the settings. */
import { type Config, originFor } from '#app/config.ts'
import { WrongUsage } from '../command-settings.ts'
import { listStates } from '../serve/server-state.ts'

export interface Target {
  /** Scheme, host and port. */
  readonly origin: string
  readonly world: string | undefined
}

export interface TargetWish {
  /** `--url`, or RELATA_URL. */
  readonly url: string | undefined
  readonly world: string | undefined
  /** A port on the command line stands for itself, whatever else runs. */
  readonly hasPort: boolean
  /** Whether a variable or the configuration file gives a port. */
  readonly isConfigured: boolean
  /** The command changes something: it does not go to the usual port, where the server of another project may listen. */
  readonly isChange: boolean
}

/** Throws `WrongUsage`. */
export function originIn(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new WrongUsage(`'${url}' is not the address of a server, such as https://localhost:4365`)
  return parsed.origin
}

/** Throws where it cannot be told which one is meant. */
export function targetOf(config: Config, { url, world, hasPort, isConfigured, isChange }: TargetWish): Target {
  if (url !== undefined && url !== '') return { origin: originIn(url), world }
  const running = hasPort ? [] : listStates(config.location)
  if (running.length > 1)
    throw new WrongUsage(
      `several servers run on ${config.location}: ${running.map((one) => one.url).join(', ')}; name one with --url`,
    )
  const [only] = running
  if (only === undefined && isChange && !hasPort && !isConfigured)
    throw new Error(
      `no server runs on ${config.location}, and this command changes only one that is named\ntip: relata start starts one; --url, --port, RELATA_URL or the configuration file name another`,
    )
  return { origin: only?.url ?? originFor(config, config.port), world }
}
