/** A file of YAML 1.2 as plain values, with the lines of its members. */
import { basename } from 'node:path'
import { InputError, type ParsedFile, type ValuePath } from '#bulk/input/reading.ts'

/** `file`: its name in messages. Throws `InputError` where the text is not YAML. */
export async function yamlFile(file: string, text: string): Promise<ParsedFile> {
  const { LineCounter, parseDocument, isNode } = await import('yaml')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    const { line } = counter.linePos(fault.pos[0])
    throw new InputError([{ file, line, path: '', text: fault.message }])
  }
  const lineOf = (path: ValuePath): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
    }
    return 1
  }
  return { file, value: plainValue(document, file), lineOf }
}

/** Aliases make a short text long: such a file has few. */
function plainValue(document: { toJS(options: { maxAliasCount: number }): unknown }, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new InputError([{ file, line: undefined, path: '', text: error.message }])
  }
}

export function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(basename(name))
}
