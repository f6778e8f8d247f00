/** The role catalogue against gdap.md §A, where that data lies beside the repository. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  builtInRole,
  globalAdministrator,
  relationshipAdministrator,
  roleCatalogue,
} from '#workloads/directory/role-catalogue.ts'
import { dataBeside } from '../_support/data-beside.ts'

interface PublishedRole {
  readonly displayName: string
  readonly templateId: string
  readonly category: string
  readonly assignable: boolean
}

const data = dataBeside('entra-role-templates.json')
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the role catalogue', () => {
  it('has 145 roles, each with an id, a name and a sentence of its own', () => {
    expect(roleCatalogue).toHaveLength(145)
    expect(new Set(roleCatalogue.map(({ id }) => id)).size).toBe(145)
    expect(new Set(roleCatalogue.map(({ name }) => name)).size).toBe(145)
    for (const { id, name, description } of roleCatalogue) {
      expect(id).toMatch(guid)
      expect(name).toMatch(/^[A-Z][\w ]+$/)
      expect(description).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('says which are privileged, and which a relationship may hold: events.md §8.2 to §8.4', () => {
    const count = (gdap: string) => roleCatalogue.filter((role) => role.gdap === gdap).length
    expect(['yes', 'likely', 'no', 'unknown'].map(count)).toEqual([85, 17, 13, 30])
    expect(roleCatalogue.filter(({ privileged }) => privileged)).toHaveLength(35)
    expect(builtInRole(relationshipAdministrator)).toMatchObject({
      name: 'Customer Delegated Admin Relationship Administrator',
      privileged: false,
      gdap: 'no',
    })
  })

  it('agrees with the published list in id, name and category, and in what the tool assigns', ({ skip }) => {
    if (data.missing !== undefined) return skip(data.missing)
    const published = JSON.parse(readFileSync(data.url, 'utf8')) as PublishedRole[]
    for (const { templateId, displayName, category, assignable } of published) {
      const role = builtInRole(templateId)
      // Former names stand in brackets there.
      expect(role).toMatchObject({ name: displayName.replace(/ \(formerly .*\)$/, ''), category })
      if (assignable) expect(role?.gdap).toBe('yes')
    }
    expect(published.filter(({ assignable }) => assignable)).toHaveLength(73)
  })

  it('finds the roles the rules treat apart', () => {
    expect(builtInRole(globalAdministrator)?.name).toBe('Global Administrator')
    expect(builtInRole('8329153a-20ed-4bf8-aa37-81242c6e8e01')).toBeUndefined()
  })
})
