/** Reading: one entity, a page of a collection, a count, and what is expanded into them. */
import type { EntityType, Nav, Scope, ToMany } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { derivedOf, holderOf, tagKey } from '#edm/model.ts'
import type { Bind, Located, PageRow, Prepared } from '#edm/ports.ts'
import type { Position } from '#edm/query.ts'
import { placeRowsBelow, withContext, withMembers } from '#odata/body/body-out.ts'
import { contextFragment, entitySuffix, metadataUrl, rowFragment } from '#odata/body/context.ts'
import { pageSizeIn } from '#odata/headers/prefer.ts'
import { contextSelection, type Expansion, type ReadOptions } from '#odata/query/options.ts'
import { nextLink, writeToken } from '#odata/url/page.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { everything } from '../plans/plans.ts'
import type { Session } from '../session.ts'
import { homeOf, onlyIds, refOf } from '../walk/addresses.ts'
import { checkSeen, findStep, foundById, isHidden, notFound, scopeBind, visibleFrom, walk } from '../walk/resolve.ts'
import { typeOfRow } from '../walk/type-rules.ts'
import { annotated } from './annotations.ts'
import { tooManyRows } from './budget.ts'
import { isLed, ledToken, readLedPage } from './leading.ts'
import { bindFor, type RowPage, type RowSource } from './source.ts'

export const defaultPage = { size: 100, most: 1000 }

const nothing: Scope = { branches: [{ op: 'const', value: false }], bind: {} }

export async function sourceOf(
  session: Session,
  from: Located | undefined,
  name: string,
  nav: Pick<ToMany, 'scopes'> | undefined,
  type: EntityType,
  owner: object,
): Promise<RowSource> {
  if (await isHidden(session, type)) {
    return { owner, name, type, from, scopeName: 'hidden', scope: nothing, bind: visibleFrom(type, from) }
  }
  const choice =
    from === undefined && nav === undefined
      ? undefined
      : await session.engine.behaviours.get(type.name)?.scope?.(session.context, from, name)
  if (choice?.applied !== undefined) session.applied.add(choice.applied)
  const [first] = Object.entries(nav?.scopes ?? { own: everything })
  const scopeName = choice?.scope ?? first?.[0] ?? 'own'
  const scope = nav?.scopes[scopeName] ?? everything
  const bind = { ...scopeBind(scope, from), ...visibleFrom(type, from), ...choice?.bind }
  return { owner, name, type, from, scopeName, scope, bind, leading: choice?.leading }
}

/** A collection without rows: those of the type are in another table than the link leads to. */
export function emptySource(from: Located | undefined, name: string, type: EntityType, owner: object): RowSource {
  return { owner, name, type, from, scopeName: 'empty', scope: nothing, bind: visibleFrom(type, from) }
}

export function preparedFor<K extends 'rows' | 'text'>(
  { engine, model }: Session,
  source: RowSource,
  options: ReadOptions,
  as: K,
): Prepared<K> {
  const projection = engine.plans.projection(model, source.type, options)
  return engine.plans.list(source.owner, source.type, source.scopeName, source.scope, options, projection, as)
}

/** `after`: the position that the page follows, or that of `leading.ts`; empty: it is the first. */
export async function readPage(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  size: number,
  after: Bind,
): Promise<RowPage> {
  const led = ledStart(source, options, after)
  if (led !== undefined) return readLedPage(session, source, options, size, led)
  const prepared = preparedFor(session, source, options, 'rows')
  const bind = bindFor(session, source, options, after, { limit: size + 1 })
  const { budget, context } = session
  const rows = await budget.page(() => context.tx.query(prepared, bind))
  return rows.length > size ? { rows: rows.slice(0, size), next: rows[size - 1]?.position } : { rows, next: undefined }
}

/** Where a page of `leading.ts` begins; undefined: the page is none. */
function ledStart(source: RowSource, options: ReadOptions, { led, after }: Bind): Position | undefined {
  if (Array.isArray(led)) return led
  return after === undefined && isLed(source, options) ? [] : undefined
}

export function countRows(session: Session, source: RowSource, options: ReadOptions): Promise<number> {
  return session.context.tx.query(
    session.engine.plans.count(source.owner, source.type, source.scopeName, source.scope, options),
    bindFor(session, source, options, {}),
  )
}

export async function shownCount(session: Session, source: RowSource, options: ReadOptions): Promise<number | string> {
  const count = await countRows(session, source, options)
  return session.form.safe ? String(count) : count
}

/**
 * What a `$skiptoken` is valid for: the tenant, the collection and the literals of the query. The scope is not part of
 * it, since another one may be chosen when rows are added between two pages.
 */
export function tokenScope(session: Session, source: RowSource, options: ReadOptions): string {
  return `${session.context.actor.tenantId}|${source.from?.id ?? ''}|${source.name}|${JSON.stringify(options.bind)}`
}

