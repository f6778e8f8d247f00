/** What two people changed of the same relationship: as it was, theirs and mine, field by field. Pure. */
import { type RelationshipRow, roleIdsOf } from '../api.ts'

export const fields = ['displayName', 'customer', 'duration', 'autoExtendDuration', 'accessDetails', 'status'] as const
export type ConflictField = (typeof fields)[number]

/** Some members of a relationship, as a PATCH has them. */
export type ChangeBody = Readonly<Partial<Record<ConflictField, unknown>>>

export interface FieldConflict {
  readonly field: ConflictField
  readonly was: unknown
  readonly theirs: unknown
  /** Absent: not sent. */
  readonly mine?: unknown
}

export interface Comparison {
  /** Both changed them, and not to the same. */
  readonly conflicts: readonly FieldConflict[]
  /** Changed by others only: they are kept. */
  readonly theirs: readonly FieldConflict[]
}

/** As a text that is equal where the values are: roles in any order, customers by id. */
function textOf(source: object, field: ConflictField): string {
  const value = (source as Record<string, unknown>)[field]
  if (field === 'accessDetails')
    return [...roleIdsOf({ accessDetails: (value ?? {}) as NonNullable<RelationshipRow['accessDetails']> })]
      .sort()
      .join(',')
  if (field === 'customer') return (value as { tenantId?: string } | null | undefined)?.tenantId ?? ''
  return value === null || value === undefined ? '' : String(value)
}

export function compare(was: RelationshipRow, now: RelationshipRow, body: ChangeBody): Comparison {
  const conflicts: FieldConflict[] = []
  const theirs: FieldConflict[] = []
  for (const field of fields) {
    if (textOf(was, field) === textOf(now, field)) continue
    const both = { field, was: was[field], theirs: now[field] }
    if (!(field in body)) theirs.push(both)
    else if (textOf(now, field) !== textOf(body, field)) {
      // What is sent but was not changed by this person gives way to what others have done.
      if (textOf(body, field) === textOf(was, field)) theirs.push(both)
      else conflicts.push({ ...both, mine: body[field] })
    }
  }
  return { conflicts, theirs }
}

/** What is sent after all: without the fields that others alone have changed. */
export function bodyAfter(body: ChangeBody, { theirs }: Comparison): ChangeBody {
  const kept = new Set(theirs.map(({ field }) => field))
  return Object.fromEntries(Object.entries(body).filter(([field]) => !kept.has(field as ConflictField)))
}
