/** The page that shows, and changes, who holds what a refusal names: roles of the taxonomy, roles by GDAP, roles at home. Pure. */
import type { LoggedRequest } from '../entry.ts'
import { appsOfStore } from './mend.ts'

const ofStore = /^(?:group contributor|group manager|term store administrator)\b/

/** Whether this person may do the same, by what, and until when. */
export function traceAddress({ caller, method, path = '' }: LoggedRequest): string | undefined {
  if (caller?.kind !== 'user' || caller.userId === undefined || caller.tenantId === undefined) return undefined
  const action = `${method} ${path.replace(/^\/(?:v1\.0|beta)/, '')}`
  return `/gdap/access?${new URLSearchParams({ user: caller.userId, tenant: caller.tenantId, action })}`
}

/** Undefined: no page has it, as with permissions of a token. */
export function factAddress(fact: string, entry: LoggedRequest): string | undefined {
  const { refusal, caller } = entry
  if (refusal?.layer === 'delegation' && caller?.tenantId !== undefined) return `/gdap/customers/${caller.tenantId}`
  if (refusal?.layer !== 'role') return undefined
  return ofStore.test(fact) || fact.includes(appsOfStore) ? '/admin/people' : traceAddress(entry)
}
