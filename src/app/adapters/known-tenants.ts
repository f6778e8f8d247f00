/** Tokens of tenants that were removed are refused at once, whatever is cached of them; what another process has changed is known to the request that comes next; and an empty server says what it lacks. */
import type { Verdict, Verify } from '#auth/verify/verify.ts'
import type { TenantList } from './tenant-list.ts'

export const noTenants =
  'This server has no tenant yet, so no token can be for one of them. The operator adds one with: relata tenant add --name NAME --domain DOMAIN'
const removed = 'The tenant of the access token is not on this server any more.'

export function ofKnownTenants(verify: Verify, tenants: TenantList): Verify {
  const judge = (verdict: Verdict): Verdict => {
    const { actor } = verdict
    if (actor !== undefined) return tenants.has(actor.tenantId) ? verdict : { denial: removed }
    return verdict.unverifiable !== true && tenants.all().length === 0 ? { denial: noTenants } : verdict
  }
  const judgeKnown = (verdict: Verdict): Verdict | Promise<Verdict> => {
    const { actor } = verdict
    if (actor === undefined || tenants.has(actor.tenantId)) return judge(verdict)
    // Another process may have added it a moment ago.
    return tenants.refresh().then(
      () => judge(verdict),
      () => judge(verdict),
    )
  }
  return (authorization) => {
    const verdict = verify(authorization)
    const changing = tenants.current()
    if (changing !== undefined) return changing.then(() => verdict).then(judgeKnown)
    return verdict instanceof Promise ? verdict.then(judgeKnown) : judgeKnown(verdict)
  }
}
