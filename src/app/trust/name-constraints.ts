/**
 * Name constraints of a certificate authority (RFC 5280 §4.2.1.10): the names it may sign for, as DER. Written by hand,
 * as the library for certificates does not know this extension.
 */
import type { X509Certificate } from 'node:crypto'
import { BlockList, isIP } from 'node:net'

/** Host names, which stand for all names below them as well, and ranges of addresses as `127.0.0.0/8`. */
export type Permitted = readonly string[]

const sequence = 0x30
const permittedSubtrees = 0xa0
const dnsName = 0x82
const ipAddress = 0x87
/** `2.5.29.30` with its tag and length. */
const identifier = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x1e])

function isRange(entry: string): boolean {
  return isIP(entry.split('/', 1)[0] ?? '') !== 0
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content])
}

function bytesOf(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number)
  const [left = '', right] = address.split('::')
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const middle = right === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => 0)
  return [...head, ...middle, ...tail].flatMap((group) => [group >> 8, group & 0xff])
}

/** Address and mask, of the same length. */
function rangeBytes(range: string): Buffer {
  const [address = '', bits] = range.split('/')
  const bytes = bytesOf(address)
  const ones = bits === undefined ? bytes.length * 8 : Number(bits)
  const mask = bytes.map((_, at) => (0xff00 >> Math.max(0, Math.min(8, ones - at * 8))) & 0xff)
  return Buffer.from([...bytes, ...mask])
}

/** The value of the extension. */
export function nameConstraints(permitted: Permitted): Buffer {
  const subtrees = permitted.map((entry) => {
    const name = isRange(entry) ? element(ipAddress, rangeBytes(entry)) : element(dnsName, Buffer.from(entry, 'latin1'))
    return element(sequence, name)
  })
  return element(sequence, element(permittedSubtrees, Buffer.concat(subtrees)))
}

interface Element {
  readonly tag: number
  readonly content: Buffer
  readonly rest: Buffer
}

function readElement(bytes: Buffer): Element {
  const [tag = 0, first = 0] = bytes
  const more = first < 0x80 ? 0 : first & 0x7f
  const length = more === 0 ? first : bytes.readUIntBE(2, more)
  const begin = 2 + more
  return { tag, content: bytes.subarray(begin, begin + length), rest: bytes.subarray(begin + length) }
}

function rangeText(bytes: Buffer): string {
  const half = bytes.length / 2
  const [address, mask] = [bytes.subarray(0, half), bytes.subarray(half)]
  const bits = [...mask].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  const text =
    half === 4
      ? address.join('.')
      : Array.from({ length: 8 }, (_, at) => address.readUInt16BE(at * 2).toString(16)).join(':')
  return `${text}/${bits}`
}

/** The names that the authority may sign for; undefined: all, as those made before this release. */
export function permittedIn({ raw }: X509Certificate): Permitted | undefined {
  const at = raw.indexOf(identifier)
  if (at < 0) return undefined
  let value = readElement(raw.subarray(at + identifier.length))
  // A boolean says whether the extension is critical.
  if (value.tag === 0x01) value = readElement(value.rest)
  let { content: subtrees } = readElement(readElement(value.content).content)
  const permitted: string[] = []
  while (subtrees.length > 0) {
    const { content, rest } = readElement(subtrees)
    const name = readElement(content)
    permitted.push(name.tag === ipAddress ? rangeText(name.content) : name.content.toString('latin1'))
    subtrees = rest
  }
  return permitted
}

/** Whether an authority may sign for the name: a host, `*.host`, or an IP address. */
export function isPermitted(permitted: Permitted | undefined, name: string): boolean {
  if (permitted === undefined) return true
  const family = isIP(name)
  if (family === 0) {
    const host = name.replace(/^\*\./, '')
    return permitted.some((entry) => host === entry || host.endsWith(`.${entry}`))
  }
  const ranges = new BlockList()
  for (const entry of permitted.filter(isRange)) {
    const [address = '', bits] = entry.split('/')
    ranges.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return ranges.check(name, family === 4 ? 'ipv4' : 'ipv6')
}

/** What has to be permitted for a name to be signed. */
export function permissionFor(name: string): string {
  const family = isIP(name)
  if (family === 0) return name.replace(/^\*\./, '')
  return rangeText(rangeBytes(name))
}
