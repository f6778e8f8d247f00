/** Seeds as YAML 1.2. Its library is loaded where a seed is of this form; before that, texts are only taken ahead. */
import { invariant } from '#base/errors.ts'

let parse: ((text: string) => unknown) | undefined

export async function loadYaml(): Promise<void> {
  const yaml = await import('yaml')
  // Aliases make a short text long: a seed has few.
  parse = (text) => yaml.parse(text, { prettyErrors: true, maxAliasCount: 100, uniqueKeys: true })
}

/** Throws where the text is not YAML, with the line. `loadYaml` has to be done. */
export function yamlIn(text: string): unknown {
  invariant(parse !== undefined, 'YAML is loaded before a file of it is read')
  return parse(text)
}
