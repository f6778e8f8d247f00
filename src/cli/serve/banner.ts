/** What a start prints: addresses, the well-known credentials, and a request to paste into a shell. */
import { join, resolve } from 'node:path'
import type { Config } from '#app/config.ts'
import { hasPack } from '#app/seed/packs/content-flag.ts'
import { applications, wellKnown } from '#app/seed/seed-data.ts'
import { transparentHosts } from '#app/trust/transparent.ts'
import { printable, printableJson } from '#base/json.ts'
import { shownAddress } from '#store/postgres/connect/addresses.ts'

export interface BannerFacts {
  readonly version: string
  readonly address: string
  /** The origin that clients use: `--public-url`, or the address. */
  readonly graph: string
  readonly data: string
  /** Where the certificate authority is; absent without TLS and with `--cert`. */
  readonly authority?: string
  /** Other hosts it answers as, with `--transparent`; absent: none. */
  readonly alsoAs?: string
  /** Options for curl; `-k` where there is no file. */
  readonly trust: string
  readonly tenants: readonly { readonly name: string; readonly domain: string; readonly id: string }[]
  /** Beside those. */
  readonly moreTenants?: number
  readonly applications: readonly { readonly name: string; readonly id: string }[]
  readonly secret?: string
  readonly signsIn: boolean
}

/** Wait strategies match this line, so it must not change. */
function readyLine(address: string): string {
  return `relata is ready on ${address}`
}

function trustOf(config: Config, caFile: string | undefined): string {
  // A certificate that was given is of an authority that clients know.
  if (config.httpOnly || config.cert !== undefined) return ''
  return caFile === undefined ? '-k ' : `--cacert '${caFile}' `
}

function placeOf({ inMemory, databaseUrl, location }: Config): string {
  if (databaseUrl !== undefined) return shownAddress(databaseUrl)
  return inMemory ? 'in memory, lost when the server stops' : resolve(join(location, 'relata.db'))
}

/** What is known of a tenant. */
interface ListedTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

/** More are only counted. */
const mostTenants = 10

/** `tenants`: those of the database, in the order to show. */
export function bannerFacts(
  config: Config,
  version: string,
  address: string,
  tenants: readonly ListedTenant[],
  caFile?: string,
): BannerFacts {
  const seeded = hasPack(config.seed)
  // A registry has no sign-in, so it needs no applications.
  const signsIn = seeded && !config.registry
  const ours = !config.httpOnly && config.cert === undefined
  return {
    version,
    address,
    graph: config.publicUrl ?? address,
    data: placeOf(config),
    ...(ours ? { authority: caFile === undefined ? `${address}/_relata/certificate.pem` : resolve(caFile) } : {}),
    ...(config.transparent ? { alsoAs: transparentHosts.join(', ') } : {}),
    trust: trustOf(config, caFile),
    tenants: tenants
      .slice(0, mostTenants)
      .map(({ id, displayName, defaultDomain }) => ({ name: displayName, domain: defaultDomain, id })),
    ...(tenants.length > mostTenants ? { moreTenants: tenants.length - mostTenants } : {}),
    applications: signsIn ? applications.map(({ id, displayName }) => ({ name: displayName, id })) : [],
    ...(signsIn ? { secret: wellKnown.secret } : {}),
    signsIn: !config.registry,
  }
}

const howToAdd =
  'relata tenant add --id ID --name NAME --domain DOMAIN adds one; ID is that of its tenant at the issuer'

type Row = readonly [what: string, value: string]

function rowsOf(facts: BannerFacts): Row[] {
  return [
    ['Microsoft Graph', `${facts.graph}/v1.0`],
    ['', `${facts.graph}/beta`],
    ...(facts.graph === facts.address ? [] : ([['listens on', facts.address]] as const)),
    ...(facts.signsIn ? ([['sign-in', `${facts.graph}/{tenant}/oauth2/v2.0/token`]] as const) : []),
    ['data', facts.data],
    ...(facts.alsoAs === undefined
      ? []
      : ([['answers as', `${facts.alsoAs}  (if these hosts are redirected here, port 443)`]] as const)),
    ...(facts.authority === undefined ? [] : ([['trust', facts.authority]] as const)),
    ...facts.tenants.map(({ name, domain, id }): Row => [`tenant ${printable(name)}`, printable(`${id}  ${domain}`)]),
    ...(facts.moreTenants === undefined ? [] : ([['', `and ${facts.moreTenants} more: relata tenant list`]] as const)),
    ...(facts.tenants.length > 0 ? [] : ([['tenants', `none yet; ${howToAdd}`]] as const)),
    ...facts.applications.map(({ name, id }): Row => [`app ${printable(name)}`, id]),
    ...(facts.secret === undefined
      ? []
      : ([['secret of the apps', `${facts.secret}  (well-known, for local use)`]] as const)),
  ]
}

function boxed(title: string, rows: readonly Row[]): string {
  const left = Math.max(...rows.map(([what]) => what.length))
  const right = Math.max(title.length - left - 3, ...rows.map(([, value]) => value.length))
  const rule = (start: string, middle: string, end: string): string =>
    `${start}${'─'.repeat(left + 2)}${middle}${'─'.repeat(right + 2)}${end}`
  return [
    rule('┌', '─', '┐'),
    `│ ${title.padEnd(left + right + 3)} │`,
    rule('├', '┬', '┤'),
    ...rows.map(([what, value]) => `│ ${what.padEnd(left)} │ ${value.padEnd(right)} │`),
    rule('└', '┴', '┘'),
  ].join('\n')
}

/** Two commands for any shell of the Bourne family: a token, and a first request with it. */
function pasted({ graph, trust, tenants: [tenant], applications: [application], secret }: BannerFacts): string {
  if (tenant === undefined || application === undefined) return ''
  return `
token=$(curl -sS ${trust}${graph}/${tenant.domain}/oauth2/v2.0/token \\
  -d grant_type=client_credentials -d client_id=${application.id} -d client_secret=${secret} \\
  -d scope=https://graph.microsoft.com/.default | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')
curl -sS ${trust}-H "Authorization: Bearer $token" ${graph}/v1.0/sites/root/termStore/groups
`
}

function banner(facts: BannerFacts): string {
  return `${boxed(`Relata ${facts.version}`, rowsOf(facts))}\n${pasted(facts)}`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Prints where the server is, the ready line last. */
export function announce({ output, silent }: Config, facts: BannerFacts): void {
  const ready = readyLine(facts.address)
  if (output === 'json') {
    if (!silent) say(printableJson({ level: 'info', ...facts, msg: 'started' }))
    say(JSON.stringify({ level: 'info', address: facts.address, msg: ready }))
    return
  }
  if (!silent) say(banner(facts))
  say(ready)
}
