/** Values as databases store them and drivers pass them. */
import { AppError } from '#base/errors.ts'

/** What a driver binds and returns. */
export type SqlValue = string | number | null

/** A row of a result: values in the order of the statement's columns. */
export type RawRow = readonly SqlValue[]

/** PostgreSQL cannot store U+0000, so it is refused for every database. */
export const noNull = 'A text must not have the character U+0000.'

/** Throws `invalid` for a text with U+0000. */
export function checkText(value: string): void {
  if (value.includes('\0')) throw new AppError('invalid', noNull)
}
