import { expect, it } from 'vitest'
import { TenantCaches } from './row-cache.ts'

it('is kept until there is too much of it, whichever tenants it is of', () => {
  const caches = new TenantCaches()
  const first = caches.of(1)
  first.size = 2_500
  caches.limit()
  expect(caches.of(1)).toBe(first)
  caches.of(2).size = 2_500
  caches.limit()
  expect(caches.of(1)).not.toBe(first)
  expect(caches.of(2).size).toBe(0)
})
