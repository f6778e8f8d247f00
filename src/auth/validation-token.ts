/** Tokens by which receivers of encrypted notifications know their sender (events.md §3.8): for the application, of the tenant. */
import { SignJWT } from 'jose'
import type { Clock } from '#base/clock.ts'
import type { Keys } from './issuer/keys.ts'

/** The application of Microsoft's that publishes change notifications. */
export const notificationPublisher = '0bf30f3b-4a52-48df-9a82-234910c4a086'

const lifetimeSeconds = 3_600

export interface ValidationTokenFacts {
  readonly keys: Keys
  /** As tokens use it: the system's. */
  readonly clock: Clock
  readonly origin: string
}

export async function validationToken(
  { keys, clock, origin }: ValidationTokenFacts,
  tenantId: string,
  applicationId: string,
): Promise<string> {
  const { keyId, privateKey } = await keys.current()
  const now = Math.floor(clock.now().getTime() / 1_000)
  return new SignJWT({
    aud: applicationId,
    iss: `${origin}/${tenantId}/v2.0`,
    azp: notificationPublisher,
    azpacr: '2',
    oid: notificationPublisher,
    sub: notificationPublisher,
    tid: tenantId,
    ver: '2.0',
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: keyId, kid: keyId })
    .sign(privateKey)
}
