/**
 * The sign-in addresses as plain values: which path is answered by what. Knows no HTTP library.
 * What MSAL and @azure/identity ask of an authority is in protocol.md §3.5.
 */
import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { guidOf, type Ids, randomIds } from '#base/ids.ts'
import { type AddressHandler, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import type { Delegations, SignInDirectory } from '../directory/directory.ts'
import { registrationHandler } from '../directory/registrations.ts'
import type { Route } from '../pages/authorize-request.ts'
import { refusalPage } from '../pages/picker-page.ts'
import { createSessions } from '../pages/sessions.ts'
import { type Rate, rateLimit } from '../rate-limit.ts'
import { tokensHandler } from '../tokens.ts'
import { decodeSegment, type Endpoint, type Endpoints, endpointsOf } from './endpoints.ts'
import { type ForgetTenant, grantStore } from './grant-store.ts'
import { createMint } from './issue.ts'
import type { Keys } from './keys.ts'
import { need, type Refusal, Refused, refusalBody, refusals } from './oauth-error.ts'
import { rotateHandler } from './rotate.ts'

export interface Authority {
  /** The handler of this raw path; undefined when it is not an address of the authority. */
  find(path: string): AddressHandler | undefined
  /** Whether the address accepts calls from pages of other origins. */
  isOpen(path: string): boolean
  /** Ends all sign-ins of a tenant that was removed. */
  readonly forget: ForgetTenant
}

export interface AuthorityParts {
  readonly directory: SignInDirectory
  readonly keys: Keys
  readonly clock: Clock
  /** Of applications that are registered without one. */
  readonly ids?: Ids
  /** Absent: users get tokens of their own tenant only. */
  readonly delegations?: Delegations
  /** Permits sign-in by username and password, with this one for everybody. */
  readonly password?: string
  /** The client id of people's tokens that `/_relata/tokens` gives. */
  readonly usualClient?: string
  readonly limits?: Partial<Limits>
}

export interface Limits {
  /** Requests of one client at one address. */
  readonly requests: Rate
  /** Wrong secrets, passwords and codes. */
  readonly guesses: Rate
}

const usualLimits: Limits = {
  requests: { burst: 2000, perSecond: 200 },
  guesses: { burst: 100, perSecond: 1 },
}

/** Names that stand for any tenant. */
const anyTenant = new Set(['common', 'organizations'])
/** Personal accounts: their authority publishes its documents, and has no users. */
const nobodyTenant = 'consumers'

function waiting({ retryAfter }: Refusal): Readonly<Record<string, string>> {
  return retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }
}

type ShowRefusal = (request: OwnRequest, refusal: Refusal, headers?: Readonly<Record<string, string>>) => OwnAnswer

/** Refuses a client, as JSON. */
function refuseWith(clock: Clock): ShowRefusal {
  return (request, refusal, headers = {}) => {
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
}

/** Refuses a person, as a page. */
function showWith(clock: Clock): ShowRefusal {
  return (request, refusal, headers = {}) => {
    const page = refusalPage(refusal, request, clock.now(), request.origin)
    return { ...page, headers: { ...page.headers, ...waiting(refusal), ...headers } }
  }
}

async function routeOf(directory: SignInDirectory, asked: string, endpoint: Endpoint): Promise<Route> {
  const { version } = endpoint
  const named = asked.toLowerCase()
  if (anyTenant.has(named)) return { asked, version, tenant: undefined }
  if (named === nobodyTenant && endpoint.isPublic === true) return { asked, version, tenant: undefined }
  const tenant = await directory.findTenant(asked)
  return { asked, version, tenant: need(tenant, () => refusals.unknownTenant(asked)) }
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refused) return error.refusal
  // A value that no database takes; clients of the authority read its errors only in its own form.
  return error instanceof AppError && error.kind === 'invalid' ? refusals.malformedRequest() : undefined
}

