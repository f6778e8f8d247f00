/** Tokens of the built-in issuer. They are good in all worlds of a server, and are asked for again shortly before they end. */
import { wellKnown } from '#app/seed/seed-data.ts'
import { millisOn, systemClock } from '#base/clock.ts'
import type { ControlCall } from './control-call.ts'
import type { Credential, TokenOptions } from './relata.ts'

interface Issued {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

export type Tokens = (options: TokenOptions) => Promise<Issued>

const usualTenant = 'contoso.example'
const earlyMillis = 60_000
/** Tokens do not follow the clock of a world. */
const now = millisOn(systemClock)

async function issue(call: ControlCall, { tenant, app, user, scopes }: TokenOptions): Promise<Issued> {
  const asked = now()
  const { accessToken, expiresIn } = await call('POST', '/_relata/tokens', {
    tenant: tenant ?? usualTenant,
    ...(app === undefined && user === undefined ? { app: wellKnown.daemon } : { app, user }),
    scopes,
  })
  return { token: accessToken, expires: asked + expiresIn * 1_000 }
}

/** Tokens that are asked for already, by what was asked. */
export type KeptTokens = Map<string, Promise<Issued>>

/**
 * `shared`: tokens of the seeded application in the usual tenant, which the worlds of the server have in common. Another
 * tenant may have one id in one world and another in the next, under the same name.
 */
export function tokensOf(call: ControlCall, shared: KeptTokens): Tokens & { forget(): void } {
  const own: KeptTokens = new Map()
  const tokens: Tokens = async (options) => {
    const key = JSON.stringify(options)
    const { tenant = usualTenant, app, user } = options
    const kept = app === undefined && user === undefined && tenant === usualTenant ? shared : own
    const known = await kept.get(key)?.catch(() => undefined)
    if (known !== undefined && known.expires - earlyMillis > now()) return known
    const issued = issue(call, options)
    kept.set(key, issued)
    return issued
  }
  return Object.assign(tokens, { forget: () => own.clear() })
}

/** Which permissions its tokens have, the options say; the scopes that a client asks for are those of one resource. */
export function credentialOf(tokens: Tokens, options: TokenOptions): Credential {
  return {
    getToken: async () => {
      const { token, expires } = await tokens(options)
      return { token, expiresOnTimestamp: expires }
    },
  }
}
