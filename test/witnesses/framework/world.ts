/** What a program finds: a seeded server on a fresh folder with its own authority, and what it has to know of it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { applications, wellKnown } from '#app/seed/seed-data.ts'
import { makeClientCertificate } from '../../_support/client-certificate.ts'
import { type ClientCertificate, isDistinct } from './assertions.ts'
import { startConnectProxy } from './connect-proxy.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

/** Registered for witnesses that sign in with a certificate. */
export const certificateClientId = '7e570000-0000-4000-8000-0000000ce271'

/** Rows of witnesses are made at this instant, so that it can be compared. */
export const heldInstant = '2026-03-02T09:00:00.000Z'

export const certificateForNow = (): Promise<ClientCertificate> =>
  makeClientCertificate(new Date(performance.timeOrigin - 60_000))

/** One that shows how a client writes its thumbprint. */
const distinctCertificate = async (): Promise<ClientCertificate> => {
  for (;;) {
    const certificate = await certificateForNow()
    if (isDistinct(certificate)) return certificate
  }
}

/** What each server of a witness has beside the default seed. `http`: its plain address. */
export const furnish = async (http: string, { certificate }: ClientCertificate): Promise<void> => {
  const registration = {
    tenantId: wellKnown.contoso,
    id: certificateClientId,
    displayName: 'Witness with a certificate',
    appRoles: applications[0]?.appRoles,
    certificates: [certificate],
  }
  for (const [path, body] of [
    ['applications', registration],
    ['clock', { set: heldInstant, freeze: true }],
  ] as const) {
    const answer = await fetch(`${http}/_relata/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
}

/** Java has a store of certificates of its own. */
const makeTrustStore = async (folder: string): Promise<string> => {
  const file = join(folder, 'trust.p12')
  const args = ['-importcert', '-noprompt', '-alias', 'relata', '-file', join(folder, 'ca.pem')]
  await promisify(execFile)('keytool', [...args, '-keystore', file, '-storepass', 'changeit', '-storetype', 'PKCS12'])
  return file
}

export interface World {
  readonly proxy: RecordingProxy
  readonly certificate: ClientCertificate
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export interface WorldFacts {
  readonly transparent: boolean
  readonly trustStore: boolean
}

export const openWorld = async ({ transparent, trustStore }: WorldFacts): Promise<World> => {
  const location = await mkdtemp(join(tmpdir(), 'relata-witness-'))
  const server = await startServer({ ...defaultConfig, port: 0, location, silent: true, transparent })
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(join(location, name), 'utf8')),
  )
  const to = Number(new URL(server.origin).port)
  const proxy = await startRecordingProxy({ to, ca: ca ?? '', cert: cert ?? '', key: key ?? '' })
  const certificate = await distinctCertificate()
  await furnish(`http://127.0.0.1:${to}`, certificate)
  const file = join(location, 'client.pem')
  await writeFile(file, certificate.key + certificate.certificate)
  const home = join(location, 'home')
  await mkdir(home)
  const leading = transparent ? await startConnectProxy(proxy.port) : undefined
  const caFile = join(location, 'ca.pem')
  return {
    proxy,
    certificate,
    environment: {
      HOME: home,
      USERPROFILE: home,
      NO_PROXY: 'localhost,127.0.0.1',
      RELATA_URL: `https://localhost:${proxy.port}`,
      RELATA_CA: caFile,
      SSL_CERT_FILE: caFile,
      REQUESTS_CA_BUNDLE: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
      RELATA_TENANT: wellKnown.contoso,
      RELATA_CUSTOMER: wellKnown.fabrikam,
      RELATA_CLIENT_ID: wellKnown.daemon,
      RELATA_SECRET: wellKnown.secret,
      RELATA_CERTIFICATE: file,
      RELATA_CERTIFICATE_CLIENT_ID: certificateClientId,
      RELATA_PUBLIC_CLIENT_ID: wellKnown.publicClient,
      ...(leading === undefined ? {} : { HTTPS_PROXY: leading.url }),
      ...(trustStore ? { RELATA_TRUSTSTORE: await makeTrustStore(location) } : {}),
    },
    close: async () => {
      await leading?.close()
      await proxy.close()
      await server.close()
      await rm(location, { recursive: true, force: true })
    },
  }
}
