/** Holds an export of the log against its chain, line by line (events.md §9.5). Needs no server. */
import { createPublicKey, verify } from 'node:crypto'
import { isObject } from '#base/json.ts'
import { canonicalJson, firstLink, leafOf, linkAfter } from './links.ts'

/** What a checkpoint says; it was signed with a key that is checked where the keys are given. */
export interface KnownCheckpoint {
  readonly tenant: string
  readonly n: number
  readonly link: string
}

/** What is wrong with the file: the number of the first link that does not fit, where there is one. */
export class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit'
  readonly number: number | undefined

  constructor(number: number | undefined, what: string) {
    super(what)
    this.number = number
  }
}

export interface Verified {
  readonly tenant: string | undefined
  readonly start: number
  readonly end: number
  readonly link: string
  /** Links whose records are not in the file: retention or a purge has removed what they said. */
  readonly without: readonly number[]
  readonly checkpoint: KnownCheckpoint | undefined
  /** That of the last line. */
  readonly jws: string | undefined
}

interface Line {
  readonly n?: unknown
  readonly link?: unknown
  readonly leaf?: unknown
  readonly record?: unknown
  readonly end?: unknown
  readonly checkpoint?: unknown
}

function parsed(text: string, after: number | undefined): Line & Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Told below.
  }
  const where = after === undefined ? 'the first line' : `the line after ${after}`
  throw new DoesNotFit(after === undefined ? undefined : after + 1, `${where} is no JSON object`)
}

export interface Place {
  readonly n: number
  readonly link: string
}

export function placeIn(value: unknown): Place | undefined {
  if (!isObject(value)) return undefined
  const { n, link } = value
  return Number.isSafeInteger(n) && typeof link === 'string' && /^[0-9a-f]{64}$/.test(link)
    ? { n: n as number, link }
    : undefined
}

/** The statement in a compact JWS, whoever signed it; throws for other texts. */
export function statementIn(jws: string): KnownCheckpoint {
  const [, payload = ''] = jws.trim().split('.')
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const place = placeIn(value)
    if (place !== undefined && isObject(value) && typeof value['tenant'] === 'string')
      return { tenant: value['tenant'], ...place }
  } catch {
    // Told below.
  }
  throw new DoesNotFit(undefined, 'the checkpoint is no JWS of one')
}

function headerIn(head: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(head, 'base64url').toString())
    if (isObject(value)) return value
  } catch {
    // Told below.
  }
  throw new DoesNotFit(undefined, 'the checkpoint is no JWS of one')
}

/** Throws where none of the keys has signed it. */
export function checkSignature(jws: string, keys: readonly Readonly<Record<string, unknown>>[]): void {
  const [head = '', payload = '', signature = ''] = jws.trim().split('.')
  const { kid, alg } = headerIn(head)
  const key = keys.find((one) => one['kid'] === kid && one['crv'] === 'Ed25519')
  if (alg !== 'EdDSA' || key === undefined)
    throw new DoesNotFit(undefined, `the keys have none with the id '${String(kid)}', which signed the checkpoint`)
  const made = createPublicKey({ key, format: 'jwk' })
  if (!verify(undefined, Buffer.from(`${head}.${payload}`), made, Buffer.from(signature, 'base64url')))
    throw new DoesNotFit(undefined, 'the signature of the checkpoint is wrong')
}

function nextOf({ n, link: before }: Place, line: Line): Place & { readonly isWhole: boolean } {
  const { n: number, link, leaf, record } = line
  const wanted = n + 1
  if (number !== wanted)
    throw new DoesNotFit(wanted, `${wanted} is missing: after ${n} comes ${JSON.stringify(number) ?? 'no number'}`)
  const isWhole = record !== undefined
  const hash = isWhole ? leafOf(canonicalJson(record)) : String(leaf)
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new DoesNotFit(wanted, `${wanted} has neither a record nor its hash`)
  const made = linkAfter(before, wanted, hash)
  if (made !== link) throw new DoesNotFit(wanted, `${wanted} was changed: its link is not the one of its record`)
  return { n: wanted, link: made, isWhole }
}

