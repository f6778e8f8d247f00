/** The table of the sign-in endpoints: methods, version and handler of each. authority.ts answers their refusals. */
import { randomBytes } from 'node:crypto'
import { formTokens } from '#base/form-token.ts'
import { jsonAnswer, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { guessesOf } from '../guesses.ts'
import { bodyText, createAuthorize } from '../pages/authorize.ts'
import type { Route } from '../pages/authorize-request.ts'
import { createDevice, type DeviceSignIn, devicePath } from '../pages/device.ts'
import { codePage } from '../pages/picker-page.ts'
import type { Sessions } from '../pages/sessions.ts'
import { signOut } from '../pages/sign-out.ts'
import { instanceMetadata, openidConfiguration, userRealm } from './discovery.ts'
import { need, Refused, refusals } from './oauth-error.ts'
import { checkOnce, checkRate, createTokenEndpoint, refuseMore, type TokenParts } from './token-endpoint.ts'

/** Undefined where the escapes are none. */
export function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** Throws `Refused`. */
type EndpointWork = (route: Route, request: OwnRequest) => Promise<OwnAnswer>

export interface Endpoint {
  /** Absent: any. */
  readonly methods?: readonly ('GET' | 'POST')[]
  readonly version: 1 | 2
  readonly work: EndpointWork
  /** For browsers: its refusals are pages, and pages of other origins may not call it. */
  readonly isPage?: boolean
  /** The same for every tenant, and served for personal accounts as well. */
  readonly isPublic?: boolean
}

export interface Endpoints {
  /** By the segments after the tenant, in lower case; `{user}` stands for any last segment. */
  readonly ofTenant: Readonly<Record<string, Endpoint>>
  /** By the whole path, in lower case. */
  readonly fixed: Readonly<Record<string, Endpoint>>
}

const describe: EndpointWork = async ({ asked, tenant, version }, { origin }) =>
  jsonAnswer(
    tenant === undefined
      ? openidConfiguration(version, origin, asked, '{tenantid}')
      : openidConfiguration(version, origin, tenant.id, tenant.id),
  )

const recognise: EndpointWork = async (_, { origin, query }) =>
  jsonAnswer(instanceMetadata(origin, new URLSearchParams(query).get('authorization_endpoint')))

function tokenEndpoints(parts: TokenParts, device: DeviceSignIn): Readonly<Record<string, Endpoint>> {
  const tokenEndpoint = createTokenEndpoint(parts)
  const issue: EndpointWork = async (route, request) => {
    const granted = jsonAnswer(await tokenEndpoint(route, request))
    return { ...granted, headers: { ...granted.headers, Pragma: 'no-cache' } }
  }
  const startDevice: EndpointWork = (route, request) => {
    const form = new URLSearchParams(bodyText(request))
    checkOnce(form)
    checkRate(parts.requests, `${request.remote ?? ''} ${form.get('client_id') ?? ''}`)
    return device.start(route, form, request)
  }
  return {
    'oauth2/v2.0/token': { methods: ['POST'], version: 2, work: issue },
    'oauth2/token': { methods: ['POST'], version: 1, work: issue },
    'oauth2/v2.0/devicecode': { methods: ['POST'], version: 2, work: startDevice },
    'oauth2/devicecode': { methods: ['POST'], version: 1, work: startDevice },
  }
}

/** The user is the last segment, or the parameter `user`. */
function realmEndpoints({ directory }: TokenParts): Readonly<Record<string, Endpoint>> {
  const answer = async (query: URLSearchParams, user: string | undefined): Promise<OwnAnswer> => {
    if ((query.get('api-version') ?? '1.0') !== '1.0') throw new Refused(refusals.invalidValue('api-version'))
    return jsonAnswer(
      await userRealm(
        directory,
        need(user, () => refusals.invalidValue('user')),
      ),
    )
  }
  const inPath: EndpointWork = (_, { path, query }) =>
    answer(new URLSearchParams(query), decodeSegment(path.slice(path.lastIndexOf('/') + 1)))
  const inQuery: EndpointWork = (_, { query }) => {
    const parameters = new URLSearchParams(query)
    return answer(parameters, parameters.get('user') ?? undefined)
  }
  const reading = { methods: ['GET'], version: 1, isPublic: true } as const
  return { 'userrealm/{user}': { ...reading, work: inPath }, userrealm: { ...reading, work: inQuery } }
}

function discoveryEndpoints({ keys }: TokenParts): Readonly<Record<string, Endpoint>> {
  const publish: EndpointWork = async () => jsonAnswer({ keys: (await keys.current()).published })
  const reading = { methods: ['GET'], isPublic: true } as const
  return {
    'v2.0/.well-known/openid-configuration': { ...reading, version: 2, work: describe },
    '.well-known/openid-configuration': { ...reading, version: 1, work: describe },
    'discovery/v2.0/keys': { ...reading, version: 2, work: publish },
    'discovery/keys': { ...reading, version: 1, work: publish },
    'discovery/instance': { methods: ['GET'], version: 2, work: recognise },
  }
}

export function endpointsOf(parts: TokenParts & { readonly sessions: Sessions }): Endpoints {
  const { directory, guesses, sessions } = parts
  const pages = { ...parts, sessions, tokens: formTokens(randomBytes(32)) }
  const { authorize, login } = createAuthorize(pages)
  const device = createDevice({
    ...pages,
    guesses: ({ remote }) => guessesOf(guesses, `${remote ?? ''} device`, refuseMore),
  })
  const pagesOf = (base: string, version: 1 | 2): Readonly<Record<string, Endpoint>> => ({
    [`${base}/authorize`]: {
      methods: ['GET', 'POST'],
      version,
      isPage: true,
      work: (route, request) => authorize(route)(request),
    },
    [`${base}/logout`]: {
      methods: ['GET'],
      version,
      isPage: true,
      work: (route, request) => signOut({ directory, sessions }, route)(request),
    },
  })
  const devicePages: Endpoint = {
    methods: ['GET', 'POST'],
    version: 2,
    isPage: true,
    work: (_, request) => (request.method === 'GET' ? device.show(request) : device.post(request)),
  }
  return {
    ofTenant: {
      ...tokenEndpoints(parts, device),
      ...discoveryEndpoints(parts),
      ...realmEndpoints(parts),
      ...pagesOf('oauth2', 1),
      ...pagesOf('oauth2/v2.0', 2),
      login: { methods: ['POST'], version: 2, isPage: true, work: (route, request) => login(route)(request) },
    },
    fixed: {
      [devicePath]: devicePages,
      '/common/oauth2/deviceauth': devicePages,
      '/error': {
        methods: ['GET'],
        version: 2,
        isPage: true,
        work: async (_, { query }) => codePage(new URLSearchParams(query).get('code') ?? ''),
      },
    },
  }
}
