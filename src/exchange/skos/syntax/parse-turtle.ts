/** Turtle and N-Triples as a graph. */
import { Parser, type Quad, type Token } from 'n3'
import { fault, fileLimits, Unreadable } from '../../faults.ts'
import { buildGraph, type RdfGraph } from './graph.ts'

interface ParseError extends Error {
  readonly context?: { readonly line?: number; readonly token?: Token }
}

export function parseTurtle(
  text: string,
  file: string,
  format: 'turtle' | 'n-triples',
  base?: string,
): Promise<RdfGraph> {
  const builder = buildGraph()
  let line = 1
  const stop = (at: number, why: string, code: 'syntax' | 'limit' = 'syntax'): Unreadable =>
    new Unreadable(fault(code, { file, line: at, path: '' }, `line ${at}: ${why}`))
  const parser = new Parser({
    format: format === 'turtle' ? 'text/turtle' : 'application/n-triples',
    ...(base === undefined ? {} : { baseIRI: base }),
    // A parser reads one file, so names of blank nodes need nothing to tell files apart.
    blankNodePrefix: '',
  })
  return new Promise((resolve, reject) => {
    const handlers = {
      onQuad: (error: ParseError | null, quad: Quad | null) => {
        if (error) {
          const at = error.context?.line ?? error.context?.token?.line ?? line
          reject(stop(at, error.message.replace(/ on line \d+\.$/, '.')))
        } else if (quad === null) resolve(builder.graph)
        else if (builder.size() >= fileLimits.quads) {
          reject(stop(line, `the file has more than ${fileLimits.quads} statements.`, 'limit'))
        } else builder.add(quad, line)
      },
      onToken: (token: Token) => {
        line = token.line
      },
    }
    parser.parse(text, handlers)
  })
}
