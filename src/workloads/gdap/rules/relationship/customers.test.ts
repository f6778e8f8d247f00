import { expect, it } from 'vitest'
import { serviceDetailId } from './customers.ts'

it('derives the id of a service link from customer and service alone', () => {
  const one = serviceDetailId('c0570000-0000-4000-8000-00000000bbbb', 'Teams')
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(serviceDetailId('c0570000-0000-4000-8000-00000000bbbb', 'Teams')).toBe(one)
  expect(serviceDetailId('c0570000-0000-4000-8000-00000000bbbb', 'Exchange')).not.toBe(one)
  expect(serviceDetailId('c0570000-0000-4000-8000-00000000cccc', 'Teams')).not.toBe(one)
})
