import { KeyObject, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCertificates } from './certificates.ts'

const dayMs = 24 * 60 * 60 * 1000
const now = new Date('2026-06-01T00:00:00Z')

function later(days: number) {
  return new Date(now.getTime() + days * dayMs)
}

/** Key and certificate as releases before this one made them. */
async function unconstrained(at: Date): Promise<string> {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Relata local authority before',
    notBefore: new Date(at.getTime() - dayMs),
    notAfter: new Date(at.getTime() + 3650 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  return `${KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })}${certificate.toString('pem')}\n`
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-certificates-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function load(name: string, more: Partial<Parameters<typeof loadCertificates>[0]> = {}) {
  return loadCertificates({ location: join(folder, name), inMemory: false, host: '127.0.0.1', now, ...more })
}

describe('certificates', () => {
  it('are made at the first start and kept', async () => {
    const made = await load('kept')
    expect((await readdir(join(folder, 'kept'))).sort()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem'])
    for (const name of ['ca.key', 'server.key'])
      expect((await stat(join(folder, 'kept', name))).mode & 0o777).toBe(0o600)
    expect(made.caFile).toBe(join(folder, 'kept', 'ca.pem'))
    expect(await load('kept')).toEqual(made)
  })

  it('name this machine and are signed by the authority', async () => {
    const made = await load('names', { host: 'terms.example' })
    const server = new X509Certificate(made.cert)
    const authority = new X509Certificate(made.ca ?? '')
    expect(authority.ca).toBe(true)
    expect(server.ca).toBe(false)
    expect(server.checkIssued(authority) && server.verify(authority.publicKey)).toBe(true)
    expect(authority.verify(authority.publicKey)).toBe(true)
    for (const name of ['localhost', 'terms.example', hostname().toLowerCase()])
      expect(server.checkHost(name), name).toBe(name)
    for (const address of ['127.0.0.1', '::1']) expect(server.checkIP(address)).toBe(address)
    // Worlds in browsers.
    for (const name of ['a.w.localhost', '0f8fad5b-d9cb-469f-a165-70867728950e.w.localhost'])
      expect(server.checkHost(name), name).toBeDefined()
    expect(server.checkHost('a.localhost')).toBeUndefined()
    expect(server.checkHost('elsewhere.example')).toBeUndefined()
    expect(Date.parse(authority.validTo) - now.getTime()).toBe(825 * dayMs)
    expect(Date.parse(server.validTo) - now.getTime()).toBe(397 * dayMs)
  })

  it('are renewed under the same authority before they expire', async () => {
    const made = await load('renewed')
    expect(await load('renewed', { now: later(300) })).toEqual(made)
    const renewed = await load('renewed', { now: later(380) })
    expect(renewed.ca).toBe(made.ca)
    expect(renewed.cert).not.toBe(made.cert)
    expect(renewed.warning).toBeUndefined()
  })

  it('have another authority when theirs comes to its end, with a warning (B10)', async () => {
    const made = await load('ending', { host: 'terms.example' })
    const end = Date.parse(new X509Certificate(made.ca ?? '').validTo)
    const late = await load('ending', { host: 'terms.example', now: later(790) })
    expect([late.ca, late.warning]).toEqual([made.ca, undefined])
    // Nothing that it signs outlives it.
    expect(Date.parse(new X509Certificate(late.cert).validTo)).toBe(end)
    const next = await load('ending', { now: later(800) })
    expect(next.ca).not.toBe(made.ca)
    expect(next.warning).toMatch(/the one before is valid until .* 2028 GMT only: run 'relata trust' again/)
    expect(new X509Certificate(next.cert).verify(new X509Certificate(next.ca ?? '').publicKey)).toBe(true)
    expect(Date.parse(new X509Certificate(next.cert).validTo)).toBe(later(800 + 397).getTime())
    // It may sign for what the one before could.
    const again = await load('ending', { host: 'terms.example', now: later(801) })
    expect([again.ca, again.warning]).toEqual([next.ca, undefined])
    // Long after the end it is the same.
    await load('ended')
    expect((await load('ended', { now: later(5000) })).warning).toMatch(/made anew/)
  })

  it('have another authority for a name that the one before may not sign, with a warning (B10)', async () => {
    const made = await load('moved')
    const moved = await load('moved', {
      host: '10.1.2.3',
      certificateNames: ['terms.example', '*.lan.example', 'fd00::7'],
    })
    expect(moved.ca).not.toBe(made.ca)
    expect(moved.warning).toMatch(/may not sign for 10\.1\.2\.3: run 'relata trust' again/)
    const certificate = new X509Certificate(moved.cert)
    expect(certificate.checkIP('10.1.2.3')).toBe('10.1.2.3')
    expect(certificate.checkIP('fd00::7')).toBe('fd00::7')
    for (const name of ['terms.example', 'a.lan.example', 'localhost'])
      expect(certificate.checkHost(name)).toBeDefined()
    // It keeps what it may, so that two starts with different names do not take turns.
    const back = await load('moved')
    expect([back.ca, back.warning]).toEqual([moved.ca, undefined])
    expect((await load('moved', { host: '10.1.2.3' })).ca).toBe(moved.ca)
    expect((await load('moved', { transparent: true })).ca).toBe(moved.ca)
  })

  it('go on with an authority that may sign for any name (B10)', async () => {
    const older = join(folder, 'unconstrained')
    await mkdir(older)
    await writeFile(join(older, 'ca.key'), await unconstrained(now))
    const made = await load('unconstrained', { host: 'any.example' })
    expect(made.warning).toBeUndefined()
    expect(await readFile(join(older, 'ca.key'), 'utf8')).toContain(made.ca)
    expect(new X509Certificate(made.cert).checkHost('any.example')).toBe('any.example')
    // Its ten years are kept, too.
    const later1000 = await load('unconstrained', { host: 'any.example', now: later(1000) })
    expect([later1000.ca, later1000.warning]).toEqual([made.ca, undefined])
  })

  it('have one authority, whoever starts at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => load('together')))
    expect(new Set(made.map(({ ca }) => ca)).size).toBe(1)
    const authority = new X509Certificate(await readFile(join(folder, 'together', 'ca.pem')))
    for (const { cert } of made) expect(new X509Certificate(cert).verify(authority.publicKey)).toBe(true)
    expect((await readdir(join(folder, 'together'))).sort()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem'])
  })

  it('have one authority, too, when several replace one that is no good', async () => {
    await load('replaced')
    await writeFile(join(folder, 'replaced', 'ca.key'), 'nonsense')
    const made = await Promise.all(Array.from({ length: 8 }, () => load('replaced')))
    expect(new Set(made.map(({ ca }) => ca)).size).toBe(1)
    expect(await readFile(join(folder, 'replaced', 'ca.pem'), 'utf8')).toBe(made[0]?.ca)
  })

  it('go on with an authority whose certificate is in ca.pem alone', async () => {
    const made = await load('older')
    const [key = ''] = (await readFile(join(folder, 'older', 'ca.key'), 'utf8')).split(/(?=-----BEGIN CERTIFICATE)/)
    await writeFile(join(folder, 'older', 'ca.key'), key)
    expect(await load('older')).toEqual(made)
    expect(await readFile(join(folder, 'older', 'ca.key'), 'utf8')).toBe(key)
  })

  it.each(['missing', 'damaged'])('have their ca.pem written again where it is %s', async (how) => {
    const made = await load(how)
    const file = join(folder, how, 'ca.pem')
    await (how === 'missing' ? rm(file) : writeFile(file, 'nonsense'))
    expect(await load(how)).toEqual(made)
    expect(await readFile(file, 'utf8')).toBe(made.ca)
  })

  it.each(['ca.key', 'server.pem', 'server.key'])('are made anew when %s is damaged', async (name) => {
    const made = await load(`damaged-${name}`)
    await writeFile(join(folder, `damaged-${name}`, name), 'nonsense')
    const again = await load(`damaged-${name}`)
    expect(again.cert).not.toBe(made.cert)
    expect(again.ca === made.ca).toBe(name.startsWith('server'))
    expect(new X509Certificate(again.cert).verify(new X509Certificate(again.ca ?? '').publicKey)).toBe(true)
  })

  it('are kept where the rows are not', async () => {
    const made = await load('rowless', { inMemory: true })
    expect(await readFile(made.caFile ?? '', 'utf8')).toBe(made.ca)
    expect(await load('rowless', { inMemory: true })).toEqual(made)
    expect(await load('rowless')).toEqual(made)
  })

  it('are for one process where neither rows nor files can be kept', async () => {
    await writeFile(join(folder, 'a file'), '')
    const made = await load('a file/below', { inMemory: true })
    expect(made.caFile).toBeUndefined()
    expect(new X509Certificate(made.cert).verify(new X509Certificate(made.ca ?? '').publicKey)).toBe(true)
    await expect(load('a file/below')).rejects.toThrow(/ENOTDIR/)
  })

  it('may be given', async () => {
    const { cert, key } = await load('given')
    const files = { cert: join(folder, 'given', 'server.pem'), key: join(folder, 'given', 'server.key') }
    expect(await load('unused', files)).toEqual({ cert, key })
    expect(existsSync(join(folder, 'unused'))).toBe(false)
    await expect(load('unused', { ...files, key: join(folder, 'given', 'ca.key') })).rejects.toThrow(
      /server\.pem.*ca\.key/,
    )
    await expect(load('unused', { ...files, cert: 'nowhere.pem' })).rejects.toThrow(/nowhere\.pem/)
    expect(await readFile(files.cert, 'utf8')).toBe(cert)
  })
})
