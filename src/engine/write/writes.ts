/** The last step of each kind of write: its transaction, in which what is due is fired first, and the answer. */
import { invariant } from '#base/errors.ts'
import { passOverBody } from '#odata/body/body-in.ts'
import { segmentText } from '#odata/body/body-out.ts'
import { accepted, answer, created, propertyAnswer, textOrNothing, written } from '../answers.ts'
import type { PlainResponse } from '../request.ts'
import { addressOf, isMasked, type PreparedRequest, preparedOf, type RequestContext } from '../request-context.ts'
import { faultsFor } from '../walk/type-rules.ts'
import { create, remove, update } from './mutate.ts'
import { act, ask } from './operate.ts'
import { writeProperty } from './property.ts'
import { dropReference, setReference } from './reference.ts'

async function changeProperty({ session, request, path, options }: PreparedRequest): Promise<PlainResponse> {
  invariant(path.property !== undefined, 'the address ends with a property')
  const done = await writeProperty(session, path.steps, path.property, request, options)
  return 'address' in done ? accepted(session, done) : propertyAnswer(session, done)
}

/** Creates a row, or with `…/$ref` a link. */
export async function createStep(context: RequestContext): Promise<PlainResponse> {
  const { session, request, path, options } = preparedOf(context)
  const { body = {} } = context
  if (path.ref === true) {
    await setReference(session, path.steps, body)
    return answer(session, 204, undefined)
  }
  const done = await create(session, path.steps, body, options)
  return created(session, done, `${addressOf(request)}/${segmentText(done.id)}`)
}

/** Changes a row, one of its properties, or with `…/$ref` a single-valued link. */
export async function updateStep(context: RequestContext): Promise<PlainResponse> {
  const prepared = preparedOf(context)
  const { session, request, path, options } = prepared
  const { body = {} } = context
  if (path.property !== undefined) return changeProperty(prepared)
  if (path.ref === true) {
    await setReference(session, path.steps, body)
    return answer(session, 204, undefined)
  }
  const changed = await update(session, path.steps, body, options, request.method === 'PUT')
  if (typeof changed !== 'string')
    return 'id' in changed ? created(session, changed, addressOf(request)) : accepted(session, changed)
  const isSilent = path.steps.at(-1)?.target.silentUpdates === true && !session.context.prefer.has('return')
  return isSilent ? answer(session, 204, undefined) : written(session, 200, changed)
}

/** Deletes a row, the value of a property, or with `…/$ref` a link. */
export async function deleteStep(context: RequestContext): Promise<PlainResponse> {
  const prepared = preparedOf(context)
  const { session, request, path } = prepared
  const last = path.steps.at(-1)
  invariant(last !== undefined, 'a removal has a target')
  const faults = faultsFor(session, last.target)
  passOverBody(request.body, faults)
  faults.throwIfAny()
  if (path.property !== undefined) return changeProperty(prepared)
  if (path.ref === true) await dropReference(session, path.steps, request.query)
  else await remove(session, path.steps)
  return answer(session, 204, undefined)
}

export async function callAction(context: RequestContext): Promise<PlainResponse> {
  const { session, path, options } = preparedOf(context)
  const { body = {} } = context
  invariant(path.call?.kind === 'action', 'a function is no write')
  const { facts } = path.call
  const work = facts.reads === true ? ask : act
  const json = await work(session, path.steps, path.call, body, options, isMasked(session))
  return facts.creates === true && json !== undefined ? written(session, 201, json) : textOrNothing(session, json)
}
