/** Sign-in of a device without a browser (RFC 8628). The device gets two codes; a person enters one of them here. */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { type Account, type DirectoryTenant, nameOf } from '../directory/directory.ts'
import type { Guesses } from '../guesses.ts'
import { type DeviceEntry, deviceFacts, plainUserCode } from '../issuer/grant-store.ts'
import { need, type Refusal, Refused, refusals } from '../issuer/oauth-error.ts'
import { needResource, needScopes } from '../issuer/resource.ts'
import { parseResource, parseScope } from '../issuer/scope.ts'
import { chosenAccount, needApplication, needSubject } from '../issuer/subject.ts'
import { type AuthorizeParts, bodyText } from './authorize.ts'
import { anyApplication, type Route } from './authorize-request.ts'
import { devicePage, donePage, listedMost, pickerPage } from './picker-page.ts'

export const devicePath = '/devicelogin'

export interface DeviceParts extends AuthorizeParts {
  /** Throws after too many wrong codes. */
  readonly guesses: (request: OwnRequest) => Guesses
}

function enterCode({ tokens }: DeviceParts, code: string, fault?: string): OwnAnswer {
  return devicePage({
    action: devicePath,
    token: tokens.mint('device'),
    code,
    ...(fault === undefined ? {} : { fault }),
  })
}

async function tenantOf({ directory }: DeviceParts, entry: DeviceEntry): Promise<DirectoryTenant | undefined> {
  return entry.tenantId === undefined ? undefined : directory.findTenant(entry.tenantId)
}

async function choose(parts: DeviceParts, entry: DeviceEntry, code: string, refusal?: Refusal): Promise<OwnAnswer> {
  const { directory, tokens } = parts
  const application = await anyApplication(directory, await tenantOf(parts, entry), entry.clientId)
  const name = application === undefined ? entry.clientId : nameOf(application)
  return pickerPage({
    application: name,
    action: devicePath,
    hidden: { user_code: code, token: tokens.mint(`device\0${code}`) },
    accounts: await directory.listAccounts(entry.tenantId, listedMost + 1),
    hint: undefined,
    refusal,
    caution: `You are signing in to ${name} on another device. Go on only if it was you who started it there.`,
  })
}

/** Throws `Refused` when the account may not sign in there. */
async function checkAccount(
  parts: DeviceParts,
  request: OwnRequest,
  entry: DeviceEntry,
  account: Account,
): Promise<void> {
  const { directory } = parts
  const found = (await tenantOf(parts, entry)) ?? (await directory.findTenant(account.tenantId))
  const tenant = need(found, () => refusals.unknownTenant(account.tenantId))
  const client = await needApplication(directory, entry.clientId, tenant, account.tenantId)
  await needSubject(parts, account, tenant, client)
  needScopes(client, await needResource(directory, tenant, entry.wanted, request.origin), entry.wanted)
}

async function takeChoice(
  parts: DeviceParts,
  request: OwnRequest,
  entry: DeviceEntry,
  form: URLSearchParams,
): Promise<OwnAnswer> {
  if (form.has('cancel')) {
    entry.state = 'declined'
    return donePage('Cancelled', 'The device is not signed in. You may close this page.')
  }
  const account = await chosenAccount(parts.directory, await tenantOf(parts, entry), form)
  await checkAccount(parts, request, entry, account)
  entry.state = account
  return donePage('You have signed in', 'Go back to your device; this page may be closed.')
}

async function start(
  { directory, grants }: DeviceParts,
  { tenant, version, asked }: Route,
  form: URLSearchParams,
  request: OwnRequest,
): Promise<OwnAnswer> {
  const clientId = need(form.get('client_id') || undefined, () => refusals.missing('client_id'))
  const id = clientId.toLowerCase()
  need(await anyApplication(directory, tenant, id), () => refusals.unknownApplication(clientId, asked))
  const scope = form.get('scope')?.trim() ?? ''
  if (version === 2 && scope === '') throw new Refused(refusals.missing('scope'))
  const wanted = version === 1 ? parseResource(form.get('resource') || undefined, scope) : parseScope(scope)
  const { deviceCode, userCode } = grants.putDevice({ clientId: id, tenantId: tenant?.id, wanted })
  const address = `${request.origin}${devicePath}`
  return jsonAnswer({
    user_code: userCode,
    device_code: deviceCode,
    // Version 1 calls it a URL.
    [version === 1 ? 'verification_url' : 'verification_uri']: address,
    expires_in: version === 1 ? `${deviceFacts.seconds}` : deviceFacts.seconds,
    interval: version === 1 ? `${deviceFacts.interval}` : deviceFacts.interval,
    message: `To sign in, use a web browser to open the page ${address} and enter the code ${userCode} to authenticate.`,
  })
}

/** The code that was entered, or the account that was chosen. */
async function post(parts: DeviceParts, request: OwnRequest): Promise<OwnAnswer> {
  const { grants, tokens } = parts
  checkSameSite(request)
  const form = new URLSearchParams(bodyText(request))
  const code = plainUserCode(form.get('user_code') ?? '')
  const token = form.get('token') ?? ''
  const isChoice = tokens.isGood(`device\0${code}`, token)
  if (!isChoice && !tokens.isGood('device', token))
    throw new AppError('forbidden', 'This form is out of date, for the server was started anew. Enter the code again.')
  const entry = await parts.guesses(request).find(() => grants.findDevice(code))
  if (entry === undefined) return enterCode(parts, code, 'This code is not known, or it has been used or has expired.')
  if (!isChoice) return choose(parts, entry, code)
  try {
    return await takeChoice(parts, request, entry, form)
  } catch (error) {
    if (error instanceof Refused) return choose(parts, entry, code, error.refusal)
    throw error
  }
}

export interface DeviceSignIn {
  /** Issues the codes. Throws `Refused`. */
  start(route: Route, form: URLSearchParams, request: OwnRequest): Promise<OwnAnswer>
  readonly show: AddressHandler
  readonly post: AddressHandler
}

export function createDevice(parts: DeviceParts): DeviceSignIn {
  return {
    start: (route, form, request) => start(parts, route, form, request),
    show: async (request) => {
      const query = new URLSearchParams(request.query)
      return enterCode(parts, query.get('user_code') ?? query.get('otc') ?? '')
    },
    post: (request) => post(parts, request),
  }
}
