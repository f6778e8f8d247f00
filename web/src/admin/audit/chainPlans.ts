/** What is asked about the chain over the log of the tenant. */
import type { RequestPlan } from '../../data/plan.ts'
import { control } from '../../data/plan.ts'
import { type ServerInfo, useSession } from '../../data/session.ts'
import { type AuditWishes, managed, startOf } from '../api.ts'
import type { Place } from './chain.ts'

export interface ChainStatus {
  readonly tenant: string
  readonly newest: Place
  readonly start: Place
  readonly checkpoint: { readonly n: number; readonly dateTime: string; readonly jws: string } | null
  readonly sinks: readonly {
    readonly name: string
    readonly sent: number
    readonly waiting: number
    readonly missed: number
    readonly sentDateTime: string | null
    readonly failingDateTime: string | null
    readonly lastError: string | null
  }[]
}

export interface ChainPlans {
  readonly status: RequestPlan<ChainStatus>
  readonly file: RequestPlan<Blob>
}

export const keysPlan = control<{ readonly keys: readonly JsonWebKey[] }>('GET', '/webhooks/jwks.json')

/** `wishes`: of which only the days count. */
export function chainPlans(mode: ServerInfo['mode'], tenant: string, { from, to }: AuditWishes = {}): ChainPlans {
  const query = { tenant, from: startOf(from), to: startOf(to, 1) }
  return {
    status: managed(mode, 'GET', `/audit/status?tenant=${encodeURIComponent(tenant)}`),
    file: control('GET', '/audit', { query, token: mode === 'registry', isFile: true, headers: { Accept: '*/*' } }),
  }
}

/** Undefined: nobody acts, so that no tenant is meant. */
export function useChainPlans(wishes?: AuditWishes): ChainPlans | undefined {
  const { info, acting } = useSession()
  return acting === undefined ? undefined : chainPlans(info.mode, acting.tenant.id, wishes)
}
