/**
 * The sign-in addresses as plain values: which path is answered by what. Knows no HTTP library.
 * What MSAL and @azure/identity ask of an authority is in protocol.md §3.5.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { formTokens } from '#base/form-token.ts'
import { type Answering, jsonAnswer, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import type { Delegations, SignInDirectory } from '../directory/directory.ts'
import { registrationAnswering } from '../directory/registrations.ts'
import { bodyText, createAuthorize } from '../pages/authorize.ts'
import type { Route } from '../pages/authorize-request.ts'
import { createDevice, devicePath } from '../pages/device.ts'
import { codePage, refusalPage } from '../pages/picker-page.ts'
import { createSessions } from '../pages/sessions.ts'
import { signOut } from '../pages/sign-out.ts'
import { type Rate, rateLimit } from '../rate-limit.ts'
import { instanceMetadata, openidConfiguration } from './discovery.ts'
import { grantStore } from './grant-store.ts'
import { createMint } from './issue.ts'
import type { IssuerKeys } from './keys.ts'
import { need, type Refusal, Refused, refusalBody, refusals } from './oauth-error.ts'
import { rotateAnswering } from './rotate.ts'
import { checkOnce, checkRate, createTokenEndpoint } from './token-endpoint.ts'

export interface Authority {
  /** What answers this raw path; undefined when the path is not one of ours. */
  find(path: string): Answering | undefined
  /** Whether pages of other origins may call what answers there. */
  isOpen(path: string): boolean
}

export interface AuthorityParts {
  readonly directory: SignInDirectory
  readonly keys: IssuerKeys
  readonly clock: Clock
  /** Absent: nobody gets a token of a tenant that is not his own. */
  readonly delegations?: Delegations
  /** Opens username and password, with this one for everybody. */
  readonly password?: string
  readonly limits?: Partial<Limits>
}

export interface Limits {
  /** Of one client at one address. */
  readonly requests: Rate
  /** Wrong secrets, passwords and codes. */
  readonly guesses: Rate
}

const usualLimits: Limits = {
  requests: { burst: 2000, perSecond: 200 },
  guesses: { burst: 100, perSecond: 1 },
}

/** Tenants that stand for any. */
const anyTenant = new Set(['common', 'organizations'])
/** Personal accounts: their authority may be looked at, and has nobody in it. */
const nobodyTenant = 'consumers'

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function waiting({ retryAfter }: Refusal): Readonly<Record<string, string>> {
  return retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }
}

type Work = (route: Route, request: OwnRequest) => Promise<OwnAnswer>
interface Endpoint {
  readonly methods: readonly ('GET' | 'POST')[]
  readonly version: 1 | 2
  readonly work: Work
  /** Answers people: its refusals are pages, and no page of another origin may call it. */
  readonly isPage?: boolean
}

