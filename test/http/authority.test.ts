/** The local authority may sign for few names: what Node, OpenSSL and a browser say of a certificate beyond them (B10). */
import { execFileSync } from 'node:child_process'
import { createPrivateKey, KeyObject, randomBytes, type webcrypto } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificates, loadCertificates } from '#app/trust/certificates.ts'

let folder: string
let made: Certificates
let stolen: { readonly cert: string; readonly key: string }
const servers: Server[] = []

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** What somebody could sign who has taken ca.key. */
const signFor = async (name: string) => {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const keyText = await readFile(join(folder, 'ca.key'), 'utf8')
  const der = createPrivateKey(keyText).export({ type: 'pkcs8', format: 'der' })
  const signingKey = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject: 'CN=stolen',
    issuer: new x509.X509Certificate(made.ca ?? '').subject,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  })
  const key = KeyObject.from(keys.privateKey as webcrypto.CryptoKey)
  return { cert: certificate.toString('pem'), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-authority-'))
  const names = ['terms.example', '*.lan.example', '10.9.8.7']
  made = await loadCertificates({
    location: folder,
    inMemory: false,
    host: '127.0.0.1',
    certificateNames: names,
    transparent: true,
    now: new Date(),
  })
  stolen = await signFor('bank.example')
})
afterAll(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true, force: true })
})

const serve = async (pair: { readonly cert: string; readonly key: string }): Promise<number> => {
  const server = createServer(pair, (_, response) => response.end('ok'))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** The reason for which Node refuses the server under the name; undefined: it does not. */
const refusal = (port: number, name: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const isAddress = /^[\d.]+$/.test(name)
    const socket = connect({ port, host: '127.0.0.1', ca: made.ca, ...(isAddress ? {} : { servername: name }) })
    socket.on('secureConnect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.on('error', (error) => resolve(error.message))
  })

describe('Node', () => {
  it('takes our certificate under each of its names', async () => {
    const port = await serve(made)
    for (const name of ['localhost', '127.0.0.1', 'terms.example', 'a.lan.example', 'graph.microsoft.com'])
      expect([name, await refusal(port, name)]).toEqual([name, undefined])
  })

  it('refuses one of the same authority for another name', async () => {
    expect(await refusal(await serve(stolen), 'bank.example')).toBe('permitted subtree violation')
    expect(await refusal(await serve(await signFor('x.localhost')), 'x.localhost')).toBeUndefined()
  })
})

describe('OpenSSL', () => {
  const verify = async (pem: string): Promise<string> => {
    const file = join(folder, 'verified.pem')
    await writeFile(file, pem)
    try {
      return execFileSync('openssl', ['verify', '-CAfile', join(folder, 'ca.pem'), file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    } catch (error) {
      return String((error as { stderr?: string }).stderr)
    }
  }

  it('takes ours and refuses the other', async (context) => {
    try {
      execFileSync('openssl', ['version'])
    } catch {
      context.skip('no openssl on this machine')
    }
    expect(await verify(made.cert)).toMatch(/: OK/)
    expect(await verify(stolen.cert)).toMatch(/permitted subtree violation/)
    const text = execFileSync('openssl', ['x509', '-in', join(folder, 'ca.pem'), '-noout', '-text'], {
      encoding: 'utf8',
    })
    expect(text).toMatch(/Name Constraints: critical\s+Permitted:\s+DNS:localhost/)
    for (const name of [
      'DNS:graph.microsoft.com',
      'DNS:api.partnercenter.microsoft.com',
      'DNS:lan.example',
      'IP:10.9.8.7',
    ])
      expect(text).toContain(name)
  })
})
