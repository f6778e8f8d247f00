/** Files that people write: seeds, scenarios, configuration. */
import { readFileSync } from 'node:fs'

/**
 * The text without a byte order mark. Throws what Node throws, or that it is not UTF-8: a letter of another encoding would
 * become another one without a word.
 */
export function textOfFile(path: string | URL): string {
  const bytes = readFileSync(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    throw new Error(`it is ${isUtf16 ? 'UTF-16' : 'not UTF-8'}; save it as UTF-8`, { cause })
  }
}

/** Where a parser of JSON stopped, as ` (line 3 column 5)`, without the text that it quotes; empty where it does not say. */
export function placeIn(error: unknown): string {
  const found = /\(line \d+ column \d+\)/.exec(error instanceof Error ? error.message : '')
  return found === null ? '' : ` ${found[0]}`
}
