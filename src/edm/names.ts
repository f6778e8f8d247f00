/** Names and keys as callers write them → as the model and the rows have them. */
import { guidOf, guidsOf } from '#base/ids.ts'
import { type EntityType, localName, namespaceOf } from './define.ts'

/** The namespace every Graph service shares; its schema holds the container and goes by an alias. */
export const home = { namespace: 'microsoft.graph', alias: 'graph', container: 'GraphService' } as const

/** The name with its namespace in full, where it has the alias in any case: `graph.user` → `microsoft.graph.user`. */
export function unaliased(qualified: string): string {
  return namespaceOf(qualified).toLowerCase() === home.alias ? `${home.namespace}.${localName(qualified)}` : qualified
}

/** The key as rows hold it; undefined for a key that no row of the type can have. */
export function keyOf({ keys }: Pick<EntityType, 'keys'>, written: string): string | undefined {
  if (keys === 'guid') return guidOf(written)
  return keys === 'guids' ? (guidsOf(written) ?? written) : written
}
