/** Settings of an external issuer with which somebody could be taken for somebody else. They are refused at the start. */
import { fixedIds, type OutsideIssuer } from './outside-issuer.ts'

/** Claims that people can choose, or that pass from one person to another. */
const chosen = [
  ...['preferred_username', 'username', 'upn', 'unique_name', 'name', 'given_name', 'family_name', 'nickname', 'email'],
  ...['verified_primary_email', 'verified_secondary_email', 'phone_number', 'profile', 'login_hint'],
]

const entraHosts =
  /^(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|sts\.chinacloudapi\.cn)$/
const graphAudiences = /^(?:https:\/\/graph\.microsoft\.com\/?|00000003-0000-0000-c000-000000000000)$/i

function checkUser({ claims: { user }, verified, immutable }: OutsideIssuer): void {
  if (verified !== undefined || immutable === true) return
  const other = user.find((name) => !fixedIds.includes(name))
  if (other === undefined) return
  const why = chosen.includes(other)
    ? 'people may be able to choose or change it'
    : 'it may not be an id that nobody can choose'
  throw new Error(
    `'claims.user' is '${other}', and ${why}, so that one could become another: use 'oid' or 'sub'; or name in 'verified' the claim that has to be true, such as "email_verified"; or say "immutable": true if nobody at this issuer can choose or change it`,
  )
}

function checkRules({ application, operator }: OutsideIssuer): void {
  for (const [name, rule] of Object.entries({ application, operator }))
    if (rule !== undefined && chosen.includes(rule.claim))
      throw new Error(`'${name}.claim' is '${rule.claim}', which people may be able to choose`)
}

function checkEntra({ issuer, audiences }: OutsideIssuer): void {
  const { hostname, pathname } = new URL(issuer.replaceAll('{tenantid}', 'tenantid'))
  if (!entraHosts.test(hostname)) return
  const shared = /^\/(common|organizations|consumers)\//i.exec(`${pathname}/`)?.[1]
  if (shared !== undefined)
    throw new Error(
      `'issuer' has '${shared}', and no token does: write the id of the tenant, or {tenantid} for all tenants here`,
    )
  const graph = audiences.find((audience) => graphAudiences.test(audience))
  if (graph !== undefined)
    throw new Error(
      `'audience' is '${graph}': tokens for Microsoft Graph are for Microsoft alone; register an API of your own in Entra`,
    )
}

function checkKeycloak({ issuer, audiences }: OutsideIssuer): void {
  if (
    new URL(issuer.replaceAll('{tenantid}', 'tenantid')).pathname.includes('/realms/') &&
    audiences.includes('account')
  )
    throw new Error(
      "'audience' is 'account', which is in the tokens of every client of a Keycloak realm: add an audience mapper for a client of your own",
    )
}

/** Throws an `Error` that says what is unsafe, and what would not be. */
export function checkSafety(settings: OutsideIssuer): void {
  checkUser(settings)
  checkRules(settings)
  checkEntra(settings)
  checkKeycloak(settings)
  if (settings.tenant !== undefined && settings.issuer.includes('{tenantid}'))
    throw new Error("'tenant' and {tenantid} do not go together: people of every tenant here would be in that one")
}

/** What is allowed, and yet to be known: a person is one of the tenant, whichever issuer says so. */
export function cautionsOf(issuers: readonly OutsideIssuer[]): string[] {
  const tenants = new Set(issuers.flatMap(({ tenant }) => tenant?.toLowerCase() ?? []))
  return [...tenants].flatMap((name) => {
    const names = issuers.filter(({ tenant }) => tenant?.toLowerCase() === name).map(({ issuer }) => issuer)
    return names.length < 2
      ? []
      : `--issuers: ${names.join(' and ')} speak for the same people of ${name}; whoever can write tokens of one of them can be anybody there`
  })
}
