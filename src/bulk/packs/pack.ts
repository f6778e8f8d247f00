/** Packs of templates: roles by id, with the name beside it for those who read them. */

export interface PackRole {
  readonly id: string
  readonly name: string
}

export interface PackTemplate {
  readonly name: string
  readonly roles: readonly PackRole[]
  readonly assign: readonly { readonly group: string; readonly roles: readonly PackRole[] }[]
}

export interface RolePack {
  readonly name: string
  readonly templates: readonly PackTemplate[]
  /** Groups that its templates name. */
  readonly groups: readonly string[]
}

const idLength = 36

/** The name that CIPP gives to the group of a role. */
export function groupOfRole(role: string, suffix = ''): string {
  return `M365 GDAP ${role}${suffix === '' ? '' : ` - ${suffix}`}`
}

/** Lines `template NAME`, and below each its roles: id and name. */
export function packIn(name: string, text: string, more: { readonly groups?: 'one for each role' } = {}): RolePack {
  const templates: { name: string; roles: PackRole[] }[] = []
  for (const line of text.trim().split('\n')) {
    const [, template] = /^template (.+)$/.exec(line) ?? []
    if (template !== undefined) templates.push({ name: template, roles: [] })
    else templates.at(-1)?.roles.push({ id: line.slice(0, idLength), name: line.slice(idLength + 1) })
  }
  const hasGroups = more.groups !== undefined
  return {
    name,
    templates: templates.map((template) => ({
      ...template,
      assign: hasGroups ? template.roles.map((role) => ({ group: groupOfRole(role.name), roles: [role] })) : [],
    })),
    groups: hasGroups
      ? [...new Set(templates.flatMap(({ roles }) => roles.map((role) => groupOfRole(role.name))))]
      : [],
  }
}
