/** The actions on many relationships: what is sent for a row, or why nothing is. */
import { t } from '../../../i18n/t.ts'
import { type Group, type RelationshipRow, type Role, roleIdsOf, rolesBody } from '../../api.ts'
import type { Bundle } from '../../bundles.ts'
import { extension } from '../../extend.ts'
import { type Mapping, rolesByGroup, wantedBy } from '../../mapping/mapping.ts'
import { type AssignmentStep, stepsTo } from '../../matrix.ts'
import { hasGlobalAdministrator, reasonAgainst, reasonAgainstExtending } from '../../reasons.ts'
import { globalAdministrator } from '../../rules.ts'
import { isExtended } from '../../status.ts'
import type { BulkItem, BulkStep } from './work.ts'

export type BulkKind =
  | { readonly name: 'extend'; readonly isOn: boolean }
  | { readonly name: 'map'; readonly mapping: Mapping }
  | { readonly name: 'global' }
  | { readonly name: 'terminate' }

/** What ids stand for. */
export interface Names {
  readonly roles: ReadonlyMap<string, Role>
  readonly groups: readonly Group[]
  readonly bundles: readonly Bundle[]
}

export function titleOf(kind: BulkKind): string {
  if (kind.name === 'extend') return t(kind.isOn ? 'gdap.extend.switchOn' : 'gdap.extend.switchOff')
  if (kind.name === 'map') return t('gdap.bulk.map')
  return t(kind.name === 'global' ? 'gdap.removeGlobal' : 'gdap.terminate')
}

function item(row: RelationshipRow, reason: string | undefined, step: () => Omit<BulkStep, 'id' | 'etag'>): BulkItem {
  return reason === undefined ? { row, steps: [{ ...step(), id: row.id, etag: row['@odata.etag'] }] } : { row, reason }
}

const doings = { made: 'assign', changed: 'reassign', deleted: 'unassign' } as const

function stepOf(relationship: string, { kind, groupId, before, after, row }: AssignmentStep): BulkStep {
  const found = row === undefined ? {} : { id: row.id, etag: row['@odata.etag'] }
  const common = { do: doings[kind], relationship, group: { id: groupId }, before, after, ...found }
  return kind === 'changed' ? { ...common, body: { accessDetails: rolesBody(after) } } : common
}

/** What the mapping changes in one relationship; a text: why nothing. */
export function mappingSteps(row: RelationshipRow, mapping: Mapping, names: Names): readonly AssignmentStep[] | string {
  const against = reasonAgainst(row, 'assign')
  if (against !== undefined) return against
  const roles = roleIdsOf(row).map((id) => ({ id, name: names.roles.get(id)?.displayName ?? id }))
  const rows = row.accessAssignments ?? []
  const wanted = wantedBy(rolesByGroup(mapping, roles, names.groups, names.bundles), rows)
  if (wanted.size === 0) return t(mapping.kind === 'named' ? 'gdap.map.noneNamed' : 'gdap.map.noRole')
  const steps = stepsTo(row.id, rows, wanted)
  return steps.length === 0 ? t('gdap.bulk.already') : steps
}

export function itemOf(kind: BulkKind, row: RelationshipRow, names: Names): BulkItem {
  switch (kind.name) {
    case 'extend': {
      const same = isExtended(row) === kind.isOn ? t('gdap.bulk.already') : undefined
      return item(row, reasonAgainstExtending(row) ?? same, () => ({
        do: 'auto-extend',
        body: { autoExtendDuration: extension(kind.isOn) },
      }))
    }
    case 'global': {
      const left = roleIdsOf(row).filter((id) => id !== globalAdministrator)
      const reason =
        (hasGlobalAdministrator(row) ? undefined : t('gdap.noGlobal')) ??
        reasonAgainst(row, 'assign') ??
        (left.length === 0 ? t('gdap.bulk.onlyGlobal') : undefined)
      return item(row, reason, () => ({ do: 'drop-global-admin', body: { accessDetails: rolesBody(left) } }))
    }
    case 'terminate':
      return item(row, reasonAgainst(row, 'terminate'), () => ({ do: 'terminate' }))
    default: {
      const steps = mappingSteps(row, kind.mapping, names)
      return typeof steps === 'string'
        ? { row, reason: steps }
        : { row, steps: steps.map((step) => stepOf(row.id, step)) }
    }
  }
}

export function itemsOf(kind: BulkKind, rows: readonly RelationshipRow[], names: Names): readonly BulkItem[] {
  return rows.map((row) => itemOf(kind, row, names))
}

/** Why it can be done with none of them; undefined: with some it can. */
export function reasonAgainstAll(kind: BulkKind, rows: readonly RelationshipRow[], names: Names): string | undefined {
  let first: string | undefined
  for (const row of rows) {
    const { reason } = itemOf(kind, row, names)
    if (reason === undefined) return undefined
    first ??= reason
  }
  return first
}

/** Whether it is so already, whoever did it. */
export function isReached(kind: BulkKind, row: RelationshipRow, names: Names): boolean {
  switch (kind.name) {
    case 'extend':
      return isExtended(row) === kind.isOn
    case 'global':
      return !hasGlobalAdministrator(row)
    case 'terminate':
      return row.status !== 'active'
    default:
      return itemOf(kind, row, names).reason === t('gdap.bulk.already')
  }
}
