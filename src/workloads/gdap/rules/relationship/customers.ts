/**
 * The customers that a partner sees, and the links to their services: gdap.md §5.1, §5.2. The transaction that changes
 * a relationship updates these rows.
 */
import { createHash } from 'node:crypto'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { removeWhole } from '../../../remove-whole.ts'
import { customer, relationship, serviceDetail } from '../../types.ts'
import type { GdapSettings, ServiceTemplate } from '../settings.ts'
import { listedStatuses } from './lifecycle.ts'
import { roleIdsOf } from './validate.ts'

/** A GUID of RFC 9562 version 8, derived from customer and service, so that it is the same wherever it is derived. */
export function serviceDetailId(customerId: string, serviceName: string): string {
  const hex = createHash('sha256').update(`${customerId} ${serviceName}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function isListed(tx: ReadTx, customerTenantId: string): Promise<boolean> {
  for (const status of listedStatuses) {
    if (await tx.has(relationship, { customerTenantId, status })) return true
  }
  return false
}

async function rolesInForce(tx: ReadTx, customerTenantId: string): Promise<ReadonlySet<string>> {
  const roles = new Set<string>()
  for (const status of listedStatuses) {
    for (const { accessDetails } of await tx.find(relationship, { customerTenantId, status })) {
      for (const id of roleIdsOf(accessDetails)) roles.add(id)
    }
  }
  return roles
}

function dependsOnRoles(templates: readonly ServiceTemplate[]): boolean {
  return templates.some(({ roles }) => roles !== undefined)
}

async function templatesFor(settings: GdapSettings, tx: ReadTx, customerTenantId: string) {
  const { serviceTemplates } = settings
  if (!dependsOnRoles(serviceTemplates)) return serviceTemplates
  const inForce = await rolesInForce(tx, customerTenantId)
  return serviceTemplates.filter(({ roles }) => roles === undefined || roles.some((id) => inForce.has(id)))
}

async function removeCustomer({ tx }: WriteContext, id: string): Promise<void> {
  if ((await tx.get(customer, id)) === undefined) return
  await removeWhole(tx, customer, id)
}

async function syncDetails(settings: GdapSettings, { tx }: WriteContext, id: string, domain: string): Promise<void> {
  const templates = await templatesFor(settings, tx, id)
  const wanted = new Map(templates.map((template) => [serviceDetailId(id, template.serviceName), template]))
  const there = new Set((await tx.find(serviceDetail, { customerId: id })).map((row) => row.id))
  for (const known of there) if (!wanted.has(known)) await tx.remove(serviceDetail, known)
  for (const [detailId, { serviceName, url }] of wanted) {
    if (there.has(detailId)) continue
    const serviceManagementUrl = url.replaceAll('{tenantId}', id).replaceAll('{defaultDomain}', domain)
    await tx.insert(serviceDetail, { id: detailId, serviceName, serviceManagementUrl, customerId: id })
  }
}

/** Creates, updates or removes the rows of one customer by the relationships as they are stored now. */
export async function syncCustomer(settings: GdapSettings, context: WriteContext, id: string): Promise<void> {
  const { tx } = context
  if (!(await isListed(tx, id))) {
    await removeCustomer(context, id)
    return
  }
  const isNew = (await tx.get(customer, id)) === undefined
  if (!isNew && !dependsOnRoles(settings.serviceTemplates)) return
  const facts = await settings.tenants.find(id)
  if (isNew) await tx.insert(customer, { id, tenantId: id, displayName: facts?.displayName ?? null })
  await syncDetails(settings, context, id, facts?.defaultDomain ?? id)
}
