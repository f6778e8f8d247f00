/** Settings of an external issuer: whose tokens are accepted, for which tenant, and which claim means what. */

/** Names of claims, of which the first present one counts; `a.b` also stands for the member `b` of the claim `a`. */
export interface ClaimNames {
  readonly tenant: readonly string[]
  readonly user: readonly string[]
  readonly app: readonly string[]
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  /** Only shown and logged; nothing is decided by it. */
  readonly name: readonly string[]
}

/** Tokens whose claim is this text, or a list with it; without a value, whose claim is any text. */
export interface ClaimRule {
  readonly claim: string
  readonly value?: string
}

/** Whose tokens are an operator's. */
export interface OperatorRule extends ClaimRule {
  readonly value: string
  /** Id or domain of the tenant whose tokens count; absent: the one tenant of the issuer. */
  readonly tenant?: string
}

/** The client by which the pages of this server sign people in. */
export interface PageSignIn {
  readonly clientId: string
  /** Scopes of an access token for this server. */
  readonly scopes: readonly string[]
  /** What the button says; absent: the host of the issuer. */
  readonly name?: string
}

export interface OutsideIssuer {
  /** As in `iss`; `{tenantid}` stands for the GUID of a known tenant. */
  readonly issuer: string
  /** Address of its discovery document; absent: the standard one below the issuer. */
  readonly discovery?: string
  readonly audiences: readonly string[]
  /** Id or domain of the tenant of all its tokens; absent: a claim says so. */
  readonly tenant?: string
  readonly claims: ClaimNames
  /** Who may manage the tenants of a registry. Absent: nobody with its tokens. */
  readonly operator?: OperatorRule
  /** Which tokens are an application's. Absent: what Entra and RFC 9068 say. */
  readonly application?: ClaimRule
  /** The claim that has to be true for the one of the user to count. */
  readonly verified?: string
  /** Nobody at the issuer can choose or change what the claim of the user contains. */
  readonly immutable?: true
  /** The only type of token that is accepted (RFC 9068 §2.1). Absent: `JWT` as well. */
  readonly type?: 'at+jwt'
  /** Absent: the pages offer no sign-in here. */
  readonly pages?: PageSignIn
  /** How long its keys and verdicts on tokens are cached. */
  readonly cacheSeconds: number
  /** How long it is not asked again after an answer or a failure. */
  readonly cooldownSeconds: number
}

export const usualClaims: ClaimNames = {
  tenant: ['tid'],
  user: ['oid', 'sub'],
  app: ['appid', 'azp', 'client_id'],
  scopes: ['scp', 'scope'],
  roles: ['roles'],
  name: ['preferred_username', 'upn', 'unique_name', 'app_displayname'],
}

/** In the tokens of all personal Microsoft accounts, which anybody can make, whatever app they sign in to. */
export const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

/** Ids that no person can choose: OpenID Connect Core 2 says so of `sub`, Microsoft of `oid`. */
export const fixedIds: readonly string[] = ['oid', 'sub']