export function createAuthority(parts: AuthorityParts): Authority {
  const { directory, keys, clock } = parts
  const limits = { ...usualLimits, ...parts.limits }
  const requests = rateLimit(limits.requests, clock)
  const guesses = rateLimit(limits.guesses, clock)
  const common = {
    directory,
    delegations: parts.delegations,
    keys,
    clock,
    password: parts.password,
    mint: createMint({ keys, clock }),
    grants: grantStore(clock),
  }
  const sessions = createSessions(clock)
  const tokens = formTokens(randomBytes(32))
  const pages = { ...common, sessions, tokens }
  const tokenEndpoint = createTokenEndpoint({ ...common, requests, guesses })
  const { authorize, login } = createAuthorize(pages)
  const device = createDevice({ ...pages, onWrong: ({ remote }) => checkRate(guesses, `${remote ?? ''} device`) })

  const refuse = (request: OwnRequest, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): OwnAnswer => {
    const query = new URLSearchParams(request.query)
    const clientRequestId = query.get('client-request-id') ?? request.clientRequestId
    const ids = { requestId: request.requestId, clientRequestId }
    const { status } = refusal
    return {
      status,
      headers: {
        ...jsonType,
        ...(status === 401 ? { 'WWW-Authenticate': 'Basic realm="relata"' } : {}),
        ...waiting(refusal),
        ...headers,
      },
      body: refusalBody(refusal, ids, clock.now(), request.origin),
    }
  }

  const show = (request: OwnRequest, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): OwnAnswer => {
    const page = refusalPage(refusal, request, clock.now(), request.origin)
    return { ...page, headers: { ...page.headers, ...waiting(refusal), ...headers } }
  }

  const issue: Work = async (route, request) => {
    const granted = jsonAnswer(await tokenEndpoint(route, request))
    return { ...granted, headers: { ...granted.headers, Pragma: 'no-cache' } }
  }

  const startDevice: Work = (route, request) => {
    const form = new URLSearchParams(bodyText(request))
    checkOnce(form)
    checkRate(requests, `${request.remote ?? ''} ${form.get('client_id') ?? ''}`)
    return device.start(route, form, request)
  }

  const describe: Work = async ({ asked, tenant, version }, { origin }) =>
    jsonAnswer(
      tenant === undefined
        ? openidConfiguration(version, origin, asked, '{tenantid}')
        : openidConfiguration(version, origin, tenant.id, tenant.id),
    )

  const publish: Work = async () => jsonAnswer({ keys: (await keys.current()).published })

  const recognise: Work = async (_, { origin, query }) =>
    jsonAnswer(instanceMetadata(origin, new URLSearchParams(query).get('authorization_endpoint')))

  /** By the last segments of an address, in lower case, after the tenant. */
  const endpoints: Readonly<Record<string, Endpoint>> = {
    'oauth2/v2.0/token': { methods: ['POST'], version: 2, work: issue },
    'oauth2/token': { methods: ['POST'], version: 1, work: issue },
    'oauth2/v2.0/devicecode': { methods: ['POST'], version: 2, work: startDevice },
    'oauth2/devicecode': { methods: ['POST'], version: 1, work: startDevice },
    'v2.0/.well-known/openid-configuration': { methods: ['GET'], version: 2, work: describe },
    '.well-known/openid-configuration': { methods: ['GET'], version: 1, work: describe },
    'discovery/v2.0/keys': { methods: ['GET'], version: 2, work: publish },
    'discovery/keys': { methods: ['GET'], version: 1, work: publish },
    'discovery/instance': { methods: ['GET'], version: 2, work: recognise },
    ...Object.fromEntries(
      ([1, 2] as const).flatMap((version): [string, Endpoint][] => {
        const base = version === 1 ? 'oauth2' : 'oauth2/v2.0'
        const work: Work = (route, request) => authorize(route)(request)
        const leave: Work = (route, request) => signOut({ directory, sessions }, route)(request)
        return [
          [`${base}/authorize`, { methods: ['GET', 'POST'], version, work, isPage: true }],
          [`${base}/logout`, { methods: ['GET'], version, work: leave, isPage: true }],
        ]
      }),
    ),
    login: { methods: ['POST'], version: 2, work: (route, request) => login(route)(request), isPage: true },
  }

  const devicePages: Endpoint = {
    methods: ['GET', 'POST'],
    version: 2,
    isPage: true,
    work: (_, request) => (request.method === 'GET' ? device.show(request) : device.post(request)),
  }
  const error: Endpoint = {
    methods: ['GET'],
    version: 2,
    isPage: true,
    work: async (_, { query }) => codePage(new URLSearchParams(query).get('code') ?? ''),
  }
  const fixed: Readonly<Record<string, Endpoint>> = {
    [devicePath]: devicePages,
    '/common/oauth2/deviceauth': devicePages,
    '/error': error,
  }
  const controls: Readonly<Record<string, Answering>> = {
    '/_relata/keys/rotate': rotateAnswering(keys),
    '/_relata/applications': registrationAnswering(directory),
  }

  const routeOf = async (asked: string, { version, work }: Endpoint): Promise<Route> => {
    const named = asked.toLowerCase()
    if (anyTenant.has(named)) return { asked, version, tenant: undefined }
    if (named === nobodyTenant && (work === describe || work === publish)) return { asked, version, tenant: undefined }
    const tenant = await directory.findTenant(asked)
    return { asked, version, tenant: need(tenant, () => refusals.unknownTenant(asked)) }
  }

  const answering =
    (endpoint: Endpoint, asked?: string): Answering =>
    async (request) => {
      const tell = endpoint.isPage === true ? show : refuse
      const { methods } = endpoint
      const { method } = request
      if (!methods.some((one) => one === method))
        return tell(request, refusals.wrongMethod(methods.join(' and '), method), { Allow: methods.join(', ') })
      try {
        const route: Route =
          asked === undefined ? { asked: '', tenant: undefined, version: 2 } : await routeOf(asked, endpoint)
        return await endpoint.work(route, request)
      } catch (error) {
        if (error instanceof Refused) return tell(request, error.refusal)
        throw error
      }
    }

  /** The endpoint at a raw path, and the tenant it names. */
  const lookUp = (path: string): { endpoint: Endpoint; asked?: string } | undefined => {
    const known = path.toLowerCase()
    const exact = Object.hasOwn(fixed, known) ? fixed[known] : undefined
    if (exact !== undefined) return { endpoint: exact }
    const slash = path.indexOf('/', 1)
    if (slash < 2) return undefined
    const asked = decode(path.slice(1, slash))
    const rest = known.slice(slash + 1)
    const endpoint = Object.hasOwn(endpoints, rest) ? endpoints[rest] : undefined
    if (asked === undefined || endpoint === undefined) return undefined
    return rest === 'discovery/instance' && asked.toLowerCase() !== 'common' ? undefined : { endpoint, asked }
  }

  return {
    find(path) {
      const control = controls[path.toLowerCase()]
      if (control !== undefined) return control
      const found = lookUp(path)
      return found && answering(found.endpoint, found.asked)
    },
    isOpen(path) {
      const found = lookUp(path)
      return found !== undefined && found.endpoint.isPage !== true
    },
  }
}
