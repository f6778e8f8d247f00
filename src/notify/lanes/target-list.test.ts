import { expect, it } from 'vitest'
import type { KindName } from '../kinds/kind.ts'
import { type ListedTarget, wantsEvent } from './target-list.ts'

function targetOf(kind: KindName): ListedTarget {
  const row = { id: 'target', kind } as ListedTarget['row']
  return { row, wantsName: () => true, customers: undefined }
}

it('tells what tests an address to the one it is of, whatever names others ask for', () => {
  const validation = { eventName: 'test-created', subjectId: 'a', customerId: null, orderingKey: 'a' }
  expect(wantsEvent(targetOf('partnerCenter'), validation)).toBe(true)
  expect(wantsEvent(targetOf('webhook'), validation)).toBe(false)
  const test = { ...validation, eventName: 'relata.webhook-test', orderingKey: 'target' }
  expect(wantsEvent(targetOf('webhook'), test)).toBe(true)
  expect(wantsEvent(targetOf('webhook'), { ...test, orderingKey: 'other' })).toBe(false)
})
