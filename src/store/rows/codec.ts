/** Encodes and decodes values of rows. Complex values are stored with their members in declared order. */

import { isObject } from '#base/json.ts'
import { fold } from '#base/text/fold.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Prop } from '#edm/props.ts'
import type { ElementFacts, Field } from '../schema/layout.ts'
import { checkText, type RawRow, type SqlValue } from '../values.ts'

/** A lone surrogate becomes U+FFFD: UTF-8 cannot encode it, and PostgreSQL refuses JSON that contains one. */
function wholeText(value: string): string {
  checkText(value)
  return value.isWellFormed() ? value : value.toWellFormed()
}

/** Declared members only, in declared order, without those that are undefined. */
function tidy(type: Prop['type'], value: unknown): unknown {
  if (typeof value === 'string') return wholeText(value)
  if (typeof type === 'string' || type.kind === 'enum' || !isObject(value)) return value
  const result: Record<string, unknown> = {}
  for (const name in type.props) {
    const member = value[name]
    const prop = type.props[name]
    if (member !== undefined && prop !== undefined) result[name] = tidyProp(prop, member)
  }
  return result
}

function tidyProp({ type, collection }: Prop, value: unknown): unknown {
  return collection === true && Array.isArray(value) ? value.map((element) => tidy(type, element)) : tidy(type, value)
}

/** The value as a row has it; a missing collection is an empty one. Throws as `checkText` does. */
export function rowValue({ prop, coding }: Field, value: unknown): unknown {
  if (typeof value === 'string') return wholeText(value)
  if (coding !== 'json' || prop === undefined) return value
  if (prop.collection === true && (value === null || value === undefined)) return []
  return tidyProp(prop, value)
}

/** The value to bind for a value of a row. */
export function storedValue({ coding }: Field, value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (coding === 'json') return JSON.stringify(value)
  return typeof value === 'boolean' ? Number(value) : (value as SqlValue)
}

/** The value to bind for a column of folded text. */
export function foldedValue(value: unknown): SqlValue {
  return typeof value === 'string' ? fold(value) : null
}

/** The value of a row, from the stored one. */
export function decoded({ coding }: Field, value: SqlValue): unknown {
  switch (coding) {
    case 'plain':
      return value
    case 'flag':
      return value === null ? null : value === 1
    case 'json':
      // Most collections are empty.
      if (value === '[]') return []
      return value === null ? null : JSON.parse(value as string)
  }
}

/** The row keys of `fields` from the columns of a result, beginning with column `from`. */
export function decodedRow(fields: readonly Field[], raw: RawRow, from: number): AnyRow {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as Field
    const value = raw[from + at] as SqlValue
    row[field.key] = field.coding === 'plain' ? value : decoded(field, value)
  }
  return row as AnyRow
}

function elementValue(value: unknown, folded: boolean): SqlValue {
  if (typeof value === 'string') return folded ? fold(value) : value
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : null
}

/** Appends the values of an element for the columns of the element table. */
export function pushElement(values: SqlValue[], { columns }: ElementFacts, element: unknown): void {
  for (const { member, prop } of columns)
    values.push(elementValue(isObject(element) ? element[member] : undefined, prop.fold === true))
}