/** Runs an endpoint for the tenant that the address names, and answers its refusals. */
function handlerWith({ directory, clock }: AuthorityParts) {
  const refuse = refuseWith(clock)
  const show = showWith(clock)
  return (endpoint: Endpoint, asked?: string): AddressHandler =>
    async (request) => {
      const tell = endpoint.isPage === true ? show : refuse
      const { methods } = endpoint
      const { method } = request
      if (methods?.some((one) => one === method) === false)
        return tell(request, refusals.wrongMethod(methods.join(' and '), method), { Allow: methods.join(', ') })
      try {
        const route: Route =
          asked === undefined ? { asked: '', tenant: undefined, version: 2 } : await routeOf(directory, asked, endpoint)
        return await endpoint.work(route, request)
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === undefined) throw error
        return tell(request, refusal)
      }
    }
}

/** The tenant that a raw path names, and what follows, in lower case. */
function splitTenant(path: string): { asked: string; rest: string } | undefined {
  const slash = path.indexOf('/', 1)
  const asked = slash < 2 ? undefined : decodeSegment(path.slice(1, slash))
  return asked === undefined ? undefined : { asked, rest: path.slice(slash + 1).toLowerCase() }
}

const domainForm = /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z][a-z-]*[a-z]$/

/** Whether the first segment of an address can only mean a tenant: an id, a domain, or a name for any. */
function isTenantName(asked: string): boolean {
  const named = asked.toLowerCase()
  return guidOf(named) !== undefined || anyTenant.has(named) || named === nobodyTenant || domainForm.test(named)
}

/** The endpoint at a raw path, and the tenant it names. */
function lookUp({ ofTenant, fixed }: Endpoints, path: string): { endpoint: Endpoint; asked?: string } | undefined {
  const known = path.toLowerCase()
  const exact = Object.hasOwn(fixed, known) ? fixed[known] : undefined
  if (exact !== undefined) return { endpoint: exact }
  const { asked, rest } = splitTenant(path) ?? {}
  if (asked === undefined || rest === undefined) return undefined
  const template = [rest, rest.replace(/\/[^/]+$/, '/{user}')].find((one) => Object.hasOwn(ofTenant, one))
  const endpoint = template === undefined ? undefined : ofTenant[template]
  if (endpoint === undefined) return undefined
  return rest === 'discovery/instance' && asked.toLowerCase() !== 'common' ? undefined : { endpoint, asked }
}

function nothingAt(path: string): Endpoint {
  return {
    version: 2,
    isPublic: true,
    work: async () => {
      throw new Refused(refusals.unknownAddress(path))
    },
  }
}

export function createAuthority(parts: AuthorityParts): Authority {
  const { directory, keys, clock } = parts
  const limits = { ...usualLimits, ...parts.limits }
  const grants = grantStore(clock)
  const sessions = createSessions(clock)
  const mint = createMint({ keys, clock })
  const endpoints = endpointsOf({
    directory,
    delegations: parts.delegations,
    keys,
    clock,
    password: parts.password,
    mint,
    grants,
    sessions,
    requests: rateLimit(limits.requests, clock),
    guesses: rateLimit(limits.guesses, clock),
  })
  const controls: Readonly<Record<string, AddressHandler>> = {
    '/_relata/keys/rotate': rotateHandler(keys),
    '/_relata/applications': registrationHandler(directory, parts.ids ?? randomIds),
    '/_relata/tokens': tokensHandler({
      directory,
      delegations: parts.delegations,
      mint,
      usualClient: parts.usualClient,
    }),
  }
  const handlerOf = handlerWith(parts)
  return {
    find(path) {
      const control = controls[path.toLowerCase()]
      if (control !== undefined) return control
      const found = lookUp(endpoints, path)
      if (found !== undefined) return handlerOf(found.endpoint, found.asked)
      // A client of the authority reads its errors only in its own form, so it gets no other below a tenant.
      const { asked } = splitTenant(path) ?? {}
      return asked !== undefined && isTenantName(asked) ? handlerOf(nothingAt(path), asked) : undefined
    },
    isOpen(path) {
      const found = lookUp(endpoints, path)
      return found !== undefined && found.endpoint.isPage !== true
    },
    forget(tenantId) {
      grants.forget(tenantId)
      sessions.forget(tenantId)
    },
  }
}
