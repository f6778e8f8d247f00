/** Removes a row as the rules of its type say, or else with all that goes with it by the model. */
import { ownedBy } from '#edm/contained.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import type { Session } from '../session.ts'
import { hooksOf, typeOfRow, writtenType } from '../walk/type-rules.ts'

/** Rows that go along are removed by the rules of their own type, where it has such rules. */
export async function removeRow(writing: Session<WriteContext>, at: Located, row: AnyRow): Promise<void> {
  const { model, context } = writing
  const type = typeOfRow(model, at.type, row)
  const { remove } = hooksOf(writing, type)
  if (remove !== undefined) return remove(context, { at, row })
  for (const owned of ownedBy(model, type)) {
    for (const below of await context.tx.find(owned.type, { [owned.key]: at.id })) {
      const there = { type: owned.type, id: below.id, row: below, nav: owned.nav, key: below.id, from: at }
      await removeRow(writing, there, below)
    }
  }
  await context.tx.remove(writtenType(type), at.id)
}
