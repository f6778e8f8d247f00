/**
 * Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 with a shared secret (`v1`), or Ed25519 (`v1a`). During a rotation each
 * request has one of each key (events.md §4.2).
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { isObject } from '#base/json.ts'

export type SigningName = 'hmac' | 'ed25519'

/** What a target keeps in `secret`, as JSON. */
export interface Secrets {
  /** `whsec_…`, or `whsk_…` for Ed25519. */
  readonly current: string
  /** Signs as well until then: an instant of the real clock. */
  readonly previous?: { readonly secret: string; readonly until: string }
}

/** How long the old key signs beside the new one. */
export const rotationMillis = 24 * 3_600_000

const hmacBytes = 32
const [fewestBytes, mostBytes] = [24, 64]
/** Of PKCS #8 before the 32 bytes of an Ed25519 key. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spki = Buffer.from('302a300506032b6570032100', 'hex')

export function makeSecret(signing: SigningName): string {
  if (signing === 'hmac') return `whsec_${randomBytes(hmacBytes).toString('base64')}`
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(pkcs8.length)
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(spki.length)
  return `whsk_${Buffer.concat([seed, point]).toString('base64')}`
}

/** Whether a text is a secret that somebody may bring: 24 to 64 bytes. */
export function isSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = base64 === undefined ? undefined : Buffer.from(base64, 'base64')
  return (
    bytes !== undefined &&
    bytes.toString('base64') === base64 &&
    bytes.length >= fewestBytes &&
    bytes.length <= mostBytes
  )
}

function privateKeyOf(secret: string): KeyObject {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32)
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
}

/** What receivers verify with: `whpk_…`. */
export function publicKeyOf(secret: string): string {
  const point = createPublicKey(privateKeyOf(secret)).export({ format: 'der', type: 'spki' }).subarray(spki.length)
  return `whpk_${point.toString('base64')}`
}

type Sign = (content: string) => string

function signerOf(secret: string): Sign {
  if (secret.startsWith('whsk_')) {
    const key = privateKeyOf(secret)
    return (content) => `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`
  }
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return (content) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}

const signers = new Map<string, Sign>()
const mostSigners = 1_000

/** Keys are read once, and not with each request. */
function signerFor(secret: string): Sign {
  const known = signers.get(secret)
  if (known !== undefined) return known
  if (signers.size >= mostSigners) signers.clear()
  const made = signerOf(secret)
  signers.set(secret, made)
  return made
}

export function secretsIn(text: string | null): Secrets | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text)
  return isObject(value) ? (value as unknown as Secrets) : undefined
}

/** Value of `webhook-signature`. `now`: of the real clock, in milliseconds. */
export function signatureOf({ current, previous }: Secrets, content: string, now: number): string {
  const isBoth = previous !== undefined && Date.parse(previous.until) > now
  const secrets = isBoth ? [current, previous.secret] : [current]
  return secrets.map((secret) => signerFor(secret)(content)).join(' ')
}
