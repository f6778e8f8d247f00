/** The roles that templates may name: by id, or by name (events.md §8). */
import { guidIn } from '#base/ids.ts'
import { type BuiltInRole, bundledRoles, type RoleCatalogue } from '#workloads/directory/role-catalogue.ts'

export interface RoleFinder {
  /** The day of the list, such as 2026-08-21. */
  readonly asOf: string
  byId(id: string): BuiltInRole | undefined
  byName(name: string): BuiltInRole | undefined
  /** The name of a role, or its id where there is none. */
  nameOf(id: string): string
}

export function roleFinder({ asOf, find, named }: RoleCatalogue): RoleFinder {
  return {
    asOf,
    byId: (id) => find(id.toLowerCase()),
    byName: named,
    nameOf: (id) => find(id.toLowerCase())?.name ?? id,
  }
}

/** Of the list that Relata brings. */
export const ownRoles: RoleFinder = roleFinder(bundledRoles)

const likeGuid = /^\{?[0-9a-f]{1,12}(-[0-9a-f]{1,12}){2,}\}?$/i

/** `malformed`: it is written like an id and is none. */
export type RoleNamed =
  | { readonly kind: 'role'; readonly role: BuiltInRole }
  | { readonly kind: 'unknown' | 'malformed'; readonly id: string | undefined }

export function roleNamed(written: string, finder: RoleFinder): RoleNamed {
  const text = written.trim()
  const id = guidIn(text)
  const role = id === undefined ? finder.byName(text) : finder.byId(id)
  if (role !== undefined) return { kind: 'role', role }
  return { kind: id === undefined && likeGuid.test(text) ? 'malformed' : 'unknown', id }
}
