/** RDF/XML: typed node elements; every predicate that is written has a QName. */
import { attributeText, contentText } from '../../xml/escape.ts'
import { prefixes } from '../vocabulary.ts'
import type { ObjectNode, SubjectBlock, SubjectNode, Triples } from './blocks.ts'

export function rdfXmlText(blocks: readonly SubjectBlock[], used: readonly string[]): string {
  const declared = ['rdf', ...used.filter((prefix) => prefix !== 'rdf')].map(
    (prefix) => `\n  xmlns:${prefix}="${prefixes[prefix as keyof typeof prefixes]}"`,
  )
  const lines = ['<?xml version="1.0" encoding="utf-8"?>', `<rdf:RDF${declared.join('')}>`]
  for (const { subject, type, properties } of blocks) {
    lines.push(`  <${type}${subject === undefined ? '' : subjectText(subject)}>`)
    writeProperties(lines, properties, '    ')
    lines.push(`  </${type}>`)
  }
  lines.push('</rdf:RDF>')
  return `${lines.join('\n')}\n`
}

function subjectText(subject: SubjectNode): string {
  if (subject.kind === 'blank') return ` rdf:nodeID="${subject.name}"`
  return ` rdf:about="${attributeText(subject.iri)}"`
}

function writeProperties(lines: string[], properties: Triples, indent: string): void {
  for (const [predicate, values] of properties) for (const value of values) writeValue(lines, predicate, value, indent)
}

function writeValue(lines: string[], predicate: string, value: ObjectNode, indent: string): void {
  if (value.kind === 'iri') lines.push(`${indent}<${predicate} rdf:resource="${attributeText(value.iri)}"/>`)
  else if (value.kind === 'blank') lines.push(`${indent}<${predicate} rdf:nodeID="${value.name}"/>`)
  else if (value.kind === 'text') {
    const language = value.language === '' ? '' : ` xml:lang="${attributeText(value.language)}"`
    const datatype = value.datatype === '' ? '' : ` rdf:datatype="${attributeText(value.datatype)}"`
    lines.push(`${indent}<${predicate}${language}${datatype}>${contentText(value.value)}</${predicate}>`)
  } else if (value.kind === 'inner') {
    lines.push(`${indent}<${predicate} rdf:parseType="Resource">`)
    writeProperties(lines, value.properties, `${indent}  `)
    lines.push(`${indent}</${predicate}>`)
  } else {
    lines.push(`${indent}<${predicate} rdf:parseType="Collection">`)
    for (const member of value.members) lines.push(`${indent}  <rdf:Description${subjectText(member)}/>`)
    lines.push(`${indent}</${predicate}>`)
  }
}
