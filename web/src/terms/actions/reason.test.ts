import { expect, it } from 'vitest'
import { reasonOf } from './reason.ts'

const id = 'c0117050-5e70-4000-8000-000000000001'

it('says things by their names, and an id only where nothing else is known', () => {
  expect(reasonOf(`The term belongs to the set 'Genres' (${id}) already.`)).toBe(
    "The term belongs to the set 'Genres' already.",
  )
  const below = `Terms cannot be shared below a pinned term: '${id.toUpperCase()}' is one.`
  expect(reasonOf(below, new Map([[id, 'Verse']]))).toBe("Terms cannot be shared below a pinned term: 'Verse' is one.")
  expect(reasonOf(`Term with id ${id} not found`)).toBe(`Term with id ${id} not found`)
})
