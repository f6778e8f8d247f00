/** A listener over a fake engine and two tenants in memory, and a client that writes bytes as they are. */
import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type DirectoryApplication, hashSecret, type SignInDirectory } from '#auth/directory/directory.ts'
import { createAuthority } from '#auth/issuer/authority.ts'
import { type Keys, loadKeys } from '#auth/issuer/keys.ts'
import { createVerify } from '#auth/verify/verify.ts'
import { type Clock, systemClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import type { Handle, PlainRequest, PlainResponse } from '#engine/request.ts'
import { type HttpServer, type ServerParts, startServer } from '#http/server.ts'

export const tenantId = '11111111-0000-4000-8000-000000000001'
export const otherTenantId = '22222222-0000-4000-8000-000000000002'
export const appId = 'aaaaaaaa-0000-4000-8000-00000000000a'
export const secret = 's3cret & more/=+'
export const roles = ['Thing.Read.All', 'Thing.ReadWrite.All']

export const testDirectory = async (): Promise<SignInDirectory> => {
  const application: DirectoryApplication = { id: appId, secretHash: await hashSecret(secret), appRoles: roles }
  const tenants = [
    { id: tenantId, domain: 'one.example' },
    { id: otherTenantId, domain: 'two.example' },
  ]
  return {
    findTenant: async (wanted) => {
      const name = wanted.toLowerCase()
      return tenants.find(({ id, domain }) => id === name || domain === name)
    },
    findApplication: async (tenant, id) => (tenant === tenantId && id === appId ? application : undefined),
    homesOf: async (id) => (id === appId ? [tenantId] : []),
    findResource: async () => undefined,
    findPerson: async () => undefined,
    listAccounts: async () => [],
    register: async () => undefined,
  }
}

export interface Running {
  readonly port: number
  /** What the fake engine was handed, newest last. */
  readonly seen: PlainRequest[]
  readonly faults: unknown[]
  readonly keys: Keys
  close(): Promise<void>
}

/** Says what it was asked, so that tests can look at it from the client's side. */
const echo: Handle = async ({ method, version, path, query, body, origin, actor, denial }) => ({
  status: actor === undefined ? 401 : 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    method,
    version,
    path,
    query,
    body: body && Buffer.from(body).toString('latin1'),
    origin,
    denial,
  }),
})

export interface Settings
  extends Partial<
    Pick<
      ServerParts,
      | 'tls'
      | 'tlsOnly'
      | 'connectionsMost'
      | 'timeouts'
      | 'hosts'
      | 'onRequest'
      | 'port'
      | 'limitSeconds'
      | 'stallMs'
      | 'control'
      | 'heartbeatMs'
      | 'requestLog'
      | 'web'
    >
  > {
  readonly handle?: (request: PlainRequest) => Promise<PlainResponse>
  readonly clock?: Clock
  readonly certificate?: string
}

export const startTestListener = async (settings: Settings = {}): Promise<Running> => {
  const { handle = echo, clock = systemClock, ...rest } = settings
  const directory = await testDirectory()
  const keys = loadKeys()
  const seen: PlainRequest[] = []
  const faults: unknown[] = []
  const server: HttpServer = await startServer({
    handle: (request) => {
      seen.push(request)
      return handle(request)
    },
    verify: createVerify({ directory, keys, clock }),
    authority: createAuthority({ directory, keys, clock }),
    clock,
    ids: randomIds,
    about: { version: '0.0.0' },
    onFault: (error) => faults.push(error),
    port: 0,
    hosts: ['127.0.0.1'],
    ...rest,
  })
  return { port: server.port, seen, faults, keys, close: () => server.close() }
}

export const formOf = (more: Record<string, string> = {}): string =>
  new URLSearchParams({
    client_id: appId,
    client_secret: secret,
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
    ...more,
  }).toString()

export const tokenFrom = async (port: number): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${port}/one.example/oauth2/v2.0/token`, {
    method: 'POST',
    body: formOf(),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  return access_token
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface RawOptions {
  readonly tls?: { readonly ca: string }
  /** Closes our half after writing. */
  readonly half?: boolean
  readonly waitMs?: number
  /** Ends with the first answer. */
  readonly once?: boolean
  /** The server's address; 127.0.0.1 unless said. */
  readonly at?: string
}

const lengthOf = ({ headers }: Pick<RawAnswer, 'headers'>): number => Number(headers['content-length'] ?? 0)

const parseAnswers = (text: string): RawAnswer[] => {
  const answers: RawAnswer[] = []
  let rest = text
  while (rest.startsWith('HTTP/1.1 ')) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) break
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]),
    )
    const length = lengthOf({ headers })
    const body = rest.slice(end + 4, end + 4 + length)
    answers.push({ status: Number(line.split(' ')[1]), headers, body })
    rest = rest.slice(end + 4 + length)
  }
  return answers
}

/** Whether the first answer is here, and all of its body. */
const isAnswered = (text: string): boolean => {
  const [first] = parseAnswers(text)
  return first !== undefined && first.body.length === lengthOf(first)
}

/**
 * Writes the pieces and reads until the server closes or `waitMs` is over; then says so. Every answer that came,
 * and whether the server closed the connection.
 */
export const exchange = (
  port: number,
  pieces: readonly (string | Buffer)[],
  { tls, half = false, once = false, waitMs = 4000, at: host = '127.0.0.1' }: RawOptions = {},
): Promise<{ answers: RawAnswer[]; closed: boolean; text: string }> =>
  new Promise((resolve) => {
    const at = { port, host }
    const socket =
      tls === undefined
        ? connectPlain({ ...at, allowHalfOpen: true })
        : connectTls({ ...at, ca: tls.ca, servername: 'localhost' })
    let text = ''
    const finish = (closed: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ answers: parseAnswers(text), closed, text })
    }
    const timer = setTimeout(() => finish(false), waitMs)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (once && isAnswered(text)) finish(false)
    })
    socket.on('error', () => undefined)
    socket.on('end', () => finish(true))
    socket.on('close', () => finish(true))
    for (const piece of pieces) socket.write(piece)
    if (half) socket.end()
  })

/** One request whose connection the server is asked to close. */
export const rawRequest = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', body].join('\r\n')

export interface Envelope {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly innerError: Readonly<Record<string, string>>
  }
}

/** The error of an answer, once it is known to wear Graph's envelope. */
export const envelopeOf = ({ headers, body }: RawAnswer): Envelope['error'] => {
  if (!headers['content-type']?.startsWith('application/json'))
    throw new Error(`content type ${headers['content-type']}`)
  const { error } = JSON.parse(body) as Envelope
  if (typeof error.code !== 'string' || typeof error.message !== 'string') throw new Error('no code or message')
  if (error.innerError['request-id'] !== headers['request-id']) throw new Error('request-id differs')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(error.innerError['date'] ?? '')) throw new Error('date')
  return error
}
