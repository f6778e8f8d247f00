/** The roles that templates may name: by id, or by the exact name of the catalogue (events.md §8). */
import { guidIn } from '#base/ids.ts'
import { type InGdap, roleCatalogue } from '#workloads/directory/role-catalogue.ts'

export interface CatalogueRole {
  readonly id: string
  readonly name: string
  readonly gdap: InGdap
  /** `current` where nothing else is known. */
  readonly state?: string
  readonly firstSeen?: string
}

export interface Catalogue {
  /** The day of the list, such as 2026-08-21. */
  readonly asOf: string
  readonly roles: readonly CatalogueRole[]
}

/** The list that Relata has. */
export const ownCatalogue: Catalogue = { asOf: '2026-08-21', roles: roleCatalogue }

export interface RoleFinder {
  readonly asOf: string
  byId(id: string): CatalogueRole | undefined
  byName(name: string): CatalogueRole | undefined
  /** The name of a role, or its id where there is none. */
  nameOf(id: string): string
}

export function roleFinder({ asOf, roles }: Catalogue): RoleFinder {
  const ids = new Map(roles.map((role) => [role.id, role]))
  const names = new Map(roles.map((role) => [role.name, role]))
  return {
    asOf,
    byId: (id) => ids.get(id.toLowerCase()),
    byName: (name) => names.get(name),
    nameOf: (id) => ids.get(id.toLowerCase())?.name ?? id,
  }
}

const likeGuid = /^\{?[0-9a-f]{1,12}(-[0-9a-f]{1,12}){2,}\}?$/i

/** `malformed`: it is written like an id and is none. */
export type NamedRole =
  | { readonly kind: 'role'; readonly role: CatalogueRole }
  | { readonly kind: 'unknown' | 'malformed'; readonly id: string | undefined }

export function roleNamed(written: string, finder: RoleFinder): NamedRole {
  const text = written.trim()
  const id = guidIn(text)
  const role = id === undefined ? finder.byName(text) : finder.byId(id)
  if (role !== undefined) return { kind: 'role', role }
  return { kind: id === undefined && likeGuid.test(text) ? 'malformed' : 'unknown', id }
}
