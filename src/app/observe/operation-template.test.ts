import { describe, expect, it } from 'vitest'
import { models } from '#workloads/models.ts'
import { boundedTemplates, templatesOf, unknownOperation } from './operation-template.ts'

const templateOf = templatesOf(Object.values(models))
const id = '8ed8c9ea-7052-4c1d-a4d7-b9c10bffea6f'

describe('the template of an address', () => {
  it.each([
    ['/v1.0/termStore', '/v1.0/termStore'],
    [`/v1.0/termstore/SETS/${id}`, '/v1.0/termStore/sets/{id}'],
    [`/beta/termStore/sets/${id}/terms/${id}/labels`, '/beta/termStore/sets/{id}/terms/{id}/labels'],
    [`/v1.0/termStore/sets('${id}')/children/$count`, '/v1.0/termStore/sets()/children/$count'],
    [`/v1.0/sites/contoso.example,${id},${id}/termStore/groups`, '/v1.0/sites/{id}/termStore/groups'],
    [`/v1.0/sites/contoso.example:/sites/secret-project:/termStore`, '/v1.0/sites/{id}/termStore'],
    [`/v1.0/termStore/sets/${id}${`/children/${id}`.repeat(5)}`, '/v1.0/termStore/sets/{id}/children/{id}'],
    ['/v1.0/$batch', '/v1.0/$batch'],
    ['/v1.0/groups/g/members/graph.user', '/v1.0/groups/{id}/members/microsoft.graph.user'],
    ["/v1.0/groups/g/members/graph.user('u')", '/v1.0/groups/{id}/members/microsoft.graph.user()'],
    [
      "/v1.0/tenantRelationships/findTenantInformationByTenantId(tenantId='x')",
      '/v1.0/tenantRelationships/findTenantInformationByTenantId()',
    ],
    ['/v1.0/made/up/names', '/v1.0/{id}'],
    [`/${id}/oauth2/v2.0/token`, '/{tenant}/oauth2/v2.0/token'],
    ['/contoso.example/v2.0/.well-known/openid-configuration', '/{tenant}/v2.0/.well-known/openid-configuration'],
    [`/_relata/gdap/${id}/approve`, '/_relata/gdap/{id}/approve'],
    [`/_api/v2.1/termstore/SETS('${id}')/getlegacychildren`, '/_api/v2.1/termStore/sets()/getLegacyChildren'],
    [
      `/sites/secret/_api/v2.0/termStore/termSets/${id}/terms/${id}`,
      '/sites/{id}/_api/v2.0/termStore/termSets/{id}/terms/{id}',
    ],
    ["/_api/v2.1/termStore/searchTerm(label='a/secret/groups',setId='x')", '/_api/v2.1/termStore/searchTerm()'],
    ['/_api/web/private', '/_api/{id}'],
    ['/', '/'],
  ])('%s', (path, template) => {
    expect(templateOf(path)).toBe(template)
  })

  it('does not grow with the address', () => {
    const deep = templateOf(`/v1.0${'/sets/a/terms/b/children/c/relations/d'.repeat(50)}`)
    expect(deep.split('/').length).toBeLessThan(16)
  })
})

describe('templates as labels', () => {
  it('are learnt from answers that served something', () => {
    const label = boundedTemplates(templateOf)
    expect(label('/v1.0/termStore/sets/a', 404)).toBe(unknownOperation)
    expect(label('/v1.0/termStore/sets/a', 200)).toBe('/v1.0/termStore/sets/{id}')
    expect(label('/v1.0/termStore/sets/b', 404)).toBe('/v1.0/termStore/sets/{id}')
  })

  it('are so many and no more', () => {
    const label = boundedTemplates((path) => path, 2)
    expect(['/a', '/b', '/c', '/a'].map((path) => label(path, 200))).toEqual(['/a', '/b', unknownOperation, '/a'])
  })
})
