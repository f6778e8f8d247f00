/** Single rows of a type: the statements that read and write them. */
import type { AnyRow } from '#edm/infer.ts'
import type { BindValue } from '#edm/query.ts'
import type { WordHit, WordSearch } from '#edm/row-query.ts'
import type { SqlValue } from '../values.ts'
import type { Statement } from './statement.ts'

/** Values by row key. */
export type RowValues = Readonly<Record<string, unknown>>

/** Values by member of an element. */
export type ElementValues = Readonly<Record<string, BindValue>>

/** Gives equal results for values that the database takes for equal. */
export type Comparable = (key: string, value: unknown) => SqlValue

export interface RowAccess {
  get(tenantNo: number, id: string): Statement<AnyRow | undefined>
  /** `where`: values that must match, or a list of alternatives, which is not empty. */
  find(tenantNo: number, where: RowValues | readonly RowValues[], limit: number | undefined): Statement<AnyRow[]>
  has(tenantNo: number, where: RowValues): Statement<boolean>
  /** `anyOf` is not empty. */
  findByElement(
    tenantNo: number,
    key: string,
    anyOf: readonly ElementValues[],
    limit: number | undefined,
  ): Statement<string[]>
  countEach(
    tenantNo: number,
    where: RowValues,
    key: string,
    values: readonly string[],
  ): Statement<ReadonlyMap<string, number>>
  findByWord(tenantNo: number, key: string, search: WordSearch): Statement<WordHit[]>
  /** A value of a key as the database compares it. */
  readonly comparable: Comparable
  /** The same for members of the elements of a collection. */
  comparableIn(prop: string): Comparable
  /** With the row as it will be stored. */
  insert(tenantNo: number, draft: RowValues): { readonly row: AnyRow; readonly statements: readonly Statement<void>[] }
  /** Whether `update` with this patch, or without one `remove`, needs the row as it is. */
  needsBefore(patch?: RowValues): boolean
  update(tenantNo: number, id: string, patch: RowValues, before?: AnyRow): readonly Statement<void>[]
  add(tenantNo: number, id: string, amounts: RowValues): readonly Statement<void>[]
  remove(tenantNo: number, id: string, before?: AnyRow): readonly Statement<void>[]
}
