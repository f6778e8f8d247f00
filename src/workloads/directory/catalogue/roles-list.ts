/**
 * Lists of roles as they come from outside, and what each states: our own files (`relata-roles/1`, events.md §8.5), pages of
 * Graph’s `roleDefinitions`, CIPP’s `GDAPRoles.json` and `ADRoleTemplatesAll.json` of Microsoft’s bulk tool.
 */
import { isCalendarDay } from '#base/clock.ts'
import { AppError, Faults } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { isObject, type Json } from '#base/json.ts'
import { checkAgainst, type JsonSchema } from '#base/schema-check.ts'
import { shortText } from '#base/text/short-text.ts'
import { type BuiltInRole, digestOf, inGdap, type RoleCatalogue, roleStates } from '../role-catalogue.ts'

/** What a list says of a role; what it does not state stays as it was. */
export type StatedRole = Pick<BuiltInRole, 'id' | 'name'> & Partial<BuiltInRole>

export interface RolesList {
  /** Absent: the list has no date. */
  readonly asOf?: string
  readonly sources: readonly string[]
  readonly roles: readonly StatedRole[]
  /**
   * `catalogue`: all there is to know, as we write it. `service`: all roles there are, so that one it does not have is
   * withdrawn. `partners`: some of them, by names of their own; it tells which ones partners may ask for.
   */
  readonly kind: 'catalogue' | 'service' | 'partners'
}

export const rolesFormat = 'relata-roles/1'

const text: JsonSchema = { type: 'string', maxLength: 1000 }
// What ends a line, what a terminal acts on, and what turns the direction of text: a name would look like another one.
const deceiving = '\\p{Cc}\\p{Zl}\\p{Zp}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const name: JsonSchema = {
  type: 'string',
  description: 'a name: not blanks only, without control characters and those that turn the direction of text',
  minLength: 1,
  maxLength: 200,
  pattern: `^(?=.*[^\\p{Z}\\p{Cf}])[^${deceiving}]*$`,
}
const texts: JsonSchema = { type: 'array', maxItems: 50, items: name }
const day: JsonSchema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a day, such as 2026-08-21' }

const mostRoles = 10_000

const fileSchema: JsonSchema = {
  type: 'object',
  required: ['format', 'asOf', 'roles'],
  additionalProperties: false,
  properties: {
    format: { type: 'string' },
    asOf: day,
    sources: { type: 'array', maxItems: 20, items: name },
    roles: {
      type: 'array',
      minItems: 1,
      maxItems: mostRoles,
      items: {
        type: 'object',
        required: ['id', 'name'],
        additionalProperties: false,
        properties: {
          id: text,
          name,
          aliases: texts,
          description: text,
          categories: texts,
          privileged: { type: 'boolean' },
          gdap: { type: 'string', enum: inGdap },
          gdapSource: text,
          state: { type: 'string', enum: roleStates },
          firstSeen: day,
        },
      },
    },
    digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$', description: "'sha256:' and 64 hexadecimal digits" },
  },
}

/** The file that `relata roles update` reads. */
export function rolesFileOf({ asOf, sources, roles }: Pick<RoleCatalogue, 'asOf' | 'sources' | 'roles'>) {
  return { format: rolesFormat, asOf, sources, roles, digest: digestOf(roles) }
}

