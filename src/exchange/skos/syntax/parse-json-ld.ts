/** JSON-LD as a graph. Contexts of other addresses are never fetched: SKOS's is known here, all others are refused. */
import { JsonLdParser } from 'jsonld-streaming-parser'
import { fault, fileLimits, Unreadable } from '../../faults.ts'
import { prefixes } from '../vocabulary.ts'
import { buildGraph, type LibraryQuad, type RdfGraph } from './graph.ts'

const resource = { '@type': '@id' }

/** What documents with a context by address mean by SKOS's names. */
const skosContext = {
  '@context': {
    ...prefixes,
    dcterms: prefixes.dct,
    '@vocab': prefixes.skos,
    id: '@id',
    type: '@type',
    ...Object.fromEntries(
      [
        ...['broader', 'narrower', 'related', 'inScheme', 'topConceptOf', 'hasTopConcept', 'member', 'exactMatch'],
        ...['closeMatch', 'broadMatch', 'narrowMatch', 'relatedMatch', 'mappingRelation'],
      ].map((name) => [name, resource]),
    ),
    memberList: { '@type': '@id', '@container': '@list' },
    prefLabel: { '@container': '@language' },
    altLabel: { '@container': '@language' },
    hiddenLabel: { '@container': '@language' },
    definition: { '@container': '@language' },
    scopeNote: { '@container': '@language' },
  },
}

const known: Readonly<Record<string, object>> = {
  'http://www.w3.org/2004/02/skos/core': skosContext,
  'http://www.w3.org/2004/02/skos/core#': skosContext,
  'https://www.w3.org/2004/02/skos/core': skosContext,
  'https://www.w3.org/2009/08/skos-reference/skos.jsonld': skosContext,
  'urn:relata:taxonomy': { '@context': prefixes },
}

export async function parseJsonLd(text: string, file: string, base?: string): Promise<RdfGraph> {
  const { lines, depth } = linesOf(text)
  const stop = (code: 'syntax' | 'limit', line: number, why: string): Unreadable =>
    new Unreadable(fault(code, { file, line, path: '' }, `line ${line}: ${why}`))
  if (depth > fileLimits.nesting) throw stop('limit', 1, `values are nested deeper than ${fileLimits.nesting}.`)
  const value = parseJson(text, stop)
  const builder = buildGraph()
  checkNodes(value, (why) => stop('syntax', 1, why))
  let unknown: string | undefined
  const documentLoader = {
    load: (address: string) => {
      const context = known[address]
      if (context !== undefined) return Promise.resolve(context)
      unknown = address
      throw new Error(`unknown context ${address}`)
    },
  }
  for (const part of partsOf(value)) {
    const parser = new JsonLdParser({ ...(base === undefined ? {} : { baseIRI: base }), documentLoader })
    parser.end(JSON.stringify(part))
    try {
      for await (const quad of parser as AsyncIterable<LibraryQuad>) {
        if (builder.size() >= fileLimits.quads) throw stop('limit', 1, `more than ${fileLimits.quads} statements.`)
        builder.add(quad, lines(quad.subject.value))
      }
    } catch (error) {
      if (error instanceof Unreadable || !(error instanceof Error)) throw error
      if (unknown === undefined) throw stop('syntax', 1, error.message)
      const line = lineOf(text, text.indexOf(`"${unknown}"`))
      throw stop('syntax', line, `the context '${unknown}' is not read over the network. Put it into the file.`)
    }
  }
  if (builder.size() === 0 && !isEmptyGraph(value))
    throw stop('syntax', 1, 'no node of it says anything: it has no "@graph", and no member that its context knows.')
  return builder.graph
}

/** JSON that is no JSON-LD, which the library reads as nothing. */
function checkNodes(value: unknown, stop: (why: string) => Unreadable): void {
  const isNode = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one)
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list of other values' : `a ${typeof value}`
  if (Array.isArray(value) ? value.every(isNode) : isNode(value)) return
  throw stop(`JSON-LD is an object or a list of objects, and this is ${kind}.`)
}

function isEmptyGraph(value: unknown): boolean {
  const nodes = Array.isArray(value) ? value : (value as Record<string, unknown>)['@graph']
  return Array.isArray(nodes) && nodes.length === 0
}

function lineOf(text: string, at: number): number {
  let line = 1
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1
  return line
}

/** JSON's own mistakes, with a line; the streaming parser tells none. */
function parseJson(text: string, stop: (code: 'syntax', line: number, why: string) => Unreadable): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const at = Number(/position (\d+)/.exec(error.message)?.[1] ?? text.length)
    throw stop('syntax', lineOf(text, at), error.message)
  }
}

const nodesOfPart = 500

/** A list of nodes in parts: the library's time grows with the square of their number. */
function partsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return slices(value)
  if (typeof value !== 'object' || value === null) return [value]
  const { '@context': context, '@graph': nodes, ...rest } = value as Record<string, unknown>
  if (!Array.isArray(nodes) || Object.keys(rest).length > 0) return [value]
  return slices(nodes).map((part) => ({ ...(context === undefined ? {} : { '@context': context }), '@graph': part }))
}

function slices(nodes: readonly unknown[]): unknown[][] {
  return Array.from({ length: Math.ceil(nodes.length / nodesOfPart) }, (_, at) =>
    nodes.slice(at * nodesOfPart, (at + 1) * nodesOfPart),
  )
}

/** The line in which a node with this id first has members of its own, and how deep values are nested. */
function linesOf(text: string): { lines: (key: string) => number; depth: number } {
  const places = new Map<string, number>()
  let line = 1
  let depth = 0
  let deepest = 0
  const tokens = /"(?:[^"\\\n]|\\.)*"|[{}[\]]|\n/g
  let before = ''
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match
    if (token === '\n') {
      line += 1
      continue
    }
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth)
    else if (token === '}' || token === ']') depth -= 1
    else if (before === '"@id"' || before === '"id"') {
      // An object with nothing but an id refers to a node, and is none.
      const isReference = /^\s*\}/.test(text.slice(tokens.lastIndex, tokens.lastIndex + 200))
      const key = token.slice(1, -1)
      if (!isReference && !places.has(key)) places.set(key, line)
    }
    before = token
  }
  return {
    lines: (key) =>
      places.get(key) ?? places.get(key.slice(Math.max(key.lastIndexOf('/'), key.lastIndexOf('#')) + 1)) ?? 1,
    depth: deepest,
  }
}
