/** Control information of OData JSON 4.01 §4.6: what answers say about a value, and clients send back with it. */

const descriptive = new Set([
  'context',
  'id',
  'type',
  'etag',
  'count',
  'nextlink',
  'deltalink',
  'metadataetag',
  'editlink',
  'readlink',
  'navigationlink',
  'associationlink',
  'mediaeditlink',
  'mediareadlink',
  'mediacontenttype',
  'mediaetag',
])

/** Whether a name with `@` is control information that asks for nothing: `@odata.etag`, `labels@odata.type`, `@type`. */
export function isControlInformation(name: string): boolean {
  const term = name.slice(name.lastIndexOf('@') + 1).toLowerCase()
  return descriptive.has(term.startsWith('odata.') ? term.slice('odata.'.length) : term)
}
