/** $skiptoken: where a page ended, sealed so that nobody else can write one, and the link that carries it. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '#base/errors.ts'
import type { Position } from '#edm/query.ts'

const sealBytes = 16
const queryBytes = 8

function queryMark(scope: string, key: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([scope, key]))
    .digest()
    .subarray(0, queryBytes)
}

function sealOf(secret: string | Uint8Array, mark: Uint8Array, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(mark).update(body).digest().subarray(0, sealBytes)
}

/** Which option a token stands in, and what it is called. */
export type PageTokenKind = 'skip' | 'delta'

/**
 * A token without padding: mark of the query, seal, position. `scope` is what else the token is bound to (tenant,
 * path, raw filter); the position is sealed, not hidden.
 */
export function writeToken(secret: string | Uint8Array, scope: string, key: string, position: Position): string {
  const mark = queryMark(scope, key)
  const body = Buffer.from(JSON.stringify(position), 'utf8')
  return Buffer.concat([mark, sealOf(secret, mark, body), body]).toString('base64url')
}

function refused(kind: PageTokenKind, what: string): AppError {
  return new AppError('invalid', `The ${kind} token ${what}.`, { target: `$${kind}token` })
}

function isPosition(value: unknown): value is Position {
  return (
    Array.isArray(value) && value.every((item) => item === null || typeof item === 'string' || typeof item === 'number')
  )
}

/** Throws AppError `invalid` for a token that is damaged, not ours, or of another query. */
export function readToken(
  secret: string | Uint8Array,
  scope: string,
  key: string,
  token: string,
  kind: PageTokenKind = 'skip',
): Position {
  const bytes = Buffer.from(token, 'base64url')
  const mark = bytes.subarray(0, queryBytes)
  const seal = bytes.subarray(queryBytes, queryBytes + sealBytes)
  const body = bytes.subarray(queryBytes + sealBytes)
  // Decoding skips strange characters and unused bits; only our own spelling of the bytes is a token.
  const whole = body.length > 0 && bytes.toString('base64url') === token
  if (!whole || !timingSafeEqual(seal, sealOf(secret, mark, body))) throw refused(kind, 'is not valid')
  if (!timingSafeEqual(mark, queryMark(scope, key))) throw refused(kind, 'belongs to another query')
  const position: unknown = JSON.parse(body.toString('utf8'))
  if (!isPosition(position)) throw refused(kind, 'is not valid')
  return position
}

/** The option's name in lower case without its dollar sign, which legacy clients encode. */
function nameOf(part: string): string {
  const border = part.indexOf('=')
  const name = border === -1 ? part : part.slice(0, border)
  const plain = name.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return plain.toLowerCase().replace(/^\$/, '')
}

function percent(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** kiota takes the link for an RFC 6570 template, where braces are variables. */
const unsafe = /[^\x21-\x7e]+|[{}"<>\\^`|]/g

/**
 * The caller's own address, path and options as written but for those of the names, with another option last. `address`
 * is absolute: origin, path and query of the request.
 */
export function linkWith(
  address: string,
  without: ReadonlySet<string>,
  last?: readonly [name: string, value: string],
): string {
  const border = address.indexOf('?')
  const path = border === -1 ? address : address.slice(0, border)
  const parts = border === -1 ? [] : address.slice(border + 1).split('&')
  const kept = parts.filter((part) => part !== '' && !without.has(nameOf(part)))
  const options = last === undefined ? kept : [...kept, last.join('=')]
  return `${path}${options.length === 0 ? '' : '?'}${options.join('&')}`.replace(unsafe, percent)
}

/** The token says where the page begins: rows passed over before the first page are not passed over again. */
const tokens: ReadonlySet<string> = new Set(['skiptoken', 'skip'])

export function nextLink(address: string, token: string): string {
  return linkWith(address, tokens, ['$skiptoken', token])
}
