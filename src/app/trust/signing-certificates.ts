/**
 * Makes what deliveries in Partner Center's form are signed with: a key, its certificate, and the list of revoked ones that
 * clients ask for (events.md §2.5). The library for certificates is loaded with the first call.
 */
import { createHash, KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { authorityAlgorithm, importKey, loadLibrary, type Pair, pemOfKey, serial, validity } from './certificates.ts'

const signingDays = 398
const rootDays = 3650
const crlDays = 7
const hourMillis = 3_600_000

/** Subject of the leaf, by the organisation that its issuer has. */
function subjectOf(organisation: string): string {
  return `CN=Relata event signing, O=${organisation}`
}

export const microsoft = 'Microsoft Corporation'

/** Hexadecimal, so that it may stand in a path. */
export function kidOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex').slice(0, 40)
}

/** A root of its own for clients that ask who has issued the certificate. It is for tests, and its name says so. */
export async function makeTestRoot(now: Date): Promise<Pair> {
  const x509 = await loadLibrary()
  const keys = await crypto.subtle.generateKey(authorityAlgorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=Relata test root ${randomBytes(4).toString('hex')} (not Microsoft's), O=${microsoft}`,
    ...validity(now, rootDays),
    signingAlgorithm: authorityAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: pemOfKey(keys.privateKey) }
}

export interface LeafFacts {
  readonly issuer: Pair
  readonly organisation: string
  /** Where the list of revoked certificates is, over plain HTTP. */
  readonly crlUrl: string
  readonly now: Date
}

/** A key for signatures with RSA, and its certificate, which is for nothing else. */
export async function makeSigningPair({ issuer, organisation, crlUrl, now }: LeafFacts): Promise<Pair> {
  const x509 = await loadLibrary()
  const keys = await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )
  const authority = new x509.X509Certificate(issuer.cert)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: subjectOf(organisation),
    issuer: authority.subject,
    ...validity(now, signingDays, new X509Certificate(issuer.cert)),
    publicKey: keys.publicKey,
    signingKey: await importKey(issuer.key),
    signingAlgorithm: authorityAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.CRLDistributionPointsExtension([crlUrl]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** DER of a whole number. */
function integer(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  // A first bit that is set would make it negative.
  const content = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return new Uint8Array([0x02, content.length, ...content])
}

/** DER of the authority's list of revoked certificates, in which there are none. */
export async function makeCrl(issuer: Pair, now: Date): Promise<Buffer> {
  const x509 = await loadLibrary()
  const authority = new x509.X509Certificate(issuer.cert)
  const crl = await x509.X509CrlGenerator.create({
    issuer: authority.subject,
    // For machines whose clocks differ.
    thisUpdate: new Date(now.getTime() - hourMillis),
    nextUpdate: new Date(now.getTime() + crlDays * 24 * hourMillis),
    entries: [],
    signingKey: await importKey(issuer.key),
    signingAlgorithm: authorityAlgorithm,
    extensions: [
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      new x509.Extension('2.5.29.20', false, integer(Math.floor(now.getTime() / 1000))),
    ],
  })
  return Buffer.from(crl.rawData)
}
