/**
 * The key pair that signs tokens: RS256, as Microsoft's are. Made once and kept where the composition says.
 * Making one takes up to half a second of another thread, so nobody waits for it before the first token.
 */
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'

export interface SigningKeys {
  readonly keyId: string
  readonly privateKey: CryptoKey
  /** Public halves, as served at `jwks_uri`. */
  readonly published: readonly JWK[]
  readonly find: ReturnType<typeof createLocalJWKSet>
}

export interface Keys {
  /** Resolves when the keys are there; the same object each time. Rejects when the file cannot be used. */
  current(): Promise<SigningKeys>
}

/** Where the key pair is kept between starts; whoever implements it keeps it from other eyes. */
export interface KeyPlace {
  /** For messages. */
  readonly name: string
  read(): Promise<string | undefined>
  write(text: string): Promise<void>
}

const algorithm = 'RS256'

const makeKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' }
}

const publicHalf = ({ kty, n, e, kid, alg, use }: JWK): JWK =>
  Object.fromEntries(
    Object.entries({ kty, n, e, kid, alg, use, x5t: kid }).filter(([, value]) => value !== undefined),
  ) as JWK

/** The first key signs, all of them verify. */
const signingKeys = async (keys: readonly JWK[]): Promise<SigningKeys> => {
  const [first] = keys
  if (first?.kid === undefined) throw new Error('no key with a kid')
  const privateKey = await importJWK(first, algorithm)
  if (privateKey instanceof Uint8Array || privateKey.type !== 'private')
    throw new Error('the first key is not a private RSA key')
  const published = keys.map(publicHalf)
  return { keyId: first.kid, privateKey, published, find: createLocalJWKSet({ keys: published }) }
}

const keepKeys = async (place: KeyPlace): Promise<SigningKeys> => {
  try {
    const known = await place.read()
    if (known !== undefined) return await signingKeys((JSON.parse(known) as { keys: readonly JWK[] }).keys)
    const made = [await makeKey()]
    await place.write(`${JSON.stringify({ keys: made }, undefined, 2)}\n`)
    return await signingKeys(made)
  } catch (error) {
    throw new Error(`cannot use the signing keys in ${place.name}; remove it to have new ones made`, { cause: error })
  }
}

/** Starts reading or making the keys at once. Without a place they live as long as the process. */
export const loadKeys = (place?: KeyPlace): Keys => {
  const keys = place === undefined ? makeKey().then((key) => signingKeys([key])) : keepKeys(place)
  // Whoever asks gets the failure; until then it must not end the process.
  keys.catch(() => undefined)
  return { current: () => keys }
}
