/**
 * The CSDL XML document, written from the JSON one: OData CSDL XML 4.01, spelled like Graph's clean metadata. What the
 * two formats leave out differs: here a type is always named, and what says nothing of null may be null.
 */

import type { Model } from '../model.ts'
import type { Csdl, CsdlObject } from './capabilities.ts'
import { csdlOf } from './csdl.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)
}

type Attributes = Readonly<Record<string, Csdl | undefined>>

/** One element; its children stand on lines of their own, two spaces in. */
function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  )
  const start = `<${name}${given.join('')}`
  if (children.length === 0) return `${start} />`
  const inside = children.map((child) => child.replace(/^/gm, '  '))
  return [`${start}>`, ...inside, `</${name}>`].join('\n')
}

/** Members that are neither facts (`$…`) nor annotations (`@…`). */
function membersOf(holder: CsdlObject): [string, CsdlObject][] {
  return Object.entries(holder).filter(([name]) => !/^[$@]/.test(name)) as [string, CsdlObject][]
}

function typeOf({ $Type = 'Edm.String', $Collection }: CsdlObject): string {
  return $Collection === true ? `Collection(${String($Type)})` : String($Type)
}

/** Of elements of a collection the XML says only what the JSON says, as Graph's does; there is no default for them. */
function typed(facts: CsdlObject): Attributes {
  const isNever = facts['$Collection'] === true ? facts['$Nullable'] === false : facts['$Nullable'] !== true
  return { Type: typeOf(facts), Nullable: isNever ? false : undefined }
}

function property([Name, facts]: [string, CsdlObject]): string {
  if (facts['$Kind'] !== 'NavigationProperty') return element('Property', { Name, ...typed(facts) })
  return element('NavigationProperty', {
    Name,
    Type: typeOf(facts),
    ContainsTarget: facts['$ContainsTarget'],
    Nullable: facts['$Collection'] === true || facts['$Nullable'] === true ? undefined : false,
  })
}

function operation(Name: string, facts: CsdlObject): string {
  const parameters = (facts['$Parameter'] ?? []) as readonly CsdlObject[]
  const returned = facts['$ReturnType'] as CsdlObject | undefined
  return element(String(facts['$Kind']), { Name, IsBound: facts['$IsBound'] }, [
    ...parameters.map((entry) => element('Parameter', { Name: entry['$Name'], ...typed(entry) }, annotationsOf(entry))),
    ...(returned === undefined ? [] : [element('ReturnType', typed(returned))]),
  ])
}

function inContainer([Name, { $Collection, $Type, $Action, $Function }]: [string, CsdlObject]): string {
  if ($Action !== undefined) return element('ActionImport', { Name, Action: $Action })
  if ($Function !== undefined) return element('FunctionImport', { Name, Function: $Function })
  return $Collection === true
    ? element('EntitySet', { Name, EntityType: $Type })
    : element('Singleton', { Name, Type: $Type })
}

type Writer = (Name: string, facts: CsdlObject) => string

const writers: Readonly<Record<string, Writer>> = {
  EnumType: (Name, facts) =>
    element(
      'EnumType',
      { Name },
      membersOf(facts).map(([member, Value]) => element('Member', { Name: member, Value })),
    ),
  ComplexType: (Name, facts) => element('ComplexType', { Name }, membersOf(facts).map(property)),
  EntityType: (Name, facts) => {
    const keys = ((facts['$Key'] ?? []) as readonly string[]).map((key) => element('PropertyRef', { Name: key }))
    return element('EntityType', { Name, BaseType: facts['$BaseType'], Abstract: facts['$Abstract'] }, [
      ...(keys.length === 0 ? [] : [element('Key', {}, keys)]),
      ...membersOf(facts).map(property),
    ])
  },
  EntityContainer: (Name, facts) => element('EntityContainer', { Name }, membersOf(facts).map(inContainer)),
}

/** The attribute that holds a plain value, or the element that holds another. */
function expression(value: Csdl): { readonly attributes: Attributes; readonly children: readonly string[] } {
  if (typeof value === 'boolean') return { attributes: { Bool: value }, children: [] }
  if (typeof value === 'string') return { attributes: { String: value }, children: [] }
  if (typeof value === 'number') return { attributes: { Int: value }, children: [] }
  return { attributes: {}, children: [Array.isArray(value) ? collection(value) : record(value as CsdlObject)] }
}

function record(value: CsdlObject): string {
  return element(
    'Record',
    {},
    Object.entries(value).map(([Property, entry]) => {
      const { attributes, children } = expression(entry)
      return element('PropertyValue', { Property, ...attributes }, children)
    }),
  )
}

function collection(values: readonly Csdl[]): string {
  return element(
    'Collection',
    {},
    values.map((entry) =>
      typeof entry === 'string' ? `<String>${escaped(entry)}</String>` : record(entry as CsdlObject),
    ),
  )
}

/** Of members that are annotations. */
function annotationsOf(terms: CsdlObject): string[] {
  return Object.entries(terms)
    .filter(([name]) => name.startsWith('@'))
    .map(([name, value]) => {
      const { attributes, children } = expression(value)
      return element('Annotation', { Term: name.slice(1), ...attributes }, children)
    })
}

function annotations([Target, terms]: [string, Csdl]): string {
  return element('Annotations', { Target }, annotationsOf(terms as CsdlObject))
}

function schema([Namespace, facts]: [string, CsdlObject]): string {
  return element('Schema', { Namespace, Alias: facts['$Alias'], xmlns: 'http://docs.oasis-open.org/odata/ns/edm' }, [
    ...membersOf(facts).flatMap(([name, entry]) =>
      Array.isArray(entry)
        ? (entry as readonly CsdlObject[]).map((overload) => operation(name, overload))
        : [writers[String(entry['$Kind'])]?.(name, entry) ?? ''],
    ),
    ...Object.entries((facts['$Annotations'] ?? {}) as CsdlObject).map(annotations),
  ])
}

function referenced([Uri, facts]: [string, Csdl]): string {
  return element(
    'edmx:Reference',
    { Uri: Uri.replace(/\.json$/, '.xml') },
    ((facts as CsdlObject)['$Include'] as readonly CsdlObject[]).map(({ $Namespace, $Alias }) =>
      element('edmx:Include', { Namespace: $Namespace, Alias: $Alias }),
    ),
  )
}

export function emitCsdl(model: Model): string {
  const csdl = csdlOf(model)
  const document = element(
    'edmx:Edmx',
    { Version: csdl['$Version'], 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' },
    [
      ...Object.entries(csdl['$Reference'] as CsdlObject).map(referenced),
      element('edmx:DataServices', {}, membersOf(csdl).map(schema)),
    ],
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n${document}\n`
}
