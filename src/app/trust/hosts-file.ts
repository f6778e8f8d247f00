/** The hosts file with our lines in a marked block: what stands around it is not touched. Pure. */

const begin = '# relata: begin (relata hosts --remove takes it out again)'
const end = '# relata: end'
const block = /(?:\r?\n)?^# relata: begin.*$[\s\S]*?^# relata: end.*$(?:\r?\n)?/gm

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** Lines that send the names to this machine. */
export function hostLines(names: readonly string[]): string[] {
  return ['127.0.0.1', '::1'].map((address) => `${address} ${names.join(' ')}`)
}

export function withoutBlock(text: string): string {
  const newline = newlineOf(text)
  return text.replace(block, (found, at: number) => (at > 0 && /^\r?\n/.test(found) ? newline : ''))
}

/** A block that is there already is replaced. */
export function withBlock(text: string, names: readonly string[]): string {
  const newline = newlineOf(text)
  const rest = withoutBlock(text)
  const gap = rest === '' || rest.endsWith('\n') ? '' : newline
  return `${rest}${gap}${[begin, ...hostLines(names), end].join(newline)}${newline}`
}
