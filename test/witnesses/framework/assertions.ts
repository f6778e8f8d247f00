/** Client assertions: how a client made one, without its key, and another one made in the same way. */
import { constants, createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'

export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

type Json = Readonly<Record<string, unknown>>

const padded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')

const formsOf = (digest: Buffer): Readonly<Record<string, string>> => ({
  hex: digest.toString('hex'),
  HEX: digest.toString('hex').toUpperCase(),
  base64url: digest.toString('base64url'),
  'base64url with padding': padded(digest),
  base64: digest.toString('base64'),
})

/** Whether no two ways of writing a thumbprint give the same text: it needs a character in which the alphabets differ. */
export const isDistinct = ({ certificate }: ClientCertificate): boolean =>
  ['sha1', 'sha256'].every((algorithm) =>
    /[+/]/.test(createHash(algorithm).update(new X509Certificate(certificate).raw).digest('base64')),
  )

/** Every way in which the certificate can be named: `SHA-1 in hex` → the text. */
const namesOf = (certificate: string): Map<string, string> => {
  const { raw } = new X509Certificate(certificate)
  const text = raw.toString('base64')
  const names = new Map([
    ['certificate', text],
    // As it stands in a PEM file.
    ['certificate in lines', text.replaceAll(/(.{64})(?=.)/g, '$1\n')],
  ])
  for (const [hash, algorithm] of [
    ['SHA-1', 'sha1'],
    ['SHA-256', 'sha256'],
  ] as const) {
    const digest = createHash(algorithm).update(raw).digest()
    for (const [form, written] of Object.entries(formsOf(digest))) names.set(`${hash} in ${form}`, written)
  }
  return names
}

const parsed = (part: string | undefined): Json => JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))

const seconds = () => Math.floor(Date.now() / 1000)

/** Header and claims of an assertion; times as seconds from now, in whole minutes. */
export const descriptionOf = (assertion: string, { certificate }: ClientCertificate): Json => {
  const [header, claims] = assertion.split('.').map((part, at) => (at < 2 ? parsed(part) : {}))
  const names = [...namesOf(certificate)]
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named)
    return names.find(([, text]) => text === value)?.[0] ?? value
  }
  const shown = ([name, value]: [string, unknown]): [string, unknown] => {
    if (name === 'jti') return [name, 'random']
    return [name, typeof value === 'number' ? `now + ${Math.round((value - seconds()) / 60)} min` : value]
  }
  return {
    // In spite of RFC 7515.
    ...(assertion.includes('=') ? { parts: 'base64url with padding' } : {}),
    header: Object.fromEntries(Object.entries(header ?? {}).map(([name, value]) => [name, named(value)])),
    claims: Object.fromEntries(Object.entries(claims ?? {}).map(shown)),
  }
}

/** An assertion as described, of another certificate. */
export const assertionAs = (description: unknown, { certificate, key }: ClientCertificate): string => {
  const { header, claims, parts } = description as Readonly<Record<'header' | 'claims', Json>> & {
    readonly parts?: string
  }
  const coded = (bytes: Buffer) => (parts === undefined ? bytes.toString('base64url') : padded(bytes))
  const encoded = (value: unknown) => coded(Buffer.from(JSON.stringify(value)))
  const names = namesOf(certificate)
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named)
    return (typeof value === 'string' && names.get(value)) || value
  }
  const made = ([name, value]: [string, unknown]): [string, unknown] => {
    if (value === 'random') return [name, randomUUID()]
    const minutes = /^now \+ (-?\d+) min$/.exec(String(value))?.[1]
    return [name, minutes === undefined ? value : seconds() + 60 * Number(minutes)]
  }
  const head = Object.fromEntries(Object.entries(header).map(([name, value]) => [name, named(value)]))
  const text = `${encoded(head)}.${encoded(Object.fromEntries(Object.entries(claims).map(made)))}`
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const isPss = head['alg'] === 'PS256'
  const signature = sign('sha256', Buffer.from(text), { key: createPrivateKey(key), ...(isPss ? pss : {}) })
  return `${text}.${coded(signature)}`
}
