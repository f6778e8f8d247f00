/**
 * What a JSON Schema cannot say of a seed: names that have to be known, and that nothing is there twice. Reads nothing but
 * the seed and the list of tenants. What the rules of a workload check is left to them.
 */
import { consumersTenant } from '#auth/outside/outside-issuer.ts'
import { type AppError, Faults } from '#base/errors.ts'
import { guidOf, noGuid } from '#base/ids.ts'
import { below, checkAgainst } from '#base/schema-check.ts'
import { checkDisplayName, checkMailNickname } from '#workloads/directory/rules/names.ts'
import { lengthOf } from '#workloads/gdap/rules/relationship/duration.ts'
import { canonicalTag, lcidOf, sameTag, similarTags } from '#workloads/term-store/rules/languages/languages.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import type { TenantList } from '../../adapters/tenant-list.ts'
import { domainsOf, roleIdOf, usualLanguage } from '../seed-plan.ts'
import type { Seed, SeedSet, SeedTenant, SeedTerm, SeedTermStore } from './seed-format.ts'
import { seedSchema, tenantSchema } from './seed-schema.ts'

/** What is there already. */
export type KnownTenants = Pick<TenantList, 'find'>

/** Adds a fault for each value that is there before, in whatever case. */
class Once {
  readonly #seen = new Map<string, string>()
  readonly #faults: Faults

  constructor(faults: Faults) {
    this.#faults = faults
  }

  add(value: string | undefined, path: string, what: string): void {
    if (value === undefined) return
    const key = value.toLowerCase()
    const first = this.#seen.get(key)
    if (first === undefined) this.#seen.set(key, path)
    else this.#faults.add(path, `The ${what} '${value}' is at '${first}' already.`)
  }
}

