/** The rows that links of a row lead to, for what a body says of them: an answer with `$expand` can be sent back. */
import { isObject, type Json } from '#base/json.ts'
import type { EntityType, ToMany, ToOne } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { kindKey, type Model, type NamedNav, type TypeView } from '#edm/model.ts'
import type { Located } from '#edm/ports.ts'
import { idOf, type Linked } from '#odata/body/links-in.ts'
import { readOptions } from '#odata/query/options.ts'
import { guardedBy, mayRead } from '../access/authorize.ts'
import { readPage, sourceOf } from '../read/read.ts'
import type { Session } from '../session.ts'
import { findStep } from '../walk/resolve.ts'
import { typeOfRow } from '../walk/type-rules.ts'

/** Longer collections are not compared. */
const mostCompared = 100

type Rows = ReadonlyMap<string, AnyRow>

/** Of a row of a type that the caller may not read, answers show the id and the type (gdap.md §7.6). */
function shownOf(model: Model, caller: Session['context'], base: EntityType, row: AnyRow): AnyRow {
  const type = typeOfRow(model, base, row)
  return type === base || mayRead(caller, type) ? row : { id: row.id, [kindKey]: row[kindKey] }
}

async function rowsOf({ model, context }: Session, nav: ToOne | ToMany, ids: readonly string[]): Promise<Rows> {
  const { type } = model.view(nav.target)
  const rows = await Promise.all(ids.map((id) => context.tx.get(type, id)))
  return new Map(
    (rows as (AnyRow | undefined)[]).flatMap((row) =>
      row === undefined ? [] : [[row.id, shownOf(model, context, type, row)] as const],
    ),
  )
}

async function throughOne(session: Session, at: Located, { name, nav }: NamedNav, value: unknown) {
  const held = at.row[`${name}Id`]
  if (nav.many || !isObject(value) || typeof held !== 'string' || idOf(value) !== held) return undefined
  const isMore = Object.keys(value).some((member) => member.toLowerCase() !== 'id' && !member.includes('@'))
  if (!isMore) return undefined
  const { type } = session.model.view(nav.target)
  const step = { name, many: false, target: type, can: nav.can, nav, root: undefined, key: undefined }
  const isSeen = (await findStep(session, at, step, session.engine.plans.bare(type))) !== undefined
  return isSeen ? rowsOf(session, nav, [held]) : undefined
}

/** Undefined where the body cannot be the collection as it is. */
async function throughMany(session: Session, at: Located, { name, nav }: NamedNav, value: unknown) {
  if (!nav.many || !Array.isArray(value) || value.length > mostCompared || !value.every((entry) => idOf(entry)))
    return undefined
  const { type } = session.model.view(nav.target)
  const options = readOptions(session.model, type, '$select=id', { collection: true, strict: false })
  const source = await sourceOf(session, at, name, nav, type, nav)
  const { rows } = await readPage(session, source, options, value.length + 1, {})
  return rowsOf(
    session,
    nav,
    rows.map(({ row }) => row.id),
  )
}

/** By link, as far as the body of a change speaks of it and the caller may read it. */
export async function linkedRows(session: Session, at: Located, view: TypeView, body: Json): Promise<Linked> {
  const linked = new Map<string, Rows>()
  for (const [written, value] of Object.entries(body)) {
    const named = view.navs.get(written.toLowerCase())
    if (named === undefined) continue
    const { type } = session.model.view(named.nav.target)
    if (!mayRead(session.context, guardedBy(type, named.nav))) continue
    const rows = await (named.nav.many ? throughMany : throughOne)(session, at, named, value)
    if (rows !== undefined) linked.set(named.name, rows)
  }
  return linked
}
