/** The OpenAPI documents: valid by somebody else's rules, and true of what is served. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import type { Model } from '#edm/model.ts'
import { allowAt, isCollection } from '#engine/access/authorize.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { resolvePath } from '#odata/url/path.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import { models } from '#workloads/models.ts'
import { shopModels } from '../reference/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

const methods = ['get', 'post', 'patch', 'put', 'delete'] as const

/** With a key for each name in braces. */
const written = (document: Document, path: string): string =>
  path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const own = document.paths[path].get?.parameters?.find((entry: Document) => entry.name === name)
    return (own ?? document.components.parameters[name]).example
  })

const methodsAt = ({ steps, call, counted, ref }: ResolvedPath): string[] => {
  const last = steps.at(-1)
  if (call !== undefined) return [call.kind === 'action' ? 'post' : 'get']
  if (counted || last === undefined) return ['get']
  return allowAt(last, false, ref).toLowerCase().split(', ')
}

const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => (name === '$ref' ? [inner as string] : refsIn(inner)))

const at = (document: Document, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce((holder, name) => holder?.[name], document)

// The shop has what the workloads have not: actions, operations of the service, PUT, links to one by reference.
const all = { ...models, shop: shopModels['v1.0'] }

describe.each(['v1.0', 'beta', 'shop'] as const)('the OpenAPI document of %s', (version) => {
  const model: Model = all[version]
  const document: Document = JSON.parse(emitOpenApi(model, codeFor))
  const paths = Object.keys(document.paths)

  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('is held against rules that bite', async () => {
    const broken = structuredClone(document)
    broken.paths[paths[0] ?? ''].get = { summary: 7 }
    expect((await new Validator().validate(broken)).valid).toBe(false)
  })

  it('shows addresses that resolve, each with methods the model has there', () => {
    expect(paths.length).toBeGreaterThan(version === 'shop' ? 30 : 150)
    for (const path of paths) {
      const resolved = resolvePath(model, written(document, path), false)
      const there = methodsAt(resolved)
      for (const method of methods.filter((name) => document.paths[path][name] !== undefined))
        expect(there, `${method} ${path}`).toContain(method)
    }
  })

  it('refers to nothing that is not there, and defines nothing that is not referred to', () => {
    const refs = new Set(refsIn(document))
    for (const ref of refs) expect(at(document, ref), ref).toBeDefined()
    const { schemas, parameters, responses, examples } = document.components
    for (const [kind, entries] of Object.entries({ parameters, responses, examples, schemas }))
      for (const name of Object.keys(entries as object)) {
        // Rows of a base may be of a derived type.
        if (kind === 'schemas' && 'allOf' in schemas[name]) continue
        expect(refs, `${kind} ${name}`).toContain(`#/components/${kind}/${name}`)
      }
  })

  it('names each operation once and each key of its path', () => {
    const ids: string[] = []
    for (const [path, item] of Object.entries<Document>(document.paths)) {
      const named = (item.parameters ?? []).map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1))
      for (const method of methods.filter((name) => item[name] !== undefined)) {
        ids.push(item[method].operationId)
        const own = (item[method].parameters ?? []).flatMap((entry: Document) =>
          entry.in === 'path' ? [entry.name] : [],
        )
        const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
        expect([...named, ...own].sort(), path).toEqual(inPath.sort())
      }
    }
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('says below which path the rest is shown, and shows more there', () => {
    const continued = Object.entries<Document>(document.paths).filter(([, item]) => item['x-continues'] !== undefined)
    expect(continued.length).toBeGreaterThan(version === 'shop' ? 0 : 20)
    for (const [path, item] of continued) {
      const rest = item['x-continues']
      expect(document.paths[rest], path).toBeDefined()
      expect(paths.some((other) => other.startsWith(`${rest}/`))).toBe(true)
      const targets = [path, rest].map(
        (entry) => resolvePath(model, written(document, entry), false).steps.at(-1)?.target.name,
      )
      expect(targets[0]).toBe(targets[1])
    }
  })

  it('stays of a size that can be read', () => {
    expect(JSON.stringify(document).length).toBeLessThan(700_000)
  })
})

describe.each(['v1.0', 'beta'] as const)('the operations of %s', (version) => {
  const document: Document = JSON.parse(emitOpenApi(models[version], codeFor))

  it('show the documented operations of the term store and of delegated administration', () => {
    const root = version === 'beta' ? '/termStore' : '/sites/{site-id}/termStore'
    for (const [method, path] of [
      ['get', ''],
      ['patch', ''],
      ['get', '/groups'],
      ['post', '/groups'],
      ['delete', '/groups/{group-id}'],
      ['get', '/groups/{group-id}/sets'],
      ['post', '/sets'],
      ['delete', '/sets/{set-id}'],
      ['get', '/sets/{set-id}/children'],
      ['post', '/sets/{set-id}/terms/{term-id}/children'],
      ['patch', '/sets/{set-id}/terms/{term-id}'],
      ['get', '/groups/{group-id}/sets/{set-id}/terms/{term-id}'],
      ['get', '/sets/{set-id}/relations'],
      ['post', '/sets/{set-id}/terms/{term-id}/relations'],
    ] as const)
      expect(document.paths[`${root}${path}`]?.[method], `${method} ${path}`).toBeDefined()
    const relationships = '/tenantRelationships/delegatedAdminRelationships'
    const patch = document.paths[`${relationships}/{delegatedAdminRelationship-id}`].patch
    expect(patch.parameters).toContainEqual({ $ref: '#/components/parameters/ifMatchRequired' })
    expect(patch.security).toEqual([{ oauth2: ['DelegatedAdminRelationship.ReadWrite.All'] }])
    expect(document.paths[relationships].get.security).toHaveLength(2)
    expect(patch.responses['412']).toEqual({ $ref: '#/components/responses/graph.412' })
    expect(document.components.responses['onedrive.404'].content['application/json'].example.error.code).toBe(
      'itemNotFound',
    )
  })
})

/** A walk of the model that follows numbers, so that the same walk can be taken again. */
const walkOf = (model: Model, seed: number): string => {
  let state = seed * 2654435761 + 1
  const pick = <T>(entries: readonly T[]): T | undefined => {
    state = (state * 1103515245 + 12345) % 2147483648
    return entries[(state >> 12) % entries.length]
  }
  const reachable = (entry: { readonly published?: unknown; readonly can: object }) =>
    entry.published !== false || Object.keys(entry.can).length > 0
  const root = pick([...model.roots.values()].filter(reachable))
  if (root === undefined) return '/'
  let path = `/${root.name}${root.kind === 'set' ? '/k' : ''}`
  let target = root.target
  for (let depth = 0; depth < 8; depth++) {
    const next = pick([...model.view(target).navs.values()].filter(({ nav }) => reachable(nav)))
    if (next === undefined) break
    path += `/${next.name}${next.nav.many ? '/k' : ''}`
    target = next.nav.target
  }
  return path
}

describe.each(['v1.0', 'beta'] as const)('paths of %s', (version) => {
  it('resolve on 240 random walks of the model', () => {
    const walks = Array.from({ length: 240 }, (_, seed) => walkOf(models[version], seed))
    expect(new Set(walks).size).toBeGreaterThan(60)
    for (const walk of walks) {
      const { steps } = resolvePath(models[version], walk, false)
      expect(steps.every((step) => !isCollection(step))).toBe(true)
    }
  })
})
