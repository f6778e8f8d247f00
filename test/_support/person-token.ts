/** Tokens of people for a registry, as its issuer would sign them. */
import { SignJWT } from 'jose'
import type { TestServer } from './server.ts'

/** `scopes`: separated by blanks. `claims`: in place of the usual ones, or beside them. `expires`: seconds since 1970, or how long from now. */
export async function personToken(
  server: TestServer,
  tenant: string,
  name: string,
  scopes: string,
  claims: Readonly<Record<string, unknown>> = {},
  expires: string | number = '1h',
): Promise<string> {
  const person = await server.parts.directory.findPerson(tenant, name)
  const key = await server.keys?.current()
  if (person === undefined || key === undefined) throw new Error(`no ${name}`)
  return new SignJWT({ tid: tenant, oid: person.id, scp: scopes, idtyp: 'user', upn: name, ...claims })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.keyId })
    .setIssuer(`${server.issuer}/${tenant}/v2.0`)
    .setAudience('https://graph.microsoft.com')
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key.privateKey)
}
