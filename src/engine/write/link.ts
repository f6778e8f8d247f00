/**
 * Many-to-many links by reference: `POST` and `DELETE` of `…/$ref`, and its listing (OData protocol 4.01 §11.4.6).
 * A link is a row of the membership type; its rules are the hooks of that type.
 */
import { AppError, invariant } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { EntityType, LinkedBy, ToMany } from '#edm/define.ts'
import type { AnyRow, PatchOf } from '#edm/infer.ts'
import { linkGuard, type Model } from '#edm/model.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import { type Addressed, addressed } from '#odata/body/address-in.ts'
import { readOnly } from '#odata/body/body-in.ts'
import { placeRows } from '#odata/body/body-out.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { decodeQueryText } from '#odata/query/query-text.ts'
import { withoutFilters } from '#odata/url/filter-segment.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { isCollection } from '../access/authorize.ts'
import { readCollection } from '../read/listing.ts'
import { isEmptyLink } from '../read/read.ts'
import type { Session } from '../session.ts'
import { homeOf, onlyIds, refOf } from '../walk/addresses.ts'
import { checkSeen, findStep, notFound, walk } from '../walk/resolve.ts'
import { faultsFor } from '../walk/type-rules.ts'
import { alreadyLinked, isOf, keyed } from './bound.ts'
import { makeRow } from './deep.ts'
import { removeRow } from './removal.ts'
import { inTransaction } from './transaction.ts'

function partsOf(steps: readonly PathStep[]): { step: PathStep; nav: ToMany; linkedBy: LinkedBy } {
  const step = steps.at(-1)
  const linkedBy = step?.nav?.many === true ? step.nav.linkedBy : undefined
  invariant(step !== undefined && linkedBy !== undefined, 'the path leads to a many-to-many link')
  return { step, nav: step.nav as ToMany, linkedBy }
}

/** The type whose permissions a change of the link at the end of the path asks for. */
export function guardOf(model: Model, steps: readonly PathStep[]): EntityType {
  const step = steps.at(-1)
  const owner = steps.at(-2)?.target
  invariant(step?.nav !== undefined && owner !== undefined, 'a link has an owner')
  return linkGuard(model, step.nav, owner)
}

function addressFault(name: string, why: string) {
  return new AppError('invalid', `'${name}' ${why}, such as '…/directoryObjects/{id}'.`, {
    code: 'Request_BadRequest',
    target: name,
  })
}

function readAddress(model: Model, type: EntityType, name: string, address: unknown): Addressed {
  const found = addressed(model, type, address)
  if ('why' in found) throw addressFault(name, found.why)
  return found
}

/** The row in the body of a change of a reference, which names an entity by its address. */
export function rowInBody(session: Session, type: EntityType, body: Json): Addressed {
  const faults = faultsFor(session, type)
  const given = readOnly(/^@(odata\.)?id$/i, body, faults)
  const found = readAddress(session.model, type, given?.name ?? '@odata.id', given?.value)
  faults.throwIfAny()
  return found
}

/** `$id` of a DELETE on the collection's `$ref`. */
export function idInQuery({ model }: Session, type: EntityType, query: string): string {
  for (const part of query.split('&')) {
    const border = part.indexOf('=')
    if (!/^[$@]?(odata\.)?id$/i.test(decodeQueryText(part.slice(0, Math.max(border, 0))))) continue
    return readAddress(model, type, '$id', decodeQueryText(part.slice(border + 1))).id
  }
  throw new AppError('invalid', 'Name the member to remove in the address, or by the query option $id.', {
    code: 'Request_BadRequest',
    target: '$id',
  })
}

export function absent(id: string) {
  return new AppError(
    'notFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    { code: 'Request_ResourceNotFound' },
  )
}

interface Ends {
  readonly membership: EntityType
  readonly from: Located
  readonly where: PatchOf<EntityType>
  readonly id: string
}

