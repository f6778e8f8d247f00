/** `POST /_relata/applications`: registers an application in a tenant, or replaces its registration. */
import { X509Certificate } from 'node:crypto'
import { AppError, Faults } from '#base/errors.ts'
import { guidOf, type Ids } from '#base/ids.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { shortText } from '#base/text/short-text.ts'
import { hashSecret, type Registration, type SignInDirectory } from './directory.ts'

const lists = [
  'appRoles',
  'webRedirectUris',
  'spaRedirectUris',
  'nativeRedirectUris',
  'delegatedScopes',
  'identifierUris',
  'exposedScopes',
  'certificates',
  'assignedTo',
] as const
const known: readonly string[] = [
  ...lists,
  'tenantId',
  'id',
  'displayName',
  'secret',
  'isPublic',
  'idTokens',
  'tokenVersion',
]

type Members = Readonly<Record<string, unknown>>

function readBody({ body }: OwnRequest): Members {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body ?? new Uint8Array()))
  } catch (cause) {
    throw new AppError('invalid', 'The request body is not JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', 'The request body is not a JSON object.')
  return value as Members
}

function textIn(members: Members, name: string, faults: Faults): string | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  faults.add(name, `'${name}' is not a text, or it is empty.`)
  return undefined
}

function listIn(members: Members, name: string, faults: Faults): readonly string[] {
  const value = members[name] ?? []
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string' && item !== ''))
    return value
  faults.add(name, `'${name}' is not a list of texts.`)
  return []
}

function flagIn(members: Members, name: string, faults: Faults): boolean {
  const value = members[name] ?? false
  if (typeof value !== 'boolean') faults.add(name, `'${name}' is neither true nor false.`)
  return value === true
}

const scriptSchemes = /^(?:javascript|data|vbscript|file|blob|about):$/

function checkRedirects(name: string, uris: readonly string[], faults: Faults): void {
  for (const uri of uris) {
    const url = URL.canParse(uri) ? new URL(uri) : undefined
    if (url === undefined || !/^[!"$-~]+$/.test(uri) || scriptSchemes.test(url.protocol))
      faults.add(name, `'${uri}' is not an absolute URI to be redirected to.`)
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

function idIn(members: Members, ids: Ids, faults: Faults): string {
  const given = textIn(members, 'id', faults)
  const id = given === undefined ? ids.mint() : guidOf(given)
  if (id === undefined) faults.add('id', `'${given}' is not a GUID.`)
  return id ?? ''
}

function registrationIn(members: Members, id: string, faults: Faults): Registration {
  const list = (name: (typeof lists)[number]) => listIn(members, name, faults)
  const { tokenVersion = 1 } = members
  if (tokenVersion !== 1 && tokenVersion !== 2) faults.add('tokenVersion', `'tokenVersion' is neither 1 nor 2.`)
  const registration: Registration = {
    displayName: textIn(members, 'displayName', faults) ?? id,
    webRedirectUris: list('webRedirectUris'),
    spaRedirectUris: list('spaRedirectUris'),
    nativeRedirectUris: list('nativeRedirectUris'),
    isPublic: flagIn(members, 'isPublic', faults),
    idTokens: flagIn(members, 'idTokens', faults),
    delegatedScopes: list('delegatedScopes'),
    identifierUris: list('identifierUris'),
    exposedScopes: list('exposedScopes'),
    tokenVersion: tokenVersion === 2 ? 2 : 1,
    certificates: list('certificates'),
    assignedTo: list('assignedTo').map((one) => one.toLowerCase()),
  }
  for (const name of ['webRedirectUris', 'spaRedirectUris', 'nativeRedirectUris'] as const)
    checkRedirects(name, registration[name], faults)
  for (const pem of registration.certificates)
    if (!isCertificate(pem)) faults.add('certificates', 'A certificate is not the PEM of one with an RSA key.')
  return registration
}

export function registrationHandler(directory: SignInDirectory, ids: Ids): AddressHandler {
  return async (request) => {
    if (request.method !== 'POST')
      throw new AppError('notAllowed', `The method ${request.method} is not allowed here.`, {
        headers: { Allow: 'POST' },
      })
    checkSameSite(request)
    const members = readBody(request)
    const faults = new Faults()
    for (const name of Object.keys(members))
      if (!known.includes(name)) faults.add(name, `'${shortText(name)}' is not known here.`)
    const tenantName = textIn(members, 'tenantId', faults)
    const tenant = tenantName === undefined ? undefined : await directory.findTenant(tenantName)
    if (tenant === undefined) faults.add('tenantId', `'tenantId' names no tenant, by id or by domain.`)
    const id = idIn(members, ids, faults)
    const secret = textIn(members, 'secret', faults)
    const appRoles = listIn(members, 'appRoles', faults)
    const registration = registrationIn(members, id, faults)
    faults.throwIfAny()
    if (tenant === undefined) throw new AppError('invalid', 'No tenant.', { target: 'tenantId' })
    const secretHash = secret === undefined ? '' : await hashSecret(secret)
    await directory.register(tenant.id, { id, secretHash, appRoles, registration })
    return jsonAnswer({ tenantId: tenant.id, id, appRoles, ...registration })
  }
}