export function tokenOf(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  { next, isLed: led }: Pick<RowPage, 'next' | 'isLed'>,
): string | undefined {
  if (next === undefined) return undefined
  const scope = tokenScope(session, source, options)
  return led === true
    ? ledToken(session, scope, options.key, next)
    : writeToken(session.engine.secret, scope, options.key, next)
}

/** Where an expanded row is in context URLs and addresses: `sets('…')` and `/sets/…`. */
export interface ContextPath {
  /** Address of the metadata, up to the fragment. */
  readonly metadata: string
  readonly fragment: string
  readonly address: string
}

/** Name of the type whose rows are expanded. */
function targetOf({ nav, cast }: Pick<Expansion, 'nav' | 'cast'>): string {
  return cast ?? nav.target
}

/** `$levels`: the same expansion one step down, by the link of that name which the target has. */
function deeper(session: Session, { levels, ...expansion }: Expansion): Expansion | undefined {
  if (levels <= 1) return undefined
  const below = session.model.view(targetOf(expansion)).navs.get(expansion.name.toLowerCase())
  return below === undefined ? undefined : { ...expansion, nav: below.nav, levels: levels - 1 }
}

function countMember(name: string, count: number | string): string {
  return `"${name}@odata.count":${JSON.stringify(count)}`
}

function isOfOtherTable({ model }: Session, { target }: Nav, cast: EntityType): boolean {
  return cast.name !== target && holderOf(cast) !== holderOf(model.view(target).type)
}

async function expandMany(
  session: Session,
  at: Located,
  place: ContextPath,
  expansion: Expansion,
  nav: ToMany,
): Promise<string[]> {
  const { name, cast, options } = expansion
  const ref = expansion.as === 'ref'
  const target = session.model.view(targetOf(expansion)).type
  const source = isOfOtherTable(session, nav, target)
    ? emptySource(at, name, target, nav)
    : await sourceOf(session, at, name, nav, target, nav)
  if (expansion.as === 'count') return [countMember(name, await shownCount(session, source, options))]
  const nested = ref ? onlyIds(options) : withDeeper(options, deeper(session, expansion))
  const isPlain = nested.key === '' || (ref && options.key === '')
  const most = (target.page ?? defaultPage).most
  // Only rows without nested options can be paged.
  const wish = isPlain ? pageSizeIn(session.context.prefer)?.size : undefined
  const page = await readPage(session, source, nested, Math.min(options.top ?? most, wish ?? most, most), {})
  const { metadata } = place
  const path = cast === undefined ? name : `${name}/${cast}`
  const below = { metadata, fragment: `${place.fragment}/${path}`, address: `${place.address}/${path}` }
  const rows = ref
    ? refsTo(session, target, `${place.address}/${name}`, page.rows)
    : await fillRows(session, source, page.rows, nested, below)
  const members: string[] = []
  if (nav.contained === true && !ref && session.form.level !== 'none') {
    members.push(
      `"${name}@odata.context":${JSON.stringify(`${metadata}${below.fragment}${contextSelection(options)}`)}`,
    )
  }
  if (options.count) members.push(countMember(name, await shownCount(session, source, options)))
  const token = options.top === undefined ? tokenOf(session, source, nested, page) : undefined
  if (token !== undefined) {
    // The next link names the collection only, so it is right only without nested options.
    if (!isPlain) throw tooManyRows()
    const address = `${session.base}${below.address}${ref ? '/$ref' : ''}`
    members.push(`"${name}@odata.nextLink":${JSON.stringify(nextLink(address, token))}`)
  }
  members.push(`"${name}":[${placeBelow(session, rows.join(','), at, name, true)}]`)
  return members
}

/** The addresses of rows, as `…/$ref` lists them. */
function refsTo(session: Session, type: EntityType, address: string, rows: readonly PageRow[]): string[] {
  const home = homeOf(session, type) ?? `${session.base}${address}`
  return rows.map(({ row }) => JSON.stringify(refOf(home, row.id)))
}

/** At the level `full`, sets the addresses of rows that are nested below another. */
function placeBelow({ form }: Session, text: string, at: Located, name: string, keyed: boolean): string {
  return form.level === 'full' ? placeRowsBelow(text, at.id, name, keyed) : text
}

async function expandOne(
  session: Session,
  at: Located,
  place: ContextPath,
  expansion: Expansion,
  nav: Nav,
): Promise<string[]> {
  const { name, cast, options } = expansion
  const ref = expansion.as === 'ref'
  const view = session.model.view(targetOf(expansion))
  const step = { name, many: false, target: view.type, can: nav.can, nav, root: undefined, key: undefined }
  const projection = session.engine.plans.projection(session.model, view.type, ref ? onlyIds(options) : options)
  const found = await session.budget.single(() => findStep(session, at, step, projection))
  // term-store.md §3.1: the key of an absent link is left out, even when it was asked for.
  if (found === undefined) return []
  const address = `${place.address}/${name}`
  if (ref) {
    const home = homeOf(session, view.type)
    const own = home === undefined ? refOf(`${session.base}${address}`) : refOf(home, found.at.id)
    return [`"${name}":${JSON.stringify(own)}`]
  }
  const fragment = `${place.fragment}/${name}${cast === undefined ? '' : `/${cast}`}`
  const below = { metadata: place.metadata, fragment, address }
  session.budget.text(found.json)
  const json = withMembers(found.json, await expandInto(session, found.at, below, options.expand))
  const context =
    nav.contained === true && session.form.level !== 'none'
      ? [`"${name}@odata.context":${JSON.stringify(`${place.metadata}${fragment}/$entity`)}`]
      : []
  return [...context, `"${name}":${placeBelow(session, json, at, name, false)}`]
}

