/** Client authentication by signed assertion: RFC 7523, 2.2, with the certificate identified by its thumbprint. */
import { createPublicKey, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import { type DirectoryApplication, registrationOf } from '../directory/directory.ts'
import { need, Refused, refusals } from './oauth-error.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The client id in `iss` and `sub`, unverified; undefined for a text that is no token. */
export function assertionClientId(assertion: string): string | undefined {
  try {
    const [, payload] = assertion.split('.')
    const { sub } = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')) as JWTPayload
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

interface Thumbprints {
  readonly x5t: string | undefined
  readonly 'x5t#S256': string | undefined
  readonly kid: string | undefined
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const base64Form = /^[\w+/-]+={0,2}$/

/**
 * Whether the text is this thumbprint in base64. RFC 7515 wants base64url without padding; MSAL for Python pads it, and those
 * for Go and Java send standard base64. Entra accepts all three.
 */
function isThumbprint(text: string, fingerprint: string): boolean {
  const hex = fingerprint.replaceAll(':', '').toLowerCase()
  return base64Form.test(text) && Buffer.from(text, 'base64').toString('hex') === hex
}

function isNamedBy(certificate: X509Certificate, { x5t, 'x5t#S256': sha256, kid }: Thumbprints): boolean {
  if (sha256 !== undefined) return isThumbprint(sha256, certificate.fingerprint256)
  // Older libraries send the thumbprint in hexadecimal as `kid`.
  const sha1 = certificate.fingerprint
  return x5t === undefined ? sha1.replaceAll(':', '') === kid?.toUpperCase() : isThumbprint(x5t, sha1)
}

function readHeader(assertion: string): Thumbprints {
  try {
    const { x5t, 'x5t#S256': sha256, kid } = decodeProtectedHeader(assertion) as Readonly<Record<string, unknown>>
    return { x5t: textOr(x5t), 'x5t#S256': textOr(sha256), kid: textOr(kid) }
  } catch {
    throw new Refused(refusals.badAssertion())
  }
}

function refusalOf(error: unknown) {
  if (error instanceof errors.JWTExpired) return refusals.assertionTime()
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return refusals.assertionAudience()
    return error.claim === 'exp' || error.claim === 'nbf' ? refusals.assertionTime() : refusals.assertionClient()
  }
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return refusals.badAssertion()
  return error instanceof errors.JOSEError ? refusals.assertionSignature() : undefined
}

/** `audiences`: the accepted audiences. Libraries reuse an assertion until it expires, so replay is not checked. */
export async function checkClientAssertion(
  assertion: string,
  application: DirectoryApplication,
  audiences: readonly string[],
  clock: Clock,
): Promise<void> {
  const header = readHeader(assertion)
  const certificates = registrationOf(application).certificates.map((pem) => new X509Certificate(pem))
  const certificate = need(
    certificates.find((one) => isNamedBy(one, header)),
    () => refusals.unknownCertificate(application.id),
  )
  const now = clock.now()
  if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo))
    throw new Refused(refusals.unknownCertificate(application.id))
  try {
    const { payload } = await jwtVerify(
      assertion,
      createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })),
      {
        algorithms: ['RS256', 'PS256', 'RS384', 'RS512', 'PS384', 'PS512'],
        audience: [...audiences],
        clockTolerance: 30,
        currentDate: now,
        requiredClaims: ['exp', 'iss', 'sub'],
      },
    )
    if ([payload.iss, payload.sub].some((name) => textOr(name)?.toLowerCase() !== application.id))
      throw new Refused(refusals.assertionClient())
  } catch (error) {
    if (error instanceof Refused) throw error
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    throw new Refused(refusal)
  }
}
