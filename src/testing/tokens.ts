/** Tokens of the built-in issuer. They are good in all worlds of a server, and are asked for again shortly before they end. */
import { wellKnown } from '#app/seed/seed-data.ts'
import { millisOn, systemClock } from '#base/clock.ts'
import { RelataError } from './control-call.ts'
import type { Credential, Relata, TokenOptions } from './relata.ts'

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

async function signIn(relata: Pick<Relata, 'fetch' | 'loginUrl'>, { tenant, app }: TokenOptions): Promise<Issued> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app ?? wellKnown.daemon,
    client_secret: wellKnown.secret,
    scope: 'https://graph.microsoft.com/.default',
  })
  const asked = now()
  const address = `${relata.loginUrl}/${tenant ?? usualTenant}/oauth2/v2.0/token`
  const answer = await relata.fetch(address, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) throw new RelataError('the token', answer.status, text)
  const { access_token: token, expires_in: seconds } = JSON.parse(text) as { access_token: string; expires_in: number }
  return { token, expires: asked + seconds * 1_000 }
}

/** Tokens that are asked for already, by what was asked. */
export type KeptTokens = Map<string, Promise<Issued>>

/** `shared`: tokens of the seeded application, which all worlds of the server have. */
export function tokensOf(relata: Pick<Relata, 'fetch' | 'loginUrl'>, shared: KeptTokens): Tokens {
  const own: KeptTokens = new Map()
  return async (options) => {
    const key = JSON.stringify(options)
    const kept = options.app === undefined && options.user === undefined ? shared : own
    const known = await kept.get(key)?.catch(() => undefined)
    if (known !== undefined && known.expires - earlyMillis > now()) return known
    const issued = signIn(relata, options)
    kept.set(key, issued)
    return issued
  }
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
