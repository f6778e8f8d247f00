/** The certificate, for `relata doctor`: whether it is valid, and who trusts it. */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as tls from 'node:tls'
import type { Config } from '#app/config.ts'
import { systemClock } from '#base/clock.ts'
import type { Diagnosis } from './diagnosis.ts'

const what = 'certificate'
const bundles = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']

function plain(pem: string): string {
  return pem.replace(/\s/g, '')
}

/** Undefined: this Node cannot tell. */
function isTrustedBySystem(ca: string): boolean | undefined {
  if (!('getCACertificates' in tls)) return undefined
  return tls.getCACertificates('system').some((one) => plain(one) === plain(ca))
}

function validity(name: string, file: string): Diagnosis | undefined {
  try {
    const { validFromDate, validToDate } = new X509Certificate(readFileSync(file))
    const now = systemClock.now()
    if (validFromDate > now) {
      const tip = 'the clock of the system may be wrong'
      return { what, how: 'bad', text: `${name} is valid from ${validFromDate.toISOString()} on`, tip }
    }
    return validToDate < now ? { what, how: 'bad', text: `${name} ended on ${validToDate.toISOString()}` } : undefined
  } catch (error) {
    return { what, how: 'bad', text: `${name} cannot be read: ${(error as Error).message}` }
  }
}

function bundleDiagnoses(ca: string, environment: Readonly<Record<string, string | undefined>>): Diagnosis[] {
  return bundles.flatMap((name): Diagnosis[] => {
    const file = environment[name]
    if (file === undefined || file === '') return []
    if (!existsSync(file)) return [{ what, how: 'warn', text: `${name} names ${file}, which is not there` }]
    if (plain(readFileSync(file, 'utf8')).includes(plain(ca)))
      return [{ what, how: 'good', text: `${name} has the local authority` }]
    return [
      {
        what,
        how: 'warn',
        text: `${name} is without the local authority`,
        tip: `relata exec -- CMD sets it for one command`,
      },
    ]
  })
}

export function certificateDiagnoses(
  { location, httpOnly, cert }: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Diagnosis[] {
  if (httpOnly)
    return [{ what, how: 'warn', text: '--http-only has none: most clients of Microsoft refuse such a server' }]
  if (cert !== undefined) return [validity(cert, cert) ?? { what, how: 'good', text: `${cert} is valid` }]
  const file = resolve(join(location, 'ca.pem'))
  if (!existsSync(file)) return [{ what, how: 'good', text: 'a local authority is made at the first start' }]
  const wrong = validity(file, file)
  if (wrong !== undefined) return [{ tip: 'the next start makes another; then relata trust', ...wrong }]
  const ca = readFileSync(file, 'utf8')
  const trusted = isTrustedBySystem(ca)
  const system: Diagnosis[] =
    trusted === undefined
      ? []
      : trusted
        ? [{ what, how: 'good', text: `the system trusts ${file}` }]
        : [
            {
              what,
              how: 'warn',
              text: `the system does not trust ${file}`,
              tip: 'relata trust; or relata exec -- CMD, which needs none',
            },
          ]
  return [...system, ...bundleDiagnoses(ca, environment)]
}
