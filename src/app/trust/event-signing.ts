/**
 * The key for deliveries in Partner Center's form: made at first use and kept as other keys are, renewed in time, and what
 * of it is public (events.md §2.5). Neither the key of tokens nor that of TLS.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { SharedTexts } from '#edm/ports.ts'
import type { Signed } from '#notify/kinds/partner-center.ts'
import type { Pair } from './certificates.ts'
import { kidOf, makeCrl, makeSigningPair, makeTestRoot, microsoft } from './signing-certificates.ts'
import { signerHost } from './transparent.ts'

export interface PublishedKey {
  readonly kid: string
  readonly kty?: string
  readonly use: 'sig'
  readonly alg: string
  readonly [member: string]: unknown
}

export interface EventSigning {
  /** `base`: of this server, as receivers reach it. */
  sign(body: string, base: string): Promise<Signed>
  /** PEM; undefined: there is none of that id, or none any more. Without an id, the present one. */
  certificate(kid: string | undefined): Promise<string | undefined>
  keys(): Promise<readonly PublishedKey[]>
  /** DER; undefined: the certificate is of somebody else's authority. */
  crl(): Promise<Buffer | undefined>
}

export interface ServerSigning extends EventSigning {
  /** Why nothing is signed; undefined: it is. */
  readonly off: string | undefined
  /** Of this server, as receivers reach it. */
  origin(): string
  /** Called when the server listens, which may be on a port that was free; undefined: it does not. */
  listensAt(port: number | undefined): void
}

interface Kept extends Pair {
  readonly kid: string
  /** PEM of the certificate of its issuer. */
  readonly issuer: string
  readonly crlUrl: string
  readonly since: string
}

interface Ring {
  /** Newest first. */
  readonly keys: readonly Kept[]
  /** Of a signer that looks like Microsoft's. */
  readonly root?: Pair
}

export interface SigningFacts {
  readonly clock: Clock
  /** Where the key is kept; undefined: nowhere, and it lasts as long as the process. */
  readonly texts: () => Promise<SharedTexts | undefined>
  /** Runs the work while no other process makes a key. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** The local authority. */
  readonly authority: () => Promise<Pair>
  readonly crlUrl: () => string
  /** Certificates that look like Microsoft's, for clients that ask for that. */
  readonly isFaithful: boolean
}

const name = 'events.key'
const dayMillis = 86_400_000
const renewDays = 30
/** How long what a newer key has replaced is still served, and how many at most. */
const servedDays = 40
const keptMost = 20
/** A list is good for a week; clients that keep it ask again after that. */
const crlMillis = dayMillis

function signed(body: string, key: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    // With a function it works on another thread.
    sign('sha256', Buffer.from(body), key, (error, signature) =>
      error === null ? resolve(signature.toString('base64')) : reject(error),
    )
  })
}

function derText(pem: string): string {
  return new X509Certificate(pem).raw.toString('base64')
}

function published({ kid, cert, issuer }: Pick<Kept, 'kid' | 'cert'> & { readonly issuer?: string }): PublishedKey {
  const certificate = new X509Certificate(cert)
  return {
    ...createPublicKey(cert).export({ format: 'jwk' }),
    kid,
    use: 'sig',
    alg: 'RS256',
    x5c: [cert, ...(issuer === undefined ? [] : [issuer])].map(derText),
    'x5t#S256': Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
  }
}