function withDeeper(options: ReadOptions, more: Expansion | undefined): ReadOptions {
  return more === undefined ? options : { ...options, expand: [...options.expand, more], key: `${options.key}|levels` }
}

/** Whether the row is of the derived type, or of one derived from that. */
function isOfKind({ model }: Session, at: Located, wanted: string): boolean {
  const { name } = typeOfRow(model, at.type, at.row as AnyRow)
  return name === wanted || derivedOf(model, model.view(wanted).type).some((type) => type.name === name)
}

/** The expanded members of one row, in the order asked. */
async function expandInto(
  session: Session,
  at: Located,
  place: ContextPath,
  expand: readonly Expansion[],
): Promise<string[]> {
  const members: string[] = []
  for (const expansion of expand) {
    const { nav, on } = expansion
    if (on !== undefined && !isOfKind(session, at, on)) continue
    await session.budget.pause()
    const more = nav.many
      ? await expandMany(session, at, place, expansion, nav)
      : await expandOne(session, at, place, expansion, nav)
    members.push(...more)
  }
  return members
}

/** Rows that are filled concurrently. */
const filledAtOnce = 256

export async function fillRows(
  session: Session,
  source: RowSource,
  rows: readonly PageRow[],
  options: ReadOptions,
  place: ContextPath,
): Promise<string[]> {
  if (options.expand.length === 0) return rows.map((row) => row.json)
  // Concurrently: PostgreSQL gathers the queries of one turn into few statements.
  const fill = async ({ json, row }: PageRow): Promise<string> => {
    const at = { type: source.type, id: row.id, row, nav: source.name, key: row.id, from: source.from }
    const own = {
      metadata: place.metadata,
      fragment: `${place.fragment}('${encodeURIComponent(row.id)}')`,
      address: `${place.address}/${encodeURIComponent(row.id)}`,
    }
    return withMembers(json, await expandInto(session, at, own, options.expand))
  }
  const texts: string[] = []
  for (let from = 0; from < rows.length; from += filledAtOnce) {
    if (from > 0) await session.budget.pause()
    for (const text of await Promise.all(rows.slice(from, from + filledAtOnce).map(fill))) texts.push(text)
  }
  return texts
}

export function entityContext(session: Session, steps: readonly PathStep[], options: ReadOptions): string {
  const { base } = session
  const [first] = steps
  // The row a located singleton leads to is a member of a set, as Graph's `/me` is one of `users`.
  const home = steps.length === 1 && first?.root?.located === true ? homeOf(session, first.target) : undefined
  const fragment = home === undefined ? contextFragment(steps) : home.slice(base.length + 1)
  return `${metadataUrl(base, steps)}${fragment}${contextSelection(options)}${entitySuffix(steps)}`
}

/** A row of another type than the address casts to is not there; a link to nothing is null. */
export function isEmptyLink({ many, nav, cast }: PathStep): boolean {
  return !many && nav !== undefined && cast === undefined
}

/** JSON text of the entity at the end of the path; undefined: the link is null. */
export async function readEntity(
  session: Session,
  steps: readonly PathStep[],
  options: ReadOptions,
  address: string,
): Promise<string | undefined> {
  const step = steps.at(-1) as PathStep
  const from = await walk(session, steps.slice(0, -1))
  session.found.parent = from
  const projection = session.engine.plans.projection(session.model, step.target, options)
  const found = await findStep(session, from, step, projection)
  if (found === undefined) {
    checkSeen(from, step)
    if (isEmptyLink(step)) return undefined
    throw notFound(step.target, step.key ?? step.name)
  }
  if (step.target.tag !== undefined) session.tag = found.at.row[tagKey] as string
  const place = { metadata: metadataUrl(session.base, steps), fragment: rowFragment(steps, step.key ?? ''), address }
  const members = options.expand.length === 0 ? [] : await expandInto(session, found.at, place, options.expand)
  const own = { id: found.at.id, json: withMembers(found.json, members) }
  const [json = own.json] = await annotated(session, step.target, from, [own])
  return withContext(json, entityContext(session, steps, options))
}

/** JSON text of a row known by its id, shaped as asked. Throws `notFound`. */
export async function readRow(session: Session, type: EntityType, id: string, options: ReadOptions): Promise<string> {
  const step = { name: '', target: type, key: id }
  const projection = session.engine.plans.projection(session.model, type, options)
  const found = await foundById(session, step, undefined, { id }, projection)
  if (found === undefined) throw notFound(type, id)
  return found.json
}
