/** The role catalogue against gdap.md §A, where that data lies beside the repository. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  builtInRole,
  deprecatedRoles,
  globalAdministrator,
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
  it('has 105 roles, 73 of them assignable, each with an id, a name and a sentence of its own', () => {
    expect(roleCatalogue).toHaveLength(105)
    expect(roleCatalogue.filter(({ assignable }) => assignable)).toHaveLength(73)
    expect(new Set(roleCatalogue.map(({ id }) => id)).size).toBe(105)
    expect(new Set(roleCatalogue.map(({ name }) => name)).size).toBe(105)
    for (const { id, name, description } of roleCatalogue) {
      expect(id).toMatch(guid)
      expect(name).toMatch(/^[A-Z][\w ]+$/)
      expect(description).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('agrees with the published list in id, name, category and flag', ({ skip }) => {
    if (data.missing !== undefined) return skip(data.missing)
    const published = JSON.parse(readFileSync(data.url, 'utf8')) as PublishedRole[]
    const facts = published.map(({ templateId, displayName, category, assignable }) => ({
      id: templateId,
      // Former names stand in brackets there.
      name: displayName.replace(/ \(formerly .*\)$/, ''),
      category,
      assignable,
    }))
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    expect(roleCatalogue.map(({ description: _, ...role }) => role).sort(byId)).toEqual(facts.sort(byId))
  })

  it('finds the roles the rules treat apart', () => {
    expect(builtInRole(globalAdministrator)?.name).toBe('Global Administrator')
    expect([...deprecatedRoles].map((id) => builtInRole(id)?.name).sort()).toEqual([
      'Device Join',
      'Device Users',
      'Workplace Device Join',
    ])
    expect(builtInRole('8329153a-20ed-4bf8-aa37-81242c6e8e01')).toBeUndefined()
  })
})
