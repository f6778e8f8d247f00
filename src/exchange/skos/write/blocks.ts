/** What is written of one subject, in order, before any syntax: writers differ only in how they print it. */

export interface IriNode {
  readonly kind: 'iri'
  readonly iri: string
}

export interface BlankNode {
  readonly kind: 'blank'
  readonly name: string
}

export interface TextNode {
  readonly kind: 'text'
  readonly value: string
  /** '' if there is none. */
  readonly language: string
  /** IRI; '' for plain text. */
  readonly datatype: string
}

/** A blank node that is named nowhere else. */
export interface InnerNode {
  readonly kind: 'inner'
  readonly properties: Triples
}

export interface ListNode {
  readonly kind: 'list'
  readonly members: readonly (IriNode | BlankNode)[]
}

export type SubjectNode = IriNode | BlankNode
export type ObjectNode = SubjectNode | TextNode | InnerNode | ListNode

/** Prefixed name of a predicate, and its objects. */
export type Triples = readonly (readonly [predicate: string, values: readonly ObjectNode[]])[]

export interface SubjectBlock {
  /** Undefined: a blank node that is named nowhere else. */
  readonly subject: SubjectNode | undefined
  /** Prefixed name. */
  readonly type: string
  readonly properties: Triples
}

export function text(value: string, language = ''): TextNode {
  return { kind: 'text', value, language, datatype: '' }
}

export function flagNode(value: boolean): TextNode {
  return { kind: 'text', value: String(value), language: '', datatype: 'http://www.w3.org/2001/XMLSchema#boolean' }
}

export function dateNode(value: string): TextNode {
  return { kind: 'text', value, language: '', datatype: 'http://www.w3.org/2001/XMLSchema#dateTime' }
}

export function iriNode(iri: string): IriNode {
  return { kind: 'iri', iri }
}

/** Predicates with nothing to say are left out; those that come twice are one. */
export function properties(...entries: readonly (readonly [string, readonly ObjectNode[]])[]): Triples {
  const merged = new Map<string, ObjectNode[]>()
  for (const [predicate, values] of entries) {
    if (values.length > 0) merged.set(predicate, [...(merged.get(predicate) ?? []), ...values])
  }
  return [...merged]
}
