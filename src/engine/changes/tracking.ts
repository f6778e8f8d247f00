/**
 * Following a listing (OData protocol 4.01 §11.3.1, protocol.md §1.15): whether it can be, and the links that do. A
 * token holds the number of the newest change that was seen, and belongs to the rows and the options it was given for.
 */
import { isTracked } from '#edm/records/tracking.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { splitQuery } from '#odata/query/query-text.ts'
import { linkWith, readToken, writeToken } from '#odata/url/page.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { reachesOthers } from '../access/reach.ts'
import { tokenScope } from '../read/read.ts'
import type { RowSource } from '../read/source.ts'
import type { Session } from '../session.ts'

const wishes = ['track-changes', 'odata.track-changes']

/** The preference as it was written. */
export function trackingWish({ context }: Session): string | undefined {
  return wishes.find((name) => context.prefer.has(name))
}

/**
 * Whether a listing can be followed: only if nothing but its own rows decides what is listed. Other rows, the time or the
 * caller would change the listing without a change of the row.
 */
export function canFollow(
  { engine, form }: Session,
  { nav }: PathStep,
  source: RowSource,
  options: ReadOptions,
): boolean {
  if (engine.changes === undefined || !isTracked(source.type) || form.level === 'none') return false
  const { expand, skip, timed, guard } = options
  if (expand.length > 0 || skip !== undefined || timed || guard !== undefined || reachesOthers(options)) return false
  if (nav === undefined) return source.scopeName === 'own'
  return nav.many && nav.inverse !== undefined && source.scopeName === Object.keys(nav.scopes)[0]
}

const unbound = new Set(['deltatoken', 'skiptoken'])

/** What a delta token is valid for: the collection and its options in a fixed order, since clients reorder them. */
function scopeOf(session: Session, source: RowSource, options: ReadOptions, query: string): string {
  const { options: given, aliases } = splitQuery(query)
  const kept = given.filter(({ name }) => !unbound.has(name)).map(({ name, value }) => [name, value])
  const written = JSON.stringify([...kept, ...aliases].toSorted())
  return `delta|${tokenScope(session, source, options)}|${JSON.stringify(options.filter ?? 0)}|${written}`
}

/** Options that a delta link leaves out: they select a part of the listing. */
const partial = new Set(['top', 'skip', 'count', ...unbound])

/** `address` and `query`: those of the listing, or of a link that follows it. */
export function linkAfter(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  address: string,
  query: string,
  sequence: number,
): string {
  const at = `${session.base}${address}${query === '' ? '' : `?${query}`}`
  const bare = linkWith(at, partial)
  const scope = scopeOf(session, source, options, bare.split(/\?(.*)/s)[1] ?? '')
  const token = writeToken(session.engine.secret, scope, '', [sequence])
  return linkWith(at, partial, ['$deltatoken', token])
}

/** The same listing from its beginning. */
export function linkAnew(session: Session, address: string, query: string): string {
  return linkWith(`${session.base}${address}${query === '' ? '' : `?${query}`}`, partial)
}

/** The number in the token of the request. Throws `invalid` for one that is not ours or of another listing. */
export function sequenceIn(session: Session, source: RowSource, options: ReadOptions, query: string): number {
  const scope = scopeOf(session, source, options, query)
  const [sequence] = readToken(session.engine.secret, scope, '', options.deltatoken ?? '', 'delta')
  return sequence as number
}

/** Marks a `$skiptoken` of a listing that is followed: it also holds the number of the newest change. */
const mark = 't.'

export function isFollowed({ skiptoken }: ReadOptions): boolean {
  return skiptoken?.startsWith(mark) === true
}

export function bareToken(token: string): string {
  return token.startsWith(mark) ? token.slice(mark.length) : token
}

export function followedToken(token: string): string {
  return mark + token
}
