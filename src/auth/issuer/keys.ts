/**
 * The key pairs that sign tokens: RS256, like Microsoft's. They rotate by age: a new key is published before it signs, an
 * old one until its last token has expired. Generating one takes up to half a second on another thread, so a start does
 * not wait for it.
 */
import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Clock, systemClock } from '#base/clock.ts'

export interface SigningKeys {
  readonly keyId: string
  readonly privateKey: KeyObject
  /** The public keys, as served at `jwks_uri`; the signing one first. */
  readonly published: readonly JWK[]
  readonly find: ReturnType<typeof createLocalJWKSet>
}

export interface KeyState {
  readonly keyId: string
  readonly state: 'next' | 'signing' | 'retired'
  readonly signsFrom: Date
}

export interface Keys {
  /** Resolves when the keys are loaded; the same object until they change. Rejects when the file cannot be used. */
  current(): Promise<SigningKeys>
  /** Generates a key, published now and signing after that many seconds. Returns all published keys. */
  rotate(leadSeconds: number): Promise<readonly KeyState[]>
}

/** Where the keys are kept between starts. The implementation has to protect them. */
export interface KeyPlace {
  /** Named in messages. */
  readonly name: string
  read(): Promise<string | undefined>
  /** Stores the text where there is none yet. Returns the stored one, which another process may have written first. */
  create(text: string): Promise<string>
  write(text: string): Promise<void>
}

const algorithm = 'RS256'
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** How long a key signs, and how long before that its successor is published. */
const ageMs = 90 * dayMs
const leadMs = dayMs
/** Tokens live for one hour; another hour for clocks that differ. */
const keptMs = 2 * hourMs

interface DatedKey {
  readonly jwk: JWK
  readonly signsFromMs: number
}

async function makeKey(signsFromMs: number): Promise<DatedKey> {
  const { privateKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true })
  const jwk = await exportJWK(privateKey)
  return { signsFromMs, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' } }
}

function publicHalf({ kty, n, e, kid, alg, use }: JWK): JWK {
  return Object.fromEntries(
    Object.entries({ kty, n, e, kid, alg, use, x5t: kid }).filter(([, value]) => value !== undefined),
  ) as JWK
}

/** The index of the key that signs; `keys` are newest first. */
function signingAt(keys: readonly DatedKey[], nowMs: number): number {
  const at = keys.findIndex(({ signsFromMs }) => signsFromMs <= nowMs)
  return at < 0 ? keys.length - 1 : at
}

function signingKeys(keys: readonly DatedKey[], nowMs: number): SigningKeys {
  const at = signingAt(keys, nowMs)
  const signing = keys[at]?.jwk
  if (signing?.kid === undefined) throw new Error('no key with a kid')
  // Not `importJWK`: Web Cryptography is loaded with the first token, and not in every start.
  const privateKey = createPrivateKey({ key: signing as JsonWebKey, format: 'jwk' })
  if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('the first key is not a private RSA key')
  const published = [signing, ...keys.filter(({ jwk }) => jwk !== signing).map(({ jwk }) => jwk)].map(publicHalf)
  return { keyId: signing.kid, privateKey, published, find: createLocalJWKSet({ keys: published }) }
}

/** Drops keys whose tokens have all expired. */
function stillOfUse(keys: readonly DatedKey[], nowMs: number): readonly DatedKey[] {
  return keys.filter((_, at) => {
    const successor = keys[at - 1]
    return successor === undefined || successor.signsFromMs + keptMs > nowMs
  })
}

function needsSuccessor(keys: readonly DatedKey[], nowMs: number): boolean {
  return (keys[0]?.signsFromMs ?? 0) + ageMs - leadMs <= nowMs
}

/** When the next key begins to sign, is generated, or is dropped. */
function changesAtMs(keys: readonly DatedKey[], nowMs: number): number {
  const moments = keys.flatMap(({ signsFromMs }, at) => [
    signsFromMs,
    ...(at === keys.length - 1 ? [] : [signsFromMs + keptMs]),
  ])
  return Math.min((keys[0]?.signsFromMs ?? 0) + ageMs - leadMs, ...moments.filter((moment) => moment > nowMs))
}

