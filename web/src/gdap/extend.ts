/** Switching the automatic extension on and off, with the way back. */
import type { ActionWords } from '../data/action.ts'
import { invalidate } from '../data/invalidate.ts'
import type { RequestPlan } from '../data/plan.ts'
import { queryClient } from '../data/query.ts'
import { ask, send } from '../data/send.ts'
import { t } from '../i18n/t.ts'
import { plans, type RelationshipRow, touched } from './api.ts'
import { isExtended } from './status.ts'

export function extension(isOn: boolean): string {
  return isOn ? 'P180D' : 'PT0S'
}

export function extendPlan(row: RelationshipRow, isOn = !isExtended(row)): RequestPlan<RelationshipRow> {
  return plans.change(row, { autoExtendDuration: extension(isOn) })
}

/** Back to how it was, whatever the tag is by then. */
export async function putBack(id: string, isOn: boolean): Promise<void> {
  const now = await ask(plans.one(id))
  await send(plans.change(now, { autoExtendDuration: extension(isOn) }))
  invalidate(queryClient, touched)
}

export function extendWords(row: RelationshipRow): ActionWords {
  const wasOn = isExtended(row)
  return {
    done: t(wasOn ? 'gdap.extend.switchedOff' : 'gdap.extend.switchedOn', { name: row.displayName ?? '' }),
    touches: touched,
    undo: () => putBack(row.id, wasOn),
  }
}
