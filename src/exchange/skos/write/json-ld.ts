/** JSON-LD with a context of prefixes in the file itself. */
import { prefixes } from '../vocabulary.ts'
import type { ObjectNode, SubjectBlock, SubjectNode, Triples } from './blocks.ts'

type Json = string | boolean | Json[] | { [member: string]: Json }

export function jsonLdText(blocks: readonly SubjectBlock[], used: readonly string[]): string {
  const context = Object.fromEntries(used.map((prefix) => [prefix, prefixes[prefix as keyof typeof prefixes]]))
  const graph = blocks.map(({ subject, type, properties }) => ({
    ...(subject === undefined ? {} : { '@id': keyOf(subject) }),
    '@type': type,
    ...membersOf(properties),
  }))
  return `${JSON.stringify({ '@context': context, '@graph': graph }, null, 2)}\n`
}

function keyOf(subject: SubjectNode): string {
  return subject.kind === 'iri' ? subject.iri : `_:${subject.name}`
}

function membersOf(properties: Triples): Record<string, Json> {
  return Object.fromEntries(
    properties.map(([predicate, values]) => {
      const [only, ...others] = values.map(valueOfNode)
      return [predicate, only !== undefined && others.length === 0 ? only : values.map(valueOfNode)]
    }),
  )
}

function valueOfNode(node: ObjectNode): Json {
  if (node.kind === 'list') return { '@list': node.members.map((member) => ({ '@id': keyOf(member) })) }
  if (node.kind === 'inner') return membersOf(node.properties)
  if (node.kind !== 'text') return { '@id': keyOf(node) }
  if (node.language !== '') return { '@language': node.language, '@value': node.value }
  return node.datatype === '' ? node.value : { '@type': node.datatype, '@value': node.value }
}
