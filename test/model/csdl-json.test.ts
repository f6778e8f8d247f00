/** The XML and the JSON form of `$metadata` say the same: the XML is read back by rules of its own and compared. */
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { emitCsdlJson } from '#edm/documents/csdl.ts'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { models } from '#workloads/models.ts'
import { shopModels } from '../reference/model.ts'

type Node = Readonly<Record<string, unknown>>

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseAttributeValue: false })

const many = (value: unknown): Node[] => {
  if (value === undefined) return []
  // An element with nothing in it is read as an empty text.
  return (Array.isArray(value) ? value : [value]).map((entry) => (entry === '' ? {} : entry)) as Node[]
}

const text = (node: Node, name: string): string | undefined => node[`@${name}`] as string | undefined
const put = (holder: Record<string, unknown>, name: string, value: unknown) => {
  if (value !== undefined) holder[name] = value
}

/** CSDL XML §7.2 and §8.3 against CSDL JSON: defaults that differ. */
const typed = (node: Node, link = false): Record<string, unknown> => {
  const written = text(node, 'Type') ?? 'Edm.String'
  const element = /^Collection\((.*)\)$/.exec(written)?.[1]
  const facts: Record<string, unknown> = {}
  if (element !== undefined) facts['$Collection'] = true
  if ((element ?? written) !== 'Edm.String') facts['$Type'] = element ?? written
  const nullable = text(node, 'Nullable')
  if (element === undefined && nullable !== 'false') facts['$Nullable'] = true
  // CSDL XML §7.2.1: there is no default for the elements of a collection.
  if (element !== undefined && nullable !== undefined && !link) facts['$Nullable'] = nullable === 'true'
  return facts
}

const propertiesIn = (node: Node): [string, unknown][] => [
  ...many(node['Property']).map((entry): [string, unknown] => [text(entry, 'Name') ?? '', typed(entry)]),
  ...many(node['NavigationProperty']).map((entry): [string, unknown] => {
    const facts = { $Kind: 'NavigationProperty', ...typed(entry, true) }
    return [
      text(entry, 'Name') ?? '',
      text(entry, 'ContainsTarget') === 'true' ? { ...facts, $ContainsTarget: true } : facts,
    ]
  }),
]

const readValue = (node: Node): unknown => {
  if (text(node, 'Bool') !== undefined) return text(node, 'Bool') === 'true'
  if (text(node, 'String') !== undefined) return text(node, 'String')
  const [record] = many(node['Record'])
  if (record !== undefined) return recordOf(record)
  const [collection] = many(node['Collection'])
  if (collection === undefined) throw new Error(`no value in ${JSON.stringify(node)}`)
  return [
    ...many(collection['Record']).map(recordOf),
    ...(Array.isArray(collection['String']) ? collection['String'] : []),
  ]
}

const annotationsIn = (node: Node): Record<string, unknown> =>
  Object.fromEntries(many(node['Annotation']).map((entry) => [`@${text(entry, 'Term')}`, readValue(entry)]))

const recordOf = (node: Node): unknown =>
  Object.fromEntries(many(node['PropertyValue']).map((entry) => [text(entry, 'Property'), readValue(entry)]))

const readType = (kind: string, node: Node): unknown => {
  const type: Record<string, unknown> = { $Kind: kind }
  if (kind === 'EnumType') {
    for (const member of many(node['Member'])) type[text(member, 'Name') ?? ''] = Number(text(member, 'Value'))
    return type
  }
  put(type, '$BaseType', text(node, 'BaseType'))
  if (text(node, 'Abstract') === 'true') type['$Abstract'] = true
  const keys = many(node['Key']).flatMap((key) => many(key['PropertyRef']).map((entry) => text(entry, 'Name')))
  if (keys.length > 0) type['$Key'] = keys
  return { ...type, ...Object.fromEntries(propertiesIn(node)) }
}

const readOperation = (kind: string, node: Node): unknown => {
  const made: Record<string, unknown> = { $Kind: kind }
  if (text(node, 'IsBound') === 'true') made['$IsBound'] = true
  const parameters = many(node['Parameter']).map((entry) => ({
    $Name: text(entry, 'Name'),
    ...typed(entry),
    ...annotationsIn(entry),
  }))
  if (parameters.length > 0) made['$Parameter'] = parameters
  const [returned] = many(node['ReturnType'])
  if (returned !== undefined) made['$ReturnType'] = typed(returned)
  return made
}

const readContainer = (node: Node): unknown => {
  const container: Record<string, unknown> = { $Kind: 'EntityContainer' }
  const set = (kind: string, read: (entry: Node) => unknown) => {
    for (const entry of many(node[kind])) container[text(entry, 'Name') ?? ''] = read(entry)
  }
  set('EntitySet', (entry) => ({ $Collection: true, $Type: text(entry, 'EntityType') }))
  set('Singleton', (entry) => ({ $Type: text(entry, 'Type') }))
  set('ActionImport', (entry) => ({ $Action: text(entry, 'Action') }))
  set('FunctionImport', (entry) => ({ $Function: text(entry, 'Function') }))
  return container
}

