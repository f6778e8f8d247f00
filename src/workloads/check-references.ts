/** Checks that every stored link of every type leads to an existing row. Works from the model alone. */
import type { EntityType } from '#edm/define.ts'
import { holderOf, isStored, type Model } from '#edm/model.ts'
import { type CheckedTenant, fromBackup, rowsIn } from './finding.ts'

interface StoredLink {
  readonly key: string
  readonly target: EntityType
}

function linksOf(model: Model, type: EntityType): StoredLink[] {
  return [...model.view(type.name).navs.values()].flatMap(({ name, nav }) =>
    !nav.many && nav.stored === true ? [{ key: `${name}Id`, target: holderOf(model.view(nav.target).type) }] : [],
  )
}

/** `term` of `microsoft.graph.termStore.term`. */
export function shortName({ name }: EntityType): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

export async function checkReferences(tenant: CheckedTenant, model: Model): Promise<void> {
  const known = new Map<string, Promise<ReadonlySet<string>>>()
  const idsOf = (type: EntityType): Promise<ReadonlySet<string>> => {
    const read = async (): Promise<ReadonlySet<string>> => {
      const ids = new Set<string>()
      for await (const { id } of rowsIn(tenant, type, [])) ids.add(id)
      return ids
    }
    const ids = known.get(type.name) ?? read()
    known.set(type.name, ids)
    return ids
  }
  for (const type of model.entities) {
    if (!isStored(type) || holderOf(type) !== type) continue
    const links = linksOf(model, type)
    if (links.length === 0) continue
    const keys = links.map(({ key }) => key)
    for await (const row of rowsIn(tenant, type, keys)) {
      for (const { key, target } of links) {
        const id = row[key]
        if (typeof id !== 'string' || (await idsOf(target)).has(id)) continue
        const what = `its ${key.slice(0, -2)} is ${shortName(target)} ${id}, which is not there`
        tenant.report('reference', `${shortName(type)} ${row.id}`, what, `${fromBackup}, or delete the row`)
      }
    }
  }
}
