import { expect, it } from 'vitest'
import { pathGlob, segmentsOf } from './path-glob.ts'

const matches = (glob: string, path: string): boolean => pathGlob(glob)(segmentsOf(path))

it.each([
  ['/v1.0/termStore/groups', '/v1.0/termstore/GROUPS', true],
  ['/v1.0/termStore/groups', '/v1.0/termStore/groups/', true],
  ['/v1.0/termStore/groups', '/v1.0/termStore/groups/1', false],
  ['/v1.0/termStore/groups/*', '/v1.0/termStore/groups/1', true],
  ['/v1.0/termStore/groups/*', '/v1.0/termStore/groups', false],
  ['/v1.0/termStore/groups/*', '/v1.0/termStore/groups/1/sets', false],
  ['/*/termStore/**', '/beta/termStore', true],
  ['/*/termStore/**', '/beta/termStore/sets/1/terms', true],
  ['/**/accessAssignments/**', '/v1.0/tenantRelationships/delegatedAdminRelationships/1/accessAssignments', true],
  ['/**/accessAssignments/*', '/v1.0/tenantRelationships/delegatedAdminRelationships/1/accessAssignments/2', true],
  ['/**/accessAssignments', '/v1.0/tenantRelationships/delegatedAdminRelationships/1/accessAssignments/2', false],
  ['/**', '/v1.0/me', true],
  ['/**', '/', true],
  ['/v1.0/se*s/*-*-x', '/v1.0/sets/a-b-c-x', true],
  ['/v1.0/se*s/*-*-x', '/v1.0/sets/a-x', false],
  ['/v1.0/a*a', '/v1.0/a', false],
  ['/v1.0/sites/a b', '/v1.0/sites/a%20b', true],
  ['/v1.0/sites/%zz', '/v1.0/sites/%zz', true],
  ['/v1.0/*', '/v1.0/a%2Fb', true],
  ['/v1.0/a.c', '/v1.0/abc', false],
])('%s and %s: %s', (glob, path, expected) => {
  expect(matches(glob, path)).toBe(expected)
})

it('lets no wildcard stand for $batch', () => {
  expect(matches('/**', '/v1.0/$batch')).toBe(false)
  expect(matches('/v1.0/*', '/v1.0/$batch')).toBe(false)
  expect(matches('/v1.0/$batch', '/v1.0/$batch')).toBe(true)
  expect(matches('/*/$BATCH', '/beta/$batch')).toBe(true)
})

it('needs no more time for many wildcards', () => {
  const glob = pathGlob('/**/a'.repeat(60))
  const path = segmentsOf('/a'.repeat(400).concat('/b'))
  expect(glob(path)).toBe(false)
})