const readSchema = (node: Node): unknown => {
  const schema: Record<string, unknown> = {}
  put(schema, '$Alias', text(node, 'Alias'))
  for (const kind of ['EnumType', 'ComplexType', 'EntityType'])
    for (const type of many(node[kind])) schema[text(type, 'Name') ?? ''] = readType(kind, type)
  for (const kind of ['Action', 'Function'])
    for (const entry of many(node[kind])) {
      const name = text(entry, 'Name') ?? ''
      schema[name] = [...((schema[name] as unknown[] | undefined) ?? []), readOperation(kind, entry)]
    }
  for (const container of many(node['EntityContainer']))
    schema[text(container, 'Name') ?? ''] = readContainer(container)
  const annotations = many(node['Annotations']).map((target): [string, unknown] => [
    text(target, 'Target') ?? '',
    annotationsIn(target),
  ])
  if (annotations.length > 0) schema['$Annotations'] = Object.fromEntries(annotations)
  return schema
}

const readXml = (xml: string): unknown => {
  const root = (parser.parse(xml) as Record<string, Node>)['edmx:Edmx'] as Node
  const schemas = many((root['edmx:DataServices'] as Node)['Schema'])
  const container = schemas.flatMap((schema) =>
    many(schema['EntityContainer']).map((entry) => `${text(schema, 'Namespace')}.${text(entry, 'Name')}`),
  )
  return {
    $Version: text(root, 'Version'),
    $EntityContainer: container[0],
    $Reference: Object.fromEntries(
      many(root['edmx:Reference']).map((entry) => [
        // Each format refers to the vocabulary in its own.
        text(entry, 'Uri')?.replace(/\.xml$/, '.json'),
        {
          $Include: many(entry['edmx:Include']).map((include) => ({
            $Namespace: text(include, 'Namespace'),
            $Alias: text(include, 'Alias'),
          })),
        },
      ]),
    ),
    ...Object.fromEntries(schemas.map((schema) => [text(schema, 'Namespace'), readSchema(schema)])),
  }
}

// The shop has what the workloads have not: actions, operations of the service, overloads.
const all = { ...models, shop: shopModels['v1.0'] }

describe.each(['v1.0', 'beta', 'shop'] as const)('$metadata of %s', (name) => {
  const xml = emitCsdl(all[name])
  const json = JSON.parse(emitCsdlJson(all[name]))

  it('says in JSON what it says in XML', () => {
    expect(json).toEqual(readXml(xml))
  })

  it('is compared as a whole: a change of the XML anywhere is seen', () => {
    for (const [from, to] of [
      ['Nullable="false"', 'Nullable="true"'],
      ['ContainsTarget="true"', 'ContainsTarget="false"'],
      ['Bool="true"', 'Bool="false"'],
      ['<Member Name="', '<Member Name="x'],
      ['<Singleton Name="', '<Singleton Name="x'],
      ['<Function Name="', '<Function Name="x'],
    ] as const) {
      expect(xml).toContain(from)
      expect(readXml(xml.replace(from, to)), from).not.toEqual(json)
    }
  })

  it('refers to documents of its own format only', () => {
    const addresses = Object.keys(json.$Reference)
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect(address).toMatch(/\.json$/)
    const inXml = [...xml.matchAll(/ Uri="([^"]+)"/g)].map(([, uri]) => uri)
    expect(inXml).toEqual(addresses.map((address) => address.replace(/json$/, 'xml')))
  })

  it('declares each type after the one it is derived from', () => {
    for (const [namespace, schema] of Object.entries(json).filter(([key]) => !key.startsWith('$'))) {
      const names = Object.keys(schema as object)
      const derived = Object.entries(schema as Record<string, { $BaseType?: string }>).flatMap(([type, facts]) =>
        facts.$BaseType === undefined ? [] : [[type, facts.$BaseType.replace(/^graph\./, 'microsoft.graph.')] as const],
      )
      for (const [type, base] of derived.filter(([, name]) => name.startsWith(`${namespace}.`))) {
        const at = names.indexOf(base.slice(namespace.length + 1))
        if (at >= 0) expect(at, `${type} after ${base}`).toBeLessThan(names.indexOf(type))
      }
    }
    const inJson = Object.entries(json as Record<string, Record<string, { $Kind?: string }>>).flatMap(
      ([key, schema]) =>
        key.startsWith('$') ? [] : Object.keys(schema).filter((type) => schema[type]?.$Kind === 'EntityType'),
    )
    expect([...xml.matchAll(/<EntityType Name="([^"]+)"/g)].map(([, type]) => type)).toEqual(inJson)
  })

  it('never says that an element of a collection may be null, which bodies refuse', () => {
    const said = JSON.stringify(json).match(/"\$Collection":true(?:,"\$Type":"[^"]+")?,"\$Nullable":true/g)
    expect(said).toBeNull()
  })

  it('annotates only what is there', () => {
    for (const [namespace, schema] of Object.entries(json).filter(([name]) => !name.startsWith('$'))) {
      const { $Annotations: targets = {} } = schema as { $Annotations?: Record<string, unknown> }
      for (const target of Object.keys(targets)) {
        const [type = '', member] = target
          .replace(/\(.*$/, '')
          .slice(namespace.length + 1)
          .split('/')
        const declared = (schema as Record<string, Record<string, unknown>>)[type]
        expect(declared, target).toBeDefined()
        if (member !== undefined) expect(declared?.[member], target).toBeDefined()
      }
    }
  })
})
