import { expect, it } from 'vitest'
import { collectLosses } from './losses.ts'

it('lists each loss, and of more than 10,000 of one kind the number', () => {
  const losses = collectLosses()
  losses.add('labels.synonym', { id: 'a', path: 'G/S/A', languageTag: 'de-DE', value: 'B' })
  for (let at = 0; at < 10_003; at++) losses.add('order', { path: String(at) })
  const list = losses.list()
  expect(list[0]).toEqual({
    what: 'labels.synonym',
    id: 'a',
    path: 'G/S/A',
    languageTag: 'de-DE',
    value: 'B',
    count: 1,
  })
  expect(list).toHaveLength(1 + 10_000 + 1)
  expect(list.at(-1)).toEqual({ what: 'order', count: 3 })
})
