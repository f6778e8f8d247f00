/** Turtle: one block a subject, an object a line where there are several. */
import { prefixes } from '../vocabulary.ts'
import type { ObjectNode, SubjectBlock, Triples } from './blocks.ts'

const boolean = 'http://www.w3.org/2001/XMLSchema#boolean'

export function turtleText(blocks: readonly SubjectBlock[], used: readonly string[]): string {
  const head = used.map((prefix) => `@prefix ${prefix}: <${prefixes[prefix as keyof typeof prefixes]}> .`)
  return `${[head.join('\n'), ...blocks.map(blockText)].join('\n\n')}\n`
}

function blockText({ subject, type, properties }: SubjectBlock): string {
  const first = `${subject === undefined ? '[]' : nodeText(subject)} a ${type}`
  return `${[first, ...properties.map(propertyText)].join(' ;\n  ')} .`
}

function propertyText([predicate, values]: Triples[number]): string {
  const [only, ...others] = values.map(nodeText)
  return others.length === 0 ? `${predicate} ${only}` : `${predicate}\n    ${[only, ...others].join(',\n    ')}`
}

function nodeText(node: ObjectNode): string {
  if (node.kind === 'iri') return `<${node.iri}>`
  if (node.kind === 'blank') return `_:${node.name}`
  if (node.kind === 'list') return `( ${node.members.map(nodeText).join(' ')} )`
  if (node.kind === 'inner')
    return `[ ${node.properties.map(([name, values]) => `${name} ${values.map(nodeText).join(', ')}`).join(' ; ')} ]`
  if (node.datatype === boolean) return node.value
  return `${literalText(node.value)}${node.language === '' ? '' : `@${node.language}`}${node.datatype === '' ? '' : `^^<${node.datatype}>`}`
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

/** Control characters and others that editors hide are written by number. */
function literalText(value: string): string {
  const escaped = value.replace(
    /[\\"]|[\p{Cc}\u2028\u2029\ufeff]/gu,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return `"${escaped}"`
}
