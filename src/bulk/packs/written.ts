/** The files of a directory as text, as `relata gdap init` and `import` write them: ids, with the names as comments. */
import { customerColumns } from '../input/customers.ts'
import { settingsFormat } from '../input/settings.ts'
import { templateFormat } from '../input/template.ts'
import type { PackRole, RolePack } from './pack.ts'

export interface WrittenAssignment {
  readonly group: { readonly id?: string | undefined; readonly name: string }
  readonly roles: readonly PackRole[]
}

export interface WrittenTemplate {
  readonly name: string
  readonly roles: readonly PackRole[]
  readonly assign: readonly WrittenAssignment[]
}

/** Always in quotes: names are free text. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

/** The comment of a role that has a name. */
function roleLine({ id, name }: PackRole, indent: string): string {
  const comment = name === '' || name === id ? '' : `  # ${name.replace(/[\r\n]/g, ' ')}`
  return `${indent}- ${/^[0-9a-f-]{36}$/.test(id) ? id : quoted(id)}${comment}\n`
}

function groupText({ id, name }: WrittenAssignment['group']): string {
  if (id === undefined) return quoted(name)
  return name === '' ? `{ id: ${id} }` : `{ id: ${id}, name: ${quoted(name)} }`
}

/** For whoever begins with a template that says nothing of groups: lines that work without their marks. */
function assignHint([role]: readonly PackRole[]): string {
  if (role === undefined) return ''
  const word = role.name === '' ? role.id : role.name
  return `# Groups that get some of these roles. Without 'assign' the groups are left alone. Groups that are to be made
# where they are missing are listed in groups.yaml beside settings.yaml: groups: [{ name: "..." }]
# assign:
#   - group: ${quoted(`M365 GDAP ${word}`)}
#     roles: [${quoted(word)}]
`
}

export function templateText({ name, roles, assign }: WrittenTemplate): string {
  const given = assign.map(
    (one) =>
      `  - group: ${groupText(one.group)}\n    roles:\n${one.roles.map((role) => roleLine(role, '      ')).join('')}`,
  )
  const mapped = given.length === 0 ? assignHint(roles) : `assign:\n${given.join('')}`
  const list = roles.map((role) => roleLine(role, '  ')).join('')
  return `format: ${templateFormat}\nname: ${name}\nroles:\n${list}${mapped}`
}

export const settingsText = `format: ${settingsFormat}
prefix: rel              # up to 8 characters; marks what is managed here
defaults:
  duration: P730D
  autoExtend: P180D
  lock: true             # send each relationship to the customer once it is made
  globalAdministrator: refuse
  unknownRole: refuse
unmanaged: keep          # keep, report or terminate
renewBefore: P60D
`

export function groupsText(names: readonly string[]): string {
  const list = names.map((name) => `  - { name: ${quoted(name)}, assignableToRole: false }\n`).join('')
  return names.length === 0 ? 'groups: []\n' : `groups:\n${list}`
}

export const customersHead = `${customerColumns.join(',')}\r\n`

/** Path → text. */
export function filesOfPack({ templates, groups }: RolePack): Map<string, string> {
  const named = templates.map((template) => ({
    ...template,
    assign: template.assign.map(({ group, roles }) => ({ group: { name: group }, roles })),
  }))
  return filesOf(named, groups, customersHead)
}

export function filesOf(
  templates: readonly WrittenTemplate[],
  groups: readonly string[],
  customers: string,
): Map<string, string> {
  return new Map([
    ['settings.yaml', settingsText],
    ...templates.map((template) => [`templates/${template.name}.yaml`, templateText(template)] as const),
    ...(groups.length > 0 ? ([['groups.yaml', groupsText(groups)]] as const) : []),
    ['customers.csv', customers],
  ])
}
