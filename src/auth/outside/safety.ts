/** Settings of an external issuer with which somebody could be taken for somebody else. They are refused at the start. */
import { consumersTenant, fixedIds, type OutsideIssuer } from './outside-issuer.ts'

/**
 * Claims that people can choose, or that pass from one person to another: those of OpenID Connect Core 5.1 that describe a
 * person, and what Entra, Keycloak, Auth0 and Okta add. In lower case, and without what separates words.
 */
const chosen = new Set([
  ...['preferredusername', 'username', 'userprincipalname', 'upn', 'uniquename', 'login', 'loginhint', 'displayname'],
  ...['name', 'fullname', 'firstname', 'lastname', 'givenname', 'familyname', 'middlename', 'surname', 'nickname'],
  ...['email', 'emails', 'emailaddress', 'mail', 'othermails', 'verifiedprimaryemail', 'verifiedsecondaryemail'],
  ...['phone', 'phonenumber', 'mobile', 'mobilephone', 'address', 'streetaddress', 'city', 'country', 'postalcode'],
  ...[
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'title',
    'jobtitle',
    'usermetadata',
  ],
  ...['appdisplayname', 'clientname', 'nonce', 'state'],
])

/** Whether the claim is one that people can choose, or a member of one; a name may be an address, as Auth0 writes them. */
function isChosen(claim: string): boolean {
  // The middle is the client id of Keycloak, whatever it is called.
  const name = /^resource_access\..*\.roles$/.test(claim) ? 'roles' : claim.slice(claim.lastIndexOf('/') + 1)
  return name.split('.').some((part) => chosen.has(part.toLowerCase().replace(/[\s_-]/g, '')))
}

const entraHosts =
  /^(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|sts\.chinacloudapi\.cn)$/
const graphAudiences = /^(?:https:\/\/graph\.microsoft\.com\/?|00000003-0000-0000-c000-000000000000)$/i

function checkUser({ claims: { user }, verified, immutable }: OutsideIssuer): void {
  if (verified !== undefined || immutable === true) return
  const other = user.find((name) => !fixedIds.includes(name))
  if (other === undefined) return
  const why = isChosen(other)
    ? 'people may be able to choose or change it'
    : 'it may not be an id that nobody can choose'
  throw new Error(
    `'claims.user' is '${other}', and ${why}, so that one could become another: use 'oid' or 'sub'; or name in 'verified' the claim that has to be true, such as "email_verified"; or say "immutable": true if nobody at this issuer can choose or change it`,
  )
}

/** What decides has to be the word of the issuer: not only who somebody is, but also of which tenant and with which rights. */
function checkDeciding({ claims, verified, application, operator }: OutsideIssuer): void {
  const { tenant, app, scopes, roles } = claims
  const deciding = {
    ...{ 'claims.tenant': tenant, 'claims.app': app, 'claims.scopes': scopes, 'claims.roles': roles },
    verified: verified === undefined ? [] : [verified],
    'application.claim': application === undefined ? [] : [application.claim],
    'operator.claim': operator === undefined ? [] : [operator.claim],
  }
  for (const [name, given] of Object.entries(deciding)) {
    const bad = given.find(isChosen)
    if (bad !== undefined)
      throw new Error(
        `'${name}' is '${bad}', which people may be able to choose: name a claim that only the issuer writes`,
      )
  }
}

/** Whoever administers a tenant of the issuer gives its roles, so the roles of one tenant only may make operators. */
function checkOperator({ issuer, tenant, operator }: OutsideIssuer): void {
  if (operator === undefined) return
  if (tenant === undefined && operator.tenant === undefined)
    throw new Error(
      `'operator' needs the tenant whose operators count, as ${issuer.includes('{tenantid}') ? '{tenantid} stands for every tenant here' : "without 'tenant' a claim says for which tenant a token is"}, and whoever administers one of them could be operator of this server: add "tenant" to 'operator', with the id of the operators' own tenant`,
    )
  if (tenant !== undefined && operator.tenant !== undefined && operator.tenant.toLowerCase() !== tenant.toLowerCase())
    throw new Error(
      `'operator.tenant' is '${operator.tenant}', but all tokens of this issuer are for '${tenant}': leave 'operator.tenant' out`,
    )
}

function checkEntra({ issuer, audiences }: OutsideIssuer): void {
  const { hostname, pathname } = new URL(issuer.replaceAll('{tenantid}', 'tenantid'))
  if (!entraHosts.test(hostname)) return
  const shared = /^\/(common|organizations|consumers)\//i.exec(`${pathname}/`)?.[1]
  if (pathname.toLowerCase().startsWith(`/${consumersTenant}/`))
    throw new Error(
      "'issuer' is that of personal Microsoft accounts, which anybody can make: write the id of your tenant",
    )
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
  checkDeciding(settings)
  checkOperator(settings)
  checkEntra(settings)
  checkKeycloak(settings)
  if (settings.tenant !== undefined && settings.issuer.includes('{tenantid}'))
    throw new Error("'tenant' and {tenantid} do not go together: people of every tenant here would be in that one")
}

/**
 * What is allowed, and yet to be known: a person is one of the tenant, whichever issuer says so. An issuer without a tenant
 * of its own speaks for all of them. `idOf`: of a tenant by its id or one of its domains; undefined: it is not here yet.
 */
export function cautionsOf(
  issuers: readonly OutsideIssuer[],
  idOf: (idOrDomain: string) => string | undefined,
): string[] {
  const caution = (names: readonly string[], whose: string) =>
    names.length < 2
      ? []
      : [
          `--issuers: ${names.join(' and ')} speak for the same people of ${whose}; whoever can write tokens of one of them can be anybody there`,
        ]
  const ofAll = issuers.filter(({ tenant }) => tenant === undefined).map(({ issuer }) => issuer)
  const named = new Map<string, { readonly shown: string; readonly names: string[] }>()
  for (const { issuer, tenant } of issuers) {
    if (tenant === undefined) continue
    const id = idOf(tenant) ?? tenant.toLowerCase()
    const known = named.get(id) ?? { shown: tenant.toLowerCase(), names: [] }
    known.names.push(issuer)
    named.set(id, known)
  }
  return [
    ...caution(ofAll, 'every tenant'),
    ...[...named.values()].flatMap(({ shown, names }) => caution([...names, ...ofAll], shown)),
  ]
}
