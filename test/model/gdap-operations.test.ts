/** The operations of GDAP, as gdap.md §2.1 lists them: these and no others, in both versions, with their permissions. */
import { describe, expect, it } from 'vitest'
import type { Can, Root } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { models } from '#workloads/models.ts'

/** Permission-map rows: path, methods. `*` stands for a key. */
const documented: Readonly<Record<string, readonly string[]>> = {
  '/delegatedAdminRelationships': ['GET', 'POST'],
  '/delegatedAdminRelationships/*': ['DELETE', 'GET', 'PATCH'],
  '/delegatedAdminRelationships/*/accessAssignments': ['GET', 'POST'],
  '/delegatedAdminRelationships/*/accessAssignments/*': ['DELETE', 'GET', 'PATCH'],
  '/delegatedAdminRelationships/*/operations': ['GET'],
  '/delegatedAdminRelationships/*/operations/*': ['GET'],
  '/delegatedAdminRelationships/*/requests': ['GET', 'POST'],
  '/delegatedAdminRelationships/*/requests/*': ['GET'],
  '/delegatedAdminCustomers': ['GET'],
  '/delegatedAdminCustomers/*': ['GET'],
  '/delegatedAdminCustomers/*/serviceManagementDetails': ['GET'],
}
/** Not in that map, but in Graph's description: gdap.md §2.1, the table of decisions. */
const described = { '/delegatedAdminCustomers/*/serviceManagementDetails/*': ['GET'] }

const methods = { list: 'GET', create: 'POST' } as const
const keyedMethods = { get: 'GET', update: 'PATCH', delete: 'DELETE' } as const

const methodsOf = (can: Can, names: Readonly<Record<string, string>>, only: (evidence: string) => boolean): string[] =>
  Object.entries(names)
    .filter(([verb]) => only(can[verb as keyof Can] ?? 'later'))
    .map(([, method]) => method)
    .sort()

/** Every path below a type, with the methods whose evidence passes. */
const pathsBelow = (model: Model, qualified: string, path: string, only: (evidence: string) => boolean) => {
  const found: [string, string[]][] = []
  for (const { name, nav } of model.view(qualified).navs.values()) {
    if (!nav.many) continue
    const here = `${path}/${name}`
    found.push([here, methodsOf(nav.can, methods, only)], [`${here}/*`, methodsOf(nav.can, keyedMethods, only)])
    found.push(...pathsBelow(model, nav.target, `${here}/*`, only))
  }
  return found
}

const served = (model: Model, root: string, only: (evidence: string) => boolean) => {
  const { target } = model.roots.get(root) as Root
  return Object.fromEntries(pathsBelow(model, target, '', only).filter(([, found]) => found.length > 0))
}

describe.each(['v1.0', 'beta'] as const)('the operations of %s', (version) => {
  const model = models[version]

  it('are the documented ones', () => {
    expect(served(model, 'tenantrelationships', (evidence) => evidence === 'docs')).toEqual(documented)
  })

  it('are no others but those described', () => {
    expect(served(model, 'tenantrelationships', (evidence) => evidence !== 'later')).toEqual({
      ...documented,
      ...described,
    })
  })

  it('are those of the relationship itself under the path of the drafts', () => {
    expect(served(model, 'tenantrelationship', () => true)).toMatchObject({
      '/delegatedAdminRelationships': ['GET', 'POST'],
    })
    expect(Object.keys(served(model, 'tenantrelationship', () => true))).toEqual([
      '/delegatedAdminRelationships',
      '/delegatedAdminRelationships/*',
    ])
  })

  it('ask for the documented permissions', () => {
    const types = model.entities.filter(
      ({ name, stored }) => /^microsoft\.graph\.(delegatedAdmin|reseller)/.test(name) && stored !== false,
    )
    expect(types.length).toBe(7)
    for (const { scopes } of types)
      expect(scopes).toEqual({
        read: ['DelegatedAdminRelationship.Read.All', 'DelegatedAdminRelationship.ReadWrite.All'],
        write: ['DelegatedAdminRelationship.ReadWrite.All'],
      })
  })

  it('page by 300, say their type, and carry the tags that are asked for', () => {
    const required = [
      'delegatedAdminRelationship',
      'resellerDelegatedAdminRelationship',
      'delegatedAdminAccessAssignment',
    ]
    const optional = ['delegatedAdminRelationshipOperation', 'delegatedAdminRelationshipRequest']
    for (const [names, tag] of [
      [required, 'required'],
      [optional, 'optional'],
    ] as const)
      for (const name of names)
        expect(model.view(`microsoft.graph.${name}`).type).toMatchObject({
          tag,
          typed: true,
          page: { size: 300, most: 300 },
        })
  })
})
