/** The raw text of a URL's query → its options, decoded. Knows which options OData has, not what they mean. */
import { AppError } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'
import { syntaxError } from './syntax/lexer.ts'

/** One option of the query: its name without the dollar sign in lower case, its value decoded. */
export interface GivenOption {
  readonly name: string
  readonly value: string
}

export interface GivenQuery {
  readonly options: readonly GivenOption[]
  /** Parameter aliases with their at sign → the text of their value. */
  readonly aliases: ReadonlyMap<string, string>
}

/** Longest raw query, in characters; decoded options have their own limit. */
export const queryLimit = 16384

const served = [
  'select',
  'expand',
  'filter',
  'orderby',
  'search',
  'count',
  'top',
  'skip',
  'skiptoken',
  'deltatoken',
  'format',
]
const others = ['apply', 'compute', 'index', 'levels', 'schemaversion']

const known: ReadonlyMap<string, string> = new Map(
  [...served, ...others].flatMap((name) => [
    [name, name],
    [`$${name}`, name],
  ]),
)

const unservedNames: ReadonlySet<string> = new Set(others)

/** Percent-decoded, `+` as a space. Throws AppError `invalid` for a malformed escape. */
export function decodeQueryText(raw: string): string {
  if (!raw.includes('%') && !raw.includes('+')) return raw
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch (cause) {
    throw new AppError('invalid', `The query holds a malformed percent escape in '${raw.slice(0, 80)}'.`, {
      check: 'query.escape',
      cause,
    })
  }
}

/** The option's name: undefined for a custom option, which is ignored. */
function nameOf(raw: string): string | undefined {
  const plain = known.get(raw)
  if (plain !== undefined) return plain
  const decoded = decodeQueryText(raw)
  const name = known.get(decoded.toLowerCase())
  if (name !== undefined) return name
  if (!decoded.startsWith('$')) return decoded.startsWith('@') ? decoded : undefined
  const bare = decoded.trimEnd()
  if (bare !== decoded && known.has(bare.toLowerCase())) throw syntaxError(bare, bare.length, "expected '='")
  throw new AppError('invalid', `The query option '${shortText(decoded)}' is not known.`, { target: decoded })
}

function targetOf(name: string): string {
  return name.startsWith('@') ? name : `$${name}`
}

export function unserved(target: string): AppError {
  return new AppError('invalid', `The query option '${target}' is not supported.`, { target })
}

function checkServed(name: string): void {
  if (unservedNames.has(name)) throw unserved(targetOf(name))
}

function checkOnce(name: string, given: readonly GivenOption[]): void {
  if (!given.some((option) => option.name === name)) return
  const target = targetOf(name)
  throw new AppError('invalid', `The query option '${target}' is given more than once.`, { target })
}

/** An empty $select or $expand is none; the others say nothing without a value. */
const mayBeBare: ReadonlySet<string> = new Set(['select', 'expand'])

function optionIn(part: string): GivenOption | undefined {
  const border = part.indexOf('=')
  const name = nameOf(border === -1 ? part : part.slice(0, border))
  if (name === undefined) return undefined
  checkServed(name)
  if (border === -1 && !mayBeBare.has(name) && !name.startsWith('@')) {
    throw syntaxError(targetOf(name), part.length, "expected '=' and a value")
  }
  return { name, value: border === -1 ? '' : decodeQueryText(part.slice(border + 1)) }
}

/**
 * The value of a custom option, or of the alias of that name, in any case; undefined: it is not given. A name that is
 * also a system option's is looked for as an alias only. Throws for one given twice.
 */
export function customOption(raw: string, name: string): string | undefined {
  const wanted = name.toLowerCase()
  let found: string | undefined
  for (const part of raw.split('&')) {
    const border = part.indexOf('=')
    const written = decodeQueryText(border === -1 ? part : part.slice(0, border)).toLowerCase()
    if (written !== `@${wanted}` && (written !== wanted || known.has(wanted))) continue
    if (found !== undefined) {
      throw new AppError('invalid', `The query option '${name}' is given more than once.`, { target: name })
    }
    found = border === -1 ? '' : decodeQueryText(part.slice(border + 1)).trim()
  }
  return found
}

/** Options and aliases in one query; there is no use for more. */
const optionLimit = 64

const noAliases: ReadonlyMap<string, string> = new Map()

const ofMembers: ReadonlySet<string> = new Set(['select', 'expand'])
const idForm = /^[$@]?(odata\.)?id$/i

/** Throws `invalid` for what `/$ref` cannot be asked: addresses have no members, and a change reads `$id` alone. */
export function checkAddressOptions(raw: string, isReading: boolean): void {
  const parts = raw.split('&').filter((part) => !idForm.test(decodeQueryText(part.split('=', 1)[0] ?? '')))
  for (const { name } of splitQuery(isReading ? raw : parts.join('&')).options) {
    if (name === 'format' || (isReading && !ofMembers.has(name))) continue
    const target = targetOf(name)
    throw new AppError('invalid', `The query option '${target}' is not supported on '/$ref'.`, { target })
  }
}

/** Splits on `&` and the first `=`, then decodes. Throws for unknown `$` names, unserved options and duplicates. */
export function splitQuery(raw: string): GivenQuery {
  if (raw.length > queryLimit) {
    throw new AppError('invalid', `The query is longer than ${queryLimit} characters.`, { check: 'limit.query' })
  }
  const given: GivenOption[] = []
  for (const part of raw.split('&')) {
    const option = optionIn(part)
    if (option === undefined) continue
    checkOnce(option.name, given)
    given.push(option)
    if (given.length > optionLimit) {
      throw new AppError('invalid', `The query has more than ${optionLimit} options.`, { check: 'limit.options' })
    }
  }
  const aliases = raw.includes('@') || raw.includes('%40') ? given.filter(({ name }) => name.startsWith('@')) : []
  if (aliases.length === 0) return { options: given, aliases: noAliases }
  return {
    options: given.filter(({ name }) => !name.startsWith('@')),
    aliases: new Map(aliases.map(({ name, value }) => [name, value])),
  }
}
