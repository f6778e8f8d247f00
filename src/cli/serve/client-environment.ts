/** The environment in which a program finds a server and trusts it: addresses, well-known credentials, certificates. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { wellKnown } from '#app/seed/seed-data.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface TrustFiles {
  readonly variables: Readonly<Record<string, string>>
  remove(): void
}

/** Where systems keep the authorities that all programs trust. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

function authoritiesIn(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${variable} names ${file}, which cannot be read: ${(error as Error).message}`)
  }
}

function usualAuthorities(): string {
  const file = systemBundles.find((path) => existsSync(path))
  return file === undefined ? rootCertificates.join('\n') : readFileSync(file, 'utf8')
}

/**
 * Files that hold `ca` beside what is trusted without it: these variables stand for all authorities that a program knows
 * (only Node's adds to them), and the program may talk to other hosts as well.
 */
export function trustFiles(ca: string, before: Variables): TrustFiles {
  const folder = mkdtempSync(join(tmpdir(), 'relata-exec-'))
  const write = (name: string, known: string): string => {
    const file = join(folder, name)
    writeFileSync(file, known === '' ? ca : `${known.trimEnd()}\n${ca}`)
    return file
  }
  const given = (variable: string): string | undefined => {
    const file = before[variable]
    return file === undefined || file === '' ? undefined : authoritiesIn(variable, file)
  }
  const curl = given('CURL_CA_BUNDLE')
  return {
    variables: {
      RELATA_CA: write('ca.pem', ''),
      NODE_EXTRA_CA_CERTS: write('node.pem', given('NODE_EXTRA_CA_CERTS') ?? ''),
      SSL_CERT_FILE: write('openssl.pem', given('SSL_CERT_FILE') ?? usualAuthorities()),
      REQUESTS_CA_BUNDLE: write(
        'requests.pem',
        given('REQUESTS_CA_BUNDLE') ?? given('SSL_CERT_FILE') ?? usualAuthorities(),
      ),
      // It stands before SSL_CERT_FILE where it is set.
      ...(curl === undefined ? {} : { CURL_CA_BUNDLE: write('curl.pem', curl) }),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const ownNames = ['localhost', '127.0.0.1', '::1']

/** A proxy would be asked for this machine, and answer for another. */
function pastProxies(before: Variables): Record<string, string> {
  const has = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].some(
    (name) => (before[name] ?? '') !== '',
  )
  if (!has) return {}
  const known = (before['NO_PROXY'] ?? before['no_proxy'] ?? '').split(',').filter((name) => name.trim() !== '')
  const names = [...known, ...ownNames.filter((name) => !known.includes(name))].join(',')
  return { NO_PROXY: names, no_proxy: names }
}

export interface ServerFacts {
  readonly origin: string
  /** False: a registry, or a seed without the demo companies. */
  readonly hasCredentials: boolean
  /** Also for the environment credential of Azure's libraries, in the place of what they would use. */
  readonly isForAzure: boolean
}

export function clientVariables({ origin, hasCredentials, isForAzure }: ServerFacts, before: Variables) {
  const { contoso, fabrikam, daemon, secret } = wellKnown
  return {
    RELATA_URL: origin,
    RELATA_GRAPH_URL: `${origin}/v1.0`,
    RELATA_LOGIN_URL: origin,
    ...(hasCredentials
      ? { RELATA_TENANT: contoso, RELATA_CUSTOMER: fabrikam, RELATA_CLIENT_ID: daemon, RELATA_SECRET: secret }
      : {}),
    ...(hasCredentials && isForAzure
      ? {
          AZURE_AUTHORITY_HOST: origin,
          AZURE_TENANT_ID: contoso,
          AZURE_CLIENT_ID: daemon,
          AZURE_CLIENT_SECRET: secret,
        }
      : {}),
    ...pastProxies(before),
  }
}
