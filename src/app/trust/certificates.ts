/**
 * A local certificate authority and the server certificate it signs, made at the first start, renewed when needed.
 * The library that makes them is loaded only then: it takes longer than the rest of a start.
 */
import { createPrivateKey, KeyObject, randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { isPermitted, nameConstraints, type Permitted, permissionFor, permittedIn } from './name-constraints.ts'
import { createWhole, readIfThere, replaceWhole, writeWhole } from './private-files.ts'
import { signerHost, transparentHosts } from './transparent.ts'

export interface Certificates {
  /** PEM of the server certificate and of its key. */
  readonly cert: string
  readonly key: string
  /** PEM of our authority; absent when the certificate was given to us. */
  readonly ca?: string
  /** Where the authority can be found by other programs; absent where it could not be written. */
  readonly caFile?: string
  /** What people have to know of the authority, in a sentence. */
  readonly warning?: string
}

/** PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

const dayMs = 24 * 60 * 60 * 1000
/** Whoever gets hold of the key can use it no longer; authorities made before this release have ten years and keep them. */
const authorityDays = 825
/** Browsers refuse certificates that are valid for longer. */
const serverDays = 397
const renewDays = 30

export const authorityAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export async function loadLibrary() {
  // The library's containers need it before they are loaded.
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

function makeKeys() {
  return crypto.subtle.generateKey(authorityAlgorithm, true, ['sign', 'verify'])
}

export function serial(): string {
  return `01${randomBytes(15).toString('hex')}`
}

export function pemOfKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function importKey(pem: string) {
  return crypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }),
    authorityAlgorithm,
    false,
    ['sign'],
  )
}

/** From a day ago, for machines whose clocks differ; not beyond the issuer's own end. */
export function validity(now: Date, days: number, issuer?: X509Certificate) {
  const issuerEnd = issuer === undefined ? Number.POSITIVE_INFINITY : Date.parse(issuer.validTo)
  return {
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(Math.min(now.getTime() + days * dayMs, issuerEnd)),
  }
}

/** Always permitted, so that a start with another of these modes needs no other authority (docs/adr/0026). */
const alwaysPermitted = ['localhost', '127.0.0.0/8', '0:0:0:0:0:0:0:1/128', ...transparentHosts]

async function makeAuthority(now: Date, permitted: Permitted): Promise<Pair> {
  const x509 = await loadLibrary()
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    // A name of its own: browsers confuse authorities of one name and different keys.
    name: `CN=Relata local authority ${randomBytes(4).toString('hex')}, O=Relata`,
    ...validity(now, authorityDays),
    signingAlgorithm: authorityAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(
        '2.5.29.30',
        true,
        new Uint8Array(nameConstraints([...new Set([...alwaysPermitted, ...permitted])])),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: pemOfKey(keys.privateKey) }
}

async function makeServer(authority: Pair, names: readonly string[], now: Date): Promise<Pair> {
  const x509 = await loadLibrary()
  const keys = await makeKeys()
  const issuer = new x509.X509Certificate(authority.cert)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=localhost, O=Relata',
    issuer: issuer.subject,
    ...validity(now, serverDays, new X509Certificate(authority.cert)),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: authorityAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: pemOfKey(keys.privateKey) }
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':')
}

const nameForm = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const unbound = new Set(['0.0.0.0', '::'])

function isUsable(name: string): boolean {
  return (nameForm.test(name.replace(/^\*\./, '')) || isAddress(name)) && !unbound.has(name)
}

/** Worlds in browsers: `{id}.w.localhost`. */
const worldHosts = '*.w.localhost'

interface Names {
  /** Those that were asked for. */
  readonly wanted: readonly string[]
  /** The machine's own: left out where the authority may not sign for it, as machines change their names by themselves. */
  readonly machine: readonly string[]
}

/** What clients may call this machine; `host` is the address it was told to bind. */
function namesFor({ host, transparent, certificateNames = [], partnerCenterSigner }: CertificateFacts): Names {
  const given = [host.toLowerCase(), ...certificateNames].filter(isUsable)
  const wanted = [
    'localhost',
    worldHosts,
    '127.0.0.1',
    '::1',
    ...given,
    ...(transparent === true ? transparentHosts : []),
  ]
  if (partnerCenterSigner === 'faithful') wanted.push(signerHost)
  return { wanted: [...new Set(wanted)], machine: [hostname().toLowerCase()].filter(isUsable) }
}