function statesOf(keys: readonly DatedKey[], nowMs: number): readonly KeyState[] {
  const signing = signingAt(keys, nowMs)
  return keys.map(({ jwk, signsFromMs }, at) => ({
    keyId: jwk.kid ?? '',
    state: at === signing ? 'signing' : at < signing ? 'next' : 'retired',
    signsFrom: new Date(signsFromMs),
  }))
}

function startOf(signsFrom: string | undefined, usualMs: number): number {
  if (signsFrom === undefined) return usualMs
  const atMs = Date.parse(signsFrom)
  if (Number.isNaN(atMs)) throw new Error(`a key that signs from '${signsFrom}'`)
  return atMs
}

/** Keys of a file without dates count as generated now; the first one signs. */
function parseKeys(text: string, nowMs: number): readonly DatedKey[] {
  return (JSON.parse(text) as { keys: readonly (JWK & { signsFrom?: string })[] }).keys
    .map(({ signsFrom, ...jwk }, at) => ({ jwk, signsFromMs: startOf(signsFrom, nowMs - at) }))
    .sort((one, other) => other.signsFromMs - one.signsFromMs)
}

function textOf(keys: readonly DatedKey[]): string {
  return `${JSON.stringify(
    { keys: keys.map(({ jwk, signsFromMs }) => ({ ...jwk, signsFrom: new Date(signsFromMs).toISOString() })) },
    undefined,
    2,
  )}\n`
}

interface KeyRing {
  readonly dated: readonly DatedKey[]
  readonly usable: SigningKeys
  readonly untilMs: number
}

/** Starts loading or generating the keys immediately. Without a place they live as long as the process. */
export function loadKeys(place?: KeyPlace, clock: Clock = systemClock): Keys {
  const nowMs = (): number => clock.now().getTime()

  const ringOf = (dated: readonly DatedKey[], atMs: number): KeyRing => ({
    dated,
    usable: signingKeys(dated, atMs),
    untilMs: changesAtMs(dated, atMs),
  })

  const open = async (): Promise<KeyRing> => {
    const atMs = nowMs()
    try {
      const known = await place?.read()
      if (known !== undefined) return ringOf(parseKeys(known, atMs), atMs)
      const made = [await makeKey(atMs)]
      // If another process was first, its key signs.
      const kept = await place?.create(textOf(made))
      return ringOf(kept === undefined ? made : parseKeys(kept, atMs), atMs)
    } catch (error) {
      if (place === undefined) throw error
      throw new Error(`cannot use the signing keys in ${place.name}; remove it to have new ones made`, { cause: error })
    }
  }

  const keep = async (dated: readonly DatedKey[], atMs: number): Promise<KeyRing> => {
    await place?.write(textOf(dated))
    return ringOf(dated, atMs)
  }

  const renew = async (ring: KeyRing): Promise<KeyRing> => {
    const atMs = nowMs()
    const dated = stillOfUse(ring.dated, atMs)
    const newest = dated[0]?.signsFromMs ?? 0
    if (!needsSuccessor(dated, atMs))
      return dated.length === ring.dated.length ? ringOf(dated, atMs) : keep(dated, atMs)
    return keep([await makeKey(Math.max(newest + ageMs, atMs + leadMs)), ...dated], atMs)
  }

  let settled: KeyRing | undefined
  let work: Promise<KeyRing>
  let usable: Promise<SigningKeys> | undefined
  const settle = (next: Promise<KeyRing>): void => {
    work = next
    usable = undefined
    next.then(
      (ring) => {
        settled = ring
      },
      // The failure is for the callers of `current`; unhandled, it would end the process.
      () => undefined,
    )
  }
  settle(open())

  return {
    current: () => {
      if (settled !== undefined && nowMs() >= settled.untilMs) {
        const old = settled
        settled = undefined
        // When the new keys cannot be stored, the old ones are used for another hour.
        settle(renew(old).catch(() => ({ ...old, untilMs: nowMs() + hourMs })))
      }
      usable ??= work.then((ring) => ring.usable)
      usable.catch(() => undefined)
      return usable
    },
    rotate: async (leadSeconds) => {
      const before = work
      const made = before.then(async (ring) => {
        const atMs = nowMs()
        const signing = signingAt(ring.dated, atMs)
        const dated = ring.dated.filter((_, at) => at >= signing)
        return keep([await makeKey(atMs + leadSeconds * 1000), ...stillOfUse(dated, atMs)], atMs)
      })
      settle(made.catch(() => before))
      return statesOf((await made).dated, nowMs())
    },
  }
}
