/** Access tokens of the stand-in, one for each caller, taken again a minute before they end. A registry signs people in. */

import { control } from '../plan.ts'
import { problemOf } from '../problem.ts'
import { type Acting, currentSession, forgetActing } from '../session.ts'
import { ownRequestId } from './own.ts'

interface HeldToken {
  readonly token: Promise<string>
  endsMs: number
}

const held = new Map<string, HeldToken>()
const spareMs = 60_000

/** In a registry: gives the token of who has signed in. Set by signin/. */
let signedIn: ((isRefused: boolean) => Promise<string | undefined>) | undefined
/** The last token was answered 401: the next one has to be new. */
let isRefused = false

export function signInWith(give: (isRefused: boolean) => Promise<string | undefined>): void {
  signedIn = give
}

async function take({ tenant, caller }: Acting, keep: (seconds: number) => void): Promise<string> {
  const who = caller.kind === 'app' ? { app: caller.id } : { user: caller.id }
  const plan = control('POST', '/tokens', { body: { tenant: tenant.id, ...who } })
  const response = await fetch(plan.path, {
    method: plan.method,
    headers: {
      'Content-Type': 'application/json',
      'client-request-id': ownRequestId(),
      'relata-world': currentSession().world,
    },
    body: JSON.stringify(plan.body),
  })
  if (!response.ok) {
    if (response.status === 400) forgetActing()
    throw problemOf(plan, response, await response.text())
  }
  const { accessToken, expiresIn } = (await response.json()) as { accessToken: string; expiresIn: number }
  keep(expiresIn)
  return accessToken
}

export async function tokenOf(acting: Acting | undefined): Promise<string | undefined> {
  if (currentSession().info.mode === 'registry') {
    const wasRefused = isRefused
    isRefused = false
    return signedIn?.(wasRefused)
  }
  if (acting === undefined) return undefined
  const key = `${currentSession().world} ${acting.tenant.id} ${acting.caller.kind} ${acting.caller.id}`
  const known = held.get(key)
  if (known !== undefined && known.endsMs - spareMs > Date.now()) return known.token
  const entry: HeldToken = {
    token: take(acting, (seconds) => {
      entry.endsMs = Date.now() + seconds * 1000
    }),
    endsMs: Date.now() + 3_600_000,
  }
  held.set(key, entry)
  entry.token.catch(() => held.delete(key))
  return entry.token
}

/** After a 401: the next call takes a new one. */
export function forgetToken(acting: Acting | undefined): void {
  isRefused = true
  if (acting === undefined) return
  held.delete(`${currentSession().world} ${acting.tenant.id} ${acting.caller.kind} ${acting.caller.id}`)
}
