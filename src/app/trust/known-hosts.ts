/** The hosts this server answers for, from its settings and its certificate; loopback names are always known (http/admission/hosts.ts). */
import { X509Certificate } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import { signerHost, transparentHosts } from './transparent.ts'

/** DNS names and IP addresses in the certificate; of a chain the first one counts. */
function namesIn(pem: string): string[] {
  const { subjectAltName = '' } = new X509Certificate(pem)
  return subjectAltName
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
    .map((name) => name.toLowerCase())
}

type HostFacts = Pick<
  Config,
  'host' | 'transparent' | 'allowedHost' | 'certificateNames' | 'publicUrl' | 'cert' | 'partnerCenterSigner'
>

/** In lower case, without ports and brackets; `*.name` stands for the names one level below. */
export function knownHosts(config: HostFacts, certificate: string | undefined): string[] {
  const { host, transparent, allowedHost, certificateNames, publicUrl, cert, partnerCenterSigner } = config
  return [
    hostname().toLowerCase(),
    host.toLowerCase(),
    ...(transparent ? transparentHosts : []),
    ...(partnerCenterSigner === 'faithful' ? [signerHost] : []),
    ...allowedHost,
    ...certificateNames,
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1')]),
    // A certificate that was given says for whom we answer; our own names what is in this list anyway.
    ...(cert === undefined || certificate === undefined ? [] : namesIn(certificate)),
  ]
}
