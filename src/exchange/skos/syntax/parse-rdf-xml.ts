/** RDF/XML as a graph. The text is scanned for what exchange.md §14 forbids, and for lines, before the RDF library sees it. */
import { RdfXmlParser } from 'rdfxml-streaming-parser'
import { fault, fileLimits, Unreadable } from '../../faults.ts'
import { scanXml } from '../../xml/scan.ts'
import { buildGraph, type LibraryQuad, type RdfGraph } from './graph.ts'

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const xml = 'http://www.w3.org/XML/1998/namespace'

export async function parseRdfXml(text: string, file: string, base?: string): Promise<RdfGraph> {
  const lines = linesOf(text, file, base)
  const builder = buildGraph()
  const parser = new RdfXmlParser({ ...(base === undefined ? {} : { baseIRI: base }), trackPosition: true })
  parser.end(text.startsWith('\ufeff') ? text.slice(1) : text)
  try {
    for await (const quad of parser as AsyncIterable<LibraryQuad>) {
      if (builder.size() >= fileLimits.quads) {
        const at = { file, line: 1, path: '' }
        throw new Unreadable(fault('limit', at, `The file has more than ${fileLimits.quads} statements.`))
      }
      builder.add(quad, lines.get(quad.subject.value) ?? 1)
    }
  } catch (error) {
    if (error instanceof Unreadable || !(error instanceof Error)) throw error
    const line = Number(/line (\d+)/i.exec(error.message)?.[1] ?? 1)
    throw new Unreadable(fault('syntax', { file, line, path: '' }, `line ${line}: ${error.message}`))
  }
  return builder.graph
}

/** IRI of each subject that a node element names → the line where the element begins. */
function linesOf(text: string, file: string, base: string | undefined): Map<string, number> {
  const lines = new Map<string, number>()
  const bases: (string | undefined)[] = [base]
  scanXml(text, file, {
    open: ({ attributes }, line) => {
      let here = bases.at(-1)
      let about: string | undefined
      for (const { uri, local, value } of Object.values(attributes)) {
        if (uri === xml && local === 'base') here = value
        else if (uri === rdf && local === 'about') about = value
        else if (uri === rdf && local === 'ID') about = `#${value}`
      }
      bases.push(here)
      if (about === undefined) return
      const key = URL.canParse(about) ? about : resolved(about, here)
      if (!lines.has(key)) lines.set(key, line)
    },
    close: () => bases.pop(),
  })
  return lines
}

/** Near enough for line numbers: the RDF library resolves what is read. */
function resolved(relative: string, base: string | undefined): string {
  return base !== undefined && URL.canParse(relative, base) ? new URL(relative, base).href : relative
}
