/** Properties as triples: those of exchange.md §6.6 as themselves, the others as `relata:property`. */

import { canonicalTag } from '#workloads/term-store/rules/languages/languages.ts'
import { compareText } from '../../doc/doc-index.ts'
import type { Properties as Values } from '../../document.ts'
import { quoted } from '../read/properties.ts'
import { isIri, keptPredicates, prefixes } from '../vocabulary.ts'
import { properties as entries, iriNode, type ObjectNode, text } from './blocks.ts'

const numbered = /^(.*?)(?:#(\d+))?$/s

/** Whether `name`, `name#2` … up to the key itself are all there, so that reading numbers them alike. */
function isInRow(values: Values, name: string, count: number): boolean {
  for (let at = 1; at < count; at += 1) if (values[at === 1 ? name : `${name}#${at}`] === undefined) return false
  return true
}

/** `isAsItself`: whether the predicate, in the place where it is written, is read back as a property. */
export function keptTriples(
  values: Values | undefined,
  isAsItself: (name: string, node: ObjectNode) => boolean,
): { known: [string, ObjectNode[]][]; others: ObjectNode[] } {
  const known = new Map<string, ObjectNode[]>()
  const others: ObjectNode[] = []
  for (const [key, value] of sorted(values ?? {})) {
    if (key === 'skos:uri') continue
    const [, name = key, count = '1'] = numbered.exec(key) ?? []
    const kind = keptPredicates.get(name)
    const node = kind === undefined || count === '0' ? undefined : nodeOf(kind, value)
    const row = known.get(name) ?? []
    if (
      node === undefined ||
      !isAsItself(name, node) ||
      !isInRow(values ?? {}, name, Number(count)) ||
      row.length + 1 !== Number(count) ||
      holds(row, node)
    ) {
      others.push(pairNode(key, value))
    } else known.set(name, [...row, node])
  }
  return { known: [...known], others }
}

const ranks = new Map([...keptPredicates.keys()].map((name, at) => [name, at]))

/** In the order of the list, then by name; repeats by their number, as reading gives them. */
function sorted(values: Values): [string, string][] {
  const keyed = Object.entries(values).map(([key, value]) => {
    const [, name = key, count = '1'] = numbered.exec(key) ?? []
    return { key, value, name, rank: ranks.get(name) ?? ranks.size, count: Number(count) }
  })
  keyed.sort((one, other) => one.rank - other.rank || compareText(one.name, other.name) || one.count - other.count)
  return keyed.map(({ key, value }) => [key, value])
}

/** Two equal triples are one. */
function holds(row: readonly ObjectNode[], node: ObjectNode): boolean {
  return row.some((one) => JSON.stringify(one) === JSON.stringify(node))
}

/** Literals of these are plain text. */
const plainTypes = new Set([`${prefixes.xsd}string`, `${prefixes.rdf}langString`])

/** Undefined: what is read back would not be the value. */
function nodeOf(kind: 'relation' | 'text', value: string): ObjectNode | undefined {
  if (kind === 'relation') return isIri(value) ? iriNode(value) : text(value)
  const [, quotedText = '', language, datatype] = /^"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<([^<>]+)>)$/s.exec(value) ?? []
  if (language === undefined && datatype === undefined) return text(value)
  const plain = quotedText.replace(/\\(["\\nr])/g, (_, letter: string) =>
    letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter,
  )
  const again = `${quoted(plain)}${language === undefined ? `^^<${datatype}>` : `@${language}`}`
  const isReadAlike = language === undefined ? isIri(datatype ?? '') : canonicalTag(language) === language
  if (again !== value || !isReadAlike || plainTypes.has(datatype ?? '')) return text(value)
  return { kind: 'text', value: plain, language: language ?? '', datatype: datatype ?? '' }
}

export function pairNode(key: string, value: string): ObjectNode {
  return { kind: 'inner', properties: entries(['relata:key', [text(key)]], ['rdf:value', [text(value)]]) }
}

export function pairs(values: Values | undefined): ObjectNode[] {
  return sorted(values ?? {}).map(([key, value]) => pairNode(key, value))
}
