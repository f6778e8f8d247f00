/** Parses and checks the parameters of an authorization request: OpenID Connect Core, 3.1.2.1, as Entra applies it. */

import {
  type DirectoryApplication,
  type DirectoryTenant,
  registrationOf,
  type SignInDirectory,
} from '../directory/directory.ts'
import type { ClientKind } from '../issuer/client.ts'
import { need, type Refusal, Refused, refusals } from '../issuer/oauth-error.ts'
import { parseResource, parseScope, type Wanted } from '../issuer/scope.ts'
import { kindOfRedirect, type ResponseMode } from './redirect.ts'

export interface Route {
  readonly asked: string
  /** Undefined: any. */
  readonly tenant: DirectoryTenant | undefined
  readonly version: 1 | 2
}

/** Where the answer goes. Parsed first, because faults of the rest are sent there. */
export interface Reply {
  readonly redirectUri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

export interface AuthorizeRequest extends Reply {
  /** As registered in the tenant, else in any tenant. */
  readonly application: DirectoryApplication
  readonly kind: ClientKind
  readonly wantsCode: boolean
  readonly wantsIdToken: boolean
  readonly wanted: Wanted
  readonly nonce: string | undefined
  readonly prompt: ReadonlySet<string>
  readonly loginHint: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
  readonly withClientInfo: boolean
}

/** Its refusals are shown to the person, because the client's redirect URI is not known yet. Throws `Refused`. */
export async function needClient(
  directory: SignInDirectory,
  { asked, tenant }: Route,
  form: URLSearchParams,
): Promise<{ readonly application: DirectoryApplication; readonly kind: ClientKind; readonly redirectUri: string }> {
  const clientId = need(form.get('client_id') || undefined, () => refusals.missing('client_id'))
  const application = need(await anyApplication(directory, tenant, clientId.toLowerCase()), () =>
    refusals.unknownApplication(clientId, asked),
  )
  const registration = registrationOf(application)
  const all = [...registration.webRedirectUris, ...registration.spaRedirectUris, ...registration.nativeRedirectUris]
  const given = form.get('redirect_uri') || (all.length === 1 ? all[0] : undefined)
  const redirectUri = need(given, () => refusals.missing('redirect_uri'))
  const kind = URL.canParse(redirectUri) ? kindOfRedirect(registration, redirectUri) : undefined
  return {
    application,
    redirectUri,
    kind: need(kind, () => refusals.wrongRedirect(redirectUri, application.id)),
  }
}

/** The registration in the tenant, else the first one anywhere; which one applies is known with the account. */
export async function anyApplication(
  directory: SignInDirectory,
  tenant: DirectoryTenant | undefined,
  appId: string,
): Promise<DirectoryApplication | undefined> {
  const found = tenant === undefined ? undefined : await directory.findApplication(tenant.id, appId)
  if (found !== undefined) return found
  const [home] = await directory.homesOf(appId)
  return home === undefined ? undefined : directory.findApplication(home, appId)
}

const modes: readonly string[] = ['query', 'fragment', 'form_post']

/** Falls back to the default mode, so that an invalid mode can be reported as well. */
export function replyOf(form: URLSearchParams, redirectUri: string): Reply {
  const asked = form.get('response_mode')
  const usual = /\b(?:id_token|token)\b/.test(form.get('response_type') ?? '') ? 'fragment' : 'query'
  const mode = asked !== null && modes.includes(asked) ? (asked as ResponseMode) : usual
  return { redirectUri, mode, state: form.get('state') ?? undefined }
}

const responseTypes: readonly string[] = [
  'code',
  'id_token',
  'code id_token',
  'id_token token',
  'token',
  'code token',
  'code id_token token',
]

function faultOfType(types: readonly string[], application: DirectoryApplication): Refusal | undefined {
  const joined = types.join(' ')
  if (!responseTypes.includes(joined)) return refusals.wrongResponseType(joined)
  if (types.includes('token')) return refusals.notEnabled('token')
  return types.includes('id_token') && !registrationOf(application).idTokens
    ? refusals.notEnabled('id_token')
    : undefined
}

function challengeOf(form: URLSearchParams, kind: ClientKind): AuthorizeRequest['challenge'] {
  const value = form.get('code_challenge')
  if (value === null) {
    if (kind === 'spa') throw new Refused(refusals.pkceNeeded())
    if (form.has('code_challenge_method')) throw new Refused(refusals.missing('code_challenge'))
    return undefined
  }
  const method = form.get('code_challenge_method') ?? 'plain'
  if (method !== 'S256' && method !== 'plain') throw new Refused(refusals.challengeMethod())
  if (!/^[\w.~-]{43,128}$/.test(value)) throw new Refused(refusals.challengeSize())
  return { value, method }
}

const prompts: readonly string[] = ['none', 'login', 'consent', 'select_account', 'create', 'admin_consent']

function promptOf(form: URLSearchParams): ReadonlySet<string> {
  const words = (form.get('prompt') ?? '').split(/\s+/).filter((word) => word !== '')
  if (words.some((word) => !prompts.includes(word)) || (words.includes('none') && words.length > 1))
    throw new Refused(refusals.invalidValue('prompt'))
  return new Set(words)
}

function wantedOf(form: URLSearchParams, version: 1 | 2): Wanted {
  const scope = form.get('scope') ?? ''
  if (version === 1) return parseResource(form.get('resource') || undefined, scope)
  if (scope.trim() === '') throw new Refused(refusals.missing('scope'))
  return parseScope(scope)
}

function checkMode(form: URLSearchParams, wantsIdToken: boolean): void {
  const mode = form.get('response_mode')
  if (mode !== null && (!modes.includes(mode) || (mode === 'query' && wantsIdToken)))
    throw new Refused(refusals.wrongMode(mode))
}

/** Throws `Refused`, which is sent to the client. */
export function parseAuthorize(
  form: URLSearchParams,
  version: 1 | 2,
  client: Awaited<ReturnType<typeof needClient>>,
): AuthorizeRequest {
  const { application, kind, redirectUri } = client
  for (const name of new Set(form.keys())) if (form.getAll(name).length > 1) throw new Refused(refusals.twice(name))
  const types = need(form.get('response_type') || undefined, () => refusals.missing('response_type'))
    .split(/\s+/)
    .sort()
  const fault = faultOfType(types, application)
  if (fault !== undefined) throw new Refused(fault)
  const wantsIdToken = types.includes('id_token')
  checkMode(form, wantsIdToken)
  const wanted = wantedOf(form, version)
  const nonce = form.get('nonce') ?? undefined
  if (wantsIdToken && nonce === undefined) throw new Refused(refusals.missing('nonce'))
  return {
    ...replyOf(form, redirectUri),
    application,
    kind,
    wantsCode: types.includes('code'),
    wantsIdToken,
    wanted,
    nonce,
    prompt: promptOf(form),
    loginHint: form.get('login_hint') || undefined,
    challenge: challengeOf(form, kind),
    withClientInfo: form.get('client_info') === '1',
  }
}
