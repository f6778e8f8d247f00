/**
 * Rows that come in the body of the row they belong to (deep insert, OData protocol 4.01 §11.4.2.2): links the model
 * declares `deep`, to any depth within the limits. All are made with their owner or none is.
 */
import { AppError, type Faults, invariant } from '#base/errors.ts'
import { isObject, type Json } from '#base/json.ts'
import { keptBy } from '#base/kept-by.ts'
import type { EntityType, ToMany } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model, TypeView } from '#edm/model.ts'
import type { Located, WriteContext } from '#edm/ports.ts'
import { checkRequired, readBody } from '#odata/body/body-in.ts'
import { placeRowsBelow, withMembers, writeRow } from '#odata/body/body-out.ts'
import type { Binds } from '#odata/body/links-in.ts'
import { readOptions } from '#odata/query/options.ts'
import type { Session } from '../session.ts'
import { hooksOf, rowAfterRules, writtenType } from '../walk/type-rules.ts'
import { checkLinks, namedIn, namingBinds } from './bound.ts'
import { createdType } from './created-type.ts'

type Draft = Record<string, unknown>

const mostDeep = 8
const mostRows = 1000

/** A row to create, with the faults of its part of the body. */
interface Planned {
  readonly type: EntityType
  readonly draft: Draft
  readonly faults: Faults
  readonly below: readonly Branch[]
}

/** Rows to create through one link. */
interface Branch {
  readonly name: string
  /** Row key that names the owner. */
  readonly key: string
  readonly rows: readonly Planned[]
}

export interface DeepBody {
  /** The body without what belongs to other rows. */
  readonly own: Json
  readonly below: readonly Branch[]
}

interface DeepReading {
  readonly model: Model
  readonly depth: number
  readonly budget: { rows: number }
}

function readPlanned(base: TypeView, value: unknown, key: string, faults: Faults, reading: DeepReading): Planned {
  reading.budget.rows -= 1
  if (reading.budget.rows < 0)
    throw new AppError('invalid', `A body may bring at most ${mostRows} rows along.`, { check: 'limit.rows' })
  const body = isObject(value) ? value : {}
  const type = createdType(reading.model, base.type, body, faults)
  const view = reading.model.view(type.name)
  const { own, below } = split(view, body, faults, { ...reading, depth: reading.depth + 1 })
  if (!isObject(value)) {
    faults.add('', `An object of type '${type.name}' is expected.`)
    return { type, draft: {}, faults, below }
  }
  const draft = readBody(view, own, faults, { model: reading.model })
  // A placeholder: the owner's id is known when the owner has been created.
  draft[key] = ''
  checkRequired(view, draft, faults)
  return { type, draft, faults, below }
}

function readBranch(name: string, nav: ToMany, value: unknown, faults: Faults, reading: DeepReading): Branch {
  invariant(nav.inverse !== undefined, `the link ${name} points back`)
  const key = `${nav.inverse}Id`
  const view = reading.model.view(nav.target)
  if (!Array.isArray(value)) {
    faults.add(name, `'${name}' must be an array of entities.`)
    return { name, key, rows: [] }
  }
  if (value.length > 0 && reading.depth >= mostDeep) {
    throw new AppError('invalid', `Entities may be nested ${mostDeep} deep in a body.`, { target: name })
  }
  const rows = value.map((entry, at) => readPlanned(view, entry, key, faults.within(`${name}/${at}`), reading))
  return { name, key, rows }
}

function split(view: TypeView, body: Json, faults: Faults, reading: DeepReading): DeepBody {
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

/** Splits the rows below off a body. Their faults are added under their paths. */
export function readDeep(model: Model, view: TypeView, body: Json, faults: Faults): DeepBody {
  return hasDeep(view)
    ? split(view, body, faults, { model, depth: 0, budget: { rows: mostRows } })
    : { own: body, below: nothing }
}

const nothing: readonly Branch[] = []
const none: readonly string[] = []
const hasDeep = keptBy((view: TypeView) => [...view.navs.values()].some(({ nav }) => nav.many && nav.deep === true))

/** A row that was created, with the members of its answer that show the rows below it. */
export interface Made {
  readonly row: AnyRow
  readonly members: readonly string[]
}

interface RowFacts extends Planned {
  /** What the body links by address. */
  readonly binds?: Binds
  readonly from: Located | undefined
  /** The link it is created through. */
  readonly nav: string
}

/** Creates a row by the rules of its type, and the rows below it. Throws every fault of the draft. */
export async function makeRow(writing: Session<WriteContext>, facts: RowFacts): Promise<Made> {
  const { type, from, nav, draft, faults, below, binds } = facts
  const { context } = writing
  const { tx, ids } = context
  const hooks = hooksOf(writing, type)
  if (hooks.beforeCreate === undefined) await checkLinks(writing, type, draft, faults)
  const made = await namingBinds(binds, () => hooks.beforeCreate?.(context, { from, nav, draft, faults }))
  if (made !== undefined) await checkLinks(writing, type, namedIn(draft, made.row), faults)
  const id = draft['id']
  if (id !== undefined && made !== undefined && made.row.id !== id)
    faults.ignore('id', `The service chooses the 'id' of a new row.`)
  faults.throwIfAny()
  const stored = await tx.insert(
    writtenType(type),
    made?.row ?? { ...draft, id: (draft['id'] as string | undefined) ?? ids.mint() },
  )
  await made?.whenStored?.(stored)
  const at: Located = { type, id: stored.id, row: stored, nav, key: stored.id, from }
  const members = below.length === 0 ? none : await insertBelow(writing, at, below)
  const row = await rowAfterRules(context, type, stored)
  return { row: made?.echo === undefined ? row : ({ ...row, ...made.echo } as AnyRow), members }
}

/** Creates one row below another; returns its JSON text. */
async function plant(
  writing: Session<WriteContext>,
  { name, key }: Branch,
  from: Located,
  planned: Planned,
): Promise<string> {
  const { model, engine } = writing
  const draft = { ...planned.draft, [key]: from.id }
  const { row, members } = await makeRow(writing, { ...planned, draft, from, nav: name })
  const { shape } = engine.plans.projection(
    model,
    planned.type,
    readOptions(model, planned.type, '', { collection: false, strict: false }),
  )
  return withMembers(writeRow(shape, row), members)
}

/** Creates the rows below a new row; returns the members that show them in its answer. */
export async function insertBelow(
  writing: Session<WriteContext>,
  at: Located,
  below: readonly Branch[],
): Promise<string[]> {
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
