/** The key that checkpoints are signed with: Ed25519, made when it is first used, kept as other keys are (events.md §9.4). */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SharedTexts } from '#edm/ports.ts'

/** The public part (RFC 8037), as a JWKS has it. */
export interface CheckpointKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
}

export interface CheckpointSigner {
  /** A compact JWS. */
  sign(payload: object): Promise<string>
  key(): Promise<CheckpointKey>
}

/** Name of the text that holds it, as PKCS #8 in PEM. */
export const auditKeyName = 'audit.key'

/** RFC 7638: members that are required, in the order of their names. */
function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

function publicPart(key: KeyObject): CheckpointKey {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint(x), use: 'sig', alg: 'EdDSA' }
}

function made(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
}

function keyIn(text: string): KeyObject {
  try {
    const key = createPrivateKey(text)
    if (key.asymmetricKeyType === 'ed25519') return key
    throw new Error(`it is a key of the kind ${key.asymmetricKeyType}`)
  } catch (cause) {
    throw new Error(
      `${auditKeyName} cannot be used: it has to be an Ed25519 key as PKCS #8 in PEM\ntip: put the right file there, or remove it: a new key signs from then on`,
      { cause },
    )
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** `texts` undefined: the key lasts as long as the process. */
export function checkpointSigner(texts: SharedTexts | undefined): CheckpointSigner {
  let loading: Promise<KeyObject> | undefined
  const load = async (): Promise<KeyObject> => {
    if (texts === undefined) return keyIn(made())
    return keyIn((await texts.read(auditKeyName)) ?? (await texts.create(auditKeyName, made())))
  }
  const key = (): Promise<KeyObject> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
  return {
    sign: async (payload) => {
      const held = await key()
      const head = { alg: 'EdDSA', kid: publicPart(held).kid, typ: 'relata-audit-checkpoint' }
      const signed = `${encoded(head)}.${encoded(payload)}`
      return `${signed}.${sign(undefined, Buffer.from(signed), held).toString('base64url')}`
    },
    key: async () => publicPart(await key()),
  }
}
