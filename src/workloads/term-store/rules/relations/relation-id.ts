/**
 * The id of a relation, made from set, parent and term, and read back: term-store.md §3.3. GUIDs are in Microsoft's
 * byte order. Whether the term is pinned or reused is not part of the id.
 */
const noTerm = '00000000-0000-0000-0000-000000000000'
const form = /^r!([A-Za-z0-9_-]{64})$/

/** Positions in a GUID's text of the two hexadecimal digits of each byte; its first three groups are little-endian. */
const places = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34]

/** Values of hexadecimal digits, by character code. */
const digits = Array.from({ length: 103 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0)

const bytes = Buffer.alloc(3 * places.length)

function put(guid: string, at: number): void {
  for (let byte = 0; byte < places.length; byte++) {
    const place = places[byte] as number
    bytes[at + byte] = ((digits[guid.charCodeAt(place)] ?? 0) << 4) | (digits[guid.charCodeAt(place + 1)] ?? 0)
  }
}

function guidFrom(part: Buffer): string {
  const copy = Buffer.from(part)
  copy.subarray(0, 4).reverse()
  copy.subarray(4, 6).reverse()
  copy.subarray(6, 8).reverse()
  return copy.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function relationId(setId: string, fromTermId: string | null, toTermId: string): string {
  put(setId, 0)
  put(fromTermId ?? noTerm, places.length)
  put(toTermId, 2 * places.length)
  return `r!${bytes.toString('base64url')}`
}

export interface RelationParts {
  readonly setId: string
  readonly fromTermId: string | null
  readonly toTermId: string
}

/** Undefined if the text is not the id of a relation. */
export function parseRelationId(text: string): RelationParts | undefined {
  const coded = form.exec(text)?.[1]
  if (coded === undefined) return undefined
  const read = Buffer.from(coded, 'base64url')
  const fromTermId = guidFrom(read.subarray(16, 32))
  return {
    setId: guidFrom(read.subarray(0, 16)),
    fromTermId: fromTermId === noTerm ? null : fromTermId,
    toTermId: guidFrom(read.subarray(32, 48)),
  }
}
