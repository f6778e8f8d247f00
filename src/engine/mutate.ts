/** Writing: create, update, delete; each one transaction in which path, rules and rows are seen together. */

import { AppError, Faults, invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { tagKey } from '#edm/model.ts'
import type { Behaviour, Located, WriteContext } from '#edm/ports.ts'
import type { Shape, ShapeMember } from '#edm/query.ts'
import { checkRequired, readBody } from '#odata/body-in.ts'
import { withContext, writeRow } from '#odata/body-out.ts'
import { contextFragment, createdSuffix, metadataUrl } from '#odata/context.ts'
import { faultCode } from '#odata/error-body.ts'
import { checkChange } from '#odata/etag.ts'
import { contextSelection, type ReadOptions } from '#odata/options.ts'
import type { PathStep } from '#odata/path.ts'
import { isCollection } from './authorize.ts'
import { type Deferral, type Deferred, deferredAt } from './deferred.ts'
import { onlyMember } from './read.ts'
import { typeOfRow, writtenType } from './relatives.ts'
import { needStep, walk } from './resolve.ts'
import type { Session } from './session.ts'

type Json = Readonly<Record<string, unknown>>

/** Runs the work in the tenant's write transaction, with a session whose context can write. */
export const inTransaction = <T>(
  session: Session,
  work: (writing: Session<WriteContext>) => Promise<T>,
): Promise<T> => {
  const { engine, context } = session
  return engine.agenda.write(context.actor.tenantId, (tx, timed) =>
    work({ ...session, remembers: false, context: { ...context, tx, ids: engine.ids, ...timed } }),
  )
}

export const hooksOf = (session: Session, type: EntityType): Partial<Behaviour> =>
  session.engine.behaviours.get(type.name) ?? {}

export const faultsFor = (type: EntityType) => new Faults(faultCode(type.dialect))

/** A link that points back is filled in from the path; a body that says otherwise is at fault. */
const bindInverse = (
  step: PathStep,
  from: Located | undefined,
  draft: Record<string, unknown>,
  faults: Faults,
): void => {
  if (step.nav?.many !== true || step.nav.inverse === undefined || from === undefined) return
  const key = `${step.nav.inverse}Id`
  const given = draft[key]
  if (given !== undefined && given !== from.id) {
    faults.add(`${step.nav.inverse}/id`, `'${step.nav.inverse}' differs from the one in the address.`)
  }
  draft[key] = from.id
}

const echoed = (session: Session, type: EntityType): ShapeMember[] =>
  [...session.model.view(type.name).navs.values()].flatMap(({ name, nav }) =>
    !nav.many && nav.echoed === true ? [{ kind: 'ref' as const, name, key: `${name}Id` }] : [],
  )

const answer = (
  session: Session,
  steps: readonly PathStep[],
  shape: Shape,
  row: AnyRow,
  options: ReadOptions,
  suffix = '/$entity',
): string =>
  withContext(
    writeRow(shape, row),
    `${metadataUrl(session.base, steps)}${contextFragment(steps)}${contextSelection(options)}${suffix}`,
  )

/** The row after the rules: a tag changes with every write of theirs. Untagged rows are known already. */
const settled = async ({ tx }: WriteContext, type: EntityType, row: AnyRow): Promise<AnyRow> =>
  type.tag === undefined ? row : (((await tx.get(type, row.id)) as AnyRow | undefined) ?? row)

const noteTag = (session: Session, type: EntityType, row: AnyRow): void => {
  if (type.tag !== undefined) session.tag = row[tagKey] as string
}

export interface Created {
  readonly id: string
  /** JSON text; undefined for types whose creation answers without a body. */
  readonly json: string | undefined
}

/** Throws what the rules throw, `invalid` with every fault of the body, `notFound` for the path. */
export const create = async (
  session: Session,
  steps: readonly PathStep[],
  body: Json,
  options: ReadOptions,
): Promise<Created> => {
  const step = steps.at(-1)
  invariant(step !== undefined, 'a create has a target')
  const type = step.target
  const view = session.model.view(type.name)
  const hooks = hooksOf(session, type)
  const row = await inTransaction(session, async (writing) => {
    const { tx, ids } = writing.context
    const faults = faultsFor(type)
    const from = await walk(writing, steps.slice(0, -1))
    const draft = readBody(view, body, faults)
    bindInverse(step, from, draft, faults)
    checkRequired(view, draft, faults)
    const made = await hooks.beforeCreate?.(writing.context, { from, nav: step.name, draft, faults })
    faults.throwIfAny()
    const stored = await tx.insert(
      writtenType(type),
      made?.row ?? { ...draft, id: (draft['id'] as string | undefined) ?? ids.mint() },
    )
    await hooks.afterCreate?.(writing.context, { from, row: stored })
    return { ...(await settled(writing.context, type, stored)), ...made?.echo } as AnyRow
  })
  noteTag(session, type, row)
  if (session.engine.silentCreates.has(type.name)) return { id: row.id, json: undefined }
  const shape = session.engine.plans.wanted(session.model, type, options).shape
  return {
    id: row.id,
    json: answer(session, steps, [...shape, ...echoed(session, type)], row, options, createdSuffix(steps)),
  }
}

/** The located row, with its conditions checked: after 404, before every rule. */
const needRow = async ({ context, headers }: Session<WriteContext>, { type, id }: Located): Promise<AnyRow> => {
  const row = (await context.tx.get(type, id)) as AnyRow | undefined
  invariant(row !== undefined, 'a located row is there')
  if (type.tag !== undefined) checkChange(headers, type.tag, row[tagKey] as string)
  return row
}

interface Changed {
  readonly row: AnyRow
  readonly deferral: Deferral | undefined
}

const updateAt = async (writing: Session<WriteContext>, at: Located, body: Json): Promise<Changed> => {
  const { context } = writing
  const { tx } = context
  const faults = faultsFor(at.type)
  const before = await needRow(writing, at)
  const type = typeOfRow(writing.model, at.type, before)
  const hooks = hooksOf(writing, type)
  const { id, ...draft } = readBody(writing.model.view(type.name), body, faults)
  if (typeof id === 'string' && (guidOf(id) ?? id) !== at.id) faults.add('id', "The property 'id' cannot be changed.")
  let deferral: Deferral | undefined
  const defer = (operation: Deferral) => {
    deferral = operation
  }
  const patch =
    hooks.beforeUpdate === undefined
      ? draft
      : await hooks.beforeUpdate(context, { at, before, patch: draft, faults, defer })
  faults.throwIfAny()
  if (Object.keys(patch).length > 0) await tx.update(writtenType(type), at.id, patch)
  const after: AnyRow = { ...before, ...patch }
  await hooks.afterUpdate?.(context, { before, after })
  return { row: await settled(context, at.type, after), deferral }
}

/**
 * PATCH on a collection: the member the body names by `id`, or the only one there is
 * (the never-published drafts, term-store.md §2.3 and §3.5).
 */
const memberOf = async (
  writing: Session<WriteContext>,
  steps: readonly PathStep[],
  step: PathStep,
  body: Json,
  options: ReadOptions,
): Promise<PathStep> => {
  const named = Object.entries(body).find(([name]) => name.toLowerCase() === 'id')?.[1]
  const key = typeof named === 'string' ? named : await onlyMember(writing, steps, options)
  if (key !== undefined) return { ...step, key }
  throw new AppError('invalid', `Name the member of '${step.name}' to change by its 'id'.`, { target: 'id' })
}

/** JSON text of the entity after the change, or where to ask; the path leads to it, or to the collection it is in. */
export const update = async (
  session: Session,
  steps: readonly PathStep[],
  body: Json,
  options: ReadOptions,
): Promise<string | Deferred> => {
  const step = steps.at(-1)
  invariant(step !== undefined, 'an update has a target')
  const { row, deferral } = await inTransaction(session, async (writing) => {
    const target = isCollection(step) ? await memberOf(writing, steps, step, body, options) : step
    const from = await walk(writing, steps.slice(0, -1))
    const { at } = await needStep(writing, from, target, session.engine.plans.bare(step.target))
    return updateAt(writing, at, body)
  })
  if (deferral !== undefined) return deferredAt(steps, row.id, deferral)
  noteTag(session, step.target, row)
  return answer(session, steps, session.engine.plans.wanted(session.model, step.target, options).shape, row, options)
}

export const remove = async (session: Session, steps: readonly PathStep[]): Promise<void> => {
  const step = steps.at(-1)
  invariant(step !== undefined, 'a removal has a target')
  await inTransaction(session, async (writing) => {
    const { context } = writing
    const from = await walk(writing, steps.slice(0, -1))
    const { at } = await needStep(writing, from, step, session.engine.plans.bare(step.target))
    const row = await needRow(writing, at)
    const type = typeOfRow(session.model, at.type, row)
    const hooks = hooksOf(session, type)
    if (hooks.remove === undefined) await context.tx.remove(writtenType(type), at.id)
    else await hooks.remove(context, { at, row })
  })
}
