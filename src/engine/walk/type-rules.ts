/** The rules of a type. A type that shares the rows of another also has its rules. */
import { Faults } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { derivedOf, holderOf, isStored, kindKey, type Model } from '#edm/model.ts'
import type { Behaviour, WriteContext } from '#edm/ports.ts'
import { faultCode } from '#odata/body/error-body.ts'
import type { Session } from '../session.ts'

function nearestOf(type: EntityType, own: ReadonlyMap<string, Behaviour>): Behaviour | undefined {
  const known = own.get(type.name)
  if (known !== undefined || holderOf(type) === type) return known
  const next = type.over ?? type.base
  return next === undefined ? undefined : nearestOf(next, own)
}

/** The behaviour of every type by name. A derived type and a second face have that of the type whose rows they show. */
export function behavioursOf(models: readonly Model[], behaviours: readonly Behaviour[]): Map<string, Behaviour> {
  const own = new Map(behaviours.map((entry) => [entry.type.name, entry]))
  const all = new Map(own)
  for (const { entities } of models) {
    for (const type of entities) {
      const found = isStored(type) ? nearestOf(type, own) : undefined
      if (found !== undefined) all.set(type.name, found)
    }
  }
  return all
}

export function hooksOf(session: Session, type: EntityType): Partial<Behaviour> {
  return session.engine.behaviours.get(type.name) ?? {}
}

/** Collects what is wrong with the body of a request, and what of it is not acted on. */
export function faultsFor({ engine, ignored }: Session, type: EntityType): Faults {
  const code = faultCode(type.dialect)
  return engine.strictBodies === true ? new Faults(code) : new Faults(code, (target) => ignored.add(target))
}

/** The row after the rules have run. Their writes change its entity tag, so a row with a tag is read again. */
export async function rowAfterRules({ tx }: WriteContext, type: EntityType, row: AnyRow): Promise<AnyRow> {
  if (type.tag === undefined) return row
  return ((await tx.get(type, row.id)) as AnyRow | undefined) ?? row
}

/** The type whose rows are written: a second face has none of its own. */
export function writtenType(type: EntityType): EntityType {
  return type.over ?? type
}

/** The type of one row: a derived one where the row says so. */
export function typeOfRow(model: Model, type: EntityType, row: AnyRow): EntityType {
  const kind = row[kindKey]
  if (typeof kind !== 'string' || type.over !== undefined) return type
  return derivedOf(model, type).find(({ name }) => name === kind) ?? type
}
