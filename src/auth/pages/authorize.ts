/**
 * The authorization endpoint: a signed-in user goes on directly, others choose an account on a page. There are no
 * passwords: this issuer authenticates applications and trusts people.
 */
import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { FormTokens } from '#base/form-token.ts'
import type { AddressHandler, OwnAnswer, OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { type Account, nameOf, registrationOf } from '../directory/directory.ts'
import { descriptionOf, errorUri, need, type Refusal, Refused, refusals } from '../issuer/oauth-error.ts'
import { needResource, needScopes } from '../issuer/resource.ts'
import { chosenAccount, needApplication, needSubject } from '../issuer/subject.ts'
import { type AnswerParts, clientInfo } from '../issuer/token-answer.ts'
import {
  type AuthorizeRequest,
  needClient,
  parseAuthorize,
  type Reply,
  type Route,
  replyOf,
} from './authorize-request.ts'
import { listedMost, pickerPage, refusalPage } from './picker-page.ts'
import { answerClient, formTargets, kindOfRedirect } from './redirect.ts'
import type { Sessions } from './sessions.ts'

/** Values of `prompt` that show the page to signed-in users as well. */
const asking = ['login', 'select_account', 'create', 'consent', 'admin_consent']

export interface AuthorizeParts extends AnswerParts {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: FormTokens
}

/** Far more than any client sends; an assertion of somebody in 200 groups has 12 KB. */
const longestForm = 65_536

/** Throws `Refused` for a form that nobody needs. */
export function bodyText({ body }: OwnRequest): string {
  if (body !== undefined && body.length > longestForm) throw new Refused(refusals.tooLong(longestForm))
  return body === undefined ? '' : Buffer.from(body).toString('utf8')
}

/** Whether another account might succeed; a missing consent is the same for all. */
function isOfAccount({ error, code }: Refusal): boolean {
  return error === 'invalid_grant' && code !== 65001
}

/** The error code for a redirect to the client; `invalid_grant` belongs to the token endpoint only. */
function errorName({ error, code }: Refusal): string {
  if (error !== 'invalid_grant') return error
  return code === 65001 ? 'consent_required' : 'access_denied'
}

function tellClient(
  { clock }: AuthorizeParts,
  request: OwnRequest,
  { redirectUri, mode, state }: Reply,
  refusal: Refusal,
): OwnAnswer {
  return answerClient(redirectUri, mode, {
    error: errorName(refusal),
    error_description: descriptionOf(refusal, request, clock.now()),
    error_uri: errorUri(request.origin, refusal),
    state,
  })
}

/** One authorization request: the HTTP request, its address, and its parameters as text. */
interface Attempt {
  readonly request: OwnRequest
  readonly route: Route
  readonly text: string
}

/** Refusals before the redirect URI is verified are shown as a page, all others are sent to the client. */
async function understood(
  parts: AuthorizeParts,
  { request, route, text }: Attempt,
  work: (ask: AuthorizeRequest) => Promise<OwnAnswer>,
): Promise<OwnAnswer> {
  const form = new URLSearchParams(text)
  let reply: Reply | undefined
  try {
    const client = await needClient(parts.directory, route, form)
    reply = replyOf(form, client.redirectUri)
    return await work(parseAuthorize(form, route.version, client))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return reply === undefined
      ? refusalPage(error.refusal, request, parts.clock.now(), request.origin)
      : tellClient(parts, request, reply, error.refusal)
  }
}

/** The answer to the client. Throws `Refused` when the account may not sign in there. */
async function finish(
  parts: AuthorizeParts,
  { request: { origin }, route }: Attempt,
  ask: AuthorizeRequest,
  account: Account,
): Promise<OwnAnswer> {
  const { directory, grants, mint } = parts
  const { redirectUri, mode, state, kind, wanted, nonce, challenge } = ask
  const tenant =
    route.tenant ?? need(await directory.findTenant(account.tenantId), () => refusals.unknownTenant(account.tenantId))
  const client = await needApplication(directory, ask.application.id, tenant, account.tenantId)
  if (kindOfRedirect(registrationOf(client), redirectUri) !== kind)
    throw new Refused(refusals.wrongRedirect(redirectUri, client.id))
  const subject = await needSubject(parts, account, tenant, client)
  needScopes(client, await needResource(directory, tenant, wanted, origin), wanted)
  const code = ask.wantsCode
    ? grants.putCode({
        account,
        clientId: client.id,
        kind,
        wanted,
        tenantId: tenant.id,
        redirectUri,
        nonce,
        challenge,
      })
    : undefined
  const { version } = route
  const idToken = ask.wantsIdToken
    ? await mint.idToken({
        origin,
        version,
        client,
        subject,
        scopes: wanted.openid,
        nonce,
        ...(code === undefined ? {} : { code }),
      })
    : undefined
  return answerClient(redirectUri, mode, {
    code,
    id_token: idToken,
    client_info: ask.withClientInfo ? clientInfo(subject) : undefined,
    state,
  })
}

function formSubjectOf({ asked, version }: Route, text: string): string {
  return `authorize\0${asked}\0${version}\0${text}`
}

async function choose(
  { directory, tokens }: AuthorizeParts,
  { route, text }: Attempt,
  ask: AuthorizeRequest,
  refusal?: Refusal,
): Promise<OwnAnswer> {
  return pickerPage({
    application: nameOf(ask.application),
    action: `/${encodeURIComponent(route.asked)}/login`,
    hidden: { request: text, version: `${route.version}`, token: tokens.mint(formSubjectOf(route, text)) },
    accounts: await directory.listAccounts(route.tenant?.id, listedMost + 1),
    hint: ask.loginHint,
    targets: formTargets(ask.redirectUri),
    refusal,
  })
}

/** Whether the account is the one that the client expects. */
async function isExpected(
  { directory }: AuthorizeParts,
  { loginHint }: AuthorizeRequest,
  account: Account,
): Promise<boolean> {
  if (loginHint === undefined) return true
  const person = await directory.findPerson(account.tenantId, account.userId)
  return person?.userName.toLowerCase() === loginHint.toLowerCase() || person?.id === loginHint.toLowerCase()
}

async function enter(parts: AuthorizeParts, attempt: Attempt, ask: AuthorizeRequest): Promise<OwnAnswer> {
  const { prompt } = ask
  const known = parts.sessions.find(attempt.request)
  const account = known !== undefined && (await isExpected(parts, ask, known)) ? known : undefined
  if (prompt.has('none')) return finish(parts, attempt, ask, need(account, refusals.loginRequired))
  if (account === undefined || asking.some((word) => prompt.has(word))) return choose(parts, attempt, ask)
  try {
    return await finish(parts, attempt, ask, account)
  } catch (error) {
    // Another account may be meant.
    if (error instanceof Refused && isOfAccount(error.refusal)) return choose(parts, attempt, ask)
    throw error
  }
}

async function takeChoice(
  parts: AuthorizeParts,
  attempt: Attempt,
  ask: AuthorizeRequest,
  form: URLSearchParams,
): Promise<OwnAnswer> {
  if (form.has('cancel')) throw new Refused(refusals.cancelled())
  try {
    const account = await chosenAccount(parts.directory, attempt.route.tenant, form)
    const answer = await finish(parts, attempt, ask, account)
    const cookie = parts.sessions.start(attempt.request, account)
    return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookie } }
  } catch (error) {
    if (error instanceof Refused && isOfAccount(error.refusal)) return choose(parts, attempt, ask, error.refusal)
    throw error
  }
}

