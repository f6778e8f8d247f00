/** Sign-out: ends the browser's session, and redirects only to a registered URI. */

import { decodeJwt } from 'jose'
import type { Answering } from '#base/own-address.ts'
import { registrationOf, type SignInDirectory } from '../directory/directory.ts'
import { anyApplication, type Route } from './authorize-request.ts'
import { donePage } from './picker-page.ts'
import { kindOfRedirect } from './redirect.ts'
import type { Sessions } from './sessions.ts'

/** Unverified: it only selects the application whose redirect URIs apply. */
function clientIn(query: URLSearchParams): string | undefined {
  const named = query.get('client_id')
  if (named !== null) return named.toLowerCase()
  try {
    const { aud } = decodeJwt(query.get('id_token_hint') ?? '')
    return typeof aud === 'string' ? aud.toLowerCase() : undefined
  } catch {
    return undefined
  }
}

export function signOut(
  parts: { readonly directory: SignInDirectory; readonly sessions: Sessions },
  route: Route,
): Answering {
  return async (request) => {
    const query = new URLSearchParams(request.query)
    const clientId = clientIn(query)
    const back = query.get('post_logout_redirect_uri')
    const application =
      clientId === undefined ? undefined : await anyApplication(parts.directory, route.tenant, clientId)
    const isRegistered =
      back !== null && application !== undefined && kindOfRedirect(registrationOf(application), back) !== undefined
    const cookie = { 'Set-Cookie': parts.sessions.end(request) }
    if (!isRegistered) {
      const page = donePage('You have signed out', 'Applications may still hold tokens until they expire.')
      return { ...page, headers: { ...page.headers, ...cookie } }
    }
    const state = query.get('state')
    const glue = back.includes('?') ? '&' : '?'
    const address = state === null ? back : `${back}${glue}state=${encodeURIComponent(state)}`
    return { status: 302, headers: { Location: address, ...cookie }, body: '' }
  }
}
