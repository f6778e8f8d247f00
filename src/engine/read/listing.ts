/** Listings: a page of a collection, how many rows it has, and its only member. */
import type { EntityType } from '#edm/define.ts'
import type { Bind } from '#edm/ports.ts'
import type { PageText } from '#edm/row-query.ts'
import { writeCollection } from '#odata/body/body-out.ts'
import { contextFragment, metadataUrl } from '#odata/body/context.ts'
import { pageSizeIn } from '#odata/headers/prefer.ts'
import { contextSelection, type ReadOptions } from '#odata/query/options.ts'
import { withoutFilters } from '#odata/url/filter-segment.ts'
import { nextLink, readToken, writeToken } from '#odata/url/page.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { bareToken, canFollow, followedToken, isFollowed, linkAfter, trackingWish } from '../changes/tracking.ts'
import type { Session } from '../session.ts'
import { walk } from '../walk/resolve.ts'
import { annotated, isAnnotated } from './annotations.ts'
import { isLed, isLedToken, ledPosition } from './leading.ts'
import {
  type ContextPath,
  countRows,
  defaultPage,
  emptySource,
  fillRows,
  preparedFor,
  readPage,
  shownCount,
  sourceOf,
  tokenOf,
  tokenScope,
} from './read.ts'
import { bindFor, type RowPage, type RowSource } from './source.ts'

/** A page as text. The database writes it alone if nothing is expanded into its rows. */
async function readText(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  size: number,
  after: Bind,
  place: ContextPath,
): Promise<PageText & Pick<RowPage, 'isLed'>> {
  const isOrdered = 'led' in after || (after['after'] === undefined && isLed(source, options))
  const isPlain = options.expand.length === 0 && !isAnnotated(session, source.type) && !isOrdered
  if (isPlain) {
    const prepared = preparedFor(session, source, options, 'text')
    const page = await session.context.tx.query(prepared, bindFor(session, source, options, after, { limit: size }))
    session.budget.text(page.json)
    return page
  }
  const page = await readPage(session, source, options, size, after)
  const texts = await fillRows(session, source, page.rows, options, place)
  const rows = page.rows.map(({ row: { id } }, at) => ({ id, json: texts[at] as string }))
  const { next, isLed: led } = page
  const json = (await annotated(session, source.type, source.from, rows)).join(',')
  return led === true ? { json, next, isLed: led } : { json, next }
}

export async function collectionAt(session: Session, steps: readonly PathStep[]): Promise<RowSource> {
  const step = steps.at(-1) as PathStep
  const from = await walk(session, steps.slice(0, -1))
  const { root } = step
  const scoped = root?.scopes === undefined ? undefined : { scopes: root.scopes }
  const nav = step.nav?.many === true ? step.nav : scoped
  const owner = step.nav ?? step.root ?? step.target
  return step.isEmpty === true
    ? emptySource(from, step.name, step.target, owner)
    : sourceOf(session, from, step.name, nav, step.target, owner)
}

/** Rows in a page: as the client asks, within the limits of the type. */
export function pageSizeFor(session: Session, { type }: Pick<RowSource, 'type'>, { top }: ReadOptions): number {
  const { size, most } = type.page ?? defaultPage
  const wish = pageSizeIn(session.context.prefer)
  const limit = Math.min(top ?? most, wish?.size ?? (top === undefined ? size : most), most)
  if (wish !== undefined) session.applied.add(`${wish.name}=${limit}`)
  return limit
}

/** Rows of a page that make an answer large, and those of a page with expansions. */
const largePage = 1_000
const largeExpanded = 250

/** Whether the page may take so much memory that only a few such are built at the same time. */
export function isLargePage(session: Session, type: EntityType, options: ReadOptions): boolean {
  const size = pageSizeFor(session, { type }, options)
  return size > (options.expand.length === 0 ? largePage : largeExpanded)
}

interface Start {
  /** The place the page begins after. */
  readonly after: Bind
  /** Of a listing that is followed: the number of the newest change when its first page was read. */
  readonly since: number | undefined
}

function followScope(session: Session, source: RowSource, options: ReadOptions): string {
  return `follow|${tokenScope(session, source, options)}`
}

async function startOf(
  session: Session,
  step: PathStep,
  source: RowSource,
  options: ReadOptions,
  mayTrack: boolean,
): Promise<Start> {
  const { secret, changes } = session.engine
  const { skiptoken = '', key } = options
  if (isFollowed(options)) {
    const position = readToken(secret, followScope(session, source, options), key, bareToken(skiptoken))
    return { after: { after: position.slice(0, -1) }, since: position.at(-1) as number }
  }
  if (isLedToken(skiptoken)) {
    const led = ledPosition(session, tokenScope(session, source, options), key, skiptoken)
    return { after: { led }, since: undefined }
  }
  if (options.skiptoken !== undefined) {
    return {
      after: { after: readToken(secret, tokenScope(session, source, options), key, skiptoken) },
      since: undefined,
    }
  }
  const wish = trackingWish(session)
  if (!mayTrack || wish === undefined || !canFollow(session, step, source, options))
    return { after: {}, since: undefined }
  session.applied.add(wish)
  // Read before the rows: a concurrent change is then reported twice rather than missed.
  return { after: {}, since: await changes?.newest(session.context.tx) }
}

function tokenAfter(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  page: Pick<RowPage, 'next' | 'isLed'>,
  since: number | undefined,
): string | undefined {
  const { next } = page
  if (next === undefined || since === undefined) return tokenOf(session, source, options, page)
  const scope = followScope(session, source, options)
  return followedToken(writeToken(session.engine.secret, scope, options.key, [...next, since]))
}

/**
 * JSON text of one page; `address` is the path as the caller wrote it, `query` its options. `mayTrack`: it ends
 * with a delta link if the client asks for one.
 */
export async function readCollection(
  session: Session,
  steps: readonly PathStep[],
  options: ReadOptions,
  address: string,
  query: string,
  mayTrack = true,
): Promise<string> {
  const source = await collectionAt(session, steps)
  const { after, since } = await startOf(session, steps.at(-1) as PathStep, source, options, mayTrack)
  const limit = pageSizeFor(session, source, options)
  const metadata = metadataUrl(session.base, steps)
  const fragment = contextFragment(steps)
  const place = { metadata, fragment, address: withoutFilters(address) }
  const page = await readText(session, source, options, limit, after, place)
  const { json, next } = page
  const token = tokenAfter(session, source, options, page, since)
  const isLast = next === undefined && since !== undefined
  return writeCollection(json, {
    context: `${metadata}${fragment}${contextSelection(options)}`,
    count: options.count ? await shownCount(session, source, options) : undefined,
    nextLink:
      token === undefined ? undefined : nextLink(`${session.base}${address}${query === '' ? '' : `?${query}`}`, token),
    deltaLink: isLast ? linkAfter(session, source, options, address, query, since) : undefined,
  })
}

/** The bare number of `/$count`. */
export async function readCount(session: Session, steps: readonly PathStep[], options: ReadOptions): Promise<string> {
  return String(await countRows(session, await collectionAt(session, steps), options))
}

/** The only member of a collection; undefined when there is none or more than one. */
export async function onlyMember(session: Session, steps: readonly PathStep[], options: ReadOptions) {
  const source = await collectionAt(session, steps)
  const { rows } = await readPage(session, source, { ...options, top: undefined }, 2, {})
  return rows.length === 1 ? rows[0]?.row.id : undefined
}
