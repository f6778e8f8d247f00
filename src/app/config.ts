/**
 * Flags > environment > configuration file > defaults → one frozen Config; all faults are reported together.
 * It holds paths and two secrets: the addresses of the database, which are shown through `shownAddress` only.
 */
import { readFileSync } from 'node:fs'
import type { OutsideIssuer } from '#auth/outside/outside-issuer.ts'
import { listShape, named, oneOf, origins, type Setting, setting, truth, whole } from '#base/setting.ts'
import type { FaultWish } from '#faults/rule.ts'
import { parseAddress } from '#store/postgres/connect/addresses.ts'
import { type GdapConfig, gdapConfigOf, gdapFlags } from '#workloads/gdap/settings-flags.ts'
import { type TermStoreConfig, termStoreConfigOf, termStoreFlags } from '#workloads/term-store/settings-flags.ts'
import { type LogLevel, logLevels } from './observe/log.ts'
import { loadYaml } from './seed/format/yaml-text.ts'
import { contentIn, hasPack, isSeedFile } from './seed/packs/content-flag.ts'
import type { PlacedPart, SeedChoice } from './seed/packs/contents.ts'
import { folderConflicts, folderContent, hasYaml, wholeContent } from './seed/packs/folder-flag.ts'
import type { SeedProgress } from './seed/packs/pack.ts'
import { packNames } from './seed/packs/packs.ts'
import { type AuthMode, authConflict, authFlags } from './settings/auth-flags.ts'
import { type ConfigFile, checkFile, sourceIn } from './settings/config-file.ts'
import { type DeliveryConfig, deliveryFlags } from './settings/delivery-flags.ts'
import { faultConflicts, faultFlags } from './settings/fault-flags.ts'
import { limitFlags } from './settings/limit-flags.ts'
import { type ControlScope, networkFlags } from './settings/network-flags.ts'
import { type PartnerConfig, partnerConflicts, partnerFlags } from './settings/partner-flags.ts'
import { repeatConflicts, repeatFlags } from './settings/repeat-flags.ts'

export interface Config extends TermStoreConfig, PartnerConfig, Omit<DeliveryConfig, 'ownAuthority'> {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** Folder of the database, the keys and the certificates. */
  readonly location: string
  readonly inMemory: boolean
  /** `postgres://…`, with a password as a rule: the rows are there instead of in the location. */
  readonly databaseUrl: string | undefined
  /** A standby of that server, for reads. */
  readonly readUrl: string | undefined
  /** Processes that serve the port. */
  readonly workers: number
  /** Connections to it at most, for reading and for writing. */
  readonly databaseConnections: number
  /** Tables each table of it is spread over when it is made; 0: none. */
  readonly databasePartitions: number
  readonly strict: boolean
  /** Members of a body that are not acted on are refused; `strict` implies it. */
  readonly strictBodies: boolean
  readonly silent: boolean
  readonly logLevel: LogLevel
  readonly output: 'text' | 'json'
  /** Files; both or neither. */
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly httpOnly: boolean
  /** The certificate names Graph's and the login host, for clients that can be given no other. */
  readonly transparent: boolean
  /** Whose peers may use the addresses that ask for no token. */
  readonly control: ControlScope
  /** Host names that requests may be sent to, beside those of this machine. */
  readonly allowedHost: readonly string[]
  /** Ranges of proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxy: readonly string[]
  /** Further names in the certificate that Relata makes. */
  readonly certificateNames: readonly string[]
  /** Seconds. */
  readonly requestTimeout: number
  /** Requests a second of one client; undefined: none, in a registry 200. */
  readonly rateLimit: number | 'off' | undefined
  /** Days; of the last two 0 is for ever. */
  readonly auditRetention: number
  readonly eventRetention: number
  readonly auditSink: (typeof limitFlags)['auditSink']['initial']
  readonly historyDays: number
  readonly recycleBinDays: number
  /** Whether changes name people. */
  readonly historyPeople: boolean
  /** What an empty database is filled with. */
  readonly seed: SeedChoice
  /** The instant at which the clock stands still from the start; undefined: it runs. */
  readonly clock: Date | undefined
  /** The number that all ids follow from; undefined: they are random. */
  readonly ids: number | undefined
  /** Served to others: nobody moves the clock or plays a customer. */
  readonly registry: boolean
  /** Whose pages may call from a browser; undefined: those of this machine, and with `registry` nobody's. */
  readonly corsOrigin: 'local' | 'any' | 'none' | readonly string[] | undefined
  /** Refusals name their check in a header. */
  readonly explain: boolean
  /** Clients may sign people in with a user name and the well-known password. */
  readonly passwordGrant: boolean
  /** `/metrics` is served. */
  readonly metrics: boolean
  /** The pages for people are served. */
  readonly pages: boolean
  /** What becomes of requests that may not. */
  readonly auth: AuthMode
  /** Issuers beside our own. */
  readonly issuers: readonly OutsideIssuer[]
  /** Whether scopes of sites read the term store at SharePoint's endpoint. */
  readonly siteScopes: boolean
  /** A registry may do without enforcing. */
  readonly openRegistry: boolean
  /** IRI below which SKOS has the groups, sets and terms of this server. */
  readonly iriBase: string | undefined
  readonly gdap: GdapConfig
  /** What goes wrong on purpose from the start. */
  readonly faults: readonly FaultWish[]
  /** No flag: the settings that are not left at their defaults, with their texts and where each comes from. */
  readonly sources?: Readonly<Record<string, Source>>
  /** No flag: told how far the seed is written. */
  readonly onSeed?: SeedProgress
  /** No flag: tests run without the cache of known addresses, to show that it never shows. */
  readonly addressCache?: boolean
  /** No flag: who asks in the same process needs no port. */
  readonly listens?: boolean
}