function checkRoles(roles: readonly string[] | undefined, path: string, faults: Faults): void {
  for (const [at, role] of (roles ?? []).entries())
    if (roleIdOf(role) === undefined)
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
  /** Ids, sign-in names and names of groups, in lower case. */
  readonly #references = new Set<string>()

  constructor(seed: SeedTenant, path: string, faults: Faults) {
    this.#seed = seed
    this.#path = path
    this.#faults = faults
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
      checkDisplayName(person.displayName, part)
      checkMailNickname(person.mailNickname, part)
      checkRoles(person.directoryRoles, `${path}/directoryRoles`, faults)
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
    if (!this.#references.has(reference.toLowerCase()))
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
    for (const [at, { path, group, hostName }] of (this.#seed.sites ?? []).entries()) {
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
    const taxonomy = new TaxonomyCheck(faults, languages ?? [defaultLanguage])
    const sites = new Set((this.#seed.sites ?? []).map((site) => site.path))
    for (const [at, group] of (termStore.groups ?? []).entries()) {
      const here = `${path}/groups/${at}`
      taxonomy.group(group.id, group.displayName, here)
      if (group.site !== undefined && !sites.has(group.site))
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
      checkRoles(one.roles, `${path}/roles`, faults)
      for (const name of ['duration', 'autoExtendDuration'] as const) {
        const length = one[name]
        if (length !== undefined && lengthOf(length) === undefined)
          faults.add(`${path}/${name}`, `'${length}' is not an ISO 8601 duration, such as P365D.`)
      }
      this.#checkCustomer(one, path, isKnownTenant)
      const mayHold = one.status === 'active' || one.status === 'terminated' || one.status === 'expired'
      if (one.assignments !== undefined && !mayHold)
        faults.add(`${path}/assignments`, `A relationship that is '${one.status}' has no assignments.`)
      for (const [place, { group, roles }] of (one.assignments ?? []).entries()) {
        this.#checkReference(group, `${path}/assignments/${place}/group`)
        checkRoles(roles, `${path}/assignments/${place}/roles`, faults)
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

class TaxonomyCheck {
  readonly #faults: Faults
  readonly #languages: readonly string[]
  readonly #ids: Once
  readonly #names: Once
  /** Ids of the terms of a set by its id, and where relations name a set and a term. */
  readonly #terms = new Map<string, Set<string>>()
  readonly #ends: { readonly set: string; readonly term: string; readonly path: string }[] = []

  constructor(faults: Faults, languages: readonly string[]) {
    this.#faults = faults
    this.#languages = languages
    this.#ids = new Once(faults)
    this.#names = new Once(faults)
  }

  group(id: string | undefined, displayName: string, path: string): void {
    this.#ids.add(id, `${path}/id`, 'id')
    this.#names.add(displayName, `${path}/displayName`, 'name')
  }

  set({ id, names, terms = [], relations = [] }: SeedSet, path: string): void {
    this.#ids.add(id, `${path}/id`, 'id')
    this.#tags(names, `${path}/names`)
    const own = new Set<string>()
    this.#list(terms, `${path}/terms`, own)
    if (id !== undefined) this.#terms.set(id.toLowerCase(), own)
    if (relations.length > 0 && id === undefined) this.#faults.add(`${path}/id`, 'A set with relations needs an id.')
    for (const [at, { home, toTerm, fromTerm }] of relations.entries()) {
      this.#ends.push({ set: home, term: toTerm, path: `${path}/relations/${at}/toTerm` })
      if (fromTerm !== undefined)
        this.#ends.push({ set: id ?? '', term: fromTerm, path: `${path}/relations/${at}/fromTerm` })
    }
  }

  /** When all sets are known. */
  relations(): void {
    for (const { set, term, path } of this.#ends)
      if (this.#terms.get(set.toLowerCase())?.has(term.toLowerCase()) !== true)
        this.#faults.add(path, `The set '${set}' of the seed has no term '${term}'.`)
  }

  #tags(given: Readonly<Record<string, unknown>>, path: string): void {
    for (const tag of Object.keys(given))
      if (!this.#languages.some((known) => sameTag(known, tag)))
        this.#faults.add(
          `${path}/${tag}`,
          `'${tag}' is not among the languages of the term store: ${this.#languages.join(', ')}.`,
        )
  }

  #list(terms: readonly SeedTerm[], path: string, own: Set<string>): void {
    for (const [at, { id, labels, descriptions = {}, children = [] }] of terms.entries()) {
      const here = `${path}/${at}`
      this.#ids.add(id, `${here}/id`, 'id')
      if (id !== undefined) own.add(id.toLowerCase())
      this.#tags(labels, `${here}/labels`)
      this.#tags(descriptions, `${here}/descriptions`)
      this.#list(children, `${here}/children`, own)
    }
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

/** Throws `invalid` with every fault. `path`: where the list of tenants is in what was sent. */
export function checkTenants(tenants: readonly SeedTenant[], paths: readonly string[], known: KnownTenants): void {
  const faults = new Faults()
  const once = { ids: new Once(faults), domains: new Once(faults) }
  for (const [at, seed] of tenants.entries()) checkIdentity(seed, paths[at] ?? '', once, known, faults)
  const names = new Set(
    tenants.flatMap((seed) => [...(seed.id === undefined ? [] : [seed.id.toLowerCase()]), ...domainsOf(seed).all]),
  )
  const isKnownTenant = (reference: string): boolean =>
    names.has(reference.toLowerCase()) || known.find(reference) !== undefined
  for (const [at, seed] of tenants.entries()) new TenantCheck(seed, paths[at] ?? '', faults).run(isKnownTenant)
  faults.throwIfAny()
}

/** People that are added to a tenant with these domains, or changed in it. */
export function checkPeople(
  seed: Pick<SeedTenant, 'displayName' | 'defaultDomain' | 'domains' | 'people'>,
  faults: Faults,
): void {
  new TenantCheck(seed, '', faults).run(() => false)
}

const nobody: KnownTenants = { find: () => undefined }

/** A seed as it was parsed. `isWhole`: it names no tenant that it does not have. Throws `invalid` with every fault. */
export function checkedSeed(value: unknown, isWhole: boolean): Seed {
  const faults = new Faults()
  checkAgainst(value, seedSchema, faults)
  faults.throwIfAny()
  const seed = value as Seed
  const paths = seed.tenants.map((_, at) => `tenants/${at}`)
  if (isWhole) checkTenants(seed.tenants, paths, nobody)
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
