/** CIPP's template rows: `{TemplateId, RoleMappings: [{RoleName, GroupName, GroupId, roleDefinitionId}]}` (events.md §7.3). */
import { guidIn } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import { type RoleFinder, roleNamed } from '../catalogue.ts'
import type { PackRole } from '../packs/pack.ts'
import type { WrittenTemplate } from '../packs/written.ts'
import { InputError, type InputFault, type ParsedFile } from './reading.ts'

function texts(value: Readonly<Record<string, unknown>>, name: string): string {
  const found = value[name]
  return typeof found === 'string' ? found.trim() : ''
}

/** Rows of a table hold lists as JSON in a text. */
function listIn(value: unknown): readonly unknown[] {
  if (typeof value === 'string') {
    try {
      return listIn(JSON.parse(value))
    } catch {
      return []
    }
  }
  return Array.isArray(value) ? value : isObject(value) ? [value] : []
}

function plainName(text: string, at: number): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)
  return name === '' ? `cipp-${at + 1}` : name
}

/** Names of groups that have no id are groups to make. Throws `InputError`. */
export function cippTemplates(
  file: ParsedFile,
  finder: RoleFinder,
): { templates: WrittenTemplate[]; groups: string[] } {
  const faults: InputFault[] = []
  const groups = new Set<string>()
  const templates = listIn(file.value).flatMap((row, at): WrittenTemplate[] => {
    if (!isObject(row)) return []
    const assign = listIn(row['RoleMappings']).flatMap((mapping, place) => {
      if (!isObject(mapping)) return []
      const written = texts(mapping, 'roleDefinitionId') || texts(mapping, 'RoleName')
      const found = roleNamed(written, finder)
      const path = `${at}/RoleMappings/${place}`
      if (found.kind === 'malformed' || written === '')
        faults.push({
          file: file.file,
          line: undefined,
          path,
          text: `'${written}' is neither the id nor the name of a role.`,
        })
      const role: PackRole =
        found.kind === 'role'
          ? { id: found.role.id, name: found.role.name }
          : { id: found.id ?? written, name: texts(mapping, 'RoleName') }
      const [id, name] = [guidIn(texts(mapping, 'GroupId')), texts(mapping, 'GroupName')]
      if (id === undefined && name !== '') groups.add(name)
      return [{ group: { id, name }, roles: [role] }]
    })
    const roles = [...new Map(assign.flatMap((one) => one.roles.map((role) => [role.id, role] as const))).values()]
    return [{ name: plainName(texts(row, 'TemplateId'), at), roles, assign }]
  })
  if (templates.length === 0 && faults.length === 0)
    faults.push({
      file: file.file,
      line: undefined,
      path: '',
      text: "It has no rows with 'TemplateId' and 'RoleMappings'.",
    })
  if (faults.length > 0) throw new InputError(faults)
  return { templates, groups: [...groups] }
}