export const settings = {
  port: setting('-p, --port <number>', 'port for both HTTP and HTTPS; 0 chooses a free one', 4365, whole(0, 65_535)),
  host: setting('--host <address>', 'address to listen on; the default listens on ::1 as well', '127.0.0.1', named),
  location: setting(
    '-l, --location <folder>',
    'folder of the database, the keys and the certificates',
    '.relata',
    named,
    { isPath: () => true },
  ),
  inMemory: setting(
    '--in-memory',
    'keep nothing: the data is in a temporary file and the signing keys are in memory, until the server stops; certificates are still stored in the location',
    false,
    truth,
    { hidden: '--inMemoryPersistence' },
  ),
  databaseUrl: setting(
    '--database-url <address>',
    'store the data in PostgreSQL, at postgres://user:password@host:port/database',
    undefined,
    parseAddress,
    { secret: true },
  ),
  readUrl: setting(
    '--read-url <address>',
    'read from this standby of the database, once it has replayed what this process wrote',
    undefined,
    parseAddress,
    { secret: true },
  ),
  workers: setting('--workers <number>', 'number of processes on this machine that share the port', 1, whole(1, 64)),
  databaseConnections: setting(
    '--database-connections <number>',
    'maximum number of PostgreSQL connections: this many for reading, and as many for writing',
    10,
    whole(1, 1_000),
  ),
  databasePartitions: setting(
    '--database-partitions <number>',
    'partitions by tenant for each table, when the schema is created; 0: none',
    0,
    whole(0, 1_024),
  ),
  strict: setting(
    '--strict',
    'answer as Microsoft Graph does, without the additions of Relata; implies --strict-bodies',
    false,
    truth,
  ),
  strictBodies: setting(
    '--strict-bodies',
    'refuse what is not acted on in a body, instead of naming it in the header relata-ignored',
    false,
    truth,
  ),
  ...termStoreFlags,
  silent: setting('-s, --silent', 'print the ready line and errors only', false, truth),
  logLevel: setting(
    '--log-level <level>',
    `${logLevels.join(', ')}; requests are logged from info on`,
    'info' as const,
    oneOf(...logLevels),
  ),
  output: setting('--output <form>', 'format of the output: text or json', 'text' as const, oneOf('text', 'json')),
  ...networkFlags,
  ...partnerFlags,
  ...limitFlags,
  seed: setting(
    '--seed <names or files>',
    `content of an empty database, one after another, separated by commas or given again: ${packNames.join(', ')}, none, or seed files (docs/seeds.md); the default is contoso, with --registry none`,
    undefined,
    contentIn,
    { many: true, isPath: isSeedFile },
  ),
  seedFolder: setting(
    '--seed-folder <folder>',
    'content of an empty database as well: the seed files in this folder (.yaml, .yml, .json) in the order of their names, after --seed; where there are some, nothing else is the default',
    [] as readonly PlacedPart[],
    folderContent,
    { isPath: () => true },
  ),
  ...repeatFlags,
  ...faultFlags,
  registry: setting(
    '--registry',
    'serve other people: the clock cannot be moved, nobody can answer for a customer, and the built-in issuer is off',
    false,
    truth,
  ),
  corsOrigin: setting(
    '--cors-origin <origins>',
    'web pages that may call the server: local, any, none, or origins separated by commas; default local, with --registry none',
    undefined,
    origins,
    { shape: listShape },
  ),
  explain: setting('--explain', 'name the check that refused a request in the header relata-explain', false, truth),
  passwordGrant: setting(
    '--password-grant',
    'let clients sign people in with a user name and the well-known password',
    false,
    truth,
  ),
  ...authFlags,
  ...deliveryFlags,
  ...gdapFlags,
} satisfies Readonly<Record<string, { flags: string; doc: string; initial: unknown; read(text: string): unknown }>>

