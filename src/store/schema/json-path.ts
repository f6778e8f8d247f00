/** Paths into a JSON column. An index on an expression is used only for exactly this expression, so there is one spelling. */

/** The path in the syntax of SQLite's JSON functions. */
export function jsonPathOf(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`
}
