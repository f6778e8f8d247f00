/**
 * The id of a relation, derived both ways: term-store.md §3.3. It holds the place (set, parent) and the term,
 * in Microsoft's byte order of GUIDs; whether the term is pinned or reused there is not part of it.
 */
const noTerm = '00000000-0000-0000-0000-000000000000'
const form = /^r!([A-Za-z0-9_-]{64})$/

/** Where the hexadecimal digits of each byte stand in the first three groups of a GUID, which are little-endian. */
const places = [6, 4, 2, 0, 11, 9, 16, 14]

const hexOf = (guid: string): string => {
  let hex = ''
  for (const at of places) hex += guid.slice(at, at + 2)
  return hex + guid.slice(19, 23) + guid.slice(24)
}

const guidFrom = (bytes: Buffer): string => {
  const copy = Buffer.from(bytes)
  copy.subarray(0, 4).reverse()
  copy.subarray(4, 6).reverse()
  copy.subarray(6, 8).reverse()
  return copy.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const relationId = (setId: string, fromTermId: string | null, toTermId: string): string =>
  `r!${Buffer.from(hexOf(setId) + hexOf(fromTermId ?? noTerm) + hexOf(toTermId), 'hex').toString('base64url')}`

export interface RelationParts {
  readonly setId: string
  readonly fromTermId: string | null
  readonly toTermId: string
}

/** Undefined when the text is no relation id. */
export const parseRelationId = (text: string): RelationParts | undefined => {
  const coded = form.exec(text)?.[1]
  if (coded === undefined) return undefined
  const bytes = Buffer.from(coded, 'base64url')
  const fromTermId = guidFrom(bytes.subarray(16, 32))
  return {
    setId: guidFrom(bytes.subarray(0, 16)),
    fromTermId: fromTermId === noTerm ? null : fromTermId,
    toTermId: guidFrom(bytes.subarray(32, 48)),
  }
}
