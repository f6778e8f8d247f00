/** Where the pages of a registry send people to sign in: the issuers that name a client for it. */
import { authorizationUriOf } from './authorization-uri.ts'
import type { OutsideIssuer } from './outside-issuer.ts'

/** What a browser needs to know; nothing of it is secret. */
export interface SignInProvider {
  /** For people. */
  readonly name: string
  /** `entra`: its endpoints are known; `oidc`: they are in the configuration document below the authority. */
  readonly kind: 'entra' | 'oidc'
  readonly authority: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

/** The authority of Entra's sign-in pages, of which the issuers of both versions are known. */
function entraAuthority(issuer: OutsideIssuer): string | undefined {
  const found = /^(https:\/\/.+?)\/oauth2\/(?:v2\.0\/)?authorize$/.exec(authorizationUriOf([issuer]) || '')
  return found?.[1]
}

export function signInProvidersOf(issuers: readonly OutsideIssuer[]): readonly SignInProvider[] {
  return issuers.flatMap((entry) => {
    const { pages, issuer } = entry
    if (pages === undefined) return []
    const entra = entraAuthority(entry)
    const { clientId, scopes, name = new URL(issuer.replace('{tenantid}', 'common')).host } = pages
    return [{ name, kind: entra === undefined ? 'oidc' : 'entra', authority: entra ?? issuer, clientId, scopes }]
  })
}

/** Of the issuers that the pages send people to. */
export function originsOf(issuers: readonly OutsideIssuer[]): string[] {
  const named = issuers.map(({ issuer }) => issuer.replace('{tenantid}', 'common'))
  const authorities = signInProvidersOf(issuers).map(({ authority }) => authority)
  return [...new Set([...named, ...authorities].map((address) => new URL(address).origin))]
}
