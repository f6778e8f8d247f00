/** The actions on many relationships: what is sent for a row, or why nothing is. */
import type { RequestPlan } from '../../../data/plan.ts'
import { t } from '../../../i18n/t.ts'
import { type Group, plans, type RelationshipRow, type Role, roleIdsOf, rolesBody } from '../../api.ts'
import type { Bundle } from '../../bundles.ts'
import { extendPlan } from '../../extend.ts'
import { type Mapping, rolesByGroup, wantedBy } from '../../mapping/mapping.ts'
import { type AssignmentStep, stepsTo } from '../../matrix.ts'
import { hasGlobalAdministrator, reasonAgainst, reasonAgainstExtending } from '../../reasons.ts'
import { globalAdministrator } from '../../rules.ts'
import { isExtended } from '../../status.ts'
import type { BulkItem } from './work.ts'

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

function item(row: RelationshipRow, reason: string | undefined, sent: () => readonly RequestPlan[]): BulkItem {
  return reason === undefined ? { row, plans: sent() } : { row, reason }
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
      return item(row, reasonAgainstExtending(row) ?? same, () => [extendPlan(row, kind.isOn)])
    }
    case 'global': {
      const left = roleIdsOf(row).filter((id) => id !== globalAdministrator)
      const reason =
        (hasGlobalAdministrator(row) ? undefined : t('gdap.noGlobal')) ??
        reasonAgainst(row, 'assign') ??
        (left.length === 0 ? t('gdap.bulk.onlyGlobal') : undefined)
      return item(row, reason, () => [plans.change(row, { accessDetails: rolesBody(left) })])
    }
    case 'terminate':
      return item(row, reasonAgainst(row, 'terminate'), () => [plans.request(row.id, 'terminate')])
    default: {
      const steps = mappingSteps(row, kind.mapping, names)
      return typeof steps === 'string' ? { row, reason: steps } : { row, plans: steps.map(({ plan }) => plan) }
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
