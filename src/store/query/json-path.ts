/** Paths into a JSON column, spelled one way: an index over a value there serves only the expression it was made of. */

/** The path as SQLite's JSON functions read it. */
export function jsonPathOf(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`
}
