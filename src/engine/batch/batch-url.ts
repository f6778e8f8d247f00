/**
 * The address of a batch item, in every form clients send (protocol.md §1.12): absolute, with the version or without,
 * with a leading slash or without, encoded, or unescaped as a whole. What comes out is as it would be on the wire.
 */
import { AppError } from '#base/errors.ts'
import { withSingleSlashes } from '#base/text/slashes.ts'

export interface ItemAddress {
  /** Raw, below the version, with its leading slash. */
  readonly path: string
  readonly query: string
}

const originForm = /^https?:\/\/[^/?#]*/i
const versionForm = /^\/(?:v1\.0|beta)(?=\/|$)/i
const escapeForm = /%(?![0-9a-f]{2})/gi
/** Characters that must be escaped in an address (RFC 3986). A lone percent sign is escaped before. */
const foreign = /[^!$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]/gu

/** Half a surrogate pair has no UTF-8; it becomes the replacement character, as in any decoder. */
function encodeOne(character: string): string {
  return /^[\ud800-\udfff]$/.test(character) ? '%EF%BF%BD' : encodeURIComponent(character)
}

function encoded(text: string): string {
  return text.replace(escapeForm, '%25').replace(foreign, encodeOne)
}

/** Where a literal is open, an ampersand belongs to it; undefined where quotes do not pair. */
function withoutLiterals(query: string): string | undefined {
  let open = ''
  let text = ''
  for (const character of query) {
    if (open !== '' && character === '&') text += '%26'
    else text += character
    if (open === '' && (character === "'" || character === '"')) open = character
    else if (character === open) open = ''
  }
  return open === '' ? text : undefined
}

/**
 * .NET unescapes a whole address. It shows by what no encoded query holds, a space; then a plus sign is one, and an
 * ampersand between quotes is text.
 */
function queryOf(raw: string): string {
  if (!raw.includes(' ')) return encoded(raw.includes('&') ? (withoutLiterals(raw) ?? raw) : raw)
  return encoded(withoutLiterals(raw) ?? raw).replaceAll('+', '%2B')
}

function fault(message: string): AppError {
  return new AppError('invalid', message, { target: 'url', check: 'batch.url' })
}

/** Throws `invalid` for an address of another server, and for one that names another batch. */
export function readItemUrl(url: string, origin: string): ItemAddress {
  const given = originForm.exec(url)?.[0]
  if (given !== undefined && given.toLowerCase() !== origin.toLowerCase()) {
    throw fault(`'${given}' is another server: the requests of a batch go to the server of the batch.`)
  }
  const rest = given === undefined ? url : url.slice(given.length)
  const mark = rest.indexOf('?')
  const raw = mark < 0 ? rest : rest.slice(0, mark)
  const below = withSingleSlashes(raw.startsWith('/') ? raw : `/${raw}`).replace(versionForm, '')
  const path = encoded(below === '' ? '/' : below).replaceAll('?', '%3F')
  if (isBatch(path)) throw fault('A batch cannot hold another batch.')
  return { path, query: mark < 0 ? '' : queryOf(rest.slice(mark + 1)) }
}

/** Whether the path, below the version, is that of a batch. */
export function isBatch(path: string): boolean {
  return path.length < 16 && /^\/(?:\$|%24)batch\/?$/i.test(path)
}
