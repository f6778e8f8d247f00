/** What a program gets that imports the package: a server in its own process. Its types need no other file. */
import { startServer as start } from './compose.ts'
import { optionOf, prepareConfig, readConfig, settings } from './config.ts'

/** Flags of `relata start` in camel case; those not named here are taken as well. */
export interface ServerSettings {
  /** 0 takes a free one; 4365 unless said. */
  readonly port?: number
  readonly host?: string
  /** Folder of the database, the keys and the certificates; `.relata` unless said. */
  readonly location?: string
  /** Rows and keys end with the server. */
  readonly inMemory?: boolean
  /** `postgres://…`: the rows are there instead of in the location. */
  readonly databaseUrl?: string
  readonly httpOnly?: boolean
  /**
   * What an empty database is filled with: `none`, or names of packs and paths of seed files, separated by commas; `contoso`
   * unless said, in a registry `none`.
   */
  readonly seed?: string
  /** False: requests are logged. */
  readonly silent?: boolean
  readonly [flag: string]: string | number | boolean | undefined
}

export interface Server {
  /** `https://localhost:4365` */
  readonly origin: string
  /** PEM of the authority to trust; undefined over HTTP, and with a certificate of one's own. */
  readonly certificate: string | undefined
  /** Resolves when everything is written and the port is free. */
  close(): Promise<void>
}

/** Workers are processes of the command. */
const known = new Set(Object.values(settings).map(({ flags }) => optionOf(flags)))
known.delete('workers')

function textOf(value: string | number | boolean): string | boolean {
  return typeof value === 'number' ? String(value) : value
}

/** Environment variables are not read. Throws where a setting is unknown or wrong, or the server cannot start. */
export async function startServer(given: ServerSettings = {}): Promise<Server> {
  const entries = Object.entries({ silent: true, ...given }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, textOf(value)] as const],
  )
  await prepareConfig(Object.fromEntries(entries), {})
  const read = readConfig(Object.fromEntries(entries), {})
  const faults = entries.flatMap(([name]) =>
    known.has(name) ? [] : [`'${name}' is not a setting of a server; relata config schema describes all of them`],
  )
  if ('faults' in read) faults.push(...read.faults)
  if ('faults' in read || faults.length > 0) throw new Error(faults.join('\n'))
  const { origin, certificates, close } = await start(read.config)
  return { origin, certificate: certificates?.ca, close }
}
