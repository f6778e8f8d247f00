/**
 * Holds the log against its chain, line by line, as `relata audit verify` does: each link is computed from the one before it and
 * from its record (events.md §9.3), by the browser's own cryptography.
 */

export interface Place {
  readonly n: number
  readonly link: string
}

/** The first place that does not fit; undefined: the file as a whole is no export. */
export class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit'
  readonly what: 'cutOff' | 'missing' | 'changed' | 'checkpoint' | 'format'
  readonly n: number

  constructor(what: DoesNotFit['what'], n: number) {
    super(`${what} ${n}`)
    this.what = what
    this.n = n
  }
}

export interface Verified {
  readonly start: number
  readonly end: number
  readonly link: string
  /** Links whose records retention or a purge has emptied since. */
  readonly without: number
  /** Undefined: the browser cannot check signatures of this kind, or there are no keys. */
  readonly isSigned: boolean | undefined
}

interface Line {
  readonly n?: number
  readonly link?: string
  readonly leaf?: string
  readonly record?: unknown
  readonly start?: Place
  readonly end?: Place
  readonly checkpoint?: string
  readonly format?: string
}

/** RFC 8785. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${members.join(',')}}`
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))
}

async function hashOf(...parts: readonly Uint8Array[]): Promise<string> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)))
}

const utf8 = new TextEncoder()

async function linkAfter(link: string, n: number, leaf: string): Promise<string> {
  const place = new DataView(new ArrayBuffer(8))
  place.setBigUint64(0, BigInt(n))
  return hashOf(new Uint8Array([2]), fromHex(link), new Uint8Array(place.buffer), fromHex(leaf))
}

function lineIn(text: string, after: number): Line {
  try {
    return JSON.parse(text) as Line
  } catch {
    throw new DoesNotFit('format', after + 1)
  }
}

async function next(before: Place, line: Line): Promise<Place> {
  const n = before.n + 1
  if (line.n !== n) throw new DoesNotFit('missing', n)
  const leaf =
    line.record === undefined
      ? (line.leaf ?? '')
      : await hashOf(new Uint8Array([0]), utf8.encode(canonical(line.record)))
  const link = await linkAfter(before.link, n, leaf)
  if (link !== line.link) throw new DoesNotFit('changed', n)
  return { n, link }
}

type Keys = readonly (JsonWebKey & { readonly kid?: string })[]

/** Undefined: it cannot be told here. */
async function isSigned(jws: string, keys: Keys): Promise<boolean | undefined> {
  const [head = '', payload = '', signature = ''] = jws.split('.')
  const { kid } = JSON.parse(new TextDecoder().decode(fromBase64Url(head))) as { kid?: string }
  const key = keys.find((one) => one.kid === kid)
  if (key === undefined) return undefined
  try {
    const { kty = '', crv = '', x = '' } = key
    const made = await crypto.subtle.importKey('jwk', { kty, crv, x }, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify(
      { name: 'Ed25519' },
      made,
      fromBase64Url(signature),
      utf8.encode(`${head}.${payload}`),
    )
  } catch {
    return undefined
  }
}

/** The checkpoint in the last line says the same as the lines before. */
async function signedEnd(at: Place, { end, checkpoint }: Line, keys: Keys): Promise<boolean | undefined> {
  if (end?.n !== at.n || end.link !== at.link) throw new DoesNotFit('missing', at.n + 1)
  if (checkpoint === undefined) return undefined
  const said = JSON.parse(new TextDecoder().decode(fromBase64Url(checkpoint.split('.')[1] ?? ''))) as Partial<Place>
  const signed = await isSigned(checkpoint, keys)
  if (said.n !== at.n || said.link !== at.link || signed === false) throw new DoesNotFit('checkpoint', at.n)
  return signed
}

interface VerifyFacts {
  /** Of the tenant; the chain begins with its id. */
  readonly tenant: string
  readonly keys: Keys
  readonly onProgress: (n: number) => void
}

const tellEvery = 500

/** Throws `DoesNotFit`. */
export async function verifyChain(
  lines: AsyncIterable<string> | Iterable<string>,
  { tenant, keys, onProgress }: VerifyFacts,
): Promise<Verified> {
  let start: Place | undefined
  let at: Place = { n: 0, link: '' }
  let without = 0
  for await (const text of lines) {
    const line = lineIn(text, at.n)
    if (start === undefined) {
      if (line.format !== 'relata-audit/1' || line.start === undefined) throw new DoesNotFit('format', 0)
      start = line.start
      at = start
      if (at.n === 0 && at.link !== (await hashOf(utf8.encode(`relata audit v1\n${tenant}\n`))))
        throw new DoesNotFit('changed', 0)
    } else if (line.end === undefined) {
      at = await next(at, line)
      if (line.record === undefined) without += 1
      if (at.n % tellEvery === 0) onProgress(at.n)
    } else return { start: start.n, end: at.n, link: at.link, without, isSigned: await signedEnd(at, line, keys) }
  }
  throw new DoesNotFit('cutOff', at.n)
}

/** Lines of an answer as they come. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    const lines = `${rest}${value ?? ''}`.split('\n')
    rest = done ? '' : (lines.pop() ?? '')
    for (const line of lines) if (line.trim() !== '') yield line
    if (done) return
  }
}
