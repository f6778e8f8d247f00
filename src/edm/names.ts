/** Qualified names: the namespace that goes by an alias, as in Graph's metadata, and names without it. */
import { localName, namespaceOf } from './define.ts'

/** The namespace every Graph service shares; its schema holds the container and goes by an alias. */
export const home = { namespace: 'microsoft.graph', alias: 'graph', container: 'GraphService' } as const

/** The name with its namespace in full, where it has the alias in any case: `graph.user` → `microsoft.graph.user`. */
export function unaliased(qualified: string): string {
  return namespaceOf(qualified).toLowerCase() === home.alias ? `${home.namespace}.${localName(qualified)}` : qualified
}
