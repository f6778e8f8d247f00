/** What the tests of rights share: tokens of people, signed with the server's own key, and what refused a request. */
import { SignJWT } from 'jose'
import type { Config } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'

export const { contoso, fabrikam, northwind } = wellKnown

/** A readable GUID of the seed: the tenant, the kind, a number. */
const seeded = (tenant: string, kind: string, number: number): string =>
  `${tenant.slice(0, 8)}-${kind}-4000-8000-${number.toString(16).padStart(12, '0')}`

/** People of the seed. */
export const people = {
  administrator: seeded(contoso, '05e7', 1),
  tara: seeded(contoso, '05e7', 2),
  hugo: seeded(contoso, '05e7', 3),
  sana: seeded(contoso, '05e7', 4),
  ofFabrikam: seeded(fabrikam, '05e7', 1),
} as const

export const roleIds = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  sharePoint: 'f28a1f50-f6e7-4571-818b-6a12f2af6b6c',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
} as const

export interface Person {
  readonly tenant: string
  readonly user: string
  readonly scopes: readonly string[]
  /** Tenant the person comes from, where it is another. */
  readonly home?: string
  /** Roles the token says. */
  readonly roles?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface AccessServer extends TestServer {
  /** The same token for the same person each time. */
  tokenOf(person: Person): Promise<string>
  as(person: Person, method: string, path: string, body?: unknown): Promise<Answer>
  /** The log as it was written. */
  readonly log: string[]
}

export const startAccessServer = async (overrides: Partial<Config> = {}): Promise<AccessServer> => {
  const log: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  const quiet = overrides.silent !== false
  if (!quiet)
    process.stdout.write = ((text: string) => {
      log.push(
        ...String(text)
          .split('\n')
          .filter((line) => line !== ''),
      )
      return true
    }) as typeof process.stdout.write
  const server = await startTestServer({ explain: true, ...overrides })
  if (server.keys === undefined) throw new Error('nothing to sign tokens with')
  const { keyId, privateKey } = await server.keys.current()
  const tokens = new Map<string, Promise<string>>()
  const sign = ({ tenant, user, scopes, home, roles, claims }: Person): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({
      aud: 'https://graph.microsoft.com',
      iss: `${server.issuer}/${tenant}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + 3600,
      tid: tenant,
      oid: user,
      sub: user,
      appid: wellKnown.daemon,
      scp: scopes.join(' '),
      ...(home === undefined ? {} : { idp: `https://sts.windows.net/${home}/` }),
      ...(roles === undefined ? {} : { wids: roles }),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
      .sign(privateKey)
  }
  const tokenOf = (person: Person): Promise<string> => {
    const key = JSON.stringify(person)
    const known = tokens.get(key) ?? sign(person)
    tokens.set(key, known)
    return known
  }
  return {
    ...server,
    log,
    tokenOf,
    as: async (person, method, path, body) =>
      server.send(method, path, body, { headers: { authorization: `Bearer ${await tokenOf(person)}` } }),
    close: async () => {
      process.stdout.write = write
      await server.close()
    },
  }
}

/** Status, code and check, as one line; the step that made the check is asserted by http.test.ts. */
export const outcome = ({ status, body, headers }: Answer): string => {
  if (status < 400) return String(status)
  const check = headers.get('relata-explain')?.replace(/; step [a-z]+$/, '') ?? ''
  return `${status} ${body?.error?.code} ${check}`.trim()
}
