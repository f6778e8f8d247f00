/** Characters that a syntax cannot hold, taken out of texts and listed: halves of pairs, and in XML control characters. */
import type { Losses } from '../../doc/losses.ts'
import { writable } from '../../xml/escape.ts'
import type { ObjectNode, SubjectBlock, Triples } from './blocks.ts'
import { keyOf } from './naming.ts'

export function withoutUnwritable(blocks: readonly SubjectBlock[], syntax: string, losses: Losses): SubjectBlock[] {
  const clean = (value: string): string =>
    syntax === 'rdf-xml' ? writable(value) : value.replace(/\p{Surrogate}/gu, '')
  const inProperties = (entries: Triples, path: string): Triples =>
    entries.map(([predicate, values]) => [predicate, values.map((value) => inValue(value, path))] as const)
  const inValue = (value: ObjectNode, path: string): ObjectNode => {
    if (value.kind === 'inner') return { ...value, properties: inProperties(value.properties, path) }
    if (value.kind !== 'text') return value
    const kept = clean(value.value)
    if (kept === value.value) return value
    losses.add('characters', { path, value: value.value })
    return { ...value, value: kept }
  }
  return blocks.map((block) => ({
    ...block,
    properties: inProperties(block.properties, block.subject === undefined ? '' : keyOf(block.subject)),
  }))
}
