/**
 * Due entries of a relationship: gdap.md §3.2 T6, T8, T10, T13, T14. An entry does nothing if the status has changed.
 */
import type { Behaviour, WriteContext } from '#edm/ports.ts'
import { remind } from '../audit/audit-record.ts'
import { isHeld } from '../latency.ts'
import type { GdapSettings } from '../settings.ts'
import { getRelationship, type RelationshipRow, subjectOf } from '../typed-rows.ts'
import { addDays } from './duration.ts'
import {
  atTheEnd,
  endedStatuses,
  next,
  pendingDays,
  type RelationshipEvent,
  reminderDays,
  retentionDays,
} from './lifecycle.ts'
import { attemptOf, followRelationship, moveRelationship, removeRelationship } from './relationship-transitions.ts'

type Dues = NonNullable<Behaviour['due']>
type Handler = (context: WriteContext, row: RelationshipRow) => Promise<unknown>

function onRow(handle: Handler): Dues[string] {
  return async (context, subject) => {
    const row = await getRelationship(context.tx, subject)
    if (row !== undefined) await handle(context, row)
  }
}

function removeWhen(event: RelationshipEvent, since: (row: RelationshipRow) => string | null, days: number) {
  return onRow(async (context, row) => {
    const start = since(row)
    if (start === null || next(row.status, event) === undefined || addDays(start, days) > context.now) return
    await removeRelationship(context, row, event)
  })
}

function reminder(days: number) {
  return onRow(async (context, row) => {
    if (row.status !== 'active' || row.endDateTime === null || addDays(row.endDateTime, -days) !== context.now) return
    await remind(context, subjectOf('relationship', row.id, row), days)
  })
}

export function relationshipDues(settings: GdapSettings): Dues {
  return {
    'gdap.relationship': onRow(async (context, row) => {
      if (next(row.status, 'proceed') !== undefined && !(await isHeld(settings, context, attemptOf(row))))
        await moveRelationship(settings, context, row, { event: 'proceed' })
    }),
    'gdap.follow': onRow((context, row) => followRelationship(settings, context, row)),
    'gdap.end': onRow(async (context, row) => {
      if (row.status !== 'active' || row.endDateTime === null || row.endDateTime > context.now) return
      await moveRelationship(settings, context, row, { event: atTheEnd(row) })
    }),
    ...Object.fromEntries(reminderDays.map((days) => [`gdap.reminder${days}`, reminder(days)])),
    'gdap.lapse': removeWhen('lapse', (row) => row.lockedDateTime, pendingDays),
    'gdap.cleanUp': removeWhen(
      'cleanUp',
      (row) => (endedStatuses.includes(row.status) ? row.endDateTime : null),
      retentionDays,
    ),
  }
}