async function login(parts: AuthorizeParts, route: Omit<Route, 'version'>, request: OwnRequest): Promise<OwnAnswer> {
  checkSameSite(request)
  const form = new URLSearchParams(bodyText(request))
  const text = form.get('request') ?? ''
  const chosen: Route = { ...route, version: form.get('version') === '1' ? 1 : 2 }
  if (!parts.tokens.isGood(formSubjectOf(chosen, text), form.get('token') ?? ''))
    throw new AppError('forbidden', 'This form is out of date, for the server was started anew. Sign in again.')
  const attempt: Attempt = { request, route: chosen, text }
  return understood(parts, attempt, (ask) => takeChoice(parts, attempt, ask, form))
}

export interface AuthorizePages {
  /** GET and POST of the endpoint itself. */
  authorize(route: Route): AddressHandler
  /** POST of the chosen account. */
  login(route: Omit<Route, 'version'>): AddressHandler
}

export function createAuthorize(parts: AuthorizeParts): AuthorizePages {
  return {
    authorize: (route) => (request) => {
      const text = request.method === 'POST' ? bodyText(request) : request.query
      const attempt: Attempt = { request, route, text }
      return understood(parts, attempt, (ask) => enter(parts, attempt, ask))
    },
    login: (route) => (request) => login(parts, route, request),
  }
}
