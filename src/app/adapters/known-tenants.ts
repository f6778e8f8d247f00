/**
 * Tokens of tenants that were removed are refused at once, whatever is cached of them, also when another tenant has the id
 * now; and an empty server says what it lacks.
 */
import type { Verdict, Verifier } from '#auth/verify/verify.ts'
import type { TenantList } from './tenant-list.ts'

export const noTenants =
  'This server has no tenant yet, so no token can be for one of them. The operator adds one with: relata tenant add --id ID --name NAME --domain DOMAIN, where ID is the id that tokens name the tenant by'
const removed = 'The tenant of the access token is not on this server any more.'

const older =
  'Access token validation failure. The token was issued before its tenant was added to this server. Sign in again.'

export function ofKnownTenants(verify: Verifier, tenants: TenantList): Verifier {
  const judgeTenant = (verdict: Verdict): Verdict => {
    const { actor, issuedAt } = verdict
    if (actor === undefined) return verdict
    if (!tenants.has(actor.tenantId)) return { denial: removed }
    const ids = actor.homeTenantId === undefined ? [actor.tenantId] : [actor.tenantId, actor.homeTenantId]
    return ids.some((id) => tenants.isOfEarlier(id, issuedAt)) ? { denial: older, fault: 'barred' } : verdict
  }
  const judge = (verdict: Verdict): Verdict => {
    if (verdict.actor !== undefined) return judgeTenant(verdict)
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
  const known = (authorization: string | undefined): Verdict | Promise<Verdict> => {
    const verdict = verify(authorization)
    const changing = tenants.current()
    if (changing !== undefined) return changing.then(() => verdict).then(judgeKnown)
    return verdict instanceof Promise ? verdict.then(judgeKnown) : judgeKnown(verdict)
  }
  return Object.assign(known, { once: async (token: string) => judgeTenant(await verify.once(token)) })
}
