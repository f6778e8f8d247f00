/**
 * The catalogue of a tenant as its rows: one for each role, and on the tenant’s own row a mark of which catalogue they are of.
 * What a row has no column for is kept only where it differs from what Relata brings. docs/adr/0050.
 */
import { isObject } from '#base/json.ts'
import type { DraftOf, PatchOf, RowOf } from '#edm/infer.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
import {
  type BuiltInRole,
  builtInRole,
  bundledRoles,
  catalogueOf,
  digestOf,
  isOffered,
  type RoleCatalogue,
} from '../role-catalogue.ts'
import { directoryRole, unifiedRoleDefinition } from '../roles.ts'
import { tenant } from '../types.ts'

/** Of which catalogue the rows of a tenant are. */
export interface RolesMark {
  readonly asOf: string
  /** Of all its roles. */
  readonly digest: string
  /** The mark with the latest instant counts. Absent: it is the catalogue that Relata brings. */
  readonly updated?: string
  readonly sources?: readonly string[]
}

/** Rows have no order. */
function digestOfRows(roles: readonly BuiltInRole[]): string {
  return digestOf(roles.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
}

/** A catalogue as tenants have it. */
export interface MarkedRoles {
  readonly catalogue: RoleCatalogue
  readonly mark: RolesMark
}

export function marked(catalogue: RoleCatalogue, updated?: string): MarkedRoles {
  const { asOf, sources, roles } = catalogue
  const digest = digestOfRows(roles)
  return { catalogue, mark: updated === undefined ? { asOf, digest } : { asOf, digest, updated, sources } }
}

let bundled: MarkedRoles | undefined

export function bundledMarked(): MarkedRoles {
  bundled ??= marked(bundledRoles)
  return bundled
}

/** Undefined: the rows were written by a release that had no marks. */
export function markIn(text: string | null): RolesMark | undefined {
  return text === null ? undefined : (JSON.parse(text) as RolesMark)
}

const kept = ['aliases', 'categories', 'gdap', 'gdapSource', 'state', 'firstSeen'] as const
type KeptFacts = Pick<BuiltInRole, (typeof kept)[number]>

function factsOf(role: BuiltInRole): string | null {
  const facts = JSON.stringify(Object.fromEntries(kept.map((name) => [name, role[name]])))
  const known = builtInRole(role.id)
  const isKnown =
    known !== undefined && facts === JSON.stringify(Object.fromEntries(kept.map((name) => [name, known[name]])))
  return isKnown ? null : facts
}

/** The row of the role, which each tenant has whether it uses the role or not. */
export function definitionOf(role: BuiltInRole) {
  const { id, name, description, categories, privileged, gdap, state } = role
  return {
    id,
    templateId: id,
    displayName: name,
    description,
    resourceScopes: ['/'],
    category: categories.join(','),
    isPrivileged: privileged,
    isAssignable: gdap === 'yes',
    isEnabled: state !== 'withdrawn',
    withheld: isOffered(role) ? null : state,
    facts: factsOf(role),
  } satisfies DraftOf<typeof unifiedRoleDefinition>
}

type Definition = RowOf<typeof unifiedRoleDefinition>

/** Of rows that have no facts of their own, Relata’s own role tells them. */
function roleOf({ id, displayName, description, isPrivileged, facts, isEnabled }: Definition): BuiltInRole {
  const own: unknown = facts === null ? builtInRole(id) : JSON.parse(facts)
  const known = isObject(own) ? (own as unknown as KeptFacts) : undefined
  return {
    id,
    name: displayName ?? id,
    aliases: known?.aliases ?? [],
    description: description ?? '',
    categories: known?.categories ?? [],
    privileged: isPrivileged === true,
    gdap: known?.gdap ?? 'unknown',
    gdapSource: known?.gdapSource ?? '',
    state: known?.state ?? (isEnabled === false ? 'withdrawn' : 'current'),
    firstSeen: known?.firstSeen ?? '',
  }
}

/** In the order of Relata’s own list, then of ids. */
export async function readCatalogue(tx: ReadTx, { asOf, sources = [] }: RolesMark): Promise<RoleCatalogue> {
  const rows = new Map((await tx.find(unifiedRoleDefinition, {})).map((row) => [row.id, roleOf(row)]))
  const known = bundledRoles.roles.flatMap(({ id }) => rows.get(id) ?? [])
  const more = [...rows.values()].filter(({ id }) => builtInRole(id) === undefined)
  return catalogueOf({ asOf, sources, roles: [...known, ...more] })
}

/** Members that a row has; the group of the tool is shown by nobody. */
const compared = [
  'displayName',
  'description',
  'isPrivileged',
  'isAssignable',
  'isEnabled',
  'withheld',
  'facts',
] as const

async function writeDefinitions(tx: Tx, { roles }: RoleCatalogue): Promise<void> {
  const rows = new Map((await tx.find(unifiedRoleDefinition, {})).map((row) => [row.id, row]))
  for (const role of roles) {
    const wanted = definitionOf(role)
    const row = rows.get(role.id)
    const differing = compared.filter((name) => row?.[name] !== wanted[name])
    if (row === undefined) await tx.insert(unifiedRoleDefinition, wanted)
    else if (differing.length > 0)
      await tx.update(
        unifiedRoleDefinition,
        role.id,
        Object.fromEntries(differing.map((name) => [name, wanted[name]])) as PatchOf<typeof unifiedRoleDefinition>,
      )
  }
}

/** Roles that the tenant uses show what the role says. */
async function writeUsed(tx: Tx, catalogue: RoleCatalogue): Promise<void> {
  for (const { id, displayName, description } of await tx.find(directoryRole, {})) {
    const role = catalogue.find(id)
    if (role === undefined || (role.name === displayName && role.description === description)) continue
    await tx.update(directoryRole, id, { displayName: role.name, description: role.description })
  }
}

/** Whether rows of the one mark are those of the other. */
export function isSameMark(one: RolesMark | undefined, other: RolesMark): boolean {
  return one?.digest === other.digest && one.asOf === other.asOf
}

/** Brings the rows of a tenant up to a catalogue. Returns the mark that they had, if that was another one. */
export async function writeCatalogue(
  tx: Tx,
  tenantId: string,
  { catalogue, mark }: MarkedRoles,
): Promise<RolesMark | undefined> {
  const row = await tx.get(tenant, tenantId)
  const before = markIn(row?.roleCatalogue ?? null)
  if (row === undefined || isSameMark(before, mark)) return undefined
  await writeDefinitions(tx, catalogue)
  await writeUsed(tx, catalogue)
  await tx.update(tenant, tenantId, { roleCatalogue: JSON.stringify(mark) })
  return before
}

/** Names of roles as the tenant has them, in the order of the ids. */
export async function namesOfRoles(tx: ReadTx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await tx.find(
    unifiedRoleDefinition,
    ids.map((templateId) => ({ templateId })),
  )
  const names = new Map(rows.map(({ id, displayName }) => [id, displayName]))
  return ids.map((id) => names.get(id) ?? id)
}

/** Whether the rows of the tenant are of the catalogue that its mark names; undefined: nobody can tell. */
export async function isOfItsMark(tx: ReadTx, tenantId: string): Promise<boolean | undefined> {
  const mark = markIn((await tx.get(tenant, tenantId))?.roleCatalogue ?? null)
  // An earlier release, or a list before this release: the next start brings them up.
  if (mark === undefined || mark.asOf < bundledRoles.asOf) return undefined
  return digestOfRows((await readCatalogue(tx, mark)).roles) === mark.digest
}
