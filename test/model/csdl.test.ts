/** Our `$metadata` against Graph's own, member by member, for the types both have. Differences are listed here. */
import { readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import type { Version } from '#edm/props.ts'
import { models } from '#workloads/models.ts'
import { type DataBeside, dataBeside } from '../_support/data-beside.ts'

/** Graph's documents lie beside the repository, for those who have them. */
const published: Readonly<Record<Version, DataBeside>> = {
  'v1.0': dataBeside('csdl/v1.0.xml'),
  beta: dataBeside('csdl/beta-term-store.xml'),
}

const gdap =
  /^microsoft\.graph\.(delegatedAdmin\w+|resellerDelegated\w+|unifiedRole|tenantInformation|longRunningOperationStatus)( |$)/

const isCompared = (path: string) =>
  path.startsWith('microsoft.graph.termStore.') ||
  /^microsoft\.graph\.(entity|keyValue)( |$)/.test(path) ||
  gdap.test(path)

const constraints = 'microsoft.graph.delegatedAdminServiceProviderConstraints'
const notServed = 'The customer’s side of the cross-tenant policy is not served: gdap.md §1.8, last line.'

const inBoth: Readonly<Record<string, string>> = {
  [`${constraints}: ours absent, Graph’s EntityType BaseType=graph.serviceProviderConstraints`]: notServed,
  [`${constraints} Property allowedRoleTemplateIds: ours absent, Graph’s Type=Collection(Edm.String)`]: notServed,
  [`${constraints} Property createdDateTime: ours absent, Graph’s Nullable=false Type=Edm.DateTimeOffset`]: notServed,
  [`${constraints} Property lastModifiedDateTime: ours absent, Graph’s Nullable=false Type=Edm.DateTimeOffset`]:
    notServed,
}

/** Wanted differences, each with its reason. A new one fails, and so does one that is no longer there. */
const wanted: Readonly<Record<Version, Readonly<Record<string, string>>>> = { 'v1.0': inBoth, beta: inBoth }

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
    const missing = document.missing ?? published['v1.0'].missing
    if (missing !== undefined) return skip(missing)
    // The document of beta lacks the GDAP types; they are the same in both versions (gdap.md §1.0).
    const first = factsOf(readFileSync(published['v1.0'].url, 'utf8'))
    const theirs = new Map([
      ...[...first].filter(([path]) => gdap.test(path)),
      ...factsOf(readFileSync(document.url, 'utf8')),
    ])
    const compared = [...theirs.keys()].filter(isCompared)
    expect(compared.length).toBeGreaterThan(150)
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
