/** Lines of the chosen file around one, to show where a reader stopped. */

export interface TextLine {
  readonly number: number
  readonly text: string
}

const around = 2
const longest = 400

/** `encoding`: what was chosen; absent: by the first bytes, else UTF-8. */
export function decoded(bytes: Uint8Array, encoding?: string): string {
  const [first, second] = bytes
  const byMark =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding ?? byMark).decode(bytes)
}

export function linesAround(text: string, line: number): TextLine[] {
  const all = text.split(/\r\n|\n|\r/)
  const first = Math.max(1, line - around)
  return all
    .slice(first - 1, line + around)
    .map((one, at) => ({ number: first + at, text: one.length > longest ? `${one.slice(0, longest)}…` : one }))
}