/** Runs the work in a write transaction, with both ends of the link. */
function betweenEnds(
  session: Session,
  steps: readonly PathStep[],
  wanted: string,
  work: (writing: Session<WriteContext>, ends: Ends) => Promise<void>,
): Promise<void> {
  const { step, linkedBy } = partsOf(steps)
  const membership = session.model.view(linkedBy.type).type
  return inTransaction(session, 'link', async (writing) => {
    const from = await walk(writing, steps.slice(0, -1))
    invariant(from !== undefined, 'a link has an owner')
    const id = keyed(step.target, wanted)
    const where = { [linkedBy.from]: from.id, [linkedBy.to]: id } as PatchOf<EntityType>
    await work(writing, { membership, from, where, id })
  })
}

/** Throws `notFound` where the member is not there, `invalid` where it is a member already, and what the rules throw. */
export function link(session: Session, steps: readonly PathStep[], body: Json): Promise<void> {
  const { step } = partsOf(steps)
  const wanted = rowInBody(session, step.target, body)
  return betweenEnds(session, steps, wanted.id, async (writing, { membership, from, where, id }) => {
    const { tx } = writing.context
    if (!isOf(writing.model, await tx.get(step.target, id), wanted.type)) throw absent(id)
    if ((await tx.find(membership, where, 1)).length > 0) {
      throw alreadyLinked(step.name)
    }
    const facts = { type: membership, from, nav: step.name, draft: { ...where }, below: [] }
    await makeRow(writing, { ...facts, faults: faultsFor(writing, membership) })
  })
}

/** Throws `notFound` where the member is none, and what the rules throw. */
export function unlink(session: Session, steps: readonly PathStep[], query: string): Promise<void> {
  const { step } = partsOf(steps)
  return betweenEnds(
    session,
    steps,
    step.key ?? idInQuery(session, step.target, query),
    async (writing, { membership, from, where, id }) => {
      const [row] = (await writing.context.tx.find(membership, where, 1)) as AnyRow[]
      if (row === undefined) throw absent(id)
      await removeRow(writing, { type: membership, id: row.id, row, nav: step.name, key: id, from }, row)
    },
  )
}

interface Listed {
  readonly '@odata.count'?: number
  readonly '@odata.nextLink'?: string
  readonly value: readonly { readonly id: string }[]
}

/** JSON text of the addresses: a page of them, or the one the path names; undefined for a link to nothing. */
export async function readRefs(
  session: Session,
  steps: readonly PathStep[],
  options: ReadOptions,
  address: string,
  query: string,
): Promise<string | undefined> {
  const step = steps.at(-1) as PathStep
  const here = `${session.base}${withoutFilters(address.replace(/\/\$ref$/i, ''))}`
  const home = homeOf(session, step.target) ?? (isCollection(step) ? here : undefined)
  const ref = (id: string) => (home === undefined ? refOf(here) : refOf(home, id))
  if (!isCollection(step)) {
    const from = await walk(session, steps.slice(0, -1))
    const found = await findStep(session, from, step, session.engine.plans.bare(step.target))
    if (found === undefined) checkSeen(from, step)
    if (found === undefined && !isEmptyLink(step)) throw notFound(step.target, step.key ?? step.name)
    if (found === undefined) return undefined
    return JSON.stringify({ '@odata.context': `${session.base}/$metadata#$ref`, ...ref(found.at.id) })
  }
  // At the level `full` the rows have addresses of their own, which are still placeholders here.
  const text = placeRows(await readCollection(session, steps, onlyIds(options), address, query, false), here, true)
  const { '@odata.count': count, '@odata.nextLink': next, value } = JSON.parse(text) as Listed
  return JSON.stringify({
    '@odata.context': `${session.base}/$metadata#Collection($ref)`,
    ...(count === undefined ? {} : { '@odata.count': count }),
    ...(next === undefined ? {} : { '@odata.nextLink': next }),
    value: value.map(({ id }) => ref(id)),
  })
}
