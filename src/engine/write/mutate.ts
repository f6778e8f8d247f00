/** Create, update and delete: each is one transaction that walks the path, applies the rules and writes the rows. */

import { AppError, type Faults, invariant } from '#base/errors.ts'
import { guidsOf, isUnset } from '#base/ids.ts'
import type { Json } from '#base/json.ts'
import { keptBy } from '#base/kept-by.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { type TypeView, tagKey } from '#edm/model.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import type { Shape, ShapeMember } from '#edm/query.ts'
import { isRecorded } from '#edm/records/recording.ts'
import { checkRequired, readBody } from '#odata/body/body-in.ts'
import { withContext, withMembers, writeRow } from '#odata/body/body-out.ts'
import { contextFragment, createdSuffix, entitySuffix, metadataUrl } from '#odata/body/context.ts'
import type { Binds } from '#odata/body/links-in.ts'
import { checkChange } from '#odata/headers/etag.ts'
import { contextSelection, type ReadOptions } from '#odata/query/options.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { isCollection } from '../access/authorize.ts'
import { onlyMember } from '../read/listing.ts'
import type { Session } from '../session.ts'
import { findStep, needStep, notFound, walk } from '../walk/resolve.ts'
import { faultsFor, hooksOf, rowAfterRules, typeOfRow, writtenType } from '../walk/type-rules.ts'
import { type Accepted, acceptedAt, type OperationRef } from './accepted.ts'
import { checkLinks, namedIn, namingBinds } from './bound.ts'
import { linkBound } from './bound-many.ts'
import { createdType } from './created-type.ts'
import { type Made, makeRow, readDeep } from './deep.ts'
import { linkedRows } from './linked.ts'
import { removeRow } from './removal.ts'
import { inTransaction } from './transaction.ts'
import { checkAbsent, checkPresent, merged, replaced, withKey } from './upsert.ts'

/** Sets the link back to the owner from the path. Adds a fault if the body names another owner. */
function bindInverse(step: PathStep, from: Located | undefined, draft: Record<string, unknown>, faults: Faults): void {
  if (step.nav?.many !== true || step.nav.inverse === undefined || from === undefined) return
  const key = `${step.nav.inverse}Id`
  const given = draft[key]
  if (given !== undefined && given !== from.id) {
    faults.add(`${step.nav.inverse}/id`, `'${step.nav.inverse}' differs from the one in the address.`)
  }
  draft[key] = from.id
}

const echoed = keptBy((view: TypeView): readonly ShapeMember[] =>
  [...view.navs.values()].flatMap(({ name, nav }) =>
    !nav.many && nav.echoed === true ? [{ kind: 'ref' as const, name, key: `${name}Id` }] : [],
  ),
)

function answer(
  session: Session,
  steps: readonly PathStep[],
  shape: Shape,
  row: AnyRow,
  options: ReadOptions,
  suffix = entitySuffix(steps),
  members: readonly string[] = [],
): string {
  return withContext(
    withMembers(writeRow(shape, row), members),
    `${metadataUrl(session.base, steps)}${contextFragment(steps)}${contextSelection(options)}${suffix}`,
  )
}

function noteTag(session: Session, type: EntityType, row: AnyRow): void {
  if (type.tag !== undefined) session.tag = row[tagKey] as string
}

export interface Created {
  readonly id: string
  /** JSON text; undefined for types whose creation answers without a body. */
  readonly json: string | undefined
}

/** `step` leads to the collection. */
async function createAt(
  writing: Session<WriteContext>,
  from: Located | undefined,
  step: PathStep,
  body: Json,
): Promise<Made> {
  const { model } = writing
  const faults = faultsFor(writing, step.target)
  const type = createdType(model, step.target, body, faults)
  const view = model.view(type.name)
  const { own, below } = readDeep(model, view, body, faults)
  const binds: Binds = new Map()
  const draft = readBody(view, own, faults, { model, binds })
  bindInverse(step, from, draft, faults)
  checkRequired(view, draft, faults)
  const made = await makeRow(writing, { type, from, nav: step.name, draft, faults, below, binds })
  const { id } = made.row
  await linkBound(writing, { type, id, row: made.row, nav: step.name, key: id, from }, binds)
  return made
}

function created(session: Session, steps: readonly PathStep[], { row, members }: Made, options: ReadOptions): Created {
  const type = (steps.at(-1) as PathStep).target
  noteTag(session, type, row)
  if (session.engine.silentCreates.has(type.name)) return { id: row.id, json: undefined }
  const { shape: own } = session.engine.plans.projection(session.model, type, options)
  const more = echoed(session.model.view(type.name))
  const shape = more.length === 0 ? own : [...own, ...more]
  return { id: row.id, json: answer(session, steps, shape, row, options, createdSuffix(steps), members) }
}

/** Throws what the rules throw, `invalid` with every fault of the body, `notFound` for the path. */
export async function create(
  session: Session,
  steps: readonly PathStep[],
  body: Json,
  options: ReadOptions,
): Promise<Created> {
  const step = steps.at(-1)
  invariant(step !== undefined, 'a create has a target')
  const made = await inTransaction(session, 'create', async (writing) => {
    return createAt(writing, await walk(writing, steps.slice(0, -1)), step, body)
  })
  return created(session, steps, made, options)
}

