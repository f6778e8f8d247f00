/**
 * The catalogue of built-in directory roles: events.md §8. What Relata brings is in `catalogue/role-lines.ts`; a world may have
 * a later one, which `relata roles update` has read from a file. A role is never deleted from a catalogue.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#base/json.ts'
import * as lines from './catalogue/role-lines.ts'

/**
 * Whether a relationship may hold the role (events.md §8.4). `yes`: Microsoft’s tools or documents say so; `likely`: other
 * partners’ tools offer it; `no`: it cannot be given to anyone, or not by a partner; `unknown`: nothing is known.
 */
export const inGdap = ['yes', 'likely', 'no', 'unknown'] as const
export type InGdap = (typeof inGdap)[number]

/** `withdrawn`: a later list no longer has it. */
export const roleStates = ['current', 'preview', 'deprecated', 'notForUse', 'systemAssigned', 'withdrawn'] as const
export type RoleState = (typeof roleStates)[number]

export interface BuiltInRole {
  /** Template id, the same in every tenant; in lower case. */
  readonly id: string
  readonly name: string
  /** Names that others give it, or that it had. */
  readonly aliases: readonly string[]
  readonly description: string
  /** Groups of roles that tools show it in. */
  readonly categories: readonly string[]
  /** Whether Microsoft marks it as privileged. */
  readonly privileged: boolean
  readonly gdap: InGdap
  /** Who says so; may be empty. */
  readonly gdapSource: string
  readonly state: RoleState
  /** Day on which a list had it first; that of a list begins on 28 September 2023. */
  readonly firstSeen: string
}

export interface RoleCatalogue {
  /** Day of the list. */
  readonly asOf: string
  /** What it was made from. */
  readonly sources: readonly string[]
  readonly roles: readonly BuiltInRole[]
  /** By template id in lower case. */
  find(id: string): BuiltInRole | undefined
  /** By name or alias, without regard to case. */
  named(name: string): BuiltInRole | undefined
}

type CatalogueFacts = Pick<RoleCatalogue, 'asOf' | 'sources' | 'roles'>

export function catalogueOf({ asOf, sources, roles }: CatalogueFacts): RoleCatalogue {
  const byId = new Map(roles.map((role) => [role.id, role]))
  let byName: Map<string, BuiltInRole> | undefined
  const names = (): Map<string, BuiltInRole> =>
    // Where several have it, a name counts for more than an alias, and one that is withdrawn for less.
    new Map(
      [
        ...roles.flatMap((role) => role.aliases.map((alias) => [alias.toLowerCase(), role] as const)),
        ...roles.map((role) => [role.name.toLowerCase(), role] as const),
      ].sort(([, one], [, other]) => Number(other.state === 'withdrawn') - Number(one.state === 'withdrawn')),
    )
  return {
    asOf,
    sources,
    roles,
    find: (id) => byId.get(id),
    named: (name) => {
      byName ??= names()
      return byName.get(name.toLowerCase())
    },
  }
}

/** Of the members `roles` of a catalogue, as a file has them. */
export function digestOf(roles: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(roles)).digest('hex')}`
}

/** Whether it can be given to somebody: `/directoryRoleTemplates` shows these. */
export function isOffered({ state }: Pick<BuiltInRole, 'state'>): boolean {
  return state === 'current' || state === 'preview' || state === 'deprecated'
}

const idLength = 36

/** Names, separated by commas → the key they stand under. */
function keysByName<K extends string>(table: Readonly<Record<K, string>>): ReadonlyMap<string, K> {
  return new Map(
    Object.entries<string>(table).flatMap(([key, names]) => names.split(', ').map((name) => [name, key as K] as const)),
  )
}

const refusals = keysByName(lines.never)
const states = keysByName(lines.states)
const firstDays = keysByName(lines.firstDays)

const saysSo = {
  yes: 'PartnerCenter-GDAPTransition, ADRoleTemplatesAll.json, June 2023',
  likely: 'CIPP, GDAPRoles.json, August 2026',
  unknown: '',
} as const

function gdapOf(name: string, listed: keyof typeof saysSo): Pick<BuiltInRole, 'gdap' | 'gdapSource'> {
  const why = refusals.get(name)
  if (why !== undefined) return { gdap: 'no', gdapSource: why }
  if (lines.openedLater.has(name)) return { gdap: 'yes', gdapSource: 'GDAP FAQ, December 2024' }
  return { gdap: listed, gdapSource: saysSo[listed] }
}

function rolesIn(text: string, category: string | undefined, listed: keyof typeof saysSo): BuiltInRole[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ')
      const name = line.slice(idLength + 1, colon)
      const alias = lines.aliases[name]
      return {
        id: line.slice(0, idLength),
        name,
        aliases: alias === undefined ? [] : [alias],
        description: line.slice(colon + 2),
        categories: category === undefined ? [] : [category],
        privileged: lines.privileged.has(name),
        ...gdapOf(name, listed),
        state: states.get(name) ?? 'current',
        firstSeen: firstDays.get(name) ?? lines.historyFrom,
      }
    })
}

export const roleCatalogue: readonly BuiltInRole[] = [
  ...Object.entries(lines.ofTheTool).flatMap(([category, text]) => rolesIn(text, category, 'yes')),
  ...rolesIn(lines.others, undefined, 'likely'),
  ...rolesIn(lines.newer, undefined, 'unknown'),
]

/** What Relata brings. */
export const bundledRoles: RoleCatalogue = catalogueOf({
  asOf: lines.asOf,
  sources: lines.sources,
  roles: roleCatalogue,
})

/** Of those that Relata brings, by template id in lower case. */
export function builtInRole(id: string): BuiltInRole | undefined {
  return bundledRoles.find(id)
}

/** Throws where the catalogue has no role of the name, which is a mistake in our own tables. */
export function needRole(name: string): BuiltInRole {
  const role = bundledRoles.named(name)
  if (role === undefined) throw new Error(`no built-in role is called '${name}'`)
  return role
}

/** Ids with rules of their own: gdap.md §A. */
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
/** Who holds it in a customer’s tenant may approve relationships. */
export const relationshipAdministrator = 'fc8ad4e2-40e4-4724-8317-bcda7503ecbf'
