/**
 * Reads: Graph is asked which rows the caller sees, in which order and on which page; what of them is shown is the
 * endpoint's own (exchange.md §13.3, §13.5).
 */
import { AppError } from '#base/errors.ts'
import { relation } from '#workloads/term-store/types.ts'
import { nextAddress, pageQuery } from '../address/graph-query.ts'
import { optionsIn, type RestOptions } from '../address/options.ts'
import type { RestPath } from '../address/path.ts'
import { emptyAnswer, jsonAnswer, listAnswer } from '../answers/form.ts'
import { contextOf, idIn, isRefused, type RestCall, read } from '../call.ts'
import type { RestAnswer } from '../request.ts'
import { shownMembers } from '../shapes/selection.ts'
import { type Entity, shapeOf, termShape } from '../shapes/shapes.ts'
import type { PickerReading } from './reading.ts'
import { termSeen } from './term-places.ts'
import { textsOf } from './texts.ts'

function gone(): AppError {
  return new AppError('notFound', 'The resource is no longer there.', { code: 'itemNotFound' })
}

/** The set in which terms of the path are looked at: at the end of a relation that of the relation. */
async function viewOf({ tx }: PickerReading, { setId, relationId }: RestPath): Promise<string | undefined> {
  return relationId === undefined ? setId : (await tx.get(relation, relationId))?.setId
}

interface Page {
  readonly ids: readonly string[]
  readonly token: string | undefined
  readonly count: number | undefined
}

function pageIn({ body }: RestAnswer): Page {
  const { value, '@odata.nextLink': link, '@odata.count': count } = JSON.parse(body ?? '{}')
  return {
    ids: (value as readonly { readonly id: string }[]).map(({ id }) => id),
    token: link === undefined ? undefined : /[?&]\$skiptoken=([^&]*)/.exec(link)?.[1],
    count,
  }
}

/** Longer pages are built a few at a time. */
const largePage = 250

async function readPage(call: RestCall, path: RestPath, options: RestOptions, here: string): Promise<RestAnswer> {
  const { listing } = path
  const found = await call.ask({
    method: 'GET',
    path: call.root + path.graph,
    query: pageQuery(options, path.kind),
    ...(listing === undefined ? {} : { prefer: `relata.listing=${listing}` }),
  })
  if (isRefused(found)) return found
  const { ids, token, count } = pageIn(found)
  const value = await read(call, async (reading) => {
    const view = await viewOf(reading, path)
    return textsOf(call.request.budget, ids, (id) => shapeOf(reading, path.kind, id, view, options))
  })
  const next = token === undefined ? undefined : nextAddress(call.address + here, options, token)
  return listAnswer(call.form, { ...contextOf(call, path.shown, false), count, value, next })
}

/** The term above in the set of the address. */
async function parentShape(
  reading: PickerReading,
  id: string,
  view: string | undefined,
  options: RestOptions,
): Promise<Entity | undefined> {
  const place = (await termSeen(reading, id, view))?.place
  const parentId = place?.parentId ?? undefined
  return parentId === undefined ? undefined : termShape(reading, parentId, place?.shownIn, options)
}

async function readOne(call: RestCall, path: RestPath, options: RestOptions): Promise<RestAnswer> {
  const found = await call.ask({ method: 'GET', path: call.root + path.graph, query: '$select=id' })
  if (isRefused(found)) return found
  const id = idIn(found)
  if (id === undefined) return emptyAnswer()
  const shape = await read(call, async (reading) => {
    const view = await viewOf(reading, path)
    return path.isParent ? parentShape(reading, id, view, options) : shapeOf(reading, path.kind, id, view, options)
  })
  if (shape === undefined && !path.isParent) throw gone()
  if (shape === undefined) return emptyAnswer()
  return jsonAnswer(call.form, 200, { ...contextOf(call, path.shown, true), ...shape })
}

/** `here`: the path below the term store, as sent. */
export async function readAt(call: RestCall, path: RestPath, here: string, query: string): Promise<RestAnswer> {
  const options = optionsIn(query)
  // Before Graph is asked: a fault of the query is no matter of rows.
  shownMembers(path.kind, options)
  if (!path.many) return readOne(call, path, options)
  const build = (): Promise<RestAnswer> => readPage(call, path, options, here)
  return Number(options.top ?? 0) > largePage ? call.request.budget.inTurn(build) : build()
}