type Name = keyof typeof settings
type Values = { readonly [K in Name]: ReturnType<(typeof settings)[K]['read']> | (typeof settings)[K]['initial'] }

function longFlag(flags: string): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? ''
}

/** `--max-terms <number>` → `RELATA_MAX_TERMS`. */
export function variableOf({ flags }: { flags: string }): string {
  return `RELATA_${longFlag(flags).replaceAll('-', '_').toUpperCase()}`
}

/** `--max-terms <number>` → `maxTerms`, the name commander gives the value. */
export function optionOf(flags: string): string {
  return longFlag(flags).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>
export type Environment = Readonly<Record<string, string | undefined>>

interface Source {
  readonly text: string
  /** The flag, the variable, or the file and the name in it. */
  readonly from: string
  /** Of the configuration file. */
  readonly line?: number
}

interface Given {
  readonly flags: Flags
  readonly environment: Environment
  readonly file: ConfigFile | undefined
}

/** The text of a setting and where it came from; an empty variable is no variable. */
function sourceOf(entry: Setting, { flags, environment, file }: Given): Source | undefined {
  const option = optionOf(entry.flags)
  const alias = entry.hidden === undefined ? undefined : flags[optionOf(entry.hidden)]
  const flag = flags[option] ?? alias
  if (flag !== undefined) return { text: String(flag), from: `--${longFlag(entry.flags)}` }
  const name = variableOf(entry)
  const text = environment[name]
  if (text !== undefined && text !== '') return { text, from: name }
  const named = entry.secret === true ? environment[`${name}_FILE`] : undefined
  if (named !== undefined && named !== '') return fileSource(`${name}_FILE`, named)
  const source = file === undefined ? undefined : sourceIn(file, option, entry)
  return source?.isFile === true ? { ...source, ...fileSource(source.from, source.text) } : source
}

/** The file that a variable, or the configuration file, names for a secret. */
class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'

  constructor(from: string, file: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message.replace(/, \w+( '.*')?$/, '') : String(cause)
    super(`${from}: the file ${file} cannot be read: ${why}`, { cause })
  }
}

/** `from` names the file of a secret. */
function fileSource(from: string, file: string): Source {
  try {
    return { text: readFileSync(file, 'utf8').trim(), from }
  } catch (error) {
    throw new UnreadableFile(from, file, error)
  }
}

function conflictsOf(values: Values): string[] {
  const { cert, key, httpOnly, inMemory, databaseUrl, transparent, readUrl, workers } = values
  const faults = [...authConflict(values), ...partnerConflicts(values)]
  if (inMemory && workers > 1)
    faults.push('--in-memory cannot be used with --workers: each worker would have its own data')
  if (readUrl !== undefined && databaseUrl === undefined) faults.push('--read-url needs --database-url')
  if (inMemory && databaseUrl !== undefined) faults.push('--in-memory cannot be used with --database-url')
  if ((cert === undefined) !== (key === undefined)) faults.push('--cert needs --key, and --key needs --cert')
  if (httpOnly && (cert !== undefined || key !== undefined))
    faults.push('--http-only cannot be used with --cert or --key')
  if (values.certificateNames.length > 0 && (httpOnly || cert !== undefined))
    faults.push(
      `--certificate-names is for the certificate that Relata makes, and ${httpOnly ? '--http-only has none' : '--cert names another'}; --allowed-host adds names that requests may be sent to`,
    )
  if (values.registry && hasPack(values.seed))
    faults.push(
      '--seed default and the other packs are demo companies, which --registry refuses; add a tenant with relata tenant add',
    )
  faults.push(...folderConflicts(values), ...repeatConflicts(values), ...faultConflicts(values))
  if (httpOnly && transparent) faults.push('--http-only cannot be used with --transparent')
  return faults
}

