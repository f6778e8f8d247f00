/** Which rows go with a row that is removed, as the models say it. */
import { describe, expect, it } from 'vitest'
import { ownedBy } from '#edm/contained.ts'
import { holderOf, isStored } from '#edm/model.ts'
import { models } from '#workloads/models.ts'

const stored = models.beta.entities.filter((type) => isStored(type) && holderOf(type) === type)

describe('rows that go with their owner', () => {
  it('are those of contained links with an inverse, and those that join it to others', () => {
    const owned = stored.flatMap((type) => {
      const rows = ownedBy(models.beta, type).map((entry) => `${entry.type.name} by ${entry.key}`)
      return rows.length === 0 ? [] : [[type.name, rows.sort()]]
    })
    expect(Object.fromEntries(owned)).toEqual({
      'microsoft.graph.termStore.store': [
        'microsoft.graph.termStore.group by storeId',
        'microsoft.graph.termStore.set by storeId',
      ],
      'microsoft.graph.termStore.group': ['microsoft.graph.termStore.set by parentGroupId'],
      'microsoft.graph.directoryObject': [
        'microsoft.graph.site by groupId',
        'relata.membership by groupId',
        'relata.membership by memberId',
        'relata.roleHolding by roleTemplateId',
        'relata.roleHolding by userId',
      ],
      'microsoft.graph.delegatedAdminRelationship': [
        'microsoft.graph.delegatedAdminAccessAssignment by relationshipId',
        'microsoft.graph.delegatedAdminRelationshipOperation by relationshipId',
        'microsoft.graph.delegatedAdminRelationshipRequest by relationshipId',
      ],
      'microsoft.graph.delegatedAdminCustomer': ['microsoft.graph.delegatedAdminServiceManagementDetail by customerId'],
    })
  })

  it('are the same in both versions', () => {
    for (const type of stored) expect(ownedBy(models['v1.0'], type)).toEqual(ownedBy(models.beta, type))
  })
})
