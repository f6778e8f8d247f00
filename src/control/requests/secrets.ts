/**
 * Removes what is secret from requests and answers before somebody sees them: tokens, passwords, codes and secrets of
 * applications. In their place stands `[removed NAME]`, which the texts of replay.ts turn into variables. What a client got
 * wrong has its secret all the same, so a form that is said to be JSON, or a JSON that is broken, is looked through as well.
 */
import { isJsonText } from '#base/json.ts'
import { looseMembersWithout, membersWithout, partsWithout } from './secret-members.ts'
import { isSecretField, isSecretName, removed } from './secret-names.ts'

/** The text with each thing that was removed as `[removed NAME]`, in turn text and name. */
export const removedForm = /\[removed ([\w -]+)\]/

const jwtForm = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g
const userInfoForm = /(\w:\/\/)[^\s/@:"'<>?#\\]*:[^\s/@"'<>?#\\]*@/g

function withoutTokens(text: string): string {
  const without = text.includes('eyJ') ? text.replace(jwtForm, removed('token')) : text
  return without.includes('@') ? without.replace(userInfoForm, `$1${removed('credentials')}@`) : without
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const fieldForm = /(^|[?&#;,\s"'(<>])([+\w.%-]+)=/g

/** `name=value` anywhere in a text, as in an address or a part of a form. More is removed than had to be, if in doubt. */
function pairsWithout(text: string): string {
  if (!text.includes('=')) return text
  let shown = ''
  let at = 0
  for (const { index, 0: all, 1: before = '', 2: name = '' } of text.matchAll(fieldForm)) {
    if (index < at) continue
    const known = decoded(name).trim()
    if (!(isSecretName(known) || (known.toLowerCase() === 'code' && /[?&#;]/.test(before)))) continue
    const start = index + all.length
    const length = text.slice(start).search(/[&\s"'<>\\]/)
    if (length === 0 || start === text.length) continue
    shown += text.slice(at, start) + removed(known)
    at = length === -1 ? text.length : start + length
  }
  return shown + text.slice(at)
}

/** A value may be an address with a query of its own. */
function pairWithout(pair: string): string {
  const [name = ''] = pair.split('=', 1)
  const known = decoded(name).trim()
  if (isSecretField(known) && pair.includes('=')) return `${name}=${removed(known)}`
  const value = pair.slice(name.length + 1)
  const plain = decoded(value)
  const without = plain === value ? plain : textWithout(plain)
  return without === plain ? withoutTokens(pairsWithout(pair)) : `${withoutTokens(name)}=${encodeURIComponent(without)}`
}

/** Of a form or a query; each pair stays as it is but those with a secret. */
export function formWithout(text: string): string {
  return text.split('&').map(pairWithout).join('&')
}

/** Of a page: what is in its hidden fields. */
function pageWithout(text: string): string {
  return text.replace(/(<input\b[^>]*\bname="([^"]*)"[^>]*\bvalue=")[^"]*/gi, (all, head: string, name: string) =>
    isSecretField(name) ? `${head}${removed(name)}` : all,
  )
}

/** Of an address: its query and its fragment may have codes and tokens. */
function addressWithout(text: string): string {
  const at = text.search(/[?#]/)
  return at === -1 ? withoutTokens(text) : `${withoutTokens(text.slice(0, at + 1))}${formWithout(text.slice(at + 1))}`
}

function textWithout(text: string): string {
  if (/^\s*[{[]/.test(text)) return jsonWithout(text)
  return withoutTokens(pairsWithout(text))
}

function jsonWithout(text: string): string {
  const without = membersWithout(text, textWithout)
  return isJsonText(text) ? withoutTokens(without) : withoutTokens(pairsWithout(looseMembersWithout(without)))
}

function isForm(text: string, type: string): boolean {
  return type.includes('x-www-form-urlencoded') || /^[\w.%+-]+=[^\s]*$/.test(text)
}

/** `type`: the media type that the body is said to have; what it looks like counts more. */
function readableWithout(text: string, type: string): string {
  if (/^\s*["{[]/.test(text)) return jsonWithout(text)
  if (type.includes('html')) return withoutTokens(pairsWithout(pageWithout(text)))
  if (isForm(text, type)) return formWithout(text)
  return withoutTokens(pairsWithout(looseMembersWithout(partsWithout(text))))
}

/** Text in which each character has a NUL, as in UTF-16, is shown whole or not at all. */
export function bodyWithout(text: string, type: string): string {
  const shown = readableWithout(text, type)
  if (shown !== text || !text.includes('\0')) return shown
  const plain = text.replaceAll('\0', '')
  return readableWithout(plain, type) === plain ? text : removed('body')
}

/** Of a body that is no UTF-8. */
export function bytesWithout(bytes: Uint8Array, type: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const shown = bodyWithout(text, type)
  return shown === text ? bytes : Buffer.from(shown, 'latin1')
}

export function pathWithout(text: string): string {
  return withoutTokens(text)
}

const schemeForm = /^(?:bearer|basic|pop) +/i
const secretHeader = /authorization|cookie|secret|password|api-?key|(?:^|-)tokens?$/

function secretHeaderWithout(name: string, value: string): string {
  const scheme = schemeForm.exec(value)?.[0] ?? ''
  if (/^basic/i.test(scheme)) return scheme + removed('credentials')
  if (name === 'proxy-authorization') return scheme + removed('proxy token')
  return scheme + removed(name.includes('cookie') ? 'cookie' : 'token')
}

export function headerWithout(name: string, value: string): string {
  const known = name.toLowerCase()
  // It asks for a token, and has none.
  if (known === 'www-authenticate') return withoutTokens(value)
  if (secretHeader.test(known) || schemeForm.test(value)) return secretHeaderWithout(known, value)
  return known === 'location' || known === 'referer' ? addressWithout(value) : withoutTokens(pairsWithout(value))
}
