/** The actions on many relationships, each as a job: what is sent for a row, or why nothing is. */

import { invalidate } from '../../../data/invalidate.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { queryClient } from '../../../data/query.ts'
import { t } from '../../../i18n/t.ts'
import { type Group, plans, type RelationshipRow, type Role, roleIdsOf, rolesBody, touched } from '../../api.ts'
import { mappedGroups } from '../../bundles.ts'
import { extendPlan, extension } from '../../extend.ts'
import { heldRoles, shownAssignments, stepsTo } from '../../matrix.ts'
import { hasGlobalAdministrator, reasonAgainst, reasonAgainstExtending } from '../../reasons.ts'
import { globalAdministrator } from '../../rules.ts'
import { isExtended } from '../../status.ts'
import { type BulkItem, type BulkJob, batchesOf, sendAll } from './work.ts'

function itemOf(row: RelationshipRow, reason: string | undefined, sent: () => readonly RequestPlan[]): BulkItem {
  return reason === undefined ? { row, plans: sent() } : { row, reason }
}

export function extendJob(rows: readonly RelationshipRow[], isOn: boolean): BulkJob {
  const items = rows.map((row) => {
    const same = isExtended(row) === isOn ? t('gdap.bulk.already') : undefined
    return itemOf(row, reasonAgainstExtending(row) ?? same, () => [extendPlan(row, isOn)])
  })
  return {
    title: t(isOn ? 'gdap.extend.switchOn' : 'gdap.extend.switchOff'),
    items,
    undo: async (done) => {
      const back = done.map((row) => ({
        row,
        plans: [plans.change({ id: row.id, '@odata.etag': '*' }, { autoExtendDuration: extension(!isOn) })],
      }))
      await sendAll(
        batchesOf(back),
        () => undefined,
        () => false,
      )
      invalidate(queryClient, touched)
    },
  }
}

export function removeGlobalJob(rows: readonly RelationshipRow[]): BulkJob {
  const items = rows.map((row) => {
    const left = roleIdsOf(row).filter((id) => id !== globalAdministrator)
    const reason =
      (hasGlobalAdministrator(row) ? undefined : t('gdap.noGlobal')) ??
      reasonAgainst(row, 'assign') ??
      (left.length === 0 ? t('gdap.bulk.onlyGlobal') : undefined)
    return itemOf(row, reason, () => [plans.change(row, { accessDetails: rolesBody(left) })])
  })
  return { title: t('gdap.removeGlobal'), items }
}

export function terminateJob(rows: readonly RelationshipRow[]): BulkJob {
  const items = rows.map((row) =>
    itemOf(row, reasonAgainst(row, 'terminate'), () => [plans.request(row.id, 'terminate')]),
  )
  return { title: t('gdap.terminate'), items }
}

/** Groups that are named for a role get it, in each relationship that has the role. */
export function mapJob(
  rows: readonly RelationshipRow[],
  roles: ReadonlyMap<string, Role>,
  groups: readonly Group[],
): BulkJob {
  const items = rows.map((row) => {
    const against = reasonAgainst(row, 'assign')
    if (against !== undefined) return { row, reason: against }
    const named = roleIdsOf(row).map((id) => ({ id, name: roles.get(id)?.displayName ?? id }))
    const shown = shownAssignments(row.accessAssignments ?? [])
    const wanted = new Map(
      [...mappedGroups(named, groups)].map(([group, ids]) => [
        group,
        new Set([...heldRoles(shown.get(group)), ...ids]),
      ]),
    )
    const steps = stepsTo(row.id, row.accessAssignments ?? [], wanted)
    if (wanted.size === 0) return { row, reason: t('gdap.groups.noMapping') }
    return steps.length === 0 ? { row, reason: t('gdap.bulk.already') } : { row, plans: steps.map(({ plan }) => plan) }
  })
  return { title: t('gdap.bulk.map'), items }
}
