/**
 * `POST /_relata/tokens {tenant, app | user, scopes, resource}` → `{accessToken, expiresIn}`: an access token for Graph, or for
 * Partner Center, without a sign-in, for tests and the pages. The scopes are those asked for, whether or not anybody has
 * consented to them.
 */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { shortText } from '#base/text/short-text.ts'
import {
  bareRegistration,
  type Delegations,
  type DirectoryApplication,
  type DirectoryTenant,
  registrationOf,
  type SignInDirectory,
} from './directory/directory.ts'
import { graphAudience, lifetimeSeconds, type Mint } from './issuer/issue.ts'
import { Refused } from './issuer/oauth-error.ts'
import { graphId, isPartnerCenterResource, partnerCenterAudience, partnerCenterScope } from './issuer/resource.ts'
import { findAccount, needApplication, needSubject } from './issuer/subject.ts'

export interface TokensParts {
  readonly directory: SignInDirectory
  readonly delegations: Delegations | undefined
  readonly mint: Mint
  /** The application by which people have a token where the request names none; absent: it has to name one. */
  readonly usualClient: string | undefined
}

interface Wish {
  readonly tenant: string
  readonly app: string | undefined
  readonly user: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly audience: string
}

const known = ['tenant', 'app', 'user', 'scopes', 'resource']
const scopeForm = /^[\w.-]{1,200}$/

function fault(target: string, text: string): AppError {
  return new AppError('invalid', `'${shortText(target)}' ${text}`, { target })
}

function textIn(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  throw fault(name, 'is not a text, or it is empty.')
}

function scopesIn({ scopes }: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  if (scopes === undefined || scopes === null) return undefined
  if (Array.isArray(scopes) && scopes.every((one) => typeof one === 'string' && scopeForm.test(one))) return scopes
  throw fault('scopes', 'is not a list of permissions of Graph, such as ["TermStore.ReadWrite.All"].')
}

/** Named as at a sign-in. */
function audienceIn(members: Readonly<Record<string, unknown>>): string {
  const named = textIn(members, 'resource')?.toLowerCase().replace(/\/$/, '')
  if (named === undefined || named === graphAudience || named === graphId) return graphAudience
  if (isPartnerCenterResource(named)) return partnerCenterAudience
  throw fault('resource', `is ${graphAudience} or ${partnerCenterAudience}.`)
}

function wishIn({ body }: OwnRequest): Wish {
  const wanted = `The body is a JSON object with ${known.map((name) => `'${name}'`).join(', ')}.`
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body ?? new Uint8Array()))
  } catch (cause) {
    throw new AppError('invalid', `The request body is not JSON. ${wanted}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', `The request body is not a JSON object. ${wanted}`)
  const members = value as Readonly<Record<string, unknown>>
  const stray = Object.keys(members).find((name) => !known.includes(name))
  if (stray !== undefined) throw fault(stray, `is not known here. ${wanted}`)
  const [tenant, app, user] = [textIn(members, 'tenant'), textIn(members, 'app'), textIn(members, 'user')]
  if (tenant === undefined) throw fault('tenant', 'is needed: an id or a domain.')
  if (app === undefined && user === undefined)
    throw fault('app', "or 'user' is needed: who the token is for. With both, the user has it by that application.")
  return { tenant, app, user, scopes: scopesIn(members), audience: audienceIn(members) }
}

/** Refusals of the sign-in, in the words of this address. */
async function orInvalid<T>(target: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Refused) throw new AppError('invalid', error.refusal.text, { target, cause: error })
    throw error
  }
}

function resourceOf({ audience }: Wish) {
  return { audience, version: 1, application: undefined } as const
}

/** An application of the tenant. */
async function forApp(parts: TokensParts, origin: string, tenant: DirectoryTenant, wish: Wish) {
  const { app = '', scopes } = wish
  const client = await orInvalid('app', needApplication(parts.directory, app, tenant))
  const appRoles = scopes ?? client.appRoles
  const facts = { origin, proof: 'secret', resource: resourceOf(wish), tenantId: tenant.id } as const
  return parts.mint.forApp({ ...facts, client: { ...client, appRoles } })
}

/** A person of the tenant, or one of another with delegated access. */
async function forPerson(parts: TokensParts, origin: string, tenant: DirectoryTenant, wish: Wish) {
  const { app, user = '', scopes, audience } = wish
  const { directory, usualClient } = parts
  const account = await orInvalid('user', findAccount(directory, tenant, user))
  const clientId = app ?? usualClient
  if (clientId === undefined) throw fault('app', 'is needed: the application by which the user has the token.')
  const bare: DirectoryApplication = { id: clientId, secretHash: '', appRoles: [], registration: bareRegistration }
  const client =
    app === undefined
      ? ((await directory.findApplication(tenant.id, clientId)) ?? bare)
      : await orInvalid('app', needApplication(directory, app, tenant, account.tenantId))
  const ofGraph = (): string[] => registrationOf(client).delegatedScopes.filter((scope) => !scope.includes('/'))
  const given = scopes ?? (audience === partnerCenterAudience ? [partnerCenterScope] : ofGraph())
  if (given.length === 0)
    throw fault('scopes', `is needed: the application ${client.id} has none that were consented to.`)
  const subject = await orInvalid('user', needSubject(parts, account, tenant, client))
  return parts.mint.forPerson({ origin, client, proof: 'none', resource: resourceOf(wish), subject, scopes: given })
}

export function tokensHandler(parts: TokensParts): AddressHandler {
  return async (request) => {
    if (request.method !== 'POST')
      throw new AppError('notAllowed', `The method ${request.method} is not allowed here.`, {
        headers: { Allow: 'POST' },
      })
    checkSameSite(request)
    const wish = wishIn(request)
    const tenant = await parts.directory.findTenant(wish.tenant)
    if (tenant === undefined) throw fault('tenant', 'names no tenant, by id or by domain.')
    const { app, user } = wish
    request.noted?.({
      tenant: tenant.id,
      ...(app === undefined ? {} : { app }),
      ...(user === undefined ? {} : { user }),
    })
    const make = user === undefined ? forApp : forPerson
    const accessToken = await make(parts, request.origin, tenant, wish)
    return jsonAnswer({ accessToken, expiresIn: lifetimeSeconds })
  }
}
