/** A tenant of a seed with everything that may be left out: ids are minted, names are resolved to ids. Nothing is written. */
import { guidOf, type Ids } from '#base/ids.ts'
import type { RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import type { TenantDomains } from '#workloads/directory/rules/tenant.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import type {
  SeedApplication,
  SeedGroup,
  SeedPerson,
  SeedSite,
  SeedTenant,
  SeedTermStore,
} from './format/seed-format.ts'
import { applications } from './seed-data.ts'

type With<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> }

export interface TenantPlan {
  readonly seed: SeedTenant
  readonly id: string
  readonly domains: TenantDomains
  readonly people: readonly With<SeedPerson, 'id' | 'displayName'>[]
  readonly groups: readonly With<SeedGroup, 'id'>[]
  readonly sites: readonly With<SeedSite, 'siteCollectionId' | 'webId' | 'displayName' | 'hostName'>[]
  readonly applications: readonly SeedApplication[]
  readonly termStore: With<SeedTermStore, 'id' | 'languages' | 'defaultLanguage'>
  /** Ids of people who are Global Administrators from the beginning. */
  readonly administrators: readonly string[]
  /** Sites that are there already, by path: their ids. */
  readonly sitesThere?: ReadonlyMap<string, string>
  /** The tenant is there, and gets what the plan has. */
  readonly isAddition?: true
  /** The id behind an id, a sign-in name of a person, or a name of a group. */
  readonly find: (reference: string) => string | undefined
}

export const adminAgentsName = 'AdminAgents'

/** The groups that Partner Center makes for each partner: gdap.md §2.2. */
const partnerGroups = [
  { displayName: adminAgentsName, description: 'May see and change what the partner has to do with its customers.' },
  { displayName: 'HelpdeskAgents', description: 'Help the partner’s customers.' },
  { displayName: 'SalesAgents', description: 'Sell to the partner’s customers.' },
]

export const usualLanguage = 'en-US'

export function domainsOf({ defaultDomain, initialDomain = defaultDomain, domains = [] }: SeedTenant): TenantDomains {
  const all = [defaultDomain, initialDomain, ...domains].map((name) => name.toLowerCase())
  return { default: defaultDomain.toLowerCase(), initial: initialDomain.toLowerCase(), all: [...new Set(all)] }
}

/** Template id of a built-in role that is given by id, by name or by another name of it. */
export function roleIdOf(idOrName: string, { find, named }: RoleCatalogue): string | undefined {
  const id = guidOf(idOrName)
  return (id === undefined ? named(idOrName) : find(id))?.id
}

/** The part before the @, as a name for people. */
export function localPart(signInName: string): string {
  return signInName.slice(0, Math.max(signInName.indexOf('@'), 0)) || signInName
}

/** An administrator as a person; with an id alone, the id stands for the name until somebody changes it. */
function personOf(given: NonNullable<SeedTenant['administrators']>[number], domain: string): SeedPerson {
  const facts = typeof given === 'string' ? (given.includes('@') ? { userPrincipalName: given } : { id: given }) : given
  const { id, displayName, userPrincipalName = `${id}@${domain}` }: Partial<SeedPerson> = facts
  return {
    userPrincipalName,
    ...(id === undefined ? {} : { id }),
    ...(displayName === undefined ? {} : { displayName }),
  }
}

function isSame(one: SeedPerson, other: SeedPerson): boolean {
  if (one.id !== undefined && one.id.toLowerCase() === other.id?.toLowerCase()) return true
  return one.userPrincipalName.toLowerCase() === other.userPrincipalName.toLowerCase()
}

/** The people of the seed, and the administrators who are not among them. */
function peopleOf(seed: SeedTenant, ids: Ids) {
  const people = [...(seed.people ?? [])]
  const administrators = (seed.administrators ?? []).map((given) => {
    const wanted = personOf(given, seed.defaultDomain)
    const known = people.find((person) => isSame(person, wanted))
    if (known === undefined) people.push(wanted)
    return known ?? wanted
  })
  const whole = people.map((person) => ({
    ...person,
    id: person.id?.toLowerCase() ?? ids.mint(),
    displayName: person.displayName ?? localPart(person.userPrincipalName),
  }))
  const idOf = (person: SeedPerson): string => whole[people.indexOf(person)]?.id ?? ''
  return { people: whole, administrators: [...new Set(administrators.map(idOf))] }
}

function groupsOf(seed: SeedTenant, administrators: readonly string[], ids: Ids): TenantPlan['groups'] {
  const given: readonly SeedGroup[] = seed.groups ?? []
  const missing: readonly SeedGroup[] = partnerGroups
    .filter(({ displayName }) => seed.isPartner === true && !given.some((group) => group.displayName === displayName))
    .map((group) => ({
      ...group,
      mailNickname: group.displayName.toLowerCase(),
      members: group.displayName === adminAgentsName ? administrators : [],
    }))
  return [...given, ...missing].map((group) => ({ ...group, id: group.id?.toLowerCase() ?? ids.mint() }))
}

function sitesOf(seed: SeedTenant, ids: Ids): TenantPlan['sites'] {
  const given = seed.sites ?? []
  const root = given.some(({ path }) => path === '') ? [] : [{ path: '' }]
  return [...root, ...given].map((site: SeedSite) => ({
    ...site,
    displayName: site.displayName ?? (site.path.split('/').at(-1) || seed.displayName),
    hostName: (site.hostName ?? seed.defaultDomain).toLowerCase(),
    siteCollectionId: site.siteCollectionId?.toLowerCase() ?? ids.mint(),
    webId: site.webId?.toLowerCase() ?? ids.mint(),
  }))
}

function applicationsOf({ applications: given = [] }: SeedTenant): readonly SeedApplication[] {
  return given === 'well-known' ? applications : given
}

export function finderOf(people: TenantPlan['people'], groups: TenantPlan['groups']): TenantPlan['find'] {
  const byReference = new Map<string, string>()
  for (const { id, displayName } of groups) byReference.set(displayName.toLowerCase(), id).set(id, id)
  for (const { id, userPrincipalName } of people) byReference.set(userPrincipalName.toLowerCase(), id).set(id, id)
  return (reference) => byReference.get(reference.toLowerCase())
}

export function planOf(seed: SeedTenant, ids: Ids): TenantPlan {
  const { people, administrators } = peopleOf(seed, ids)
  const groups = groupsOf(seed, administrators, ids)
  const { languages, defaultLanguage = languages?.[0] ?? usualLanguage, id, ...store } = seed.termStore ?? {}
  return {
    seed,
    id: seed.id?.toLowerCase() ?? ids.mint(),
    domains: domainsOf(seed),
    people,
    groups,
    sites: sitesOf(seed, ids),
    applications: applicationsOf(seed),
    termStore: {
      ...store,
      id: id?.toLowerCase() ?? ids.mint(),
      languages: languages ?? [defaultLanguage],
      defaultLanguage,
    },
    administrators,
    find: finderOf(people, groups),
  }
}

/** The administrators of the tenant, and those that the seed names. */
export function storeAdministratorsOf({ administrators, termStore, find }: TenantPlan): string[] {
  const named = (termStore.administrators ?? []).map((reference) =>
    reference === anyApplication ? anyApplication : (find(reference) ?? reference.toLowerCase()),
  )
  return [...new Set([...administrators, ...named])]
}
