/** The certificate that changed resources are encrypted for (events.md §3.8). */
import { X509Certificate } from 'node:crypto'
import type { Faults } from '#base/errors.ts'

const longestId = 128
const leastBits = 2_048
const mostBits = 4_096

/** Undefined: it is none. PEM is taken as well, as it is base64 between two lines. */
export function certificateIn(text: string): X509Certificate | undefined {
  try {
    const bare = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s/g, '')
    return new X509Certificate(Buffer.from(bare, 'base64'))
  } catch {
    return undefined
  }
}

interface CertificateMembers {
  readonly includeResourceData?: boolean | null | undefined
  readonly encryptionCertificate?: string | null | undefined
  readonly encryptionCertificateId?: string | null | undefined
}

export function checkCertificate(members: CertificateMembers, faults: Faults): void {
  const { includeResourceData, encryptionCertificate: text, encryptionCertificateId: id } = members
  if (includeResourceData === true && !text)
    faults.add('encryptionCertificate', 'With includeResourceData, encryptionCertificate is needed.')
  if (includeResourceData === true && !id)
    faults.add('encryptionCertificateId', 'With includeResourceData, encryptionCertificateId is needed.')
  if (id && id.length > longestId)
    faults.add('encryptionCertificateId', `encryptionCertificateId has at most ${longestId} characters.`)
  if (!text) return
  const { asymmetricKeyType, asymmetricKeyDetails } = certificateIn(text)?.publicKey ?? {}
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  if (asymmetricKeyType !== 'rsa' || bits < leastBits || bits > mostBits)
    faults.add(
      'encryptionCertificate',
      `encryptionCertificate is an X.509 certificate in base64, with an RSA key of ${leastBits} to ${mostBits} bits.`,
    )
}