/** Key and certificate that the operator has given. Throws where they cannot be used. */
export function givenSigning({ cert, key }: Pair): EventSigning {
  const certificate = new X509Certificate(cert)
  const privateKey = createPrivateKey(key)
  if (privateKey.asymmetricKeyType !== 'rsa' || (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new Error('the key is not one of RSA with 2048 bits or more')
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('the certificate is not that of the key')
  const kid = kidOf(cert)
  return {
    sign: async (body, base) => ({
      signature: await signed(body, privateKey),
      certificateUrl: `${base}/_relata/webhooks/certificate.cer?kid=${kid}`,
    }),
    certificate: async (wanted) => (wanted === undefined || wanted === kid ? cert : undefined),
    keys: async () => [published({ kid, cert })],
    crl: async () => undefined,
  }
}

/** When a certificate is replaced. */
function renewalOf({ cert }: Pick<Kept, 'cert'>): number {
  return Date.parse(new X509Certificate(cert).validTo) - renewDays * dayMillis
}

/** Reads the keys that are kept, and makes a new one where the first is not good any more. */
function keptKeys(facts: SigningFacts) {
  const { clock, isFaithful, crlUrl } = facts
  const nowMillis = (): number => clock.now().getTime()
  let held: Ring = { keys: [] }
  const read = async (): Promise<Ring> => {
    const text = await (await facts.texts())?.read(name)
    return text === undefined ? held : (JSON.parse(text) as Ring)
  }
  const issuerIn = async ({ root }: Ring): Promise<Pair> =>
    isFaithful ? (root ?? (await makeTestRoot(clock.now()))) : facts.authority()
  const isGood = ({ cert, issuer, crlUrl: list }: Kept, { cert: wanted }: Pair): boolean =>
    issuer === wanted && list === crlUrl() && renewalOf({ cert }) > nowMillis()

  const make = async (): Promise<Ring> => {
    const found = await read()
    const issuer = await issuerIn(found)
    const [newest] = found.keys
    if (newest !== undefined && isGood(newest, issuer)) return found
    const now = clock.now()
    const organisation = isFaithful ? microsoft : 'Relata'
    const pair = await makeSigningPair({ issuer, organisation, crlUrl: crlUrl(), now })
    const made = { ...pair, kid: kidOf(pair.cert), issuer: issuer.cert, crlUrl: crlUrl(), since: now.toISOString() }
    // A key was in use until the next one was made.
    const stillServed = found.keys.filter(
      (_, at) => Date.parse((found.keys[at - 1] ?? made).since) + servedDays * dayMillis > nowMillis(),
    )
    const root = isFaithful ? issuer : found.root
    const next = {
      keys: [made, ...stillServed].slice(0, keptMost),
      ...(root === undefined ? {} : { root }),
    }
    held = next
    await (await facts.texts())?.write(name, `${JSON.stringify(next, undefined, 2)}\n`)
    return next
  }
  return { read, issuerIn, make }
}

export function keptSigning(facts: SigningFacts): EventSigning {
  const { clock, alone, isFaithful } = facts
  const { read, issuerIn, make } = keptKeys(facts)
  const nowMillis = (): number => clock.now().getTime()
  let ring: Ring | undefined
  /** When the first key has to be replaced. */
  let untilMillis = 0
  let opening: Promise<Ring> | undefined
  let list: { readonly der: Buffer; readonly untilMillis: number; readonly issuer: string } | undefined
  let privateKey: { readonly kid: string; readonly key: KeyObject } | undefined

  /** The keys, of which the first signs. */
  const current = async (): Promise<Ring> => {
    const [newest] = ring?.keys ?? []
    if (ring !== undefined && newest !== undefined && untilMillis > nowMillis()) return ring
    opening ??= alone(make).finally(() => {
      opening = undefined
    })
    ring = await opening
    untilMillis = ring.keys[0] === undefined ? 0 : renewalOf(ring.keys[0])
    return ring
  }

  const first = async (): Promise<Kept> => {
    const [newest] = (await current()).keys
    if (newest === undefined) throw new Error('there is no key for events')
    return newest
  }

  return {
    sign: async (body, base) => {
      const { kid, key } = await first()
      if (privateKey?.kid !== kid) privateKey = { kid, key: createPrivateKey(key) }
      const certificateUrl = isFaithful
        ? `https://${signerHost}/cert/${kid}.cer`
        : `${base}/_relata/webhooks/certificate.cer?kid=${kid}`
      return { signature: await signed(body, privateKey.key), certificateUrl }
    },
    certificate: async (kid) => {
      if (kid === undefined) return (await first()).cert
      const known = ring?.keys.find((one) => one.kid === kid)
      // Another process may have made it.
      return (known ?? (await read()).keys.find((one) => one.kid === kid))?.cert
    },
    keys: async () => (await current()).keys.map(published),
    crl: async () => {
      const found = await current()
      const issuer = await issuerIn(found)
      if (list === undefined || list.issuer !== issuer.cert || list.untilMillis < nowMillis())
        list = {
          der: await makeCrl(issuer, clock.now()),
          untilMillis: nowMillis() + crlMillis,
          issuer: issuer.cert,
        }
      return list.der
    },
  }
}
