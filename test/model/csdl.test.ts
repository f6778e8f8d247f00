/** Our `$metadata` against Graph's own, member by member, for the types both have. Differences are listed here. */
import { existsSync, readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Version } from '#edm/define.ts'
import { emitCsdl } from '#edm/emit-csdl.ts'
import { models } from '#model/index.ts'

/** Graph's documents lie beside the repository, for those who have them. */
const published: Readonly<Record<Version, URL>> = {
  'v1.0': new URL('../../../shared/data/csdl/v1.0.xml', import.meta.url),
  beta: new URL('../../../shared/data/csdl/beta-term-store.xml', import.meta.url),
}

const isCompared = (path: string) =>
  path.startsWith('microsoft.graph.termStore.') || /^microsoft\.graph\.(entity|keyValue)( |$)/.test(path)

/** Wanted differences, each with its reason. A new one fails, and so does one that is no longer there. */
const wanted: Readonly<Record<Version, Readonly<Record<string, string>>>> = { 'v1.0': {}, beta: {} }

type XmlNode = Readonly<Record<string, unknown>>

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseAttributeValue: false })

const nodesOf = (value: unknown): XmlNode[] => {
  if (value === undefined || value === '') return []
  return (Array.isArray(value) ? value : [value]) as XmlNode[]
}

const attributesOf = (node: XmlNode): string =>
  Object.entries(node)
    .filter(([key]) => key.startsWith('@') && key !== '@Name')
    .map(([key, value]) => `${key.slice(1)}=${String(value)}`)
    .sort()
    .join(' ')

const typeKinds = ['EnumType', 'ComplexType', 'EntityType'] as const
const memberKinds = ['Member', 'Property', 'NavigationProperty'] as const

/** `microsoft.graph.termStore.set NavigationProperty terms` → `ContainsTarget=true Type=…`, for types and members. */
const factsOf = (xml: string): Map<string, string> => {
  const facts = new Map<string, string>()
  const document = parser.parse(xml) as Record<string, Record<string, Record<string, unknown>>>
  for (const schema of nodesOf(document['edmx:Edmx']?.['edmx:DataServices']?.['Schema'])) {
    for (const kind of typeKinds) {
      for (const type of nodesOf(schema[kind]))
        addType(facts, `${String(schema['@Namespace'])}.${type['@Name']}`, kind, type)
    }
  }
  return facts
}

const addType = (facts: Map<string, string>, name: string, kind: string, type: XmlNode) => {
  facts.set(name, `${kind} ${attributesOf(type)}`.trim())
  for (const key of nodesOf(type['Key'])) {
    const refs = nodesOf(key['PropertyRef']).map((ref) => String(ref['@Name']))
    facts.set(`${name} Key`, refs.join(' '))
  }
  for (const member of memberKinds) {
    for (const node of nodesOf(type[member])) facts.set(`${name} ${member} ${node['@Name']}`, attributesOf(node))
  }
}

const differences = (ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): string[] =>
  [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((path) => isCompared(path) && ours.get(path) !== theirs.get(path))
    .map((path) => `${path}: ours ${ours.get(path) ?? 'absent'}, Graph’s ${theirs.get(path) ?? 'absent'}`)
    .sort()

describe.each(['v1.0', 'beta'] as const)('$metadata of %s', (version) => {
  it('equals Graph’s for the types we serve, but for the listed differences', ({ skip }) => {
    const document = published[version]
    if (!existsSync(document)) return skip('skipped, data not found')
    const theirs = factsOf(readFileSync(document, 'utf8'))
    const compared = [...theirs.keys()].filter(isCompared)
    expect(compared.length).toBeGreaterThan(50)
    expect(differences(factsOf(emitCsdl(models[version])), theirs)).toEqual(Object.keys(wanted[version]).sort())
  })

  it('refers only to types that it declares', () => {
    const facts = factsOf(emitCsdl(models[version]))
    const references = [...facts.values()].flatMap((fact) =>
      [...fact.matchAll(/(?:Type|BaseType)=(?:Collection\()?([\w.]+)/g)].map(([, name = '']) =>
        name.replace(/^graph\./, 'microsoft.graph.'),
      ),
    )
    expect(references.length).toBeGreaterThan(20)
    expect(references.filter((name) => !name.startsWith('Edm.') && !facts.has(name))).toEqual([])
  })
})

describe('the comparison itself', () => {
  const schema = (members: string) =>
    `<edmx:Edmx><edmx:DataServices><Schema Namespace="microsoft.graph"><EntityType Name="entity">${members}</EntityType></Schema></edmx:DataServices></edmx:Edmx>`

  it('sees a member that only one side has, and one that differs', () => {
    const ours = factsOf(schema('<Property Name="id" Type="Edm.String" /><Property Name="more" Type="Edm.String" />'))
    const theirs = factsOf(schema('<Property Name="id" Type="Edm.String" Nullable="false" />'))
    expect(differences(ours, theirs)).toEqual([
      'microsoft.graph.entity Property id: ours Type=Edm.String, Graph’s Nullable=false Type=Edm.String',
      'microsoft.graph.entity Property more: ours Type=Edm.String, Graph’s absent',
    ])
  })
})
