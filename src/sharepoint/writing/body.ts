/** The body of a write → its members. JSON whatever dialect of it the client names (exchange.md §13.6). */
import { AppError } from '#base/errors.ts'
import { isObject, type Json } from '#base/json.ts'
import type { RestRequest } from '../request.ts'

const mostNested = 64
const jsonForm = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

export function badMember(message: string, target: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', target, check: 'sharepoint.body' })
}

/** Whether brackets outside of texts go deeper than the limit: JSON that does cannot be written again. */
function isTooDeep(text: string): boolean {
  let [depth, inText] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (inText && sign === '\\') at += 1
    else if (sign === '"') inText = !inText
    else if (!inText && (sign === '{' || sign === '[')) depth += 1
    else if (!inText && (sign === '}' || sign === ']')) depth -= 1
    if (depth > mostNested) return true
  }
  return false
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badMember('The body is not UTF-8.', 'body')
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badMember(`The body is not JSON: ${(error as Error).message}`, 'body')
  }
}

/** Throws `invalid` and `unsupportedMedia`. No body is an empty one. */
export function bodyIn({ headers, body }: Pick<RestRequest, 'headers' | 'body'>): Json {
  if (body === undefined || body.length === 0) return {}
  const type = headers['content-type']
  if (type !== undefined && !jsonForm.test(type))
    throw new AppError('unsupportedMedia', 'A body is application/json here.', {
      code: 'invalidRequest',
      target: 'Content-Type',
      check: 'header.content-type',
    })
  const text = textOf(body)
  if (isTooDeep(text)) throw badMember(`The body is nested deeper than ${mostNested} levels.`, 'body')
  const value = parsed(text)
  if (!isObject(value)) throw badMember('The body is not a JSON object.', 'body')
  return value
}
