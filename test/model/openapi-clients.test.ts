/** What makers of clients read in the OpenAPI documents: bodies, defaults, permissions, answers, names, flows. */
import { describe, expect, it } from 'vitest'
import type { EntityType } from '#edm/define.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { linkGuard } from '#edm/model.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { resolvePath } from '#odata/url/path.ts'
import { models } from '#workloads/models.ts'
import { shopModels } from '../reference/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

const all = { ...models, shop: shopModels['v1.0'] }
const methods = ['get', 'post', 'patch', 'put', 'delete'] as const

interface Operation {
  readonly path: string
  readonly method: string
  readonly facts: Document
}

const operationsOf = (document: Document): Operation[] =>
  Object.entries<Document>(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] === undefined ? [] : [{ path, method, facts: item[method] }])),
  )

const bodiesOf = (document: Document): [string, Document][] =>
  operationsOf(document).flatMap(({ path, method, facts }): [string, Document][] => {
    const schema = facts.requestBody?.content['application/json'].schema
    const name = schema?.$ref?.split('/').at(-1)
    return schema === undefined
      ? []
      : [[`${method} ${path}`, name === undefined ? schema : document.components.schemas[name]]]
  })

const names = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)])

describe.each(['v1.0', 'beta', 'shop'] as const)('the OpenAPI document of %s', (version) => {
  const model = all[version]
  const document: Document = JSON.parse(emitOpenApi(model, codeFor))
  const operations = operationsOf(document)

  it('names rows in bodies by a required id, and has nothing read-only in bodies', () => {
    const references = bodiesOf(document).flatMap(([at, schema]) => {
      for (const [name, property] of Object.entries<Document>(schema.properties ?? {}))
        expect(property.readOnly, `${at} ${name}`).toBeUndefined()
      return JSON.stringify(schema).includes('#/components/schemas/rowReference') ? [at] : []
    })
    expect(references.length).toBeGreaterThan(version === 'shop' ? 2 : 20)
    expect(document.components.schemas.rowReference.required).toEqual(['id'])
  })

  it('asks in bodies only for what the server asks for, and has no defaults', () => {
    for (const [at, schema] of bodiesOf(document))
      for (const name of schema.required ?? []) expect(schema.properties, at).toHaveProperty([name])
    for (const word of ['default', 'readOnly']) expect(names(document.components.schemas)).not.toContain(word)
  })

  it('never says that no token is needed', () => {
    for (const { path, method, facts } of operations) {
      expect(facts.security.length, `${method} ${path}`).toBeGreaterThan(0)
      for (const way of facts.security) expect(Object.keys(way)).toEqual(['oauth2'])
    }
  })

  it('asks at a reference for what the server asks for: the permissions of who keeps the link', () => {
    const changes = operations.filter(({ path, method }) => path.endsWith('/$ref') && method !== 'get')
    expect(changes.length).toBeGreaterThan(3)
    for (const { path, method, facts } of changes) {
      const { steps } = resolvePath(model, path.replace(/\{[^}]+\}/g, 'c0117050-0000-4000-8000-000000000009'), false)
      const [owner, step] = [steps.at(-2)?.target as EntityType, steps.at(-1)]
      const scopes = step?.nav === undefined ? undefined : linkGuard(model, step.nav, owner).scopes?.write
      const wanted = scopes === undefined ? [{ oauth2: [] }] : scopes.map((scope) => ({ oauth2: [scope] }))
      expect(facts.security, `${method} ${path}`).toEqual(wanted)
    }
  })

  it('declares every flow there is, with the permissions that operations ask for', () => {
    const { oauth2 } = document.components.securitySchemes
    expect(Object.keys(oauth2.flows)).toEqual(['authorizationCode', 'clientCredentials', 'password'])
    expect(oauth2).toHaveProperty(['x-deviceAuthorization', 'deviceAuthorizationUrl'])
    const asked = new Set(operations.flatMap(({ facts }) => facts.security.flatMap((way: Document) => way.oauth2)))
    for (const { scopes } of [...Object.values<Document>(oauth2.flows), oauth2['x-deviceAuthorization']])
      expect(new Set(Object.keys(scopes))).toEqual(asked)
  })

  it('has no name of ours but for what is ours alone', () => {
    const ours = names(document).filter((name) => /^(?:relata|Relata)/.test(name))
    const texts = JSON.stringify(document).match(/relata\.\w+/g) ?? []
    const told = new Set([
      // A preference.
      'relata.dry',
      ...model.complexes.map(({ name }) => name),
      ...model.enums.map(({ name }) => name),
      ...model.entities.flatMap(({ actions = {}, functions = {} }) =>
        Object.entries({ ...actions, ...functions })
          .filter(([, { namespace }]) => namespace === 'relata')
          .map(([name]) => `relata.${name}`),
      ),
    ])
    expect([...ours, ...texts].filter((name) => !told.has(name))).toEqual([])
  })

  it('gives examples of rows with members that are there, and of pages of them', () => {
    const rows = Object.entries<Document>(document.components.examples).flatMap(([name, { value }]) => {
      const type = name.replace(/CollectionResponse$/, '')
      const known = model.entities.some((entry) => entry.name === type)
      return known ? [[type, name === type ? value : value.value[0]] as const] : []
    })
    expect(rows.length).toBeGreaterThan(5)
    for (const [type, row] of rows)
      for (const name of Object.keys(row)) expect(model.view(type).props.get(name.toLowerCase())?.name, type).toBe(name)
  })

  it('describes what a change may answer: with the row, without it, later', () => {
    for (const { path, method, facts } of operations.filter((entry) => entry.method !== 'get')) {
      const statuses = Object.keys(facts.responses)
      expect(statuses, `${method} ${path}`).toContain('204')
      expect(statuses).toContain('409')
    }
  })
})

