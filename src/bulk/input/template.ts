/** `templates/*.yaml`: roles of a relationship, and which groups get which of them (events.md §7.2). */
import { guidIn } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { type RoleFinder, roleNamed } from '../catalogue.ts'
import type { BulkSettings, GroupRef, NewGroup, Template, WantedAssignment } from '../wanted.ts'
import { type InputFault, type InputReading, type ParsedFile, readingOf, type ValuePath } from './reading.ts'

export const templateFormat = 'relata-template/1'

interface RolesFound {
  readonly ids: readonly string[]
  readonly unknown: readonly { readonly written: string; readonly path: ValuePath }[]
  readonly unfit: readonly string[]
}

interface RoleReading {
  readonly reading: InputReading
  readonly finder: RoleFinder
  readonly settings: BulkSettings
}

/** What the catalogue does not have stops the customers of the template; what is no id at all stops everything. */
function rolesIn({ reading, finder, settings }: RoleReading, value: unknown, path: ValuePath): RolesFound {
  const [ids, unknown, unfit] = [new Set<string>(), [] as RolesFound['unknown'][number][], [] as string[]]
  for (const [at, entry] of reading.list(value, path).entries()) {
    const written = reading.text(entry, [...path, at])
    if (written === undefined) continue
    const found = roleNamed(written, finder)
    if (found.kind === 'role') {
      ids.add(found.role.id)
      if (found.role.gdap === 'no') unfit.push(found.role.name)
      if (found.role.id === globalAdministrator && settings.globalAdministrator === 'refuse')
        reading.fault([...path, at], 'Global Administrator is refused by the settings (defaults/globalAdministrator).')
    } else if (found.kind === 'malformed')
      reading.fault([...path, at], `'${written}' is neither the id nor the name of a role: an id is a GUID.`)
    else if (settings.unknownRole === 'allow' && found.id !== undefined) ids.add(found.id)
    else unknown.push({ written, path: [...path, at] })
  }
  return { ids: [...ids], unknown, unfit }
}

/** A name, `{name}`, `{id}` or both. */
function groupIn(reading: InputReading, value: unknown, path: ValuePath): GroupRef | undefined {
  if (!isObject(value)) {
    const name = reading.text(value, path)
    return name === undefined ? undefined : { name }
  }
  const given = reading.members(value, path, ['id', 'name']) ?? {}
  const name = given['name'] === undefined ? undefined : reading.text(given['name'], [...path, 'name'])
  const written = given['id'] === undefined ? undefined : reading.text(given['id'], [...path, 'id'])
  const id = written === undefined ? undefined : guidIn(written)
  if (written !== undefined && id === undefined) return reading.fault([...path, 'id'], `'${written}' is no GUID.`)
  if (id === undefined && name === undefined) return reading.fault(path, 'The group has neither a name nor an id.')
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }
}

const assignMembers = ['group', 'roles']

export function templateIn(
  file: ParsedFile,
  finder: RoleFinder,
  settings: BulkSettings,
  faults: InputFault[],
): Template | undefined {
  const reading = readingOf(file, faults)
  const given = reading.members(file.value, [], ['format', 'name', 'roles', 'assign', 'description'])
  if (given === undefined) return undefined
  if (given['format'] !== undefined && given['format'] !== templateFormat)
    reading.fault(['format'], `The format is '${String(given['format'])}', and only ${templateFormat} is known.`)
  const isName = (text: string) =>
    /^[a-z0-9-]{1,24}$/.test(text) ? undefined : `'${text}' is no name: up to 24 of a-z, 0-9 and hyphens.`
  const name = reading.text(given['name'], ['name'], isName)
  const facts = { reading, finder, settings }
  const roles = rolesIn(facts, given['roles'], ['roles'])
  if (roles.ids.length + roles.unknown.length === 0) reading.fault(['roles'], 'A template has at least one role.')
  const assign: WantedAssignment[] = []
  const misspelt = [...roles.unknown]
  const unknown = new Set(roles.unknown.map(({ written }) => written))
  for (const [at, entry] of reading.list(given['assign'], ['assign']).entries()) {
    const path = ['assign', at]
    const members = reading.members(entry, path, assignMembers)
    if (members === undefined) continue
    const group = groupIn(reading, members['group'], [...path, 'group'])
    const own = rolesIn(facts, members['roles'], [...path, 'roles'])
    for (const { written } of own.unknown) unknown.add(written)
    const foreign = own.ids.find((id) => !roles.ids.includes(id))
    if (foreign !== undefined) {
      // A role that is misspelt in the first list is why the second one has more: it is said first, and once.
      for (const { written, path: its } of misspelt.splice(0))
        reading.fault(its, `'${written}' is no role of the catalogue.`)
      reading.fault([...path, 'roles'], `'${finder.nameOf(foreign)}' is not among the roles of the template.`)
    }
    if (own.ids.length + own.unknown.length === 0) reading.fault([...path, 'roles'], 'The group gets no role.')
    if (group !== undefined) assign.push({ group, roles: own.ids })
  }
  if (name === undefined) return undefined
  return {
    name,
    roles: roles.ids,
    assign: given['assign'] === undefined ? null : assign,
    unknownRoles: [...unknown],
    unfitRoles: roles.unfit,
  }
}

/** `groups.yaml`: groups that are made where they are missing. */
export function groupsIn(file: ParsedFile, faults: InputFault[]): NewGroup[] {
  const reading = readingOf(file, faults)
  const given = reading.members(file.value ?? {}, [], ['format', 'groups']) ?? {}
  return reading.list(given['groups'], ['groups']).flatMap((entry, at) => {
    const path = ['groups', at]
    const members = reading.members(entry, path, ['name', 'assignableToRole'])
    const name = members && reading.text(members['name'], [...path, 'name'])
    if (members === undefined || name === undefined) return []
    return [{ name, assignableToRole: reading.flag(members['assignableToRole'], [...path, 'assignableToRole'], false) }]
  })
}
