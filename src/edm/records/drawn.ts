/**
 * Rows that are not stored but drawn from another table when they are read (docs/adr/0044): what each value is made of, as
 * data. The store makes SQL of it.
 */

/** A text, or null. Columns are row keys of the type drawn from. */
export type DrawnText =
  /** The same in all rows. */
  | { readonly is: string | null }
  /** A column, or the text at a path of its JSON. Inside `rows`: of that row; inside `members`: `key`, `before`, `after`. */
  | { readonly at: string; readonly path?: readonly string[] }
  /** A member of the first element, with this flag, of a list in a column's JSON; empty: the column is the list. */
  | { readonly at: string; readonly list: string; readonly member: string; readonly flag?: string }
  /** A whole number in a column, as text. */
  | { readonly number: string }
  /** The same of the next change of the row that has it. */
  | { readonly later: DrawnText }
  /** Of the row as it is now; columns are those of its type. */
  | { readonly stored: string; readonly value: DrawnText }
  /** Characters of the id of the tenant. */
  | { readonly tenant: { readonly from: number; readonly count: number } }
  /** The number of the write: with leading zeros as in its id, or without. */
  | { readonly place: 'id' | 'number' }
  /** By another text; `other`: for those that are not listed, else null. */
  | { readonly by: DrawnText; readonly texts: Readonly<Record<string, DrawnText>>; readonly other?: DrawnText }
  /** A part that is null adds nothing. */
  | { readonly joined: readonly DrawnText[] }
  /** The first that is not null. */
  | { readonly first: readonly DrawnText[] }

/** JSON text. */
export type DrawnJson =
  | { readonly text: DrawnText }
  | { readonly object: Readonly<Record<string, DrawnJson>> }
  /** Those whose `when` is not null; absent: always there. */
  | { readonly list: readonly { readonly when?: DrawnText; readonly item: DrawnJson }[] }
  /** Null, unless the text is this one. */
  | { readonly when: DrawnText; readonly equals: string; readonly then: DrawnJson }
  /** One for each row of the write, in order, up to `most`. */
  | { readonly rows: DrawnJson; readonly most: number }
  /** One for each member of the row that was changed or that went with it. */
  | { readonly members: DrawnJson }

export type DrawnValue = DrawnText | DrawnJson

export interface Drawn {
  /** Qualified name of the type whose table is read: that of the record of changes. */
  readonly from: string
  /** Only its rows in which this key is not null. */
  readonly having: string
  /** Characters before the number of the write in ids: by what follows, a row is found. */
  readonly idPrefix: number
  /** By row key; all of the type's. */
  readonly values: Readonly<Record<string, DrawnValue>>
}
