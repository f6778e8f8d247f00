/** Links in a body: they must lead to rows that are there, also where the rules of the type do not look. */
import { AppError, type Faults } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import { isStored } from '#edm/model.ts'
import { keyOf } from '#edm/names.ts'
import type { WriteContext } from '#edm/ports.ts'
import type { Session } from '../session.ts'
import { writtenType } from '../walk/type-rules.ts'

/** A key as rows hold it. */
export function keyed(type: EntityType, id: string): string {
  return keyOf(type, id) ?? id
}

/** For a member that is linked already. */
export function alreadyLinked(name: string) {
  const text = 'One or more added object references already exist for the following modified properties'
  return new AppError('invalid', `${text}: '${name}'.`, { code: 'Request_BadRequest' })
}

/** The members of a row that the body names: rules may have set others. */
export function namedIn(draft: object, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => Object.hasOwn(draft, key)))
}

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
