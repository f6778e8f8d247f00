/** Settings of the network: which addresses and names the server takes, and what it believes of a proxy in front of it. */
import { isIP } from 'node:net'
import { listShape, named, oneOf, setting, truth } from '#base/setting.ts'

export const controlScopes = ['loopback', 'any'] as const
/** Whose peers may use the addresses that ask for no token. */
export type ControlScope = (typeof controlScopes)[number]

const hostForm = /^(?=.{1,253}$)(?:\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

function listOf(text: string): string[] {
  const list = text.split(',').map((part) => part.trim().toLowerCase())
  if (list.includes('')) throw new Error('has an empty entry')
  return list
}

/** Host names, `*.name` for all names one level below, and IP addresses without brackets. */
function hosts(text: string): readonly string[] {
  const list = listOf(text).map((host) => host.replace(/^\[(.*)\]$/, '$1'))
  const wrong = list.find((host) => isIP(host) === 0 && !hostForm.test(host))
  if (wrong !== undefined) throw new Error(`has '${wrong}', which is neither a host name nor an IP address`)
  return list
}

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** IP addresses, and ranges of them as `10.0.0.0/8`. */
function ranges(text: string): readonly string[] {
  const list = listOf(text)
  const wrong = list.find((range) => !isRange(range))
  if (wrong !== undefined) throw new Error(`has '${wrong}', which is no IP address or range such as 10.0.0.0/8`)
  return list
}

/** Scheme, host and port as browsers write them: `https://terms.example`. */
export function originIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare =
    url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  if (!isBare || !/^https?:$/.test(url.protocol)) throw new Error('is not an address such as https://terms.example')
  return url.origin
}

const none: readonly string[] = []

export const networkFlags = {
  cert: setting('--cert <file>', 'PEM certificate with its chain, instead of one that Relata makes', undefined, named, {
    isPath: () => true,
  }),
  key: setting('--key <file>', 'PEM key of --cert', undefined, named, { isPath: () => true }),
  httpOnly: setting('--http-only', 'serve without TLS; most Microsoft clients refuse such a server', false, truth),
  transparent: setting(
    '--transparent',
    'answer as graph.microsoft.com, login.microsoftonline.com and the like too, for clients that a hosts file or a proxy redirects',
    false,
    truth,
  ),
  control: setting(
    '--control <who>',
    'who may use the addresses that ask for no token, such as the clock: loopback (this machine), or any',
    'loopback' as const,
    oneOf(...controlScopes),
  ),
  allowedHost: setting(
    '--allowed-host <names>',
    'further host names that requests may be sent to, separated by commas; *.name allows each name below it',
    none,
    hosts,
    { shape: listShape },
  ),
  trustedProxy: setting(
    '--trusted-proxy <ranges>',
    'IP addresses or ranges of proxies whose X-Forwarded headers are believed, separated by commas',
    none,
    ranges,
    { shape: listShape },
  ),
  publicUrl: setting(
    '--public-url <address>',
    'address that clients use, for the links in answers; needed behind a proxy that changes it',
    undefined,
    originIn,
  ),
  certificateNames: setting(
    '--certificate-names <names>',
    'further host names and IP addresses in the certificate that Relata makes, separated by commas',
    none,
    hosts,
    { shape: listShape },
  ),
  metrics: setting(
    '--metrics <on or off>',
    'serve /metrics for Prometheus, to everybody who can reach the port: on or off',
    false,
    truth,
  ),
  pages: setting(
    '--pages <on or off>',
    'serve the pages for people (--no-pages: off, and / is a list of links): on or off',
    true,
    truth,
    { hidden: '--no-pages' },
  ),
} as const
