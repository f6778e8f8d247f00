import { describe, expect, it } from 'vitest'
import { entityType, many, one } from '../define.ts'
import { modelOf } from '../model.ts'
import { choice, complex, complexType, enumType, flag, text, type Version } from '../props.ts'
import { emitCsdl } from './emit-csdl.ts'

const source = 'a test'
const doc = 'Of no importance.'
const betaOnly: readonly Version[] = ['beta']

const entity = entityType('microsoft.graph.entity', {
  doc,
  source,
  abstract: true,
  props: { id: text({ nullable: false, doc }) },
  navs: {},
})
const colour = enumType('microsoft.graph.zoo.colour', doc, ['red', { name: 'infrared', published: betaOnly }])
const tag = complexType('microsoft.graph.tag', doc, { words: text({ collection: true, nullable: false, doc }) })
const secret = entityType('microsoft.graph.zoo.secret', {
  doc,
  source,
  base: entity,
  published: false,
  props: {},
  navs: {},
})
const animal = entityType('microsoft.graph.zoo.animal', {
  doc,
  source,
  base: entity,
  scopes: { read: ['Zoo.Read'], write: ['Zoo.Write'] },
  props: {
    tags: complex(tag, { collection: true, doc }),
    colour: choice(colour, { doc }),
    alive: flag({ nullable: false, doc }),
    weightClass: text({ published: betaOnly, doc }),
    sortKey: text({ published: false, doc }),
  },
  navs: {
    mate: one('microsoft.graph.zoo.animal', { doc, can: { get: 'docs', update: 'later' } }),
    cage: one('microsoft.graph.entity', { nullable: false, doc }),
    children: many('microsoft.graph.zoo.animal', { contained: true, doc, can: {}, inverse: 'mate' }),
    keeper: one('microsoft.graph.zoo.secret', { doc }),
    shadow: one('microsoft.graph.zoo.animal', { published: false, doc }),
  },
})

const workload = {
  enums: [colour],
  complexes: [tag],
  entities: [animal, secret, entity],
  roots: [
    { kind: 'set', name: 'zebras', target: animal.name, doc, can: {} },
    { kind: 'singleton', name: 'ape', target: animal.name, doc, can: {} },
    { kind: 'set', name: 'hidden', target: animal.name, doc, published: false, can: {} },
  ],
} as const

function xmlOf(version: Version) {
  return emitCsdl(modelOf(version, [workload]))
}

/** Without what it says of capabilities. */
function plainXmlOf(version: Version) {
  return xmlOf(version).replace(/^ *<(Annotations|edmx:Reference) [\s\S]*?^ *<\/\1>\n/gm, '')
}

describe('emitCsdl', () => {
  it('writes what a version publishes, members by name, and nothing else', () => {
    expect(plainXmlOf('v1.0')).toBe(`<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <ComplexType Name="tag">
        <Property Name="words" Type="Collection(Edm.String)" Nullable="false" />
      </ComplexType>
      <EntityType Name="entity" Abstract="true">
        <Key>
          <PropertyRef Name="id" />
        </Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />
      </EntityType>
      <EntityContainer Name="GraphService">
        <Singleton Name="ape" Type="microsoft.graph.zoo.animal" />
        <EntitySet Name="zebras" EntityType="microsoft.graph.zoo.animal" />
      </EntityContainer>
    </Schema>
    <Schema Namespace="microsoft.graph.zoo" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EnumType Name="colour">
        <Member Name="red" Value="0" />
      </EnumType>
      <EntityType Name="animal" BaseType="graph.entity">
        <Property Name="alive" Type="Edm.Boolean" Nullable="false" />
        <Property Name="colour" Type="microsoft.graph.zoo.colour" />
        <Property Name="tags" Type="Collection(graph.tag)" />
        <NavigationProperty Name="cage" Type="graph.entity" Nullable="false" />
        <NavigationProperty Name="children" Type="Collection(microsoft.graph.zoo.animal)" ContainsTarget="true" />
        <NavigationProperty Name="mate" Type="microsoft.graph.zoo.animal" />
      </EntityType>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`)
  })

  it('says what may be done where, and with which permissions', () => {
    const restrictions = (target: string) =>
      new RegExp(`<Annotations Target="${target}">([\\s\\S]*?)</Annotations>`)
        .exec(xmlOf('v1.0'))?.[1]
        ?.replace(/\s+/g, ' ')
    expect(restrictions('microsoft.graph.zoo.animal/mate')).toBe(
      ' <Annotation Term="Capabilities.ReadRestrictions"> <Record> <PropertyValue Property="Readable" Bool="true" />' +
        ' <PropertyValue Property="Permissions"> <Collection> <Record> <PropertyValue Property="SchemeName" String="oauth2" />' +
        ' <PropertyValue Property="Scopes"> <Collection> <Record> <PropertyValue Property="Scope" String="Zoo.Read" />' +
        ' </Record> </Collection> </PropertyValue> </Record> </Collection> </PropertyValue> </Record> </Annotation>' +
        ' <Annotation Term="Capabilities.UpdateRestrictions"> <Record> <PropertyValue Property="Updatable" Bool="false" />' +
        ' </Record> </Annotation>' +
        ' <Annotation Term="Capabilities.DeleteRestrictions"> <Record> <PropertyValue Property="Deletable" Bool="false" />' +
        ' </Record> </Annotation>' +
        ' <Annotation Term="Capabilities.ExpandRestrictions"> <Record> <PropertyValue Property="Expandable" Bool="true" />' +
        ' </Record> </Annotation> ',
    )
    expect(restrictions('microsoft.graph.zoo.animal/shadow')).toBeUndefined()
    expect(restrictions('microsoft.graph.GraphService/zebras')).toContain(
      '<PropertyValue Property="Readable" Bool="false" />',
    )
  })

  it('shows members of one version in that version only', () => {
    expect(xmlOf('beta')).toContain('<Member Name="infrared" Value="1" />')
    expect(xmlOf('beta')).toContain('<Property Name="weightClass" Type="Edm.String" />')
    expect(xmlOf('v1.0')).not.toMatch(/infrared|weightClass/)
  })

  it('keeps the order of declaration out of the text', () => {
    const reversed = {
      ...workload,
      entities: workload.entities.toReversed(),
      roots: workload.roots.toReversed(),
    }
    expect(emitCsdl(modelOf('beta', [reversed]))).toBe(xmlOf('beta'))
  })

  it('escapes what XML gives a meaning to', () => {
    const odd = entityType('microsoft.graph.odd', { doc, source, props: { 'a<b>&"c': text({ doc }) }, navs: {} })
    const model = modelOf('beta', [{ enums: [], complexes: [], entities: [odd], roots: [] }])
    expect(emitCsdl(model)).toContain('Name="a&lt;b&gt;&amp;&quot;c"')
  })
})
