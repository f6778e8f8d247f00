/** `relata-taxonomy/1` written, without loss: exchange.md §7.1. */
import type { Doc, NodeDoc, SetDoc } from '../document.ts'
import type { Written } from '../files/written.ts'
import { jsonFormat } from './read.ts'
import { groupRecord, headRecord, type JsonRecord, nodeRecord, type RecordOptions, setRecord } from './records.ts'

function nodeTree(node: NodeDoc, options: RecordOptions): JsonRecord {
  const children = node.children.length === 0 ? undefined : node.children.map((child) => nodeTree(child, options))
  return { ...nodeRecord(node, options), children }
}

/** A set with its terms inside. */
export function setTree(set: SetDoc, options: RecordOptions = {}): JsonRecord {
  return { ...setRecord(set), children: set.children.map((node) => nodeTree(node, options)) }
}

export function jsonText(record: JsonRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`
}

export function writeJson(doc: Doc, options: RecordOptions = {}): Written {
  const groups = doc.groups.map((group) => ({
    ...groupRecord(group),
    sets: group.sets.map((set) => setTree(set, options)),
  }))
  const text = jsonText({ format: jsonFormat, ...headRecord(doc), groups })
  return { text, encoding: 'utf-8', losses: [], faults: [] }
}
