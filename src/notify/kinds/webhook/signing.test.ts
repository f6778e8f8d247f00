import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { isSecret, makeSecret, publicKeyOf, rotationMillis, signatureOf } from './signing.ts'

const secret = 'whsec_cmVsYXRhLXRlc3Qtc2VjcmV0LTI0Ynl0ZXM='
const content = '01900000-0000-7000-8000-000000000001.1767693600.{"hello":"world"}'
const signature = 'v1,xG1NqrVaxRn6+Ycz21Yed2Qer7gEeE0YTertZ+BxFC0='

it('signs as the vector of events.md §4.2', () => {
  expect(signatureOf({ current: secret }, content, 0)).toBe(signature)
})

it('signs with the old secret as well, until it ends', () => {
  const until = new Date(rotationMillis).toISOString()
  const secrets = { current: makeSecret('hmac'), previous: { secret, until } }
  expect(signatureOf(secrets, content, rotationMillis - 1).split(' ')[1]).toBe(signature)
  expect(signatureOf(secrets, content, rotationMillis)).not.toContain(' ')
})

it('signs by Ed25519 so that the public key verifies', () => {
  const current = makeSecret('ed25519')
  const [name, value = ''] = signatureOf({ current }, content, 0).split(',')
  const point = Buffer.from(publicKeyOf(current).slice('whpk_'.length), 'base64')
  expect([name, point.length]).toEqual(['v1a', 32])
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, format: 'jwk' })
  expect(verify(null, Buffer.from(content), key, Buffer.from(value, 'base64'))).toBe(true)
})

it('takes secrets of 24 to 64 bytes', () => {
  const ofBytes = (count: number): string => `whsec_${Buffer.alloc(count, 7).toString('base64')}`
  expect([23, 24, 64, 65].map((count) => isSecret(ofBytes(count)))).toEqual([false, true, true, false])
  expect([secret, makeSecret('hmac'), 'whsec_', 'abc', secret.slice(0, -1)].map(isSecret)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