function allOf({ wanted, machine }: Names): string[] {
  return [...new Set([...wanted, ...machine])]
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function matches(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function lastsAt(certificate: X509Certificate, now: Date): boolean {
  return (
    Date.parse(certificate.validFrom) <= now.getTime() &&
    Date.parse(certificate.validTo) - renewDays * dayMs > now.getTime()
  )
}

function covers(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every(
    (name) => (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
  )
}

/** A certificate for hosts of Microsoft's is kept no longer than it is wanted. */
function namesTooMuch(certificate: X509Certificate, names: readonly string[]): boolean {
  return [...transparentHosts, signerHost].some(
    (host) => !names.includes(host) && certificate.checkHost(host) !== undefined,
  )
}

function isGoodAuthority({ cert, key }: Pair, now: Date): boolean {
  const certificate = parse(cert)
  return certificate?.ca === true && matches(certificate, key) && lastsAt(certificate, now)
}

function permittedBy({ cert }: Pair): Permitted | undefined {
  const certificate = parse(cert)
  return certificate && permittedIn(certificate)
}

function isGoodServer({ cert, key }: Pair, authority: Pair, names: readonly string[], now: Date): boolean {
  const certificate = parse(cert)
  const issuer = parse(authority.cert)
  if (certificate === undefined || issuer === undefined) return false
  return (
    matches(certificate, key) &&
    certificate.verify(issuer.publicKey) &&
    lastsAt(certificate, now) &&
    covers(certificate, names) &&
    !namesTooMuch(certificate, names)
  )
}

async function readPair(cert: string, key: string): Promise<Pair | undefined> {
  const [certText, keyText] = await Promise.all([readIfThere(cert), readIfThere(key)])
  return certText === undefined || keyText === undefined ? undefined : { cert: certText, key: keyText }
}

const certificateForm = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/

/** `ca.key` has the certificate behind the key. Releases before 0.2 kept it in `ca.pem` alone. */
async function authorityIn(keyText: string, caFile: string): Promise<Pair | undefined> {
  const cert = certificateForm.exec(keyText)?.[0] ?? (await readIfThere(caFile))
  return cert === undefined ? undefined : { cert, key: keyText.replace(certificateForm, '') }
}

/** An attempt ends with an authority in place, whoever put it there, or gives up waiting for one that has ended. */
const mostAttempts = 5

/** A name that was asked for and that the authority may not sign for. */
function strangerTo(authority: Pair, { wanted }: Names): string | undefined {
  const permitted = permittedBy(authority)
  return wanted.find((name) => !isPermitted(permitted, name))
}

/** Why an authority of ours that is whole is not kept; undefined: it is no such authority. */
function endOf({ cert, key }: Pair, now: Date): string | undefined {
  const certificate = parse(cert)
  const isWhole = certificate?.ca === true && matches(certificate, key)
  return isWhole && !lastsAt(certificate, now) ? `is valid until ${certificate.validTo} only` : undefined
}

interface KeptAuthority extends Pair {
  /** Why the authority before was replaced, if programs trust it. */
  readonly why: string | undefined
}

/**
 * The authority of the folder, made where there is no good one. Servers that start at the same time get the same one:
 * key and certificate are one file, which appears whole and which only one of them can create.
 */
async function keptAuthority(location: string, caFile: string, names: Names, now: Date): Promise<KeptAuthority> {
  const keyFile = join(location, 'ca.key')
  let why: string | undefined
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const keyText = await readIfThere(keyFile)
    const known = keyText === undefined ? undefined : await authorityIn(keyText, caFile)
    const isGood = known !== undefined && isGoodAuthority(known, now)
    const stranger = isGood ? strangerTo(known, names) : undefined
    if (isGood && stranger === undefined) {
      if ((await readIfThere(caFile)) !== known.cert) await writeWhole(caFile, known.cert, 0o644)
      return { ...known, why }
    }
    why ??= stranger === undefined ? known && endOf(known, now) : `may not sign for ${stranger}`
    const before = (known && permittedBy(known)) ?? []
    const { key, cert } = await makeAuthority(now, [...before, ...allOf(names).map(permissionFor)])
    await (keyText === undefined
      ? createWhole(keyFile, `${key}${cert}`)
      : replaceWhole(keyFile, keyText, `${key}${cert}`))
  }
  throw new Error(`no authority could be kept in ${location}`)
}

function renewed(why: string, caFile: string): string {
  return `the local certificate authority was made anew, because the one before ${why}: run 'relata trust' again, and let programs that trust a file read ${caFile} again`
}

async function keptAt(location: string, names: Names, now: Date): Promise<Certificates> {
  const [caFile, certFile, keyFile] = [
    join(location, 'ca.pem'),
    join(location, 'server.pem'),
    join(location, 'server.key'),
  ]
  const { why, ...authority } = await keptAuthority(location, caFile, names, now)
  const permitted = permittedBy(authority)
  const signed = allOf(names).filter((name) => isPermitted(permitted, name))
  const facts = { ca: authority.cert, caFile, ...(why === undefined ? {} : { warning: renewed(why, caFile) }) }
  const known = await readPair(certFile, keyFile)
  if (known !== undefined && isGoodServer(known, authority, signed, now)) return { ...known, ...facts }
  const server = await makeServer(authority, signed, now)
  // The key goes first: a certificate without its key would be of no use to the next start.
  await writeWhole(keyFile, server.key)
  await writeWhole(certFile, server.cert, 0o644)
  return { ...server, ...facts }
}

async function keptNowhere(names: Names, now: Date): Promise<Certificates> {
  const authority = await makeAuthority(now, allOf(names).map(permissionFor))
  return { ...(await makeServer(authority, allOf(names), now)), ca: authority.cert }
}

export interface CertificateFacts {
  readonly location: string
  /** Then they are made for this process alone where the location cannot be written to. */
  readonly inMemory: boolean
  readonly host: string
  /** Further names, as `--certificate-names` has them. */
  readonly certificateNames?: readonly string[]
  /** The certificate names the hosts of `transparent.ts`, too. */
  readonly transparent?: boolean
  /** `faithful`: it names Microsoft's host of certificates, too. */
  readonly partnerCenterSigner?: 'local' | 'faithful'
  readonly now: Date
  /** Files of a certificate (with its chain) and key to use instead. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

async function given(certFile: string, keyFile: string, names: readonly string[]): Promise<Certificates> {
  try {
    const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')]
    createSecureContext({ cert, key })
    const certificate = new X509Certificate(cert)
    const missing = names.filter((name) => certificate.checkHost(name) === undefined)
    if (missing.length > 0) throw new Error(`it does not name ${missing.join(', ')}, which --transparent needs`)
    return { cert, key }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot use the certificate ${certFile} with the key ${keyFile}: ${why}`, { cause: error })
  }
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** Reads the certificates in the location, and makes those that are missing, too old, or for other names. */
export async function loadCertificates(facts: CertificateFacts): Promise<Certificates> {
  const { location, inMemory, transparent = false, now, cert, key } = facts
  if (cert !== undefined && key !== undefined) return given(cert, key, transparent ? transparentHosts : [])
  const names = namesFor(facts)
  try {
    return await keptAt(location, names, now)
  } catch (error) {
    if (!inMemory || !isOfFileSystem(error)) throw error
    return keptNowhere(names, now)
  }
}

/**
 * The authority of the location, for what else is signed with it, made where there is none: also where the certificate of
 * the server was given, or there is none.
 */
export async function loadAuthority(facts: CertificateFacts): Promise<Pair> {
  const names = namesFor(facts)
  try {
    const { cert, key } = await keptAuthority(facts.location, join(facts.location, 'ca.pem'), names, facts.now)
    return { cert, key }
  } catch (error) {
    if (!facts.inMemory || !isOfFileSystem(error)) throw error
    return makeAuthority(facts.now, allOf(names).map(permissionFor))
  }
}
