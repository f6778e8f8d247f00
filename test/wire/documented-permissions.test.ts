/**
 * @module-tag slow
 *
 * The permissions of the OpenAPI documents are those that the server asks for: each one alone is enough, and none is not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { models } from '#workloads/models.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

const methods = ['get', 'post', 'patch', 'put', 'delete'] as const
const absent = 'c0117050-0000-4000-8000-00000000dead'

interface Operation {
  readonly title: string
  readonly method: string
  /** Names rows that are not there, so that nothing is changed. */
  readonly address: string
  readonly scopes: readonly string[]
}

const operationsOf = (version: 'v1.0' | 'beta'): Operation[] => {
  const document: Document = JSON.parse(emitOpenApi(models[version], codeFor))
  return Object.entries<Document>(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      // An application has no `me`.
      if (item[method] === undefined || path.startsWith('/me')) return []
      const scopes = item[method].security.flatMap((way: Document) => way.oauth2)
      const address = `/${version}${path.replace('{site-id}', 'root').replace(/\{[^}]+\}/g, absent)}`
      return [{ title: `${method} ${path}`, method: method.toUpperCase(), address, scopes }]
    }),
  )
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const applications = new Map<string, Promise<string>>()
let last = 0

/** The id of an application with this one permission, or without any. */
const applicationWith = (scope: string): Promise<string> => {
  const register = async () => {
    const id = `7e570000-0000-4000-8000-0000000d${(++last).toString(16).padStart(4, '0')}`
    const answer = await fetch(`${server.http}/_relata/applications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        tenantId: wellKnown.contoso,
        id,
        displayName: `With ${scope}`,
        secret: wellKnown.secret,
        appRoles: scope === '' ? [] : [scope],
      }),
    })
    expect(answer.status, await answer.text()).toBe(200)
    return id
  }
  const known = applications.get(scope) ?? register()
  applications.set(scope, known)
  return known
}

const statusWith = async ({ method, address }: Operation, scope: string): Promise<number> => {
  const body = method === 'GET' || method === 'DELETE' ? undefined : {}
  return (await server.send(method, address, body, { app: await applicationWith(scope) })).status
}

describe.each(['v1.0', 'beta'] as const)('the permissions of %s', (version) => {
  const operations = operationsOf(version)

  it('are needed', async () => {
    expect(operations.length).toBeGreaterThan(250)
    const open: string[] = []
    for (const operation of operations)
      if ((await statusWith(operation, '')) !== 403 && operation.scopes.length > 0) open.push(operation.title)
    expect(open).toEqual([])
  })

  it('are each enough', async () => {
    const closed: string[] = []
    for (const operation of operations)
      for (const scope of operation.scopes)
        if ((await statusWith(operation, scope)) === 403) closed.push(`${operation.title} with ${scope}`)
    expect(closed).toEqual([])
  })
})
