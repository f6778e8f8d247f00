/**
 * Every operation of the reference model, by whoever might ask, as test/wire/access-matrix.test.ts asks for those of the
 * workloads. It has what they have not yet: actions, and calls bound to a collection or to nothing.
 */
import { describe, expect, it } from 'vitest'
import type { Actor } from '#edm/ports.ts'
import { type Operation, operationsOf } from '../wire/access-operations.ts'
import { shopForFile } from './items.ts'
import { shopModels } from './model.ts'
import { allPermissions, tenant } from './serve.ts'

const { send } = shopForFile()

const operations = (['v1.0', 'beta'] as const).flatMap((version) => operationsOf(version, shopModels[version]))
const titled = operations.map((one) => [`${one.version} ${one.method} ${one.path}`, one] as const)
const calls = new Map(operations.flatMap((one) => (one.call === undefined ? [] : [[one.call, one]])))

const text =
  'The user (principal) does not have the required permissions to perform the specified action on the resource.'

/** `allowed`, or what refused. Whether the row is there, or the body good, is another matter. */
const verdictOf = async (
  { version, method, path }: Operation,
  permissions: readonly string[],
  actor: Partial<Actor> = {},
) => {
  const target = path.replace(/\{[^}]+\}/g, 'nobody')
  const body = method === 'GET' || method === 'DELETE' ? undefined : {}
  const { status, json, check } = await send(method, target, body, { version, permissions, actor })
  expect(status, target).toBeLessThan(500)
  if (status !== 401 && status !== 403) return 'allowed'
  expect(json.error.message).toBe(text)
  return `${status} ${json.error.code} ${check?.split(';')[0]}`
}
const refusedBy = (layer: string): string => `403 forbidden access.${layer}`
const isRead = ({ verb }: Operation): boolean => verb === 'list' || verb === 'get'

it('has functions and actions of every binding', () => {
  expect([...calls].map(([name, { method, path }]) => `${method} ${path.replace(name, '…')}`)).toEqual([
    'GET /products/{shop.product}/…(pieces=1)',
    'GET /products/…()',
    "GET /products/…(tag='x')",
    "GET /…(name='x')",
    'GET /…()',
    'POST /products/{shop.product}/…',
    'POST /products/{shop.product}/…',
    'POST /products/…',
    'POST /…',
    'GET /parcels/{shop.parcel}/…(tracking=11111111-2222-4333-8444-555555555555)',
  ])
})

it('asks for the permission of the call, whatever its type asks for', () => {
  const asked = [...calls].map(([name, { permissions }]) => [name, permissions])
  const [read, write] = [['Shop.Read'], ['Shop.Write']]
  expect(Object.fromEntries(asked)).toEqual({
    priceFor: read,
    cheapest: read,
    withTag: read,
    stockOf: read,
    statuses: read,
    isSame: read,
    sell: write,
    withdraw: ['Shop.Withdraw'],
    discount: write,
    restock: write,
  })
})

describe('a permission', () => {
  it.each(titled)('%s', async (_, operation) => {
    for (const held of [[], ...[...allPermissions, 'Other.Read'].map((one) => [one])]) {
      const may = operation.permissions === undefined || held.some((one) => operation.permissions?.includes(one))
      expect([held, await verdictOf(operation, held)]).toEqual([held, may ? 'allowed' : refusedBy('permission')])
    }
  })
})

describe('a role held by delegation', () => {
  const roles = [undefined, 'keeper', 'guest', 'stranger'] as const
  const home = '99999999-9999-4999-8999-999999999999'

  it.each(titled)('%s', async (_, operation) => {
    for (const role of roles) {
      const isOpen = operation.type.name === 'shop.product'
      const may = isOpen && (role === 'keeper' || (role === 'guest' && isRead(operation)))
      const held = role === undefined ? {} : { roles: new Set([role]) }
      const actor = { kind: 'user', tenantId: tenant, homeTenantId: home, userId: 'visitor', ...held } as const
      const verdict = await verdictOf(operation, allPermissions, actor)
      expect([role, verdict]).toEqual([role, may ? 'allowed' : refusedBy('delegation')])
    }
  })
})
