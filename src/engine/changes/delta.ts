/**
 * Changes in a listing since its last delta link (OData protocol 4.01 §11.3.2). Changed rows are given as a whole; rows
 * that were deleted or are no longer listed have `@removed`, in Graph's form (protocol.md §1.15).
 */
import { AppError, invariant } from '#base/errors.ts'
import { writeCollection } from '#odata/body/body-out.ts'
import { contextFragment, metadataUrl } from '#odata/body/context.ts'
import { contextSelection, type ReadOptions } from '#odata/query/options.ts'
import { unserved } from '#odata/query/query-text.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { collectionAt, pageSizeFor } from '../read/listing.ts'
import { bindFor, type RowSource } from '../read/source.ts'
import type { Session } from '../session.ts'
import type { RowChange } from './change-log.ts'
import { canFollow, linkAfter, linkAnew, sequenceIn, trackingWish } from './tracking.ts'

/** Options that also select `id`, which every change needs. */
function withId(options: ReadOptions): ReadOptions {
  const { select } = options
  if (select.default || select.names.includes('id')) return options
  return { ...options, key: `${options.key}|id`, select: { ...select, names: ['id', ...select.names] } }
}

function gone(location: string): AppError {
  return new AppError('gone', 'The delta token is too old: what it would follow from is forgotten. List anew.', {
    target: '$deltatoken',
    inner: 'resyncRequired',
    headers: { Location: location },
  })
}

/** JSON text of one change: the row as it is now, or `@removed`. */
async function told(session: Session, source: RowSource, options: ReadOptions, change: RowChange): Promise<string> {
  const { engine, context, model } = session
  const { subject, isRemoved } = change
  const removed = (reason: 'deleted' | 'changed') => JSON.stringify({ '@removed': { reason }, id: subject })
  if (isRemoved) return removed('deleted')
  const projection = engine.plans.projection(model, source.type, options)
  const query = engine.plans.among(source.owner, source.type, source.scopeName, source.scope, options, projection)
  const [row] = await context.tx.query(query, bindFor(session, source, options, { key: subject }))
  return row?.json ?? removed('changed')
}

/** JSON text of one page of changes, in their order. Throws `gone` where some are forgotten. */
export async function readChanges(
  session: Session,
  steps: readonly PathStep[],
  asked: ReadOptions,
  address: string,
  query: string,
): Promise<string> {
  const step = steps.at(-1)
  invariant(step !== undefined, 'changes are of a collection')
  const source = await collectionAt(session, steps)
  const { changes } = session.engine
  if (changes === undefined || !canFollow(session, step, source, asked)) throw unserved('$deltatoken')
  const { tx } = session.context
  const since = sequenceIn(session, source, asked, query)
  // Read before the changes: a concurrent change is then reported twice rather than missed.
  const newest = await changes.newest(tx)
  if (since < (await changes.horizon(tx)) || since > newest) throw gone(linkAnew(session, address, query))
  const wish = trackingWish(session)
  if (wish !== undefined) session.applied.add(wish)
  const limit = pageSizeFor(session, source, asked)
  const found = await changes.after(tx, source.type, since, limit + 1)
  const page = found.slice(0, limit)
  const options = withId(asked)
  const rows: string[] = []
  for (const change of page) {
    await session.budget.pause()
    const row = await told(session, source, options, change)
    session.budget.text(row)
    rows.push(row)
  }
  const last = page.at(-1)?.sequence ?? since
  const isLast = page.length === found.length
  const link = linkAfter(session, source, asked, address, query, isLast ? Math.max(newest, last) : last)
  return writeCollection(rows.join(','), {
    context: `${metadataUrl(session.base, steps)}${contextFragment(steps)}${contextSelection(asked)}/$delta`,
    count: undefined,
    nextLink: isLast ? undefined : link,
    deltaLink: isLast ? link : undefined,
  })
}
