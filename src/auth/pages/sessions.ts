/** Browser sessions: a cookie with a random secret for an account kept in memory. */
import type { Clock } from '#base/clock.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { Account } from '../directory/directory.ts'
import { secretStore } from '../secret-store.ts'

export interface Sessions {
  find(request: OwnRequest): Account | undefined
  /** The `Set-Cookie` header of a new session; the present one ends. */
  start(request: OwnRequest, account: Account): string
  end(request: OwnRequest): string
  /** Ends those of people of a tenant that was removed. */
  forget(tenantId: string): void
}

const seconds = 12 * 3600
const most = 10_000

/** The prefix keeps other hosts from setting the cookie; browsers require TLS for it. */
function nameFor({ origin }: OwnRequest): string {
  return origin.startsWith('https:') ? '__Host-relata-session' : 'relata-session'
}

function cookie(request: OwnRequest, value: string, more = ''): string {
  const secure = request.origin.startsWith('https:') ? '; Secure' : ''
  return `${nameFor(request)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${more}`
}

function valueIn(request: OwnRequest): string | undefined {
  const name = nameFor(request)
  for (const part of (request.headers['cookie'] ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value !== undefined) return value
  }
  return undefined
}

export function createSessions(clock: Clock): Sessions {
  const sessions = secretStore<Account>(clock, most)
  const forget = (request: OwnRequest): void => {
    const known = valueIn(request)
    if (known !== undefined) sessions.remove(known)
  }
  return {
    find: (request) => {
      const known = valueIn(request)
      const found = known === undefined ? undefined : sessions.find(known)
      return found === undefined || found.isExpired ? undefined : found.value
    },
    start: (request, account) => {
      forget(request)
      return cookie(request, sessions.put(account, seconds))
    },
    end: (request) => {
      forget(request)
      return cookie(request, '', '; Max-Age=0')
    },
    forget: (tenantId) => sessions.removeWhere((account) => account.tenantId === tenantId),
  }
}