/** The located row, after a check of the request's conditions on it (If-Match). */
async function needRow({ context, headers }: Session<WriteContext>, { type, id }: Located): Promise<AnyRow> {
  const row = (await context.tx.get(type, id)) as AnyRow | undefined
  invariant(row !== undefined, 'a located row is there')
  if (type.tag !== undefined) checkChange(headers, type.tag, row[tagKey] as string)
  return row
}

interface Changed {
  readonly row: AnyRow
  readonly operation: OperationRef | undefined
}

/** Changes one row, with its rules and the conditions of the request. The body may depend on the row. */
export async function updateAt(
  writing: Session<WriteContext>,
  at: Located,
  body: Json | ((before: AnyRow) => Json),
  replaces: boolean,
): Promise<Changed> {
  const { context } = writing
  const { tx } = context
  const faults = faultsFor(writing, at.type)
  const before = await needRow(writing, at)
  const type = typeOfRow(writing.model, at.type, before)
  const hooks = hooksOf(writing, type)
  const view = writing.model.view(type.name)
  const binds: Binds = new Map()
  const json = typeof body === 'function' ? body(before) : body
  const linked = await linkedRows(writing, { ...at, type, row: before }, view, json)
  const { id, ...given } = readBody(view, json, faults, { model: writing.model, before, binds, linked })
  const { beforeUpdate } = hooks
  const isFree = beforeUpdate === undefined
  const draft = replaces ? replaced(view, given, faults) : isFree ? merged(view, before, given) : given
  if (isFree) await checkLinks(writing, type, draft, faults)
  if (typeof id === 'string' && (guidsOf(id) ?? id) !== at.id) faults.add('id', "The property 'id' cannot be changed.")
  let operation: OperationRef | undefined
  const defer = (begun: OperationRef) => {
    operation = begun
  }
  const patch =
    beforeUpdate === undefined
      ? draft
      : await namingBinds(binds, () => beforeUpdate(context, { at, before, patch: draft, faults, defer }))
  if (!isFree) await checkLinks(writing, type, namedIn(draft, patch), faults)
  faults.throwIfAny()
  if (Object.keys(patch).length > 0) await tx.update(writtenType(type), at.id, patch)
  await linkBound(writing, { ...at, type }, binds)
  return { row: await rowAfterRules(context, at.type, { ...before, ...patch }), operation }
}

/**
 * PATCH on a collection: the member the body names by `id`, or the only one there is
 * (the never-published drafts, term-store.md §2.3 and §3.5).
 */
async function memberOf(
  writing: Session<WriteContext>,
  steps: readonly PathStep[],
  step: PathStep,
  body: Json,
  options: ReadOptions,
): Promise<PathStep> {
  const named = Object.entries(body).find(([name]) => name.toLowerCase() === 'id')?.[1]
  const key = typeof named === 'string' && !isUnset(named) ? named : await onlyMember(writing, steps, options)
  if (key !== undefined) return { ...step, key }
  throw new AppError('invalid', `Name the member of '${step.name}' to change by its 'id'.`, { target: 'id' })
}

/**
 * JSON text of the entity after the change. The path leads to the entity, or to the collection it is in. `Accepted`: the
 * change goes on by itself. `Created`: the row was missing and the change created it. `replaces`: what the body leaves
 * out is reset.
 */
export async function update(
  session: Session,
  steps: readonly PathStep[],
  body: Json,
  options: ReadOptions,
  replaces = false,
): Promise<string | Accepted | Created> {
  const step = steps.at(-1)
  invariant(step !== undefined, 'an update has a target')
  const done = await inTransaction(session, 'update', async (writing): Promise<Changed | Made> => {
    const target = isCollection(step) ? await memberOf(writing, steps, step, body, options) : step
    const from = await walk(writing, steps.slice(0, -1))
    const found = await findStep(writing, from, target, session.engine.plans.bare(step.target))
    if (found !== undefined) {
      checkPresent(writing, target)
      return updateAt(writing, found.at, body, replaces)
    }
    if (!checkAbsent(writing, target)) throw notFound(target.target, target.key ?? target.name)
    return createAt(writing, from, { ...target, key: undefined }, withKey(target, body))
  })
  if ('members' in done) return created(session, steps, done, options)
  const { row, operation } = done
  if (operation !== undefined) return acceptedAt(steps, row.id, operation)
  noteTag(session, step.target, row)
  return answer(
    session,
    steps,
    session.engine.plans.projection(session.model, step.target, options).shape,
    row,
    options,
  )
}

export async function remove(session: Session, steps: readonly PathStep[]): Promise<void> {
  const step = steps.at(-1)
  invariant(step !== undefined, 'a removal has a target')
  await inTransaction(session, 'delete', async (writing) => {
    const from = await walk(writing, steps.slice(0, -1))
    const { at } = await needStep(writing, from, step, session.engine.plans.bare(step.target))
    await removeRow(writing, at, await needRow(writing, at))
    const { notes } = writing.context
    if (notes !== undefined && isRecorded(at.type)) notes.binned ??= `${at.type.name} ${at.id}`
  })
}
