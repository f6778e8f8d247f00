/** What the stand-in left in a folder or database that a registry now serves. */
import { wellKnown } from '../seed/seed-data.ts'

interface Named {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

const demo: readonly string[] = [wellKnown.contoso, wellKnown.fabrikam, wellKnown.northwind]

/** Undefined: none of the demo companies is there. */
export function demoWarning(tenants: readonly Named[]): string | undefined {
  const found = tenants.filter(({ id }) => demo.includes(id))
  if (found.length === 0) return undefined
  const names = found.map(({ displayName }) => displayName).join(', ')
  const cures = found.map(
    ({ displayName, defaultDomain }) => `relata tenant remove ${defaultDomain} --confirm '${displayName}'`,
  )
  return `demo companies of the stand-in are in this database: ${names}. This registry serves them, with people and rights that are public. Remove them: ${cures.join('; ')}`
}
