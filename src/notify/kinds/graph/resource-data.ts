/** The changed resource in a notification, encrypted for its receiver, and the tokens that prove the sender (events.md §3.8). */
import { constants, createCipheriv, createHmac, publicEncrypt, randomBytes } from 'node:crypto'
import { certificateIn } from '#workloads/subscriptions/rules/certificate.ts'
import type { SubscriptionRow } from '#workloads/subscriptions/rules/readers.ts'
import type { NotificationItem, ToldSubscription } from './notification-item.ts'

export interface EncryptedContent {
  readonly data: string
  readonly dataSignature: string
  readonly dataKey: string
  readonly encryptionCertificateId: string
  readonly encryptionCertificateThumbprint: string
}

/** AES-256-CBC under the key, whose first half is the vector, and HMAC-SHA256 of the cipher. */
export function sealed(text: string, key: Uint8Array): Pick<EncryptedContent, 'data' | 'dataSignature'> {
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return {
    data: bytes.toString('base64'),
    dataSignature: createHmac('sha256', key).update(bytes).digest('base64'),
  }
}

/** Undefined: the certificate is none any more. */
function encryptedFor(
  { encryptionCertificate, encryptionCertificateId }: SubscriptionRow,
  text: string,
): EncryptedContent | undefined {
  const certificate = certificateIn(encryptionCertificate ?? '')
  if (certificate === undefined) return undefined
  const key = randomBytes(32)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return {
    ...sealed(text, key),
    dataKey: publicEncrypt({ key: certificate.publicKey, padding, oaepHash: 'sha1' }, key).toString('base64'),
    encryptionCertificateId: encryptionCertificateId ?? '',
    encryptionCertificateThumbprint: certificate.fingerprint.replaceAll(':', ''),
  }
}

export interface ResourceDataFacts {
  /** The resource as the creator would read it at this moment; undefined: it is not there for them. */
  readonly read: (told: ToldSubscription, path: string) => Promise<string | undefined>
  /** A token of the tenant's issuer for that application; undefined: this server issues none. */
  readonly token: (tenantId: string, applicationId: string) => Promise<string | undefined>
}

export interface ResourceData {
  /** Nothing where the resource is gone. */
  contentOf(told: ToldSubscription, item: NotificationItem): Promise<{ readonly encryptedContent?: EncryptedContent }>
  tokensFor(told: ToldSubscription): Promise<readonly string[]>
}

export function resourceDataOf({ read, token }: ResourceDataFacts): ResourceData {
  return {
    contentOf: async (told, item) => {
      const text = item.changeType === 'deleted' ? undefined : await read(told, item.resource)
      const encryptedContent = text === undefined ? undefined : encryptedFor(told.row, text)
      return encryptedContent === undefined ? {} : { encryptedContent }
    },
    tokensFor: async ({ tenantId, row }) => {
      const found = row.applicationId === null ? undefined : await token(tenantId, row.applicationId)
      return found === undefined ? [] : [found]
    },
  }
}
