/** A tenant as `/_relata/tenants` and `relata tenant show` show it. */
import type { ReadTx, Store } from '#edm/ports.ts'
import { group, user } from '#workloads/directory/people.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { tenant } from '#workloads/directory/types.ts'
import { site } from '#workloads/sites/types.ts'
import { store as termStore } from '#workloads/term-store/types.ts'
import { adminAgentsName } from '../seed/seed-plan.ts'

export interface TenantView {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
  readonly initialDomain: string
  /** Further verified ones. */
  readonly domains: readonly string[]
  readonly countryLetterCode: string | null
  readonly preferredLanguage: string | null
  readonly createdDateTime: string | null
  readonly isPartner: boolean
  readonly administrators: readonly {
    readonly id: string
    readonly displayName: string | null
    readonly userPrincipalName: string | null
  }[]
  readonly termStore: {
    readonly id: string
    readonly languages: readonly string[]
    readonly defaultLanguage: string
    /** Beside those of the tenant: ids of people and groups, or `app@sharepoint`. */
    readonly administrators: readonly string[]
  } | null
  readonly rootSite: { readonly id: string; readonly webUrl: string | null } | null
}

async function administratorsIn(tx: ReadTx): Promise<TenantView['administrators']> {
  const found: TenantView['administrators'][number][] = []
  for (const { userId } of await tx.find(roleHolding, { roleTemplateId: globalAdministrator })) {
    const row = userId === null ? undefined : await tx.get(user, userId)
    if (row === undefined) continue
    found.push({ id: row.id, displayName: row.displayName, userPrincipalName: row.userPrincipalName })
  }
  return found
}

/** Undefined: there is no such tenant. */
export async function viewIn(tx: ReadTx, id: string): Promise<TenantView | undefined> {
  const row = await tx.get(tenant, id)
  if (row === undefined) return undefined
  const [kept] = await tx.find(termStore, {}, 1)
  const [root] = (await tx.find(site, { path: '' })).filter(({ isRoot }) => isRoot)
  const defaultDomain = row.defaultDomain.toLowerCase()
  const initialDomain = row.verifiedDomains.find(({ isInitial }) => isInitial === true)?.name ?? defaultDomain
  const administrators = await administratorsIn(tx)
  const own = administrators.map((one) => one.id)
  const names = row.verifiedDomains.flatMap(({ name }) => name ?? [])
  return {
    id,
    displayName: row.displayName,
    defaultDomain,
    initialDomain,
    domains: names.filter((name) => name !== defaultDomain && name !== initialDomain),
    countryLetterCode: row.countryLetterCode,
    preferredLanguage: row.preferredLanguage,
    createdDateTime: row.createdDateTime,
    isPartner: await tx.has(group, { displayName: adminAgentsName }),
    administrators,
    termStore:
      kept === undefined
        ? null
        : {
            id: kept.id,
            languages: kept.languageTags,
            defaultLanguage: kept.defaultLanguageTag,
            administrators: (kept.administrators ?? []).filter((one) => !own.includes(one)),
          },
    rootSite: root === undefined ? null : { id: root.id, webUrl: root.webUrl },
  }
}

export function viewOf(store: Store, id: string): Promise<TenantView | undefined> {
  return store.read(id, (tx) => viewIn(tx, id))
}
