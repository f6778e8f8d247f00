/** The chain over the log as arithmetic: leaves, links, and the text that a record is hashed in (events.md §9.3). */
import { hash } from 'node:crypto'
import { isObject } from '#base/json.ts'

/** RFC 8785: members in the order of their names' UTF-16 units, no spaces, numbers and texts as ECMAScript writes them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`)
  return `{${members.join(',')}}`
}

const ofLeaf = Buffer.from([0])
const ofLink = Buffer.from([2])

/** `canonical`: the record as RFC 8785 writes it. Hexadecimal, as all hashes here. */
export function leafOf(canonical: string): string {
  return hash('sha256', Buffer.concat([ofLeaf, Buffer.from(canonical)]), 'hex')
}

/** The link before the first. */
export function firstLink(tenantId: string): string {
  return hash('sha256', `relata audit v1\n${tenantId}\n`, 'hex')
}

export function linkAfter(link: string, number: number, leaf: string): string {
  const place = Buffer.alloc(8)
  place.writeBigUInt64BE(BigInt(number))
  return hash('sha256', Buffer.concat([ofLink, Buffer.from(link, 'hex'), place, Buffer.from(leaf, 'hex')]), 'hex')
}
