/**
 * `searchTerm(…)` as pickers send it: the text as it was typed, quotes and slashes included. So it is read from the raw
 * target before that is split (exchange.md §13.4).
 */
import { AppError } from '#base/errors.ts'
import { decodedLeniently } from './target.ts'

export interface SearchCall {
  readonly label: string
  readonly setId: string | undefined
  readonly parentTermId: string | undefined
  readonly languageTag: string | undefined
  readonly match: 'start' | 'exact'
  /** Raw, without its question mark. */
  readonly query: string
}

const begins = /^\/+searchTerm(?:\(|%28)/i
const bare = /^\/+searchTerm\/*(?:\?|$)/i
const names = ['label', 'setId', 'parentTermId', 'languageTag', 'stringMatchOption'] as const
type Name = (typeof names)[number]

const optionNames = 'top|skip|skiptoken|select|expand|filter|orderby|count|format'
/** The options begin after the call, or go on where the label has a question mark. */
const beforeOptions = new RegExp(`\\)(?=\\?(?:\\$|%24|(?:${optionNames})=))`, 'gi')
const beforeMoreOptions = new RegExp(`\\)(?=&(?:\\$|%24|(?:${optionNames})=))`, 'gi')
const betweenParameters = new RegExp(`,(?=(?:${names.join('|')})=)`, 'i')

function refused(message: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', target: 'searchTerm', check: 'sharepoint.search' })
}

/** Place of the parenthesis that ends the call. */
function endOf(text: string): number {
  const first = [...text.matchAll(beforeOptions)].at(-1)
  if (first !== undefined) return first.index
  const more = [...text.matchAll(beforeMoreOptions)].at(-1)
  if (more !== undefined) return more.index
  return text.endsWith(')') ? text.length - 1 : -1
}

/** What stands between the outer quotes. The quotes themselves may be encoded: browsers do so in what is the query for them. */
function valueIn(raw: string): string {
  const text = decodedLeniently(raw)
  const isQuoted = text.length > 1 && text.startsWith("'") && text.endsWith("'")
  return (isQuoted ? text.slice(1, -1) : text).replaceAll("''", "'")
}

function nameOf(text: string): Name | undefined {
  return names.find((name) => name.toLowerCase() === text.toLowerCase())
}

function parametersIn(inner: string): ReadonlyMap<Name, string> {
  const given = new Map<Name, string>()
  if (inner.trim() === '') return given
  for (const piece of inner.split(betweenParameters)) {
    const border = piece.indexOf('=')
    const name = nameOf(piece.slice(0, Math.max(border, 0)).trim())
    if (name === undefined)
      throw refused(
        `'${decodedLeniently(piece).slice(0, 80)}' is no parameter of searchTerm, which has ${names.join(', ')}.`,
      )
    if (given.has(name)) throw refused(`searchTerm has the parameter '${name}' twice.`)
    given.set(name, valueIn(piece.slice(border + 1)))
  }
  return given
}

function matchIn(option: string | undefined): SearchCall['match'] {
  if (option === undefined || option.toLowerCase() === 'startswith') return 'start'
  if (option.toLowerCase() === 'exactmatch') return 'exact'
  throw refused(`'${option.slice(0, 80)}' is no stringMatchOption: it is StartsWith or ExactMatch.`)
}

/** What clients send for no id. */
const noId = /^\{?0{8}-(?:0{4}-){3}0{12}\}?$/

/** An empty parameter is none. */
function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' || noId.test(text) ? undefined : text
}

/**
 * `below`: what follows the term store in the raw target. Undefined: it is no call of searchTerm. Throws `invalid` for one
 * that is not complete.
 */
export function searchCallIn(below: string): SearchCall | undefined {
  const opening = begins.exec(below)?.[0]
  if (opening === undefined) {
    if (bare.test(below)) throw refused("searchTerm needs parameters: searchTerm(label='…',setId='…').")
    return undefined
  }
  const encloses = opening.endsWith('(')
  const rest = encloses ? below.slice(opening.length) : below.slice(opening.length).replaceAll('%29', ')')
  const end = endOf(rest)
  if (end < 0)
    throw refused("The call of searchTerm has no closing parenthesis. A '#' in the text has to be sent as %23.")
  const parameters = parametersIn(rest.slice(0, end))
  const label = parameters.get('label')
  if (label === undefined) throw refused("searchTerm needs the parameter 'label'.")
  return {
    label,
    setId: given(parameters.get('setId')),
    parentTermId: given(parameters.get('parentTermId')),
    languageTag: given(parameters.get('languageTag')),
    match: matchIn(given(parameters.get('stringMatchOption'))),
    query: rest.slice(end + 2),
  }
}

/** The call as it is written in the address of a next page. */
export function writtenCall({ label, setId, parentTermId, languageTag, match }: SearchCall): string {
  const quoted = (text: string): string => `'${encodeURIComponent(text).replaceAll("'", "''")}'`
  const parts = [
    `label=${quoted(label)}`,
    ...(setId === undefined ? [] : [`setId=${quoted(setId)}`]),
    ...(parentTermId === undefined ? [] : [`parentTermId=${quoted(parentTermId)}`]),
    ...(languageTag === undefined ? [] : [`languageTag=${quoted(languageTag)}`]),
    `stringMatchOption='${match === 'exact' ? 'ExactMatch' : 'StartsWith'}'`,
  ]
  return `searchTerm(${parts.join(',')})`
}
