/** Seeds as YAML 1.2. Its library is loaded where a seed is of this form; before that, texts are only taken ahead. */
import { invariant } from '#base/errors.ts'

let parse: ((text: string) => unknown) | undefined

export async function loadYaml(): Promise<void> {
  const yaml = await import('yaml')
  parse = (text) => {
    const document = yaml.parseDocument(text, { prettyErrors: true, uniqueKeys: true })
    const { errors, warnings } = document
    if (errors.some(({ code }) => code === 'MULTIPLE_DOCS')) throw new Error('it has several documents; keep one')
    // An unknown tag is a warning to the library, which takes the value without it.
    const [fault] = [...errors, ...warnings]
    if (fault !== undefined) throw fault
    // Aliases make a short text long: a seed has few.
    return document.toJS({ maxAliasCount: 100 })
  }
}

/** Throws where the text is not YAML, with the line. `loadYaml` has to be done. */
export function yamlIn(text: string): unknown {
  invariant(parse !== undefined, 'YAML is loaded before a file of it is read')
  return parse(text)
}
