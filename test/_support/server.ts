/** A real server on a free port for one test file, with clients that hold a token. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import type { Parts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Keys } from '#auth/issuer/keys.ts'
import type { Version } from '#edm/props.ts'
import { models } from '#workloads/models.ts'
import type { WorldBox } from '#worlds/box.ts'
import { checkAnswer } from './checked.ts'
import { freshPostgres, isOnPostgres, partitionsOfRun, seededPostgres } from './database.ts'
import { isDescribed } from './described.ts'
import { startRegistryIssuer } from './registry-issuer.ts'
import { noteOperation } from './shown.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly body: any
  readonly text: string
}

export interface TestServer {
  readonly origin: string
  /** Plain HTTP address of the same port; of a registry its address over TLS. */
  readonly http: string
  readonly location: string
  token(tenant?: string, app?: string): Promise<string>
  /** Sends one request as the daemon of Contoso, or as told; `path` starts with the version. */
  send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Answer>
  /** Moves the time of the rows, or only asks; returns when everything due has happened. */
  clock(move?: ClockMove): Promise<{ readonly now: string; readonly frozen: boolean }>
  /** Answers an invitation as the customer, or ends the relationship. */
  customer(action: 'approve' | 'reject' | 'terminate', relationshipId: string, body: unknown): Promise<Answer>
  /** What is behind the listener, for rows no request makes. */
  readonly parts: Parts
  /** Of a stand-in. */
  readonly worlds: WorldBox | undefined
  /** What its tokens are signed with; a registry's belong to an issuer beside it, unless the test names issuers. */
  readonly keys: Keys | undefined
  /** What `iss` of its tokens begins with. */
  readonly issuer: string
  close(): Promise<void>
}

export interface ClockMove {
  readonly freeze?: boolean
  readonly set?: string
  readonly advance?: string
}

export interface SendOptions {
  readonly tenant?: string
  readonly app?: string
  readonly headers?: Readonly<Record<string, string>>
}

const tokenForm = (app: string): URLSearchParams =>
  new URLSearchParams({
    client_id: app,
    client_secret: wellKnown.secret,
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  })

export const tokenFor = async (http: string, tenant: string, app: string): Promise<string> => {
  const answer = await fetch(`${http}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: tokenForm(app),
  })
  const json = (await answer.json()) as { access_token?: string }
  if (json.access_token === undefined) throw new Error(`no token: ${JSON.stringify(json)}`)
  return json.access_token
}

/** A control call: without a token its body has to be said to be JSON. Text is sent as it is. */
export const jsonPost = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const answerOf = async (answer: Response): Promise<Answer> => {
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** Whatever a test looks at, the whole answer has to be one the model allows. */
const checked = (method: string, path: string, answer: Answer): Answer => {
  const version = /^\/(v1\.0|beta)(?=[/?]|$)/.exec(path)?.[1] as Version | undefined
  if (version === undefined) return answer
  const { status, headers, text } = answer
  // Any write can be run dry: that is said in one place, and not of each operation.
  if (headers.get('preference-applied') === 'relata.dry-run') return answer
  // What goes wrong on purpose has statuses that no document describes.
  const isFault = headers.get('relata-fault') !== null
  if (!isFault && isDescribed(version, method, path.split('?', 1)[0] ?? '', status) === false)
    throw new Error(`${method} ${path} → ${status}: the OpenAPI document does not describe the status`)
  checkAnswer(
    models[version],
    { method, target: path },
    { status, type: headers.get('content-type') ?? '', body: text },
  )
  noteOperation(method, path, status)
  return answer
}

export const startTestServer = async (overrides: Partial<Config> = {}): Promise<TestServer> => {
  const location = overrides.location ?? (await mkdtemp(join(tmpdir(), 'relata-test-')))
  const certificates = process.env['RELATA_TEST_CERTIFICATES']
  const pair =
    certificates === undefined ? {} : { cert: join(certificates, 'server.pem'), key: join(certificates, 'server.key') }
  const base = { ...defaultConfig, ...pair, port: 0, inMemory: true, silent: true }
  // A test that names a location wants that folder's database.
  const onPostgres = isOnPostgres && overrides.location === undefined && overrides.inMemory !== false
  const { seed = 'default' } = overrides
  const isUsual = seed === 'default' || seed === 'none'
  const copied = onPostgres && isUsual ? await seededPostgres(seed) : undefined
  const database = onPostgres
    ? {
        inMemory: false,
        databaseUrl: copied?.url ?? (await freshPostgres()),
        databasePartitions: partitionsOfRun,
      }
    : {}
  const addressCache = process.env['RELATA_TEST_ADDRESS_CACHE'] !== 'off'
  const isOwn = overrides.registry === true && overrides.issuers === undefined
  const beside = isOwn ? await startRegistryIssuer() : undefined
  const issuers = beside === undefined ? {} : { issuers: beside.settings }
  const server = await startServer({ ...base, addressCache, ...issuers, ...overrides, ...database, location })
  beside?.serve(server.parts.directory)
  // A registry takes plain HTTP only where it has nothing else; the certificate names 127.0.0.1.
  const isTlsOnly = overrides.registry === true && overrides.httpOnly !== true
  const http = server.origin.replace(/^https:/, isTlsOnly ? 'https:' : 'http:').replace('localhost', '127.0.0.1')
  const tokens = new Map<string, Promise<string>>()
  const token = (tenant: string = wellKnown.contoso, app: string = wellKnown.daemon) => {
    const key = `${tenant}|${app}`
    const known = tokens.get(key) ?? tokenFor(beside?.origin ?? http, tenant, app)
    tokens.set(key, known)
    return known
  }
  return {
    origin: server.origin,
    http,
    location,
    token,
    send: async (method, path, body, options = {}) => {
      const answer = await fetch(`${http}${path}`, {
        method,
        headers: {
          authorization: options.headers?.['authorization'] ?? `Bearer ${await token(options.tenant, options.app)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return checked(method, path, await answerOf(answer))
    },
    clock: async (move) => {
      const call = move === undefined ? {} : jsonPost(move)
      const answer = await answerOf(await fetch(`${http}/_relata/clock`, call))
      if (answer.status !== 200) throw new Error(`the clock: ${answer.text}`)
      return answer.body
    },
    customer: async (action, relationshipId, body) =>
      answerOf(await fetch(`${http}/_relata/gdap/${relationshipId}/${action}`, jsonPost(body))),
    parts: server.parts,
    worlds: server.worlds,
    keys: beside?.keys ?? server.keys,
    issuer: beside?.origin ?? server.origin,
    close: async () => {
      await server.close()
      await beside?.close()
      await copied?.drop()
      if (overrides.location === undefined) await rm(location, { recursive: true, force: true })
    },
  }
}
