/**
 * The pack `msp-9k`: the partner of `msp` with 9,000 customers. The first are tenants of the server, as in `msp`; of the
 * others there is what the partner sees, an active relationship with its assignment, copied from the first as rows.
 */
import { instantOf } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import { agendaEntry } from '#workloads/common.ts'
import { serviceDetailId } from '#workloads/gdap/rules/relationship/customers.ts'
import { addDays, addDuration } from '#workloads/gdap/rules/relationship/duration.ts'
import { assignment, customer, relationship, serviceDetail } from '#workloads/gdap/types.ts'
import { guid, wellKnown } from '../seed-data.ts'
import type { SeedFacts } from '../seed-facts.ts'
import { customerId, mspCustomers } from './msp.ts'
import type { SeedProgress } from './pack.ts'
import { nameOfCustomer } from './template.ts'

const customers = 9_000
const rowsAtOnce = 500
const partner = wellKnown.contoso

interface Model {
  readonly relation: RowOf<typeof relationship>
  readonly given: RowOf<typeof assignment> | undefined
  readonly dues: readonly RowOf<typeof agendaEntry>[]
  readonly listed: RowOf<typeof customer>
  readonly services: readonly RowOf<typeof serviceDetail>[]
}

/** The relationship that is copied, with what belongs to it. */
function modelOf({ store }: SeedFacts): Promise<Model> {
  return store.read(partner, async (tx) => {
    const [relation] = await tx.find(relationship, { customerTenantId: customerId(0) })
    const listed = await tx.get(customer, customerId(0))
    invariant(relation !== undefined && listed !== undefined, 'the pack has a relationship with its first customer')
    const [given] = await tx.find(assignment, { relationshipId: relation.id })
    const dues = await tx.find(agendaEntry, { subject: relation.id })
    const services = await tx.find(serviceDetail, { customerId: listed.id })
    return { relation, given, dues, listed, services }
  })
}

/** Which instants a copy has: they are spread over the time that a relationship lasts. */
function datesOf(now: string, duration: string, at: number) {
  const activatedDateTime = addDays(now, -1 - (at % 700))
  return {
    createdDateTime: addDays(activatedDateTime, -2),
    lockedDateTime: addDays(activatedDateTime, -1),
    lastModifiedDateTime: activatedDateTime,
    activatedDateTime,
    endDateTime: addDuration(activatedDateTime, duration),
  }
}

interface Place {
  readonly tx: Tx
  readonly model: Model
  readonly at: number
  readonly now: string
}

async function addRelationship({ tx, model, at, now }: Place): Promise<void> {
  const { relation, given, dues } = model
  const id = `${guid(partner, '9da9', at)}-${partner}`
  const { displayName } = nameOfCustomer(at)
  const dates = datesOf(now, relation.duration, at)
  const tenantId = customerId(at)
  await tx.insert(relationship, {
    ...relation,
    ...dates,
    id,
    displayName: `${displayName} support`,
    customer: { tenantId, displayName },
    customerTenantId: tenantId,
  })
  if (given !== undefined) {
    const { activatedDateTime: made } = dates
    const own = { id: guid(partner, 'a551', at), relationshipId: id, createdDateTime: made, lastModifiedDateTime: made }
    await tx.insert(assignment, { ...given, ...own })
  }
  const before = Date.parse(relation.endDateTime ?? now)
  for (const { kind, dueDateTime, sequence, ...entry } of dues) {
    const due = instantOf(new Date(Date.parse(dates.endDateTime) + Date.parse(dueDateTime) - before))
    if (due <= now) continue
    const own = { id: `${kind}|${id}`, kind, subject: id, dueDateTime: due, sequence: sequence + at * dues.length }
    await tx.insert(agendaEntry, { ...entry, ...own })
  }
}

async function addCustomer({ tx, model: { listed, services }, at }: Place): Promise<void> {
  const { displayName, domain } = nameOfCustomer(at)
  const [first, id] = [listed.id, customerId(at)]
  await tx.insert(customer, { ...listed, id, tenantId: id, displayName })
  for (const service of services)
    await tx.insert(serviceDetail, {
      ...service,
      id: serviceDetailId(id, service.serviceName),
      customerId: id,
      serviceManagementUrl: service.serviceManagementUrl
        .replaceAll(first, id)
        .replaceAll(nameOfCustomer(0).domain, domain),
    })
}

export async function fillCustomers(facts: SeedFacts, progress: SeedProgress): Promise<void> {
  const model = await modelOf(facts)
  const now = instantOf(facts.clock.now())
  for (let from = mspCustomers; from < customers; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, customers)
    await facts.store.write(partner, async (tx) => {
      for (let at = from; at < to; at += 1) {
        await addRelationship({ tx, model, at, now })
        await addCustomer({ tx, model, at, now })
      }
    })
    progress({ what: 'customers', done: to, of: customers })
  }
}