function headOf(text: string): { readonly tenant: string | undefined; readonly start: Place } {
  const head = parsed(text, undefined)
  const start = placeIn(head['start'])
  if (head['format'] !== 'relata-audit/1' || start === undefined)
    throw new DoesNotFit(undefined, 'the first line is not that of an export of the log')
  const tenant = typeof head['tenant'] === 'string' ? head['tenant'] : undefined
  if (tenant !== undefined && start.n === 0 && start.link !== firstLink(tenant))
    throw new DoesNotFit(0, '0 does not fit: the chain begins with the link of another tenant')
  return { tenant, start }
}

function checkAgainst(known: KnownCheckpoint, { n, link }: Place): void {
  if (known.n === n && known.link !== link)
    throw new DoesNotFit(n, `${n} does not fit: the checkpoint has another link there, so the log was written anew`)
}

/** The last line, which says where the file ends. */
function checkEnd(line: Line, at: Place, tenant: string | undefined): KnownCheckpoint | undefined {
  const end = placeIn(line.end)
  if (end?.n !== at.n || end.link !== at.link)
    throw new DoesNotFit(
      at.n + 1,
      `${at.n + 1} is missing: the file ends with ${at.n}, and says that it ends elsewhere`,
    )
  if (typeof line.checkpoint !== 'string') return undefined
  const own = statementIn(line.checkpoint)
  checkAgainst(own, at)
  if (own.n !== at.n || (tenant !== undefined && own.tenant !== tenant))
    throw new DoesNotFit(at.n, `${at.n} does not fit: the checkpoint in the last line is another one’s`)
  return own
}

/** Takes lines one after another; throws at the first place that does not fit. */
class Reading {
  readonly #known: KnownCheckpoint | undefined
  readonly #without: number[] = []
  #head: ReturnType<typeof headOf> | undefined
  #at: Place = { n: 0, link: '' }
  #end: Line | undefined
  #checkpoint: KnownCheckpoint | undefined

  constructor(known: KnownCheckpoint | undefined) {
    this.#known = known
  }

  take(text: string): void {
    if (this.#head === undefined) {
      this.#head = headOf(text)
      this.#at = this.#head.start
    } else this.#follow(parsed(text, this.#at.n), this.#head.tenant)
    if (this.#known !== undefined) checkAgainst(this.#known, this.#at)
  }

  #follow(line: Line, tenant: string | undefined): void {
    const { n } = this.#at
    if (this.#end !== undefined) throw new DoesNotFit(n + 1, `${n + 1} does not fit: it comes after the last line`)
    if (line.end !== undefined) {
      this.#checkpoint = checkEnd(line, this.#at, tenant)
      this.#end = line
      return
    }
    const next = nextOf(this.#at, line)
    if (!next.isWhole) this.#without.push(next.n)
    this.#at = next
  }

  result(): Verified {
    const { n, link } = this.#at
    if (this.#head === undefined) throw new DoesNotFit(undefined, 'the file is empty')
    if (this.#end === undefined) throw new DoesNotFit(n + 1, `cut off: the file ends after ${n} without its last line`)
    const { tenant, start } = this.#head
    if (this.#known !== undefined) checkCovers(this.#known, tenant, start.n, n)
    const { checkpoint } = this.#end
    const jws = typeof checkpoint === 'string' ? checkpoint : undefined
    return { tenant, start: start.n, end: n, link, without: this.#without, checkpoint: this.#checkpoint, jws }
  }
}

/** A checkpoint that says nothing about the file is no proof of it. */
function checkCovers(known: KnownCheckpoint, tenant: string | undefined, start: number, end: number): void {
  if (tenant !== undefined && known.tenant !== tenant)
    throw new DoesNotFit(undefined, 'the checkpoint is of another tenant')
  if (known.n < start || known.n > end)
    throw new DoesNotFit(
      undefined,
      `the checkpoint is of ${known.n}, and the file has ${start + 1} to ${end}: it says nothing about it`,
    )
}

/** `known`: a checkpoint that was kept elsewhere. Throws `DoesNotFit` at the first place that does not fit. */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  known?: KnownCheckpoint,
): Promise<Verified> {
  const reading = new Reading(known)
  for await (const text of lines) if (text.trim() !== '') reading.take(text)
  return reading.result()
}
