/**
 * Checks signatures of notifications as a receiver of somebody else would: Partner Center's (events.md §2.5) and Standard
 * Webhooks (events.md §4.2). It shares no code with what signs them.
 */
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify, X509Certificate } from 'node:crypto'
import { systemClock } from '#base/clock.ts'
import type { ReceivedRequest, VerifyOptions } from '../relata.ts'

type Fetch = (address: string) => Promise<Response>

/** Either side may be so much ahead. */
const toleranceSeconds = 300

function headerOf({ headers }: ReceivedRequest, name: string): string {
  const value = headers[name]
  if (value === undefined) throw new Error(`the request has no header ${name}`)
  return value
}

async function fetched(fetchThere: Fetch, address: string): Promise<Uint8Array> {
  const answer = await fetchThere(address)
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

/** `Signature <base64>` over the bytes of the body, by the key of a certificate. */
async function checkPartnerCenter(
  request: ReceivedRequest,
  { certificate }: VerifyOptions,
  fetchThere: Fetch,
): Promise<void> {
  const { headers, bytes } = request
  const value = headers['authorization'] ?? headerOf(request, 'x-ms-signature')
  const [word, signature, ...more] = value.split(' ')
  if (word !== 'Signature' || signature === undefined || more.length > 0)
    throw new Error("the signature is not the word 'Signature', a space and base64")
  const algorithm = headerOf(request, 'x-ms-signature-algorithm')
  if (algorithm !== 'rsa-sha256') throw new Error(`the algorithm is '${algorithm}', not rsa-sha256`)
  const address = headerOf(request, 'x-ms-certificate-url')
  const { publicKey, validFrom, validTo } = new X509Certificate(certificate ?? (await fetched(fetchThere, address)))
  const now = systemClock.now().getTime()
  if (now < Date.parse(validFrom) || now > Date.parse(validTo))
    throw new Error(`the certificate is good from ${validFrom} to ${validTo}`)
  if (publicKey.asymmetricKeyType !== 'rsa') throw new Error(`the key of the certificate is no RSA key`)
  if (!verify('sha256', bytes, publicKey, Buffer.from(signature, 'base64')))
    throw new Error('the signature is not that of the body by the key of the certificate')
}

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex')

async function publishedKeys(fetchThere: Fetch): Promise<KeyObject[]> {
  const set = JSON.parse(Buffer.from(await fetched(fetchThere, '/_relata/webhooks/jwks.json')).toString('utf8'))
  const ours = (set.keys as { kty?: string; crv?: string }[]).filter(({ crv }) => crv === 'Ed25519')
  return ours.map((key) => createPublicKey({ key, format: 'jwk' }))
}

async function keysFor(secret: string | undefined, fetchThere: Fetch): Promise<KeyObject[]> {
  if (secret === undefined) return publishedKeys(fetchThere)
  const raw = Buffer.from(secret.slice('whpk_'.length), 'base64')
  return [createPublicKey({ key: Buffer.concat([ed25519Head, raw]), format: 'der', type: 'spki' })]
}

function isHmac(signed: Buffer, secret: string, signature: Buffer): boolean {
  const own = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest()
  return own.length === signature.length && timingSafeEqual(own, signature)
}

/** Several signatures, separated by blanks, while a secret is replaced: one of them has to be good. */
async function checkStandardWebhooks(
  request: ReceivedRequest,
  { secret }: VerifyOptions,
  fetchThere: Fetch,
): Promise<void> {
  const [id, timestamp, all] = ['id', 'timestamp', 'signature'].map((name) => headerOf(request, `webhook-${name}`))
  const seconds = Number(timestamp)
  if (!/^\d+$/.test(timestamp ?? '') || Math.abs(systemClock.now().getTime() / 1000 - seconds) > toleranceSeconds)
    throw new Error(`webhook-timestamp is ${timestamp}, more than ${toleranceSeconds} seconds from now`)
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.bytes])
  const given = (all ?? '').split(' ').map((one) => one.split(',') as [version: string, signature?: string])
  const isSecret = secret?.startsWith('whsec_') === true
  if (secret !== undefined && !isSecret && !secret.startsWith('whpk_'))
    throw new Error("the secret of a webhook begins with 'whsec_', its public key with 'whpk_'")
  const version = isSecret ? 'v1' : 'v1a'
  const signatures = given.flatMap(([name, signature = '']) =>
    name === version ? [Buffer.from(signature, 'base64')] : [],
  )
  if (signatures.length === 0) throw new Error(`webhook-signature has none of version ${version}: ${all}`)
  const isGood = isSecret
    ? signatures.some((signature) => isHmac(signed, secret, signature))
    : (await keysFor(secret, fetchThere)).some((key) =>
        signatures.some((signature) => verify(null, signed, key, signature)),
      )
  if (!isGood) throw new Error('no signature is that of the id, the timestamp and the body')
}

export async function verifiedForm(
  request: ReceivedRequest,
  options: VerifyOptions,
  fetchThere: Fetch,
): Promise<'partner-center' | 'standard-webhooks'> {
  const { headers } = request
  if (headers['webhook-signature'] !== undefined) {
    await checkStandardWebhooks(request, options, fetchThere)
    return 'standard-webhooks'
  }
  if (headers['x-ms-signature-algorithm'] === undefined) throw new Error('the request has no signature of either form')
  await checkPartnerCenter(request, options, fetchThere)
  return 'partner-center'
}
