/**
 * Links to many rows in the body of a create or a change: `members@odata.bind` (OData JSON 4.01 §8.5). Each adds a row of
 * the membership type, by its rules and with the permissions that a change of the link asks for.
 */
import type { EntityType } from '#edm/define.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import type { Binds } from '#odata/body/links-in.ts'
import { authorize } from '../access/authorize.ts'
import type { Session } from '../session.ts'
import { faultsFor } from '../walk/type-rules.ts'
import { alreadyLinked, isOf, keyed } from './bound.ts'
import { makeRow } from './deep.ts'

/** Throws `invalid` naming each address that leads to no row, and what the rules of the membership throw. */
export async function linkBound(writing: Session<WriteContext>, from: Located, binds: Binds): Promise<void> {
  if (binds.size === 0) return
  const { model, context } = writing
  const { navs } = model.view(from.type.name)
  const faults = faultsFor(writing, from.type)
  for (const [name, { target: member, rows }] of binds) {
    const nav = navs.get(name.toLowerCase())?.nav
    if (nav?.many !== true || nav.linkedBy === undefined) continue
    const { type: membership } = model.view(nav.linkedBy.type)
    const { type: target } = model.view(nav.target)
    authorize(context, membership, 'link')
    for (const [at, wanted] of rows.entries()) {
      const id = keyed(target, wanted.id)
      if (!isOf(model, await context.tx.get(target, id), wanted.type)) {
        faults.add(`${member}/${at}`, `'${name}' names '${id}', which is not there.`)
        continue
      }
      const draft = { [nav.linkedBy.from]: from.id, [nav.linkedBy.to]: id }
      if (await context.tx.has(membership, draft as PatchOf<EntityType>)) throw alreadyLinked(name)
      await makeRow(writing, {
        type: membership,
        from,
        nav: name,
        draft,
        faults: faultsFor(writing, membership),
        below: [],
      })
    }
  }
  faults.throwIfAny()
}
