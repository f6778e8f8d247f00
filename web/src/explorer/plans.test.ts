import { expect, it } from 'vitest'
import { addressOfId, planFor, requestAt } from './plans.ts'

it('sends what is typed, encoded where it has to be', () => {
  const request = { method: 'GET', version: 'v1.0', path: "users?$filter=displayName eq 'Tara'" } as const
  expect(planFor(request, 'stand-in')).toEqual({
    method: 'GET',
    path: "/v1.0/users?$filter=displayName%20eq%20'Tara'",
    needsToken: true,
  })
  expect(planFor({ method: 'GET', version: '_relata', path: '/info' }, 'stand-in').needsToken).toBe(false)
  expect(planFor({ method: 'GET', version: '_relata', path: '/me' }, 'stand-in').needsToken).toBe(true)
})

it('follows links to this server and to Graph only', () => {
  const origin = 'https://localhost:4365'
  expect(requestAt(`${origin}/v1.0/users?$skiptoken=a`, origin)).toEqual({
    method: 'GET',
    version: 'v1.0',
    path: '/users?$skiptoken=a',
  })
  expect(requestAt('https://evil.example/v1.0/users', origin)).toBeUndefined()
  expect(requestAt('not an address', origin)).toBeUndefined()
})

it('knows where ids lead', () => {
  expect(addressOfId(['value', 3, 'id'], 'x', '/users?$top=1')).toBe('/users/x')
  expect(addressOfId(['value', 0, 'customer', 'tenantId'], 'c', '/a')).toBe(
    '/tenantRelationships/delegatedAdminCustomers/c',
  )
  expect(addressOfId(['value', 0, 'sets', 1, 'id'], 's', '/termStore/groups')).toBe('/termStore/sets/s')
  expect(addressOfId(['value', 0, 'parentGroup', 'id'], 'g', '/termStore/sets')).toBe('/termStore/groups/g')
  expect(addressOfId(['id'], 'x', '/users/x')).toBeUndefined()
  expect(addressOfId(['id'], 'g', '/termStore/groups', 'POST')).toBe('/termStore/groups/g')
})
