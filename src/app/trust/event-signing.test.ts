import { execFileSync, spawnSync } from 'node:child_process'
import { verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SharedTexts } from '#edm/ports.ts'
import { loadAuthority } from './certificates.ts'
import { givenSigning, keptSigning, type SigningFacts } from './event-signing.ts'

const dayMillis = 86_400_000
const begin = Date.now()
const base = 'https://relata.example'
let folder = ''
let millis = begin

function textsInMemory(): SharedTexts & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    read: async (name) => kept.get(name),
    create: async (name, text) => {
      if (!kept.has(name)) kept.set(name, text)
      return kept.get(name) ?? text
    },
    write: async (name, text) => {
      kept.set(name, text)
    },
  }
}

function signingWith(texts: SharedTexts, more: Partial<SigningFacts> = {}) {
  const clock = { now: () => new Date(millis) }
  return keptSigning({
    clock,
    texts: async () => texts,
    alone: (work) => work(),
    authority: () => loadAuthority({ location: folder, inMemory: false, host: '127.0.0.1', now: clock.now() }),
    crlUrl: () => 'http://localhost:4365/_relata/webhooks/crl',
    isFaithful: false,
    ...more,
  })
}

function kidIn(url: string): string {
  return new URL(url).searchParams.get('kid') ?? ''
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-signing-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the key for events', () => {
  it('is made once, kept, and has a certificate of the local authority', async () => {
    const texts = textsInMemory()
    const signing = signingWith(texts)
    const { signature, certificateUrl } = await signing.sign('body', base)
    expect(certificateUrl).toMatch(/^https:\/\/relata\.example\/_relata\/webhooks\/certificate\.cer\?kid=[0-9a-f]{40}$/)
    const pem = (await signing.certificate(kidIn(certificateUrl))) ?? ''
    const leaf = new X509Certificate(pem)
    expect(verify('sha256', Buffer.from('body'), leaf.publicKey, Buffer.from(signature, 'base64'))).toBe(true)
    expect(leaf.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
    const authority = await loadAuthority({
      location: folder,
      inMemory: false,
      host: '127.0.0.1',
      now: new Date(millis),
    })
    expect(leaf.verify(new X509Certificate(authority.cert).publicKey)).toBe(true)
    // Another process, or the next start.
    const again = await signingWith(texts).sign('body', base)
    expect(again).toEqual({ signature, certificateUrl })
    expect(await signing.certificate('0'.repeat(40))).toBeUndefined()
  })

  it('has a chain that openssl verifies, with its list of revoked certificates', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not installed')
    const signing = signingWith(textsInMemory())
    const pem = (await signing.certificate(undefined)) ?? ''
    // As .NET does: the chain, with its list, which is over plain HTTP.
    const [ca, crl, cert] = ['ca.pem', 'list.pem', 'leaf.pem'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(cert, pem)
    writeFileSync(join(folder, 'list.der'), (await signing.crl()) ?? '')
    openssl('crl', '-inform', 'DER', '-in', join(folder, 'list.der'), '-out', crl)
    expect(openssl('verify', '-CAfile', ca, '-CRLfile', crl, '-crl_check', cert)).toContain('OK')
    const shown = openssl('x509', '-in', cert, '-noout', '-text')
    expect(shown).toContain('URI:http://localhost:4365/_relata/webhooks/crl')
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature\s*\n/)
    expect(shown).toMatch(/CN ?= ?Relata event signing/)
  })

  it('is replaced 30 days before the end of its certificate, which is served for 40 days more', async () => {
    const texts = textsInMemory()
    const signing = signingWith(texts)
    const kid = kidIn((await signing.sign('a', base)).certificateUrl)
    millis = begin + 360 * dayMillis
    expect(kidIn((await signing.sign('a', base)).certificateUrl)).toBe(kid)
    millis = begin + 369 * dayMillis
    const next = kidIn((await signing.sign('a', base)).certificateUrl)
    expect(next).not.toBe(kid)
    expect((await signing.keys()).map((key) => key.kid)).toEqual([next, kid])
    expect(await signing.certificate(kid)).toBeDefined()
    millis = begin + (369 + 368) * dayMillis
    await signing.sign('a', base)
    expect(await signing.certificate(kid)).toBeUndefined()
    millis = begin
  })

  it('is published with its chain', async () => {
    const signing = signingWith(textsInMemory())
    const [key] = await signing.keys()
    expect(key).toMatchObject({ kty: 'RSA', e: 'AQAB', use: 'sig', alg: 'RS256' })
    expect(JSON.stringify(key)).not.toContain('"d"')
    const [leaf = '', issuer = ''] = (key?.['x5c'] ?? []) as string[]
    const certificates = [leaf, issuer].map((der) => new X509Certificate(Buffer.from(der, 'base64')))
    expect(certificates[0]?.verify(certificates[1]?.publicKey as never)).toBe(true)
  })

  it('looks like that of Microsoft where it is asked for, below a root of its own', async () => {
    const signing = signingWith(textsInMemory(), { isFaithful: true })
    const { certificateUrl } = await signing.sign('a', base)
    expect(certificateUrl).toMatch(/^https:\/\/3psostorageacct\.blob\.core\.windows\.net\/cert\/[0-9a-f]{40}\.cer$/)
    const leaf = new X509Certificate((await signing.certificate(undefined)) ?? '')
    for (const name of [leaf.subject, leaf.issuer]) expect(name).toContain('O=Microsoft Corporation')
    const [, root = ''] = ((await signing.keys())[0]?.['x5c'] ?? []) as string[]
    expect(new X509Certificate(Buffer.from(root, 'base64')).subject).toContain("not Microsoft's")
  })

  it('may be given', async () => {
    const texts = textsInMemory()
    await signingWith(texts).sign('a', base)
    const { keys } = JSON.parse(texts.kept.get('events.key') ?? '') as { keys: { cert: string; key: string }[] }
    const pair = keys[0] as { cert: string; key: string }
    const given = givenSigning(pair)
    expect(kidIn((await given.sign('a', base)).certificateUrl)).toMatch(/^[0-9a-f]{40}$/)
    expect([await given.certificate(undefined), await given.crl()]).toEqual([pair.cert, undefined])
    const authority = await loadAuthority({ location: folder, inMemory: false, host: '127.0.0.1', now: new Date() })
    expect(() => givenSigning(authority)).toThrow(/RSA/)
    expect(() => givenSigning({ cert: authority.cert, key: pair.key })).toThrow(/not that of the key/)
  })
})
