/** The body of a token answer for a user: the agreed scopes, limited to those that are granted now. */

import type { Account, DirectoryApplication, DirectoryTenant } from '../directory/directory.ts'
import type { ClientKind } from './client.ts'
import type { Family, GrantStore } from './grant-store.ts'
import { lifetimeSeconds, type Mint, type Proof, type TokenSubject } from './issue.ts'
import { needResource, needScopes, type Resource } from './resource.ts'
import { anything, type Wanted } from './scope.ts'
import { needSubject, type SubjectParts } from './subject.ts'

export interface AnswerParts extends SubjectParts {
  readonly mint: Mint
  readonly grants: GrantStore
}

export interface PersonGrant {
  readonly origin: string
  readonly version: 1 | 2
  readonly tenant: DirectoryTenant
  readonly client: DirectoryApplication
  readonly proof: Proof
  readonly kind: ClientKind
  readonly account: Account
  readonly wanted: Wanted
  readonly nonce?: string | undefined
  readonly withClientInfo: boolean
  readonly family: Family
  /** The refresh token that was sent. */
  readonly after?: string
}

/** MSAL derives the id of an account from it: `{uid}.{utid}`. */
export function clientInfo({ person, homeTenantId }: TokenSubject): string {
  return Buffer.from(JSON.stringify({ uid: person.id, utid: homeTenantId })).toString('base64url')
}

/** The scopes in the form in which they were requested; `.default` becomes all that it stands for. */
function scopeText({ asked, names, resource }: Wanted, given: readonly string[]): string {
  const prefix = resource === undefined ? '' : `${resource}/`
  const all = names.includes(anything)
    ? given.map((name) => (/^(openid|profile|email)$/.test(name) ? name : prefix + name))
    : []
  return [...new Set([...asked.filter((scope) => scope.toLowerCase() !== 'offline_access'), ...all])].join(' ')
}

/** Version 1 has numbers as text, and adds the instants. */
export function lifetimeMembers(version: 1 | 2, resource: Resource, now: Date): Readonly<Record<string, unknown>> {
  if (version === 2) return { expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds }
  const seconds = Math.floor(now.getTime() / 1000)
  return {
    expires_in: `${lifetimeSeconds}`,
    ext_expires_in: `${lifetimeSeconds}`,
    expires_on: `${seconds + lifetimeSeconds}`,
    not_before: `${seconds}`,
    resource: resource.audience,
  }
}

export async function answerPerson(
  parts: AnswerParts,
  facts: PersonGrant,
  now: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const { origin, version, tenant, client, proof, wanted, account, kind } = facts
  const subject = await needSubject(parts, account, tenant, client)
  const resource = await needResource(parts.directory, tenant, wanted, origin)
  const scopes = needScopes(client, resource, wanted)
  const { openid } = wanted
  const { mint, grants } = parts
  return {
    token_type: 'Bearer',
    scope: version === 2 ? scopeText(wanted, scopes) : scopes.join(' '),
    ...lifetimeMembers(version, resource, now),
    access_token: await mint.forPerson({ origin, client, proof, resource, subject, scopes }),
    ...(openid.has('offline_access')
      ? { refresh_token: grants.putRefresh({ account, clientId: client.id, kind, wanted }, facts.family, facts.after) }
      : {}),
    ...(openid.has('openid')
      ? { id_token: await mint.idToken({ origin, version, client, subject, scopes: openid, nonce: facts.nonce }) }
      : {}),
    ...(facts.withClientInfo ? { client_info: clientInfo(subject) } : {}),
  }
}
