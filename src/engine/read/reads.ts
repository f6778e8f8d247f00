/** The last step of each kind of read: rows → the answer, in one read transaction. */
import { invariant } from '#base/errors.ts'
import { answer, isKnownTo, jsonHeaders, odataHeaders, propertyAnswer, textOrNothing } from '../answers.ts'
import { keepAddress } from '../cache/known-addresses.ts'
import { readChanges } from '../changes/delta.ts'
import type { PlainResponse } from '../request.ts'
import { addressOf, isMasked, type PreparedRequest, preparedOf, type RequestContext } from '../request-context.ts'
import { inContext } from '../session.ts'
import { readRefs } from '../write/link.ts'
import { call } from '../write/operate.ts'
import { readProperty } from '../write/property.ts'
import { inLargeTurn } from './budget.ts'
import { isLargePage, readCollection, readCount } from './listing.ts'
import { readEntity } from './read.ts'

/** A step that works in a read transaction, with a session that can read. */
function reading(work: (prepared: PreparedRequest) => Promise<PlainResponse>) {
  return (context: RequestContext): Promise<PlainResponse> => {
    const prepared = preparedOf(context)
    const { session } = prepared
    const { tenantId } = session.context.actor
    return context.engine.store.read(
      tenantId,
      (tx) => work({ ...prepared, session: inContext(session, { ...session.context, tx }) }),
      session.deadline,
    )
  }
}

async function refs({ session, request, path, options }: PreparedRequest): Promise<PlainResponse> {
  return textOrNothing(session, await readRefs(session, path.steps, options, addressOf(request), request.query))
}

/** Reads one entity, one reference or one property. */
export const get = reading(async (prepared) => {
  const { session, request, path, options } = prepared
  const { steps, ref, property } = path
  if (ref === true) return refs(prepared)
  if (property !== undefined) {
    const found = await readProperty(session, steps, property, options)
    return isKnownTo(request, session) ? answer(session, 304, undefined) : propertyAnswer(session, found)
  }
  const json = await readEntity(session, steps, options, addressOf(request))
  if (isKnownTo(request, session)) return answer(session, 304, undefined)
  if (json !== undefined) await keepAddress(session, request, steps, options, jsonHeaders)
  return textOrNothing(session, json)
})

const listNow = reading(async (prepared) => {
  const { session, request, path, options } = prepared
  if (path.ref === true) return refs(prepared)
  const page = options.deltatoken === undefined ? readCollection : readChanges
  return answer(session, 200, await page(session, path.steps, options, addressOf(request), request.query))
})

/** Reads a page of a collection, of its changes, or of references to its members. */
export async function list(context: RequestContext): Promise<PlainResponse> {
  const { session, path, options } = preparedOf(context)
  const target = path.steps.at(-1)?.target
  // In a group, waiting would hold up other writes, and those that build may wait for one of them.
  const isLarge = context.engine.isInGroup !== true && target !== undefined && isLargePage(session, target, options)
  return isLarge ? inLargeTurn(() => listNow(context), session.deadline) : listNow(context)
}

/** Reads the number of `/$count`. */
export const count = reading(async ({ session, path, options }) => {
  const text = await readCount(session, path.steps, options)
  return { status: 200, headers: { 'Content-Type': 'text/plain', ...odataHeaders }, body: text }
})

export const callFunction = reading(async ({ session, request, path, options }) => {
  invariant(path.call?.kind === 'function', 'an action is no read')
  const address = request.query === '' ? addressOf(request) : `${addressOf(request)}?${request.query}`
  return textOrNothing(session, await call(session, path.steps, path.call, options, isMasked(session), address))
})
