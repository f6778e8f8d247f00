/** The options of a query (exchange.md §13.5): with or without the dollar sign, which may be encoded, in any case. */
import { AppError } from '#base/errors.ts'

export interface RestOptions {
  /** As sent, for Graph. */
  readonly top: string | undefined
  readonly skip: string | undefined
  readonly skiptoken: string | undefined
  readonly count: string | undefined
  /** Decoded. */
  readonly filter: string | undefined
  readonly orderby: string | undefined
  /** Names in lower case; undefined: the default members. */
  readonly select: ReadonlySet<string> | undefined
  /** Names in lower case. */
  readonly expand: ReadonlySet<string>
  /** The query without what says where a page begins, for the address of the next one. */
  readonly kept: readonly string[]
}

const names = ['top', 'skip', 'skiptoken', 'count', 'filter', 'orderby', 'select', 'expand', 'format'] as const
type Name = (typeof names)[number]

function refused(message: string, target: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', target, check: 'sharepoint.option' })
}

function decoded(text: string, target: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw refused(`The query has a percent sequence that is none, in '${text.slice(0, 80)}'.`, target)
  }
}

/** Undefined: an option of the client's own, which is ignored. */
function nameOf(raw: string): Name | undefined {
  const text = decoded(raw, 'query').trim().toLowerCase()
  const bare = text.startsWith('$') ? text.slice(1) : text
  const known = names.find((name) => name === bare)
  if (known === undefined && text.startsWith('$'))
    throw refused(
      `The query option '${text.slice(0, 80)}' is not served here; there is ${names.map((name) => `$${name}`).join(', ')}.`,
      text.slice(0, 80),
    )
  return known
}

/** What stands before options of its own in parentheses, or before a further step: `parent($select=id)`, `oneDrive.rights`. */
function listed(text: string): string[] {
  const items: string[] = []
  let [depth, item] = [0, '']
  for (const sign of text) {
    if (sign === '(') depth += 1
    else if (sign === ')') depth -= 1
    else if (sign === ',' && depth === 0) {
      items.push(item)
      item = ''
    } else if (depth === 0) item += sign
  }
  return [...items, item].map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
}

/** Throws `invalid` for an option that is not served, or given twice. */
export function optionsIn(query: string): RestOptions {
  const given = new Map<Name, string>()
  const kept: string[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const border = part.indexOf('=')
    const name = nameOf(border < 0 ? part : part.slice(0, border))
    if (name !== 'skiptoken' && name !== 'skip') kept.push(part)
    if (name === undefined) continue
    if (given.has(name)) throw refused(`The query option '$${name}' is given twice.`, `$${name}`)
    given.set(name, border < 0 ? '' : part.slice(border + 1))
  }
  const text = (name: Name): string | undefined => {
    const raw = given.get(name)
    return raw === undefined || raw === '' ? undefined : decoded(raw, `$${name}`)
  }
  const select = text('select')
  return {
    top: given.get('top'),
    skip: given.get('skip'),
    skiptoken: given.get('skiptoken') || undefined,
    count: given.get('count'),
    filter: text('filter'),
    orderby: text('orderby'),
    select: select === undefined ? undefined : new Set(listed(select)),
    expand: new Set(listed(text('expand') ?? '')),
    kept,
  }
}
