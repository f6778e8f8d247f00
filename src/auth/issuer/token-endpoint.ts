/** The token endpoint: authenticates the client and calls the handler of the grant type. */
import type { OwnRequest } from '#base/own-address.ts'
import { type Account, rememberingCheck } from '../directory/directory.ts'
import { type Guesses, guessesOf } from '../guesses.ts'
import { bodyText } from '../pages/authorize.ts'
import type { Route } from '../pages/authorize-request.ts'
import type { RateLimit } from '../rate-limit.ts'
import { proofOf, readCredentials } from './client.ts'
import { type Body, type GrantParts, grantTypes } from './grants.ts'
import { need, Refused, refusals } from './oauth-error.ts'

export interface TokenParts extends GrantParts {
  readonly requests: RateLimit
  readonly guesses: RateLimit
}

/** Throws `tooMany`. */
export function refuseMore(seconds: number): never {
  throw new Refused(refusals.tooMany(seconds))
}

/** Throws `tooMany` when the limit is reached. */
export function checkRate(limit: RateLimit, key: string): void {
  const seconds = limit(key)
  if (seconds > 0) refuseMore(seconds)
}

export function checkOnce(form: URLSearchParams): void {
  for (const name of new Set(form.keys())) if (form.getAll(name).length > 1) throw new Refused(refusals.twice(name))
}

export function createTokenEndpoint(parts: TokenParts) {
  const { clock, requests, guesses } = parts
  const check = rememberingCheck(clock)

  return async (route: Route, request: OwnRequest): Promise<Body> => {
    const form = new URLSearchParams(bodyText(request))
    checkOnce(form)
    const grant = need(form.get('grant_type') ?? undefined, () => refusals.missing('grant_type'))
    const handler = need(Object.hasOwn(grantTypes, grant) ? grantTypes[grant] : undefined, () =>
      refusals.wrongGrant(grant),
    )
    const credentials = readCredentials(form, request.headers['authorization'])
    const key = `${request.remote ?? ''} ${credentials.id.toLowerCase()}`
    checkRate(requests, key)
    const limited = guessesOf(guesses, key, refuseMore)
    // Several registered clients would else be as many limits.
    const guessesAt = ({ tenantId, userId }: Account): Guesses => {
      const ofAccount = guessesOf(guesses, `${request.remote ?? ''} ${tenantId} ${userId}`, refuseMore)
      return { find: (check) => limited.find(() => ofAccount.find(check)) }
    }
    const { origin } = request
    const here = `${origin}/${route.asked}`
    const homes = [here, ...(route.tenant === undefined ? [] : [`${origin}/${route.tenant.id}`])]
    const audiences = homes.flatMap((base) => [
      `${base}/oauth2/v2.0/token`,
      `${base}/oauth2/token`,
      `${base}/v2.0`,
      `${base}/`,
    ])
    return handler(parts, {
      ...route,
      form,
      credentials,
      origin,
      crossOrigin: request.headers['origin'] !== undefined,
      prove: (application) => proofOf(credentials, application, { check, clock, audiences, guesses: limited }),
      guessesAt,
    })
  }
}