function configOf(values: Values): Config {
  const { gdap, rest: others } = gdapConfigOf(values)
  const { termStore, rest: withFolder } = termStoreConfigOf(others)
  const { seedFolder: _, ...rest } = withFolder
  const seed = wholeContent(withFolder) ?? (rest.registry ? 'none' : 'default')
  return Object.freeze({ ...rest, ...termStore, gdap, seed })
}

const allSettings = Object.entries(settings) as [Name, Setting][]

/** By their names in a configuration file, which are those of commander and of the library. */
export const settingsByOption: ReadonlyMap<string, Setting> = new Map(
  allSettings.map(([, entry]) => [optionOf(entry.flags), entry]),
)

/** Reads ahead what `readConfig` needs for files of this kind, which is loaded only where there is one. */
export async function prepareConfig(flags: Flags, environment: Environment, file?: ConfigFile): Promise<void> {
  for (const entry of [settings.seed, settings.faults]) {
    const source = sourceOf(entry, { flags, environment, file })
    if (source !== undefined && /\.ya?ml\s*(?:,|$)/i.test(source.text)) await loadYaml()
  }
  const folder = sourceOf(settings.seedFolder, { flags, environment, file })?.text
  if (folder !== undefined && hasYaml(folder)) await loadYaml()
}

/** Each fault is one line that names the flag, the variable or the member of the file that it came from. */
export function readConfig(
  flags: Flags,
  environment: Environment,
  file?: ConfigFile,
): { readonly config: Config } | { readonly faults: readonly string[] } {
  const { sound, faults: inFile } = file === undefined ? { sound: file, faults: [] } : checkFile(file, settingsByOption)
  const faults = [...inFile]
  const values: Record<string, unknown> = {}
  for (const [name, entry] of allSettings) {
    values[name] = entry.initial
    let from = variableOf(entry)
    let said = ''
    try {
      const source = sourceOf(entry, { flags, environment, file: sound })
      if (source === undefined) continue
      from = source.from
      said = entry.secret === true ? 'the value' : `'${source.text}'`
      values[name] = entry.read(source.text)
    } catch (error) {
      if (error instanceof UnreadableFile) faults.push(error.message)
      else faults.push(`${from}: ${said} ${error instanceof Error ? error.message : error}`.replace('  ', ' '))
    }
  }
  faults.push(...conflictsOf(values as Values))
  if (faults.length > 0) return { faults }
  return { config: Object.freeze({ ...configOf(values as Values), sources: listSources(flags, environment, sound) }) }
}

/** The settings that are not left at their defaults, by name in the file, and where each comes from; secrets are not shown. */
export function listSources(flags: Flags, environment: Environment, file?: ConfigFile): Record<string, Source> {
  const found = [...settingsByOption].flatMap(([option, entry]) => {
    const source = sourceOf(entry, { flags, environment, file })
    if (source === undefined) return []
    return [[option, { ...source, ...(entry.secret === true ? { text: '(secret)' } : {}) }] as const]
  })
  return Object.fromEntries(found)
}

const initial = Object.fromEntries(Object.entries(settings).map(([name, entry]) => [name, entry.initial]))

/** What a bare `relata` runs with. */
export const defaultConfig: Config = configOf(initial as Values)

/** Addresses to bind. `localhost` is 127.0.0.1 for one client and ::1 for the next, so the default takes both. */
export function listenHosts({ host }: Config): readonly [string, ...string[]] {
  return host === '127.0.0.1' || host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
}

const local = new Set(['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::'])

/** The address to tell people. */
export function originFor({ host, httpOnly }: Config, port: number): string {
  const named = host.includes(':') ? `[${host}]` : host
  return `${httpOnly ? 'http' : 'https'}://${local.has(host) ? 'localhost' : named}:${port}`
}
