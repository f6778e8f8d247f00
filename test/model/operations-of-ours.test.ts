/**
 * `$metadata` and the OpenAPI document tell of each operation of ours what it takes and gives back (exchange.md §9.2, §10.2),
 * and what they say may be left out may be left out.
 */
import { Validator } from '@seriousme/openapi-schema-validator'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Document = any

interface Declared {
  readonly kind: 'Action' | 'Function'
  /** Local name of the type that it is bound to. */
  readonly on: string
  readonly name: string
  readonly params: readonly { readonly name: string; readonly type: string; readonly mayBeLeftOut: boolean }[]
  readonly returns: string | undefined
}

let server: TestServer
let openApi: Document
let declared: Declared[]
let made: Taxonomy

const many = (value: Document): Document[] => (value === undefined ? [] : [value].flat())

const declaredIn = (xml: string): Declared[] => {
  const { 'edmx:Edmx': root } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@' }).parse(xml)
  const schema = many(root['edmx:DataServices'].Schema).find((one) => one['@Namespace'] === 'relata')
  return (['Action', 'Function'] as const).flatMap((kind) =>
    many(schema[kind]).map((node): Declared => {
      const [bound, ...params] = many(node.Parameter)
      return {
        kind,
        on: bound['@Type'].split('.').at(-1),
        name: node['@Name'],
        params: params.map((param) => ({
          name: param['@Name'],
          type: param['@Type'],
          mayBeLeftOut:
            many(param.Annotation).some((one) => one['@Term'] === 'Core.OptionalParameter') ||
            (kind === 'Action' && param['@Nullable'] !== 'false' && !param['@Type'].startsWith('Collection(')),
        })),
        returns: node.ReturnType?.['@Type'],
      }
    }),
  )
}

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send, '/beta/termStore')
  declared = declaredIn((await server.send('GET', '/beta/$metadata')).text)
  openApi = await (await fetch(`${server.http}/_relata/openapi-beta.json`)).json()
})
afterAll(() => server.close())

const segments: Readonly<Record<string, string>> = {
  store: '',
  group: '/groups/{group-id}',
  set: '/sets/{set-id}',
  term: '/sets/{set-id}/terms/{term-id}',
}
const inOpenApi = ({ kind, on, name }: Declared): Document =>
  openApi.paths[`/termStore${segments[on]}/relata.${name}${kind === 'Function' ? '()' : ''}`]?.[
    kind === 'Function' ? 'get' : 'post'
  ]

describe('each operation of ours', () => {
  it('is in both documents, with the same parameters', () => {
    expect(declared.length).toBeGreaterThan(25)
    for (const one of declared) {
      const facts = inOpenApi(one)
      expect(facts, `${one.on} ${one.name}`).toBeDefined()
      const schema = facts.requestBody?.content['application/json'].schema
      const named =
        one.kind === 'Action'
          ? Object.keys(schema?.properties ?? {})
          : (facts.parameters ?? []).flatMap(({ name }: { name?: string }) => name ?? [])
      expect(named, `${one.on} ${one.name}`).toEqual(one.params.map(({ name }) => name))
      const needed =
        one.kind === 'Action'
          ? (schema?.required ?? [])
          : (facts.parameters ?? []).flatMap((param: Document) => (param.required === true ? param.name : []))
      expect(needed, `${one.on} ${one.name}`).toEqual(
        one.params.flatMap(({ name, mayBeLeftOut }) => (mayBeLeftOut ? [] : [name])),
      )
      const statuses = Object.keys(facts.responses).filter((status) => status.startsWith('2') && status !== '204')
      expect(statuses, `${one.on} ${one.name}`).toHaveLength(one.returns === undefined ? 0 : 1)
    }
  })

  it('that gives pages tells of the address of the next one', () => {
    const paged = declared.filter(({ kind }) => kind === 'Function')
    expect(paged.map(({ name }) => name)).toEqual(expect.arrayContaining(['history', 'deletedItems', 'getAllTerms']))
    for (const one of paged) {
      const { properties } = inOpenApi(one).responses['200'].content['application/json'].schema
      expect(Object.keys(properties), one.name).toEqual(expect.arrayContaining(['@odata.nextLink', 'value']))
      expect(Object.hasOwn(properties, '@odata.deltaLink')).toBe(one.name === 'delta')
    }
  })

  it('says by name what it needs and does not get, and needs nothing else', async () => {
    for (const one of declared) {
      const group = await made.group()
      const set = await made.set(group)
      const ids: Record<string, string> = { 'group-id': group, 'set-id': set, 'term-id': await made.term(set) }
      const at = `/beta/termStore${segments[one.on]?.replace(/\{([\w-]+)\}/g, (_, key: string) => ids[key] ?? '')}`
      const address = `${at}/relata.${one.name}${one.kind === 'Function' ? '()' : ''}`
      const { status, body, text } =
        one.kind === 'Function'
          ? await server.send('GET', address)
          : await server.send('POST', address, {}, { headers: { prefer: 'relata.dry-run' } })
      const said = [body?.error, ...(body?.refusals ?? [])].filter((fault) => fault !== undefined)
      const targets = said.flatMap(({ target, details = [] }: Document) => [
        target,
        ...details.map((fault: Document) => fault.target),
      ])
      const needed = one.params.filter(({ mayBeLeftOut }) => !mayBeLeftOut).map(({ name }) => name)
      expect(status, `${one.name}: ${text}`).toBeLessThan(500)
      expect([...new Set(targets)], `${one.on} ${one.name}: ${text}`).toEqual(needed)
    }
  })

  it('takes the parameters of a function in its brackets as well', async () => {
    const set = await made.set(await made.group())
    const term = await made.term(set)
    await server.send('POST', `/beta/termStore/sets/${set}/terms/${term}/relata.deprecate`, {})
    const inBrackets = async (call: string) =>
      (await server.send('GET', `/beta/termStore/sets/${set}/relata.${call}`)).body.value.length
    expect(await inBrackets('getAllTerms()')).toBe(0)
    expect(await inBrackets('getAllTerms(includeDeprecated=true)')).toBe(1)
    expect(await inBrackets("history(branch=true,verb='deprecate')")).toBe(1)
    expect(await inBrackets('history(branch=@b)?@b=true')).toBe(3)
  })

  it('is in neither document with --strict', async () => {
    const strict = await startTestServer({ strict: true })
    try {
      for (const version of ['v1.0', 'beta']) {
        const { text } = await strict.send('GET', `/${version}/$metadata`)
        expect([version, /relata|Org\.OData\.Core/.exec(text)]).toEqual([version, null])
      }
      for (const file of ['openapi.json', 'openapi-beta.json']) {
        const answer = await fetch(`${strict.http}/_relata/${file}`)
        const text = await answer.text()
        expect([file, answer.status, /relata\.[\w-]+|"x-evidence": ?"ours"/.exec(text)]).toEqual([file, 200, null])
        const { errors } = await new Validator().validate(JSON.parse(text))
        expect(errors).toBeUndefined()
      }
    } finally {
      await strict.close()
    }
  })
})
