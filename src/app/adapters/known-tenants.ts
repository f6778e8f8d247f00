/** Tokens of tenants that were removed are refused at once, whatever is cached of them; and an empty server says what it lacks. */
import type { Verdict, Verify } from '#auth/verify/verify.ts'
import type { TenantList } from './tenant-list.ts'

export const noTenants =
  'This server has no tenant yet, so no token can be for one of them. The operator adds one with: relata tenant add --id ID --name NAME --domain DOMAIN, where ID is the id that tokens name the tenant by'
const removed = 'The tenant of the access token is not on this server any more.'

export function ofKnownTenants(verify: Verify, tenants: TenantList): Verify {
  const judge = (verdict: Verdict): Verdict => {
    const { actor } = verdict
    if (actor !== undefined) return tenants.has(actor.tenantId) ? verdict : { denial: removed }
    return verdict.unverifiable !== true && tenants.all().length === 0 ? { denial: noTenants } : verdict
  }
  return (authorization) => {
    const verdict = verify(authorization)
    return verdict instanceof Promise ? verdict.then(judge) : judge(verdict)
  }
}