function readOwn(file: Json, faults: Faults): RolesList {
  checkAgainst(file, fileSchema, faults)
  faults.throwIfAny()
  const { asOf, sources = [], roles, digest } = file as unknown as RolesList & { asOf: string; digest?: string }
  if (!isCalendarDay(asOf)) faults.add('asOf', `'${asOf}' is not a day of the calendar.`)
  for (const [at, { firstSeen }] of roles.entries())
    if (firstSeen !== undefined && !isCalendarDay(firstSeen))
      faults.add(`roles/${at}/firstSeen`, `'${firstSeen}' is not a day of the calendar.`)
  const own = digestOf(roles)
  if (digest !== undefined && digest !== own)
    faults.add('digest', `The roles have the digest ${own}: the file was changed, or cut off.`, 'rolesDigestWrong')
  return { asOf, sources, roles, kind: 'catalogue' }
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** Names are checked with those of the other lists; what is no text at all is told here. */
function idAndName(faults: Faults, at: string, given: Json, members: readonly [id: string, name: string]) {
  const [id, called] = members.map((member) => textIn(given[member]))
  for (const [place, value] of [id, called].entries())
    if (value === undefined) faults.add(`${at}/${members[place]}`, `'${members[place]}' is a text that is needed.`)
  return { id: id ?? '', name: called ?? '' }
}

function described(value: unknown): Pick<StatedRole, 'description'> {
  const said = textIn(value)
  return said === undefined ? {} : { description: said.slice(0, 1000) }
}

function isPage(value: unknown): value is Json & { readonly value: readonly unknown[] } {
  return isObject(value) && Array.isArray(value['value'])
}

/** One page, or all of them in a list. `v1.0` does not say which roles are privileged. */
function readPages(pages: readonly (Json & { readonly value: readonly unknown[] })[], faults: Faults): RolesList {
  const isOne = pages.length === 1
  const roles = pages.flatMap((page, number) =>
    page.value.flatMap((given, at): StatedRole[] => {
      const path = isOne ? `value/${at}` : `${number}/value/${at}`
      if (!isObject(given)) {
        faults.add(path, 'A role definition is an object.')
        return []
      }
      if (given['isBuiltIn'] === false) return []
      const { isPrivileged, description } = given
      return [
        {
          ...idAndName(faults, path, given, ['id', 'displayName']),
          ...described(description),
          ...(typeof isPrivileged === 'boolean' ? { privileged: isPrivileged } : {}),
        },
      ]
    }),
  )
  const next = pages.at(-1)?.['@odata.nextLink']
  if (next !== undefined)
    faults.add(
      isOne ? '@odata.nextLink' : `${pages.length - 1}/@odata.nextLink`,
      'The list goes on: put all pages into one JSON list, so that no role is withdrawn that is on a later page.',
      'rolesIncomplete',
    )
  return { sources: ['Microsoft Graph roleDefinitions'], roles, kind: 'service' }
}

function isOfCipp(value: unknown): value is Json {
  return isObject(value) && 'ObjectId' in value
}

/** It has what partners may ask for, and names of an older interface. */
function readCipp(list: readonly Json[], faults: Faults): RolesList {
  const roles = list.map((given, at) => ({
    ...idAndName(faults, String(at), given, ['ObjectId', 'Name']),
    ...described(given['Description']),
    gdap: 'likely' as const,
    gdapSource: 'CIPP, GDAPRoles.json',
  }))
  return { sources: ['KelvinTegelaar/CIPP GDAPRoles.json'], roles, kind: 'partners' }
}

function isOfTool(value: unknown): value is Json & { readonly roles: readonly unknown[] } {
  return isObject(value) && Array.isArray(value['roles']) && typeof value['name'] === 'string'
}

/** `Security & Compliance` → `securityAndCompliance`. */
function categoryOf(group: unknown): string {
  const [first = '', ...others] = String(group).replace('&', 'and').split(/[ -]+/)
  const after = others.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
  return [first.toLowerCase(), ...after].join('')
}

function readTool(groups: readonly (Json & { readonly roles: readonly unknown[] })[], faults: Faults): RolesList {
  const roles = groups.flatMap((group, number) =>
    group.roles.flatMap((given, at): StatedRole[] => {
      const path = `${number}/roles/${at}`
      if (!isObject(given)) {
        faults.add(path, 'A role is an object.')
        return []
      }
      return [
        {
          ...idAndName(faults, path, given, ['id', 'name']),
          ...described(given['description']),
          categories: [categoryOf(group['name'])],
          gdap: 'yes',
          gdapSource: 'PartnerCenter-GDAPTransition, ADRoleTemplatesAll.json',
        },
      ]
    }),
  )
  return { sources: ['microsoft/PartnerCenter-GDAPTransition ADRoleTemplatesAll.json'], roles, kind: 'partners' }
}

function readAny(value: unknown, faults: Faults): RolesList {
  if (isObject(value) && value['format'] === rolesFormat) return readOwn(value, faults)
  if (isPage(value)) return readPages([value], faults)
  if (Array.isArray(value) && value.length > 0) {
    if (value.every(isPage)) return readPages(value, faults)
    if (value.every(isOfCipp)) return readCipp(value, faults)
    if (value.every(isOfTool)) return readTool(value, faults)
  }
  throw new AppError(
    'invalid',
    `This is no list of roles. There are: a file with "format": "${rolesFormat}", pages of Graph's roleDefinitions, GDAPRoles.json of CIPP, and ADRoleTemplatesAll.json of Microsoft's bulk tool.`,
    { code: 'rolesFormatUnknown' },
  )
}

/** Throws where a name is none, an id is malformed or repeated, or two roles have one name. */
function checkRoles(roles: readonly StatedRole[], faults: Faults): StatedRole[] {
  const seen = new Map<string, number>()
  const named = new Map<string, string>()
  return roles.map((role, at) => {
    const id = guidOf(role.id)
    const target = `roles/${at}`
    const called = role.name.toLowerCase()
    const other = named.get(called)
    checkAgainst(role.name, name, faults, { path: `${target}/name` })
    if (id === undefined) faults.add(`${target}/id`, `'${shortText(role.id)}' is not a GUID.`, 'roleIdMalformed')
    else if (seen.has(id))
      faults.add(`${target}/id`, `The role '${id}' is there already, at ${seen.get(id)}.`, 'roleRepeated')
    else if (other !== undefined)
      faults.add(
        `${target}/name`,
        `'${shortText(role.name)}' is the name of the role '${shortText(other)}' as well.`,
        'roleNameRepeated',
      )
    if (id !== undefined) seen.set(id, seen.get(id) ?? at)
    named.set(called, other ?? role.id)
    return { ...role, id: id ?? role.id }
  })
}

/** Throws `invalid` with all that is wrong. Places are those of the roles in the order in which the list has them. */
export function readRolesList(value: unknown): RolesList {
  const faults = new Faults()
  const list = readAny(value, faults)
  if (list.roles.length > mostRoles) faults.add('roles', `There are more than ${mostRoles} roles.`)
  faults.throwIfAny()
  const roles = checkRoles(list.roles, faults)
  faults.throwIfAny()
  return { ...list, roles }
}
