/** Adapter: external issuers as the control addresses show them. */
import type { SignInDirectory } from '#auth/directory/directory.ts'
import { explainToken } from '#auth/outside/explain-token.ts'
import type { IssuerReport, OutsideIssuers } from '#auth/outside/outside-issuers.ts'
import { toleranceSeconds, type Verifier } from '#auth/verify/verify.ts'
import type { Clock } from '#base/clock.ts'
import type { IssuersParts } from '#control/rights/issuers.ts'
import type { Actor } from '#edm/ports.ts'

/** The settings in the form in which they are written, with what is usual filled in. */
function shownIssuer({ settings, names }: IssuerReport) {
  const { audiences, ...rest } = settings
  return { ...rest, audience: audiences, state: names }
}

function shownActor(actor: Actor) {
  const { kind, tenantId, appId, userId, name, permissions, isOperator } = actor
  return {
    kind: kind === 'app' ? 'application' : 'person',
    tenantId,
    appId: appId ?? null,
    userId: userId ?? null,
    name: name ?? null,
    permissions: [...permissions].sort(),
    isOperator: isOperator === true,
  }
}

export interface IssuersFacts {
  readonly issuers: OutsideIssuers
  readonly verify: Verifier
  readonly directory: SignInDirectory
  readonly clock: Clock
}

export function issuersWith({ issuers, verify, directory, clock }: IssuersFacts): Omit<IssuersParts, 'needOperator'> {
  const nameOf = async (tenantId: string, userId: string): Promise<string | undefined> =>
    (await directory.findPerson(tenantId, userId))?.userName
  return {
    list: async () => (await issuers.report()).map(shownIssuer),
    check: async (token) => {
      const { actor, denial } = await verify.once(token)
      const isOfEarlierTenant = (tenantId: string, at: number | undefined) =>
        directory.isOfEarlierTenant?.(tenantId, at) === true
      const parts = { issuers, now: () => clock.now(), toleranceSeconds, nameOf, isOfEarlierTenant }
      const findings = await explainToken(parts, token, actor !== undefined)
      return {
        accepted: actor !== undefined,
        actor: actor === undefined ? null : shownActor(actor),
        reason: denial ?? null,
        findings,
      }
    },
  }
}
