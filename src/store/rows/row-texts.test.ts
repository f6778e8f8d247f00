import { expect, it } from 'vitest'
import { models } from '#workloads/models.ts'
import { group } from '#workloads/term-store/types.ts'
import { postgresDialect } from '../postgres/dialect.ts'
import { queryLayoutOf } from '../query/dialect.ts'
import { rowTexts } from './row-texts.ts'

it('joins no changes of what is unique: one statement would check the rows in an order of its own', () => {
  const facts = queryLayoutOf(Object.values(models), postgresDialect).table(group.name)
  const { updatedBy } = rowTexts(facts, postgresDialect)
  expect(updatedBy.with('description').text().form).toBeDefined()
  expect(updatedBy.with('displayName').text().form).toBeUndefined()
  expect(updatedBy.with('description').with('displayName').text().form).toBeUndefined()
})
