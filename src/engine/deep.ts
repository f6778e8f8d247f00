/**
 * Rows that come in the body of the row they belong to (deep insert, OData protocol 4.01 §11.4.2.2): links the model
 * declares `deep`, to any depth within the limits. All are made with their owner or none is.
 */
import { AppError, type Faults, invariant } from '#base/errors.ts'
import type { EntityType, ToMany } from '#edm/define.ts'
import type { Model, TypeView } from '#edm/model.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import { checkRequired, readBody } from '#odata/body-in.ts'
import { placeRowsBelow, withMembers, writeRow } from '#odata/body-out.ts'
import { readOptions } from '#odata/options.ts'
import { checkLinks } from './bound.ts'
import { hooksOf, settled, writtenType } from './relatives.ts'
import type { Session } from './session.ts'

type Json = Readonly<Record<string, unknown>>
type Draft = Record<string, unknown>

const mostDeep = 8
const mostRows = 1000

/** A row to come, with the faults of its part of the body. */
interface Planned {
  readonly draft: Draft
  readonly faults: Faults
  readonly below: readonly Branch[]
}

/** Rows to come through one link. */
interface Branch {
  readonly name: string
  readonly type: EntityType
  /** Row key that names the owner. */
  readonly key: string
  readonly rows: readonly Planned[]
}

export interface DeepBody {
  /** The body without what belongs to other rows. */
  readonly own: Json
  readonly below: readonly Branch[]
}

interface Reading {
  readonly model: Model
  readonly depth: number
  readonly budget: { rows: number }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const readPlanned = (view: TypeView, value: unknown, key: string, faults: Faults, reading: Reading): Planned => {
  reading.budget.rows -= 1
  if (reading.budget.rows < 0) throw new AppError('invalid', `A body may bring at most ${mostRows} rows along.`)
  const { own, below } = split(view, isObject(value) ? value : {}, faults, { ...reading, depth: reading.depth + 1 })
  if (!isObject(value)) {
    faults.add('', `An object of type '${view.type.name}' is expected.`)
    return { draft: {}, faults, below }
  }
  const draft = readBody(view, own, faults)
  // The owner's id is known when it is made; until then anything stands for it.
  draft[key] = ''
  checkRequired(view, draft, faults)
  return { draft, faults, below }
}

const readBranch = (name: string, nav: ToMany, value: unknown, faults: Faults, reading: Reading): Branch => {
  invariant(nav.inverse !== undefined, `the link ${name} points back`)
  const key = `${nav.inverse}Id`
  const view = reading.model.view(nav.target)
  if (!Array.isArray(value)) {
    faults.add(name, `'${name}' must be an array of entities.`)
    return { name, type: view.type, key, rows: [] }
  }
  if (value.length > 0 && reading.depth >= mostDeep) {
    throw new AppError('invalid', `Entities may be nested ${mostDeep} deep in a body.`, { target: name })
  }
  const rows = value.map((entry, at) => readPlanned(view, entry, key, faults.within(`${name}/${at}`), reading))
  return { name, type: view.type, key, rows }
}

const split = (view: TypeView, body: Json, faults: Faults, reading: Reading): DeepBody => {
  const own: Record<string, unknown> = {}
  const below: Branch[] = []
  for (const [written, value] of Object.entries(body)) {
    const link = view.navs.get(written.toLowerCase())
    if (link?.nav.many === true && link.nav.deep === true && value !== null) {
      below.push(readBranch(link.name, link.nav, value, faults, reading))
    } else own[written] = value
  }
  return { own, below }
}

/** Takes the rows below out of a body; their faults are added with the way that leads to them. */
export const readDeep = (model: Model, view: TypeView, body: Json, faults: Faults): DeepBody =>
  split(view, body, faults, { model, depth: 0, budget: { rows: mostRows } })

const plant = async (
  writing: Session<WriteContext>,
  { name, type, key }: Branch,
  from: Located,
  { draft, faults, below }: Planned,
): Promise<string> => {
  const { context, model, engine } = writing
  const { tx, ids } = context
  const hooks = hooksOf(writing, type)
  const own = { ...draft, [key]: from.id }
  if (hooks.beforeCreate === undefined) await checkLinks(writing, type, own, faults)
  const made = await hooks.beforeCreate?.(context, { from, nav: name, draft: own, faults })
  faults.throwIfAny()
  const stored = await tx.insert(
    writtenType(type),
    made?.row ?? { ...own, id: (own['id' as never] as string | undefined) ?? ids.mint() },
  )
  await hooks.afterCreate?.(context, { from, row: stored })
  const row = await settled(context, type, stored)
  const at: Located = { type, id: row.id, row, nav: name, key: row.id, from }
  const members = await insertBelow(writing, at, below)
  const { shape } = engine.plans.wanted(model, type, readOptions(model, type, '', { collection: false, strict: false }))
  return withMembers(writeRow(shape, { ...row, ...made?.echo }), members)
}

/** Makes the rows below one that is made; gives the members that show them in its answer. */
export const insertBelow = async (
  writing: Session<WriteContext>,
  at: Located,
  below: readonly Branch[],
): Promise<string[]> => {
  const members: string[] = []
  for (const branch of below) {
    const rows: string[] = []
    for (const row of branch.rows) rows.push(await plant(writing, branch, at, row))
    const text = rows.join(',')
    const placed = writing.form.level === 'full' ? placeRowsBelow(text, at.id, branch.name, true) : text
    members.push(`"${branch.name}":[${placed}]`)
  }
  return members
}
