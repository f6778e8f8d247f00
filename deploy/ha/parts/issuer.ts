/** An issuer of its own on loopback: one key, its JWKS, and tokens of an application shaped as Entra's. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const audience = 'api://relata'

export interface Issuer {
  /** Value of `--issuers`. */
  readonly settings: string
  token(tenantId: string): Promise<string>
  close(): void
}

export const startIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'drill', alg: 'ES256', use: 'sig' }
  const server = createServer((request, response) => {
    const body = request.url?.endsWith('/keys')
      ? { keys: [jwk] }
      : { issuer: origin, jwks_uri: `${origin}/keys`, id_token_signing_alg_values_supported: ['ES256'] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = '5d1f0000-0000-4000-8000-000000000001'
  return {
    settings: JSON.stringify({ issuer: origin, audience }),
    token: (tenantId) =>
      new SignJWT({
        tid: tenantId,
        oid: client,
        azp: client,
        idtyp: 'app',
        roles: ['TermStore.ReadWrite.All', 'DelegatedAdminRelationship.ReadWrite.All'],
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'drill', typ: 'JWT' })
        .setIssuer(origin)
        .setAudience(audience)
        .setSubject(client)
        .setIssuedAt()
        .setExpirationTime('12h')
        .sign(privateKey),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
