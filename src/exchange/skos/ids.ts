/** Ids and IRIs of groups, sets and terms: exchange.md §6.2 and §6.4. */
import { createHash } from 'node:crypto'
import { guidIn, guidOf } from '#base/ids.ts'

/** The URL name space of RFC 9562. */
const urlNamespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')

/** UUID version 5 of the IRI's characters as they are, in UTF-8: the same in every store. */
export function idOfIri(iri: string): string {
  const bytes = createHash('sha1').update(urlNamespace).update(iri, 'utf8').digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The id that an IRI of ours names; undefined for those of others. `base`: the setting `exchange.iriBase`. */
export function ownId(iri: string, base: string | undefined): string | undefined {
  const ofUrn = /^urn:uuid:(.+)$/i.exec(iri)?.[1]
  if (ofUrn !== undefined) return guidOf(ofUrn)
  if (base === undefined || !iri.startsWith(base.endsWith('/') ? base : `${base}/`)) return undefined
  return guidOf(iri.slice(iri.lastIndexOf('/') + 1))
}

/** A GUID at the end of whatever IRI. */
export function guidAtEnd(iri: string): string | undefined {
  return guidIn(iri.slice(-36))
}

export function ownIri(kind: 'groups' | 'sets' | 'terms', id: string, base: string | undefined): string {
  if (base === undefined) return `urn:uuid:${id}`
  return `${base}${base.endsWith('/') ? '' : '/'}${kind}/${id}`
}
