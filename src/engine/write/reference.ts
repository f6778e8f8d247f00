/**
 * Stored links changed by reference: PUT and DELETE of `<one>/$ref`, POST and DELETE of `<many>/$ref` where the members
 * point back (OData protocol 4.01 §11.4.6). Each is an update of the row that keeps the link, with its rules.
 */
import { AppError, invariant } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import type { Addressed } from '#odata/body/address-in.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Session } from '../session.ts'
import { needStep, walk } from '../walk/resolve.ts'
import { isOf, keyed } from './bound.ts'
import { absent, idInQuery, link, rowInBody, unlink } from './link.ts'
import { updateAt } from './mutate.ts'
import { inTransaction } from './transaction.ts'

/** Sets or clears a single-valued link of a row. */
function change(session: Session, steps: readonly PathStep[], id: string | null): Promise<void> {
  return inTransaction(session, 'link', async (writing) => {
    const step = steps.at(-1)
    const owner = steps.at(-2)
    invariant(step?.nav?.many === false && owner !== undefined, 'the path leads to a link of a row')
    if (id === null && !step.nav.nullable) {
      throw new AppError('invalid', `'${step.name}' must lead to an entity; set another.`, { target: step.name })
    }
    const from = await walk(writing, steps.slice(0, -2))
    const { at } = await needStep(writing, from, owner, session.engine.plans.bare(owner.target))
    await updateAt(writing, at, { [step.name]: id === null ? null : { id } }, false)
  })
}

/** Sets or clears the link of a member back to its owner. */
function join(session: Session, steps: readonly PathStep[], wanted: Addressed, joins: boolean): Promise<void> {
  return inTransaction(session, 'link', async (writing: Session<WriteContext>) => {
    const step = steps.at(-1)
    const inverse = step?.nav?.many === true ? step.nav.inverse : undefined
    invariant(step !== undefined && inverse !== undefined, 'the members point back')
    const from = await walk(writing, steps.slice(0, -1))
    const id = keyed(step.target, wanted.id)
    const row = (await writing.context.tx.get(step.target, id)) as AnyRow | undefined
    const isMember = row?.[`${inverse}Id`] === from?.id
    if (row === undefined || !isOf(writing.model, row, wanted.type) || (!joins && !isMember)) throw absent(id)
    const at = { type: step.target, id, row, nav: step.name, key: id, from }
    await updateAt(writing, at, { [inverse]: joins ? { id: from?.id } : null }, false)
  })
}

function isJoined(step: PathStep | undefined): boolean {
  return step?.nav?.many === true && step.nav.linkedBy !== undefined
}

/** POST, or PUT of a single-valued link. */
export function setReference(session: Session, steps: readonly PathStep[], body: Json): Promise<void> {
  const step = steps.at(-1)
  if (isJoined(step)) return link(session, steps, body)
  invariant(step !== undefined, 'a reference is below a row')
  const row = rowInBody(session, step.target, body)
  return step.many ? join(session, steps, row, true) : change(session, steps, row.id)
}

export function dropReference(session: Session, steps: readonly PathStep[], query: string): Promise<void> {
  const step = steps.at(-1)
  if (isJoined(step)) return unlink(session, steps, query)
  if (step?.many === true) {
    const id = step.key ?? idInQuery(session, step.target, query)
    return join(session, steps, { id, type: undefined }, false)
  }
  return change(session, steps, null)
}
