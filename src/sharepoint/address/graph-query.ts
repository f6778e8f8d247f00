/** Filters and orders in the names and values of Graph (exchange.md §13.5), and the query that Graph is asked with. */
import type { RestOptions } from './options.ts'
import type { Kind } from './path.ts'

const renamed: ReadonlyMap<string, string> = new Map([
  ['group type', 'scope'],
  ['group name', 'displayName'],
  ['set groupid', 'parentGroup/id'],
])

/** Types of groups in lower case → Graph's scopes. */
export const scopeOfType: ReadonlyMap<string, string> = new Map([
  ['regulargroup', 'global'],
  ['systemgroup', 'system'],
  ['sitecollectiongroup', 'siteCollection'],
])

/** A quoted text, a name with the steps that follow it, or any other sign. */
const parts = /'(?:[^']|'')*'|[A-Za-z_][\w./]*|[\s\S]/g

function inGraph(text: string, kind: Kind): string {
  return text.replace(parts, (part) => {
    if (part.startsWith("'"))
      return kind === 'group' ? (quoted(scopeOfType.get(part.slice(1, -1).toLowerCase())) ?? part) : part
    return renamed.get(`${kind} ${part.toLowerCase()}`) ?? part
  })
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `'${text}'`
}

/** The query that gives the ids of a page. */
export function pageQuery(options: RestOptions, kind: Kind): string {
  const { top, skip, skiptoken, count, filter, orderby } = options
  return [
    '$select=id',
    ...(top === undefined ? [] : [`$top=${top}`]),
    ...(skip === undefined ? [] : [`$skip=${skip}`]),
    ...(count === undefined ? [] : [`$count=${count}`]),
    ...(filter === undefined ? [] : [`$filter=${encodeURIComponent(inGraph(filter, kind))}`]),
    ...(orderby === undefined ? [] : [`$orderby=${encodeURIComponent(inGraph(orderby, kind))}`]),
    ...(skiptoken === undefined ? [] : [`$skiptoken=${skiptoken}`]),
  ].join('&')
}

/** What is not plain in an address, as kiota takes braces for variables. */
const unsafe = /[^\x21-\x7e]+|[{}"<>\\^`|]/g

/** The address of the next page: options as the client sent them, and the token, in which nothing is encoded. */
export function nextAddress(address: string, { kept }: RestOptions, token: string): string {
  const link = `${address}?${[...kept, `$skiptoken=${token}`].join('&')}`
  return link.replace(unsafe, (text) => encodeURIComponent(text.toWellFormed()))
}
