/**
 * What a JSON Schema cannot say of a seed: names that have to be known, and that nothing is there twice. Reads nothing but
 * the seed and the list of tenants. What the rules of a workload check is left to them.
 */
import { consumersTenant } from '#auth/outside/outside-issuer.ts'
import { type AppError, Faults } from '#base/errors.ts'
import { guidOf, noGuid } from '#base/ids.ts'
import { below, checkAgainst } from '#base/schema-check.ts'
import { bundledRoles, type RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { checkDisplayName, checkMailNickname } from '#workloads/directory/rules/names.ts'
import { lengthOf } from '#workloads/gdap/rules/relationship/duration.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { canonicalTag, lcidOf, sameTag, similarTags } from '#workloads/term-store/rules/languages/languages.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import type { TenantList } from '../../adapters/tenant-list.ts'
import { domainsOf, roleIdOf, usualLanguage } from '../seed-plan.ts'
import type { Seed, SeedTenant, SeedTermStore } from './seed-format.ts'
import { seedSchema, tenantSchema } from './seed-schema.ts'
import { checkMade, checkTimes } from './seed-times.ts'
import { Once, TaxonomyCheck } from './taxonomy-check.ts'

/** What is there already. */
export type KnownTenants = Pick<TenantList, 'find'>

function checkRoles(given: readonly string[] | undefined, roles: RoleCatalogue, path: string, faults: Faults): void {
  for (const [at, role] of (given ?? []).entries())
    if (roleIdOf(role, roles) === undefined)
      faults.add(
        `${path}/${at}`,
        `'${role}' is no built-in role of Entra ID: neither the name nor the template id of one.`,
      )
}

export function checkLanguages({ languages, defaultLanguage }: SeedTermStore, path: string, faults: Faults): void {
  const given = [
    ...(languages ?? []).map((tag, at) => [tag, `${path}/languages/${at}`] as const),
    ...(defaultLanguage === undefined ? [] : [[defaultLanguage, `${path}/defaultLanguage`] as const]),
  ]
  for (const [tag, target] of given) {
    if (lcidOf(canonicalTag(tag) ?? '') !== undefined) continue
    const similar = similarTags(tag)
    const hint = similar.length === 0 ? '' : `; languages that begin like it: ${similar.join(', ')}`
    faults.add(target, `'${tag}' is not a language that a term store can have${hint}.`)
  }
  if (
    languages !== undefined &&
    defaultLanguage !== undefined &&
    !languages.some((tag) => sameTag(tag, defaultLanguage))
  )
    faults.add(`${path}/defaultLanguage`, `The default language '${defaultLanguage}' is not among the languages.`)
}

class TenantCheck {
  readonly #seed: SeedTenant
  readonly #path: string
  readonly #faults: Faults
  readonly #roles: RoleCatalogue
  /** Ids, sign-in names and names of groups, in lower case. */
  readonly #references = new Set<string>()
  /** Something is added to a tenant that is there: what the seed refers to may be there as well. */
  readonly #isAddition: boolean

  constructor(seed: SeedTenant, path: string, faults: Faults, roles: RoleCatalogue, isAddition = false) {
    this.#seed = seed
    this.#roles = roles
    this.#path = path
    this.#faults = faults
    this.#isAddition = isAddition
  }

  #at(...names: readonly (string | number)[]): string {
    return names.reduce<string>((path, name) => below(path, String(name)), this.#path)
  }

  run(isKnownTenant: (reference: string) => boolean): void {
    this.#people()
    this.#groups()
    this.#sites()
    this.#applications()
    this.#termStore()
    this.#relationships(isKnownTenant)
  }

  #checkSignInName(name: string, path: string): void {
    if (this.#isAddition) return
    const domain = name.slice(name.indexOf('@') + 1).toLowerCase()
    const { all } = domainsOf(this.#seed)
    if (!all.includes(domain))
      this.#faults.add(path, `'${name}' is in none of the domains of the tenant: ${all.join(', ')}.`)
  }

  #people(): void {
    const faults = this.#faults
    const [ids, names] = [new Once(faults), new Once(faults)]
    for (const [at, person] of (this.#seed.people ?? []).entries()) {
      const path = this.#at('people', at)
      ids.add(person.id, `${path}/id`, 'id')
      names.add(person.userPrincipalName, `${path}/userPrincipalName`, 'sign-in name')
      this.#checkSignInName(person.userPrincipalName, `${path}/userPrincipalName`)
      const part = faults.within(path)
      checkMade(person.createdDateTime, part)
      checkDisplayName(person.displayName, part)
      checkMailNickname(person.mailNickname, part)
      checkRoles(person.directoryRoles, this.#roles, `${path}/directoryRoles`, faults)
      for (const reference of [person.id, person.userPrincipalName]) this.#know(reference)
    }
    for (const [at, given] of (this.#seed.administrators ?? []).entries()) {
      const path = this.#at('administrators', at)
      const name = typeof given === 'string' ? given : given.userPrincipalName
      if (name?.includes('@') === true)
        this.#checkSignInName(name, typeof given === 'string' ? path : `${path}/userPrincipalName`)
      for (const reference of typeof given === 'string' ? [given] : [given.id, name]) this.#know(reference)
    }
  }

  #know(reference: string | undefined): void {
    if (reference !== undefined) this.#references.add(reference.toLowerCase())
  }

  #checkReference(reference: string, path: string): void {
    if (!this.#isAddition && !this.#references.has(reference.toLowerCase()))
      this.#faults.add(path, `'${reference}' is neither a person nor a group of this tenant in the seed.`)
  }

  #groups(): void {
    const faults = this.#faults
    const { groups = [], isPartner } = this.#seed
    const [ids, names] = [new Once(faults), new Once(faults)]
    for (const [at, group] of groups.entries()) {
      const path = this.#at('groups', at)
      ids.add(group.id, `${path}/id`, 'id')
      names.add(group.displayName, `${path}/displayName`, 'name')
      const part = faults.within(path)
      checkMade(group.createdDateTime, part)
      checkDisplayName(group.displayName, part)
      checkMailNickname(group.mailNickname, part)
      if (group.isAssignableToRole === true && group.type === 'microsoft365' && group.visibility === 'Public')
        faults.add(`${path}/visibility`, 'A group that can be assigned to roles is not public.')
      for (const reference of [group.id, group.displayName]) this.#know(reference)
    }
    if (isPartner === true) for (const name of ['AdminAgents', 'HelpdeskAgents', 'SalesAgents']) this.#know(name)
    for (const [at, { members = [] }] of groups.entries())
      for (const [place, member] of members.entries())
        this.#checkReference(member, this.#at('groups', at, 'members', place))
  }

  #sites(): void {
    const paths = new Once(this.#faults)
    for (const [at, { path, group, hostName, createdDateTime }] of (this.#seed.sites ?? []).entries()) {
      checkMade(createdDateTime, this.#faults.within(this.#at('sites', at)))
      paths.add(`${hostName ?? ''}/${path}`, this.#at('sites', at, 'path'), 'path')
      if (group !== undefined) this.#checkReference(group, this.#at('sites', at, 'group'))
    }
  }

  #applications(): void {
    const { applications = [] } = this.#seed
    if (applications === 'well-known') return
    const ids = new Once(this.#faults)
    for (const [at, { id, secret }] of applications.entries()) {
      const path = this.#at('applications', at)
      ids.add(id, `${path}/id`, 'id')
      if (typeof secret === 'object' && Object.keys(secret).length > 1)
        this.#faults.add(`${path}/secret`, "A secret is given in one way: 'hash', 'environment' or 'file'.")
    }
  }

  /** Ids need not be known: they may be of people who come later. */
  #checkHolders(holders: readonly string[] | undefined, path: string): void {
    for (const [at, one] of (holders ?? []).entries())
      if (guidOf(one) === undefined) this.#checkReference(one, `${path}/${at}`)
  }

  #termStore(): void {
    const faults = this.#faults
    const { termStore } = this.#seed
    if (termStore === undefined) return
    const path = this.#at('termStore')
    checkLanguages(termStore, path, faults)
    const people = termStore.administrators?.filter((one) => one !== anyApplication)
    this.#checkHolders(people, `${path}/administrators`)
    const { languages, defaultLanguage = usualLanguage } = termStore
    const known = this.#isAddition ? undefined : (languages ?? [defaultLanguage])
    const taxonomy = new TaxonomyCheck(faults, known)
    const sites = new Set((this.#seed.sites ?? []).map((site) => site.path))
    for (const [at, group] of (termStore.groups ?? []).entries()) {
      const here = `${path}/groups/${at}`
      taxonomy.group(group.id, group.displayName, here)
      if (group.site !== undefined && !sites.has(group.site) && !this.#isAddition)
        faults.add(`${here}/site`, `There is no site with the path '${group.site}' in the seed.`)
      for (const role of ['managers', 'contributors'] as const) this.#checkHolders(group[role], `${here}/${role}`)
      for (const [place, set] of (group.sets ?? []).entries()) taxonomy.set(set, `${here}/sets/${place}`)
    }
    taxonomy.relations()
  }

  #relationships(isKnownTenant: (reference: string) => boolean): void {
    const faults = this.#faults
    const names = new Once(faults)
    for (const [at, one] of (this.#seed.relationships ?? []).entries()) {
      const path = this.#at('relationships', at)
      names.add(one.displayName, `${path}/displayName`, 'name')
      checkRoles(one.roles, this.#roles, `${path}/roles`, faults)
      for (const name of ['duration', 'autoExtendDuration'] as const) {
        const length = one[name]
        if (length !== undefined && lengthOf(length) === undefined)
          faults.add(`${path}/${name}`, `'${length}' is not an ISO 8601 duration, such as P365D.`)
      }
      this.#checkCustomer(one, path, isKnownTenant)
      checkTimes(one, path, faults)
      const mayHold = one.status === 'active' || one.status === 'terminated' || one.status === 'expired'
      if (one.assignments !== undefined && !mayHold)
        faults.add(`${path}/assignments`, `A relationship that is '${one.status}' has no assignments.`)
      for (const [place, { group, roles }] of (one.assignments ?? []).entries()) {
        this.#checkReference(group, `${path}/assignments/${place}/group`)
        checkRoles(roles, this.#roles, `${path}/assignments/${place}/roles`, faults)
      }
    }
  }

  #checkCustomer(
    { customer, status }: NonNullable<SeedTenant['relationships']>[number],
    path: string,
    isKnownTenant: (reference: string) => boolean,
  ): void {
    if (customer === undefined) {
      if (status !== 'created' && status !== 'approvalPending')
        this.#faults.add(`${path}/customer`, `A relationship that is '${status}' needs a customer.`)
    } else if (!isKnownTenant(customer))
      this.#faults.add(`${path}/customer`, `There is no tenant '${customer}', neither in the seed nor on the server.`)
  }
}

function checkIdentity(
  seed: SeedTenant,
  path: string,
  once: { ids: Once; domains: Once },
  known: KnownTenants,
  faults: Faults,
) {
  const at = (name: string): string => below(path, name)
  if (seed.id === noGuid) faults.add(at('id'), 'The id of a tenant is not a GUID of zeros.')
  if (seed.id?.toLowerCase() === consumersTenant)
    faults.add(at('id'), `'${seed.id}' stands for all personal Microsoft accounts, so it is the id of no organisation.`)
  if (seed.id !== undefined && known.find(seed.id) !== undefined)
    faults.add(at('id'), `There is a tenant with the id '${seed.id}' already.`)
  once.ids.add(seed.id, at('id'), 'id')
  for (const name of domainsOf(seed).all) {
    const target =
      name === seed.defaultDomain.toLowerCase()
        ? 'defaultDomain'
        : name === seed.initialDomain?.toLowerCase()
          ? 'initialDomain'
          : 'domains'
    const owner = known.find(name)
    if (owner !== undefined)
      faults.add(at(target), `The domain '${name}' belongs to the tenant '${owner.displayName}' already.`)
    once.domains.add(name, at(target), 'domain')
  }
}

/** Members that say what a tenant is, not what it has. */
const ofNewTenants = [
  'initialDomain',
  'domains',
  'countryLetterCode',
  'preferredLanguage',
  'isPartner',
  'administrators',
] as const satisfies readonly (keyof SeedTenant)[]
const ofNewStores = ['id', 'languages', 'defaultLanguage', 'administrators'] as const

function checkAddition(seed: SeedTenant, path: string, there: TenantFacts, faults: Faults): void {
  const refuse = (target: string): void =>
    faults.add(
      below(path, target),
      `The tenant '${there.displayName}' is there already: a seed adds to it, and PATCH /_relata/tenants/{id} changes it.`,
    )
  for (const name of ofNewTenants) if (seed[name] !== undefined) refuse(name)
  for (const name of ofNewStores) if (seed.termStore?.[name] !== undefined) refuse(`termStore/${name}`)
  const { displayName = there.displayName, defaultDomain = there.defaultDomain, id = there.id } = seed
  if (displayName !== there.displayName) refuse('displayName')
  if (defaultDomain.toLowerCase() !== there.defaultDomain.toLowerCase()) refuse('defaultDomain')
  if (id.toLowerCase() !== there.id) refuse('id')
}

function isWhole(seed: SeedTenant, path: string, faults: Faults): boolean {
  const missing = (['displayName', 'defaultDomain'] as const).filter((name) => seed[name] === undefined)
  for (const name of missing) {
    const hint = seed.id === undefined ? '' : ` There is no tenant with the id '${seed.id}' to add something to.`
    faults.add(below(path, name), `'${name}' is missing.${hint}`)
  }
  return missing.length === 0
}

/** The tenant that a tenant of a seed adds to; undefined: it is a new one. */
export function addedTo(seed: SeedTenant, known: KnownTenants): TenantFacts | undefined {
  return known.find(seed.id ?? seed.defaultDomain ?? '')
}

/**
 * Throws `invalid` with every fault. `paths`: where each tenant is in what was sent. `adds`: a tenant that is there already is
 * no fault, but gets what the seed has. `roles`: the catalogue in force.
 */
export function checkTenants(
  tenants: readonly SeedTenant[],
  paths: readonly string[],
  known: KnownTenants,
  roles: RoleCatalogue,
  adds = false,
): void {
  const faults = new Faults()
  const once = { ids: new Once(faults), domains: new Once(faults) }
  const checks: TenantCheck[] = []
  for (const [at, seed] of tenants.entries()) {
    const path = paths[at] ?? ''
    const there = adds ? addedTo(seed, known) : undefined
    if (there !== undefined) checkAddition(seed, path, there, faults)
    else if (isWhole(seed, path, faults)) checkIdentity(seed, path, once, known, faults)
    else continue
    checks.push(new TenantCheck(seed, path, faults, roles, there !== undefined))
  }
  const names = new Set(
    tenants.flatMap((seed) => [
      ...(seed.id === undefined ? [] : [seed.id.toLowerCase()]),
      ...(seed.defaultDomain === undefined ? [] : domainsOf(seed).all),
    ]),
  )
  const isKnownTenant = (reference: string): boolean =>
    names.has(reference.toLowerCase()) || known.find(reference) !== undefined
  for (const check of checks) check.run(isKnownTenant)
  faults.throwIfAny()
}

/** People that are added to a tenant with these domains, or changed in it. */
export function checkPeople(
  seed: Pick<SeedTenant, 'displayName' | 'defaultDomain' | 'domains' | 'people'>,
  faults: Faults,
  roles: RoleCatalogue,
): void {
  new TenantCheck(seed, '', faults, roles).run(() => false)
}

const nobody: KnownTenants = { find: () => undefined }

/** The form of a seed as it was parsed. `path`: where it is in what was sent. Throws `invalid` with every fault. */
export function checkedForm(value: unknown, path = ''): Seed {
  const faults = new Faults()
  checkAgainst(value, seedSchema, faults, { path })
  faults.throwIfAny()
  return value as Seed
}

/** A seed as it was parsed. `isWhole`: it names no tenant that it does not have. Throws `invalid` with every fault. */
export function checkedSeed(value: unknown, isWhole: boolean): Seed {
  const seed = checkedForm(value)
  const paths = seed.tenants.map((_, at) => `tenants/${at}`)
  if (isWhole) checkTenants(seed.tenants, paths, nobody, bundledRoles)
  return seed
}

/** The form of tenants; their meaning is checked where it is known which tenants there are. */
export function checkedTenants(values: readonly unknown[], paths: readonly string[]): readonly SeedTenant[] {
  const faults = new Faults()
  for (const [at, value] of values.entries())
    checkAgainst(value, tenantSchema, faults, { root: seedSchema, path: paths[at] ?? '' })
  faults.throwIfAny()
  return values as readonly SeedTenant[]
}

/** The faults of an error as lines for people: `path: message`. */
export function faultLines(error: AppError): string[] {
  const { details, target } = error.facts
  const faults = details ?? [{ message: error.message, ...(target === undefined ? {} : { target }) }]
  return faults.map((fault) => (fault.target === undefined ? fault.message : `${fault.target}: ${fault.message}`))
}
