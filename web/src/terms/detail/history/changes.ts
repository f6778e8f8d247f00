/** What a change of the record says, as fields with a before and an after. */
import type { Description, KeyValue, Label, SetName } from '../api.ts'
import {
  changedFields,
  descriptionFields,
  type Fields,
  type FieldValue,
  labelFields,
  nameFields,
  propertyFields,
} from '../draft/fields.ts'

export interface ChangedRow {
  readonly kind: string
  readonly id: string
  readonly action: 'create' | 'update' | 'delete'
  readonly setId: string | null
  readonly before: string | null
  readonly after: string | null
}

export interface KnownChange {
  readonly id: string
  readonly changedDateTime: string
  readonly verb: string
  readonly by: {
    readonly kind: string
    readonly id: string | null
    readonly name: string | null
    readonly app: string | null
  }
  readonly requestId: string | null
  readonly batchId: string | null
  readonly importId: string | null
  readonly undoes: string | null
  readonly count: number
  readonly rows: readonly ChangedRow[]
}

export interface ChangedField {
  readonly field: string
  readonly before: FieldValue
  readonly after: FieldValue
}

/** Members that hold the id of a term. */
export const idFields: ReadonlySet<string> = new Set(['parentId', 'fromTermId', 'toTermId', 'replacedBy'])

const known: Readonly<Record<string, (value: never) => Fields>> = {
  labels: (value: readonly Label[]) => labelFields(value),
  descriptions: (value: readonly Description[]) => descriptionFields(value),
  properties: (value: readonly KeyValue[]) => propertyFields(value),
  localProperties: (value: readonly KeyValue[]) => propertyFields(value, 'local'),
  localizedNames: (value: readonly SetName[]) => nameFields(value),
}

function plain(value: unknown): FieldValue {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  return JSON.stringify(value)
}

/** Of members as the record keeps them. */
export function recordFields(text: string | null): Fields {
  if (text === null) return {}
  const members = JSON.parse(text) as Record<string, unknown>
  return Object.assign(
    {},
    ...Object.entries(members).map(([name, value]) => {
      const fieldsOf = known[name]
      return fieldsOf !== undefined && Array.isArray(value) ? fieldsOf(value as never) : { [name]: plain(value) }
    }),
  ) as Fields
}

/** What differs. Of a creation and a deletion nothing: the row as a whole came or went. */
export function differences({ action, before, after }: ChangedRow): readonly ChangedField[] {
  if (action !== 'update') return []
  const was = recordFields(before)
  const is = recordFields(after)
  return changedFields(was, is).map((field) => ({ field, before: was[field] ?? '', after: is[field] ?? '' }))
}