describe.each(['v1.0', 'beta'] as const)('the OpenAPI document of %s', (version) => {
  const document: Document = JSON.parse(emitOpenApi(models[version], codeFor))
  const relationship = '/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}'

  it('asks for the group of a set where the address does not name it, and for the other end of a relation', () => {
    const requiredAt = (path: string) =>
      document.components.schemas[
        document.paths[path].post.requestBody.content['application/json'].schema.$ref.split('/').at(-1)
      ].required
    const root = version === 'beta' ? '/termStore' : '/sites/{site-id}/termStore'
    expect(requiredAt(`${root}/sets`)).toEqual(['localizedNames', 'parentGroup'])
    expect(requiredAt(`${root}/groups/{group-id}/sets`)).toEqual(['localizedNames'])
    expect(requiredAt(`${root}/sets/{set-id}/relations`)).toContain('toTerm')
    expect(requiredAt(`${root}/sets/{set-id}/terms/{term-id}/relations`)).toContain('set')
  })

  it('has the links that Graph lets a body make, with how many', () => {
    for (const making of ['create', 'update'])
      expect(document.components.schemas[`microsoft.graph.group.${making}`].properties['members@odata.bind']).toEqual({
        type: 'array',
        items: { type: 'string', format: 'uri' },
        maxItems: 20,
        description: expect.any(String),
      })
  })

  it('describes 202 and 405 of relationships and assignments, 204 of a link to nothing, 304', () => {
    for (const path of [relationship, `${relationship}/accessAssignments/{delegatedAdminAccessAssignment-id}`]) {
      expect(document.paths[path].patch.responses).toMatchObject({ 202: {}, 204: {}, 405: {}, 412: {} })
      expect(document.paths[path].get.responses).toHaveProperty('304')
    }
    expect(document.paths[`${relationship}/requests`].post.responses).toHaveProperty('405')
    const ends = Object.keys(document.paths).filter((path) => path.endsWith('/fromTerm'))
    expect(ends.length).toBeGreaterThan(0)
    for (const path of ends) expect(document.paths[path].get.responses).toHaveProperty('204')
  })
})
