/** Links in a body: they must lead to rows that are there, also where the rules of the type do not look. */
import { AppError, type Faults } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { isStored, kindKey, type Model } from '#edm/model.ts'
import { keyOf } from '#edm/names.ts'
import type { WriteContext } from '#edm/ports.ts'
import type { Binds } from '#odata/body/links-in.ts'
import { kindsOf } from '#odata/url/cast.ts'
import type { Session } from '../session.ts'
import { writtenType } from '../walk/type-rules.ts'

/** A key as rows hold it. */
export function keyed(type: EntityType, id: string): string {
  return keyOf(type, id) ?? id
}

/** Whether a row is there, and of the type that its address says. */
export function isOf(model: Model, row: object | undefined, type: EntityType | undefined): boolean {
  const kind = (row as AnyRow | undefined)?.[kindKey]
  return (
    row !== undefined &&
    (type === undefined || typeof kind !== 'string' || kindsOf(model, writtenType(type)).includes(kind))
  )
}

/**
 * Runs a rule that may look for rows that the body links. That a row is not there is 404 where the body names it by its
 * id (term-store.md §5), and a fault of the member where it binds an address.
 */
export async function namingBinds<T>(binds: Binds | undefined, rule: () => T | Promise<T>): Promise<T> {
  try {
    return await rule()
  } catch (error) {
    const isMissing = error instanceof AppError && error.kind === 'notFound'
    const bound = isMissing ? binds?.get(error.facts.target ?? '') : undefined
    if (!isMissing || bound === undefined) throw error
    throw new AppError('invalid', error.message, { cause: error, target: bound.target })
  }
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
