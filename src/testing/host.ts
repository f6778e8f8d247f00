/**
 * The server that worlds of tests are on: one in this process for each set of settings, which all `startRelata` of the
 * process share, or one that runs elsewhere. Both are asked through a `fetch`, so that nothing else tells them apart.
 */
import { startServer } from '#app/compose.ts'
import { type Config, optionOf, prepareConfig, readConfig, settings } from '#app/config.ts'
import { transparentHosts } from '#app/trust/transparent.ts'
import { fetchFrom, type LocalFetch } from '#http/fetch.ts'
import { fetchTrusting } from './https-fetch.ts'
import type { SeedWish } from './relata.ts'
import { contentOf } from './seed-content.ts'
import type { KeptTokens } from './tokens.ts'

export interface Host {
  /** Scheme, host and port of the whole server. */
  readonly url: string
  /** PEM; undefined: it has no certificate of Relata's own authority. */
  readonly ca: string | undefined
  /** Whether it answers in this process. */
  readonly isHere: boolean
  /** Answers for the world that the header `relata-world` names. */
  readonly fetch: LocalFetch
  readonly tokens: KeptTokens
  close(): Promise<void>
}

export interface HostWish {
  readonly seed: SeedWish | undefined
  readonly location: string | undefined
  /** Whether its worlds have ports. */
  readonly hasPorts: boolean
  readonly settings: Readonly<Record<string, string | number | boolean | undefined>>
}

const known: ReadonlySet<string> = new Set(Object.values(settings).map(({ flags }) => optionOf(flags)))
/** What a world of a test cannot have: rows of a database that stays, an issuer of somebody else, several processes. */
const refused: ReadonlySet<string> = new Set(['workers', 'registry', 'port', 'databaseUrl', 'readUrl', 'httpOnly'])

/** Throws with one line for each setting that is wrong. */
async function configOf({ seed, location, hasPorts, settings: given }: HostWish): Promise<Config> {
  const own = { silent: true, inMemory: true, ...given, location }
  const flags = Object.entries({ ...own, ...(hasPorts ? {} : { httpOnly: true }) }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'number' ? `${value}` : value] as const],
  )
  const faults = Object.keys(given).flatMap((name) => {
    if (refused.has(name)) return [`'${name}' cannot be set for a server of tests`]
    return known.has(name) ? [] : [`'${name}' is not a setting of a server; relata config schema describes all of them`]
  })
  await prepareConfig(Object.fromEntries(flags), {})
  const read = readConfig(Object.fromEntries(flags), {})
  if ('faults' in read) faults.push(...read.faults)
  if ('faults' in read || faults.length > 0) throw new Error(faults.join('\n'))
  const { config } = read
  const content = seed === undefined ? {} : { seed: await contentOf(seed) }
  return { ...config, ...content, allowedHost: [...config.allowedHost, ...transparentHosts], listens: false }
}

async function startHere(wish: HostWish): Promise<Host> {
  const server = await startServer(await configOf(wish))
  const { worlds, certificates } = server
  if (worlds === undefined) throw new Error('a server for tests has worlds')
  return {
    // Clients send tokens over HTTPS only, and here nothing is sent over a network.
    url: 'https://localhost',
    ca: certificates?.ca,
    isHere: true,
    fetch: fetchFrom(worlds),
    tokens: new Map(),
    close: () => server.close(),
  }
}

const hosts = new Map<string, Promise<Host>>()

/** Started once for each set of settings; it holds no port, so the process ends as if it were not there. */
export function hostHere(wish: HostWish): Promise<Host> {
  const key = JSON.stringify(wish)
  const host = hosts.get(key) ?? startHere(wish)
  hosts.set(key, host)
  host.catch(() => hosts.delete(key))
  return host
}

async function authorityAt(origin: string): Promise<string | undefined> {
  // Plain HTTP is answered on the same port, so the authority can be asked for before it is trusted.
  const answer = await fetch(`${origin.replace(/^https:/, 'http:')}/_relata/certificate.pem`)
  if (answer.ok) return answer.text()
  if (answer.status === 404) return undefined
  throw new Error(`${origin} answers ${answer.status} for its certificate: ${await answer.text()}`)
}

async function connect(address: string): Promise<Host> {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new TypeError(
      `'${address}' (the option url, or RELATA_URL) is not the address of a server, such as https://localhost:4365`,
    )
  const { origin: url } = new URL(address)
  const ca = await authorityAt(url).catch((cause: unknown) => {
    throw new Error(`there is no Relata at ${url} (the option url, or RELATA_URL)`, { cause })
  })
  return { url, ca, isHere: false, fetch: fetchTrusting(ca), tokens: new Map(), close: async () => undefined }
}

/** Asked once for each address. Throws where nothing answers there. */
export function hostAt(address: string): Promise<Host> {
  const host = hosts.get(address) ?? connect(address)
  hosts.set(address, host)
  host.catch(() => hosts.delete(address))
  return host
}

/** One server for a whole test run, on a port, which other processes of the run reach by its address. */
export async function serveHere(wish: HostWish): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { origin, close } = await startServer({ ...(await configOf(wish)), listens: true, port: 0 })
  return { url: origin, close }
}

/** Ends the servers of this process; those of tests that still run as well. */
export async function closeHosts(): Promise<void> {
  const open = [...hosts.values()]
  hosts.clear()
  for (const host of await Promise.allSettled(open)) if (host.status === 'fulfilled') await host.value.close()
}
