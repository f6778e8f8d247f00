/** JSON with comments and commas before closing brackets, as editors write it for configuration, made plain JSON. */

/** A string, a comment of either kind, or a comma before a closing bracket. */
const parts = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[\]}])/g

/** What goes is replaced by blanks, so that the parser names the right line and column. */
export function plainJson(text: string): string {
  return text.replace(parts, (part) => (part.startsWith('"') ? part : part.replace(/[^\n]/g, ' ')))
}
