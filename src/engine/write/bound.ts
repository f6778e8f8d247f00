/** Links in a body: if the type has no rule for them, they must lead to existing rows. */
import type { Faults } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import { isStored } from '#edm/model.ts'
import type { WriteContext } from '#edm/ports.ts'
import type { Session } from '../session.ts'
import { writtenType } from '../walk/type-rules.ts'

/** Adds a fault for each link of the draft to a row that does not exist. */
export async function checkLinks(
  { model, context }: Session<WriteContext>,
  type: EntityType,
  draft: Readonly<Record<string, unknown>>,
  faults: Faults,
): Promise<void> {
  for (const { name, nav } of model.view(type.name).navs.values()) {
    const id = nav.many || !nav.stored || nav.accepts === undefined ? undefined : draft[`${name}Id`]
    const target = writtenType(model.view(nav.target).type)
    if (typeof id !== 'string' || !isStored(target) || (await context.tx.get(target, id)) !== undefined) continue
    faults.add(name, `'${name}' names '${id}', which is not there.`)
  }
}
