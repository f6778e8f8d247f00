/**
 * The seed file format, version 1, as types: what a database is filled with, and what one more tenant has. seed-schema.ts
 * is the same as a JSON Schema, with the meaning of each member; docs/seeds.md describes it.
 */
import type { Registration } from '#auth/directory/directory.ts'

export interface Seed {
  readonly $schema?: string
  readonly tenants: readonly SeedTenant[]
}

export interface SeedTenant {
  readonly id?: string
  readonly displayName: string
  readonly defaultDomain: string
  /** Absent: the default domain. */
  readonly initialDomain?: string
  /** Further verified ones. */
  readonly domains?: readonly string[]
  readonly countryLetterCode?: string
  readonly preferredLanguage?: string
  readonly isPartner?: boolean
  readonly administrators?: readonly SeedAdministrator[]
  readonly people?: readonly SeedPerson[]
  readonly groups?: readonly SeedGroup[]
  /** Absent: the root site alone. */
  readonly sites?: readonly SeedSite[]
  readonly applications?: 'well-known' | readonly SeedApplication[]
  readonly termStore?: SeedTermStore
  readonly relationships?: readonly SeedRelationship[]
}

/** A sign-in name, an object id, or both. */
export type SeedAdministrator =
  | string
  | { readonly id: string; readonly userPrincipalName?: string; readonly displayName?: string }

/** An instant, or a duration from the time of seeding: `-P30D` is 30 days before it, `P20D` 20 days after it. */
export type Moment = string

export interface SeedPerson {
  readonly id?: string
  readonly createdDateTime?: Moment
  readonly userPrincipalName: string
  readonly displayName?: string
  readonly givenName?: string
  readonly surname?: string
  readonly jobTitle?: string
  readonly mail?: string
  readonly mailNickname?: string
  readonly accountEnabled?: boolean
  readonly userType?: 'Member' | 'Guest'
  /** Names or template ids. */
  readonly directoryRoles?: readonly string[]
}

export interface SeedGroup {
  readonly id?: string
  readonly createdDateTime?: Moment
  readonly displayName: string
  readonly description?: string
  readonly mailNickname?: string
  readonly type?: 'security' | 'microsoft365'
  readonly isAssignableToRole?: boolean
  readonly visibility?: 'Private' | 'Public' | 'HiddenMembership'
  /** Ids, sign-in names of people, or names of groups. */
  readonly members?: readonly string[]
}

export interface SeedSite {
  readonly createdDateTime?: Moment
  /** Server-relative; empty for the root site. */
  readonly path: string
  readonly displayName?: string
  readonly hostName?: string
  readonly siteCollectionId?: string
  readonly webId?: string
  /** Id or name of its Microsoft 365 group. */
  readonly group?: string
}

/** The secret itself is never in a seed. */
export type SeedSecret =
  | 'well-known'
  | { readonly hash: string }
  | { readonly environment: string }
  | { readonly file: string }

export interface SeedApplication {
  readonly id: string
  readonly displayName: string
  readonly appRoles?: readonly string[]
  readonly secret?: SeedSecret
  /** Absent: it signs nobody in. */
  readonly signIn?: Partial<Omit<Registration, 'displayName'>>
}

export interface SeedTermStore {
  readonly id?: string
  readonly languages?: readonly string[]
  readonly defaultLanguage?: string
  /** Beside the administrators of the tenant: ids, sign-in names, names of groups, or `app@sharepoint`. */
  readonly administrators?: readonly string[]
  readonly groups?: readonly SeedTermGroup[]
}

export interface SeedTermGroup {
  readonly id?: string
  readonly displayName: string
  readonly description?: string
  /** Path of the site it belongs to; absent: a global group. */
  readonly site?: string
  readonly managers?: readonly string[]
  readonly contributors?: readonly string[]
  readonly sets?: readonly SeedSet[]
}

export interface SeedSet {
  readonly id?: string
  /** By language. */
  readonly names: Readonly<Record<string, string>>
  readonly description?: string
  readonly isOpen?: boolean
  readonly terms?: readonly SeedTerm[]
  readonly relations?: readonly SeedTermRelation[]
}

export interface SeedTerm {
  readonly id?: string
  /** By language the default label, or the default label and its synonyms; perhaps none in the store's default language. */
  readonly labels: Readonly<Record<string, string | readonly string[]>>
  readonly descriptions?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string>>
  readonly children?: readonly SeedTerm[]
}

/** A term of another set that is shown in this one. */
export interface SeedTermRelation {
  readonly relationship: 'pin' | 'reuse'
  readonly toTerm: string
  /** Id of the home set of `toTerm`. */
  readonly home: string
  readonly fromTerm?: string
}

export const relationshipStates = ['created', 'approvalPending', 'active', 'rejected', 'terminated', 'expired'] as const

export interface SeedRelationship {
  readonly displayName: string
  /** Id or domain of a tenant of the seed or of the server; absent: whoever approves it. */
  readonly customer?: string
  readonly duration: string
  readonly autoExtendDuration?: string
  /** Names or template ids. */
  readonly roles: readonly string[]
  readonly status: (typeof relationshipStates)[number]
  /** When it was made, or offered to the customer. */
  readonly createdDateTime?: Moment
  /** Of an active one; its end follows from the duration. */
  readonly activatedDateTime?: Moment
  /** When an active one will end, or when another ended. */
  readonly endDateTime?: Moment
  readonly assignments?: readonly { readonly group: string; readonly roles?: readonly string[] }[]
}
