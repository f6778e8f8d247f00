/** Path steps → rows. Each step is looked up below the row of the step before it, so an address is valid only as a whole. */
import { AppError, invariant } from '#base/errors.ts'
import { keptBy } from '#base/kept-by.ts'
import { type EntityType, localName, type Scope, type ToOne } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import { keyOf } from '#edm/names.ts'
import type { Bind, Located, PageRow } from '#edm/ports.ts'
import { all, type Expr } from '#edm/query.ts'
import { writeRow } from '#odata/body/body-out.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { everything, filterOf } from '../plans/plans.ts'
import type { Projection } from '../plans/projection.ts'
import type { Session } from '../session.ts'

/** A row with its text in the shape of the projection. */
export interface Found {
  readonly at: Located
  readonly json: string
}

/** Steady rows that are kept; at the limit the cache starts empty again. */
const mostSteady = 20_000

export function notFound(type: EntityType, key: string): AppError {
  const name = localName(type.name)
  return new AppError('notFound', `${name.charAt(0).toUpperCase()}${name.slice(1)} with id ${key} not found`)
}

const nothing: Bind = {}

/** The value that rows guarded by `visibleIn` are compared with: the key of the nearest ancestor of that type, or null. */
export function visibleFrom(type: EntityType, from: Located | undefined): Bind {
  const rule = type.visibleIn
  if (rule === undefined) return nothing
  for (let at = from; at !== undefined; at = at.from) {
    if (at.type.name === rule.ancestor) return { visible: at.row[rule.ancestorKey] as string }
  }
  return { visible: null }
}

export function scopeBind(scope: Scope, from: Located | undefined): Bind {
  const bind: Record<string, string> = {}
  for (const name in scope.bind) {
    invariant(from !== undefined, 'a scope starts from a row')
    bind[name] = from.row[scope.bind[name] as string] as string
  }
  return bind
}

/** What a row is found by: a step of a path, or the like for a row that is read by its id alone. */
type Sought = Pick<PathStep, 'name' | 'target' | 'key'>
/** The row a step starts from; undefined at the root. */
type Parent = Located | undefined

function foundIn(rows: readonly PageRow[], step: Sought, from: Parent, facts?: unknown): Found | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { row } = first
  const at = { type: step.target, id: row.id, row, nav: step.name, key: step.key, from }
  return { at: facts === undefined ? at : { ...at, facts }, json: first.json }
}

/** A row whose id is known, wherever it was found. */
interface RowRef {
  readonly id: string
  readonly facts?: unknown
}

export async function foundById(
  session: Session,
  step: Sought,
  from: Parent,
  { id, facts }: RowRef,
  projection: Projection,
) {
  const rows = await session.context.tx.query(session.engine.plans.byId(step.target, projection), { key: id })
  return foundIn(rows, step, from, facts)
}

/** The one row of the type that the tenant has. */
async function findOnly(
  session: Session,
  step: Sought,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  const { engine, context } = session
  const rows = await context.tx.query(engine.plans.only(step.target), { limit: 1 })
  const found = foundIn(rows, step, from)
  if (found === undefined || projection.key === 'bare') return found
  return foundById(session, step, from, found.at, projection)
}

/** The scope in which a member is looked up by its key; undefined: all rows of the type. */
export function firstScope({ nav, root }: PathStep): Scope | undefined {
  return Object.values((nav?.many === true ? nav.scopes : root?.scopes) ?? {})[0]
}

function memberPlan({ engine }: Session, step: PathStep, projection: Projection) {
  return engine.plans.member(step.nav ?? step.root ?? step.target, step.target, firstScope(step), projection)
}

/** Parameters of the lookup besides the key. */
export function memberBind(step: PathStep, from: Located | undefined): Bind {
  const scope = firstScope(step)
  return Object.assign(scope === undefined ? {} : scopeBind(scope, from), visibleFrom(step.target, from))
}

/** The query that finds a member by `key`, and its parameters besides the key. */
export function memberQuery(session: Session, step: PathStep, from: Located | undefined, projection: Projection) {
  return {
    prepared: memberPlan(session, step, projection),
    bind: memberBind(step, from),
  }
}

/** Whether a row is in a scope, given the parameters of the scope. */
export type MemberTest = (row: AnyRow, bind: Bind) => boolean

/** Ids, links, whole numbers, and texts that are compared exactly: JavaScript and the database agree on their equality. */
function isExact(model: Model, type: EntityType, key: string): boolean {
  const view = model.view(type.name)
  if (key === 'id') return true
  const prop = view.props.get(key.toLowerCase())?.prop
  if (prop !== undefined)
    return prop.collection !== true && (prop.type === 'Edm.Int32' || (prop.type === 'Edm.String' && prop.fold !== true))
  const nav = key.endsWith('Id') ? view.navs.get(key.slice(0, -2).toLowerCase())?.nav : undefined
  return nav !== undefined && !nav.many && nav.stored
}

function operandOf(model: Model, type: EntityType, expr: Expr): ((row: AnyRow, bind: Bind) => unknown) | undefined {
  if (expr.op === 'param') return (_, bind) => bind[expr.name]
  if (expr.op === 'const') return typeof expr.value === 'boolean' ? undefined : () => expr.value
  if (expr.op !== 'member' || expr.of !== 'it' || expr.path.length !== 1) return undefined
  const [key = ''] = expr.path
  return isExact(model, type, key) ? (row) => row[key] ?? null : undefined
}

/** Undefined for a condition that says more than which keys equal what. Null equals nothing, as in the database. */
function testOf(model: Model, type: EntityType, expr: Expr): MemberTest | undefined {
  if (expr.op === 'const') return expr.value === true ? () => true : undefined
  if (expr.op === 'and' || expr.op === 'or') {
    const tests = expr.args.map((arg) => testOf(model, type, arg))
    if (!tests.every((test) => test !== undefined)) return undefined
    return expr.op === 'and'
      ? (row, bind) => tests.every((test) => test(row, bind))
      : (row, bind) => tests.some((test) => test(row, bind))
  }
  if (expr.op !== 'eq' && expr.op !== 'same' && expr.op !== 'ne') return undefined
  const [left, right] = [operandOf(model, type, expr.left), operandOf(model, type, expr.right)]
  if (left === undefined || right === undefined) return undefined
  if (expr.op === 'ne') return (row, bind) => left(row, bind) !== right(row, bind)
  const isSame = expr.op === 'same'
  return (row, bind) => {
    const value = left(row, bind)
    return value === right(row, bind) && (isSame || value !== null)
  }
}

/**
 * Tests of a model by type and scope, each made once; undefined where only the database can tell. The rules of a write
 * read the rows on its path anyway, so a test saves one statement for each of them.
 */
export const memberTestsOf = keptBy((model: Model) =>
  keptBy((type: EntityType) => {
    const byScope = keptBy(({ branches }: Scope): { readonly test: MemberTest | undefined } => {
      const { filter } = filterOf(type)
      const tests = branches.map((branch) => testOf(model, type, filter === undefined ? branch : all(branch, filter)))
      const known = tests.filter((test) => test !== undefined)
      return { test: known.length === tests.length ? (row, bind) => known.some((test) => test(row, bind)) : undefined }
    })
    return (scope = everything) => byScope(scope).test
  }),
)

/** Undefined for a second face of a type: not every row of the table is one of its rows. */
function memberTest({ model }: Session, step: PathStep): MemberTest | undefined {
  return step.target.over === undefined ? memberTestsOf(model)(step.target)(firstScope(step)) : undefined
}

/** For writes, whose rules read the row next. */
function foundRow(row: AnyRow | undefined, step: PathStep, from: Parent, bind: Bind, test: MemberTest) {
  if (row === undefined || !test(row, bind)) return undefined
  return { at: { type: step.target, id: row.id, row, nav: step.name, key: step.key, from }, json: '{}' }
}

/** Whether the rules hide all rows of the type from the reader. Writes are refused by their own rules, with a reason. */
export async function isHidden(session: Session, type: EntityType): Promise<boolean> {
  const hooks = session.engine.behaviours.get(type.name)
  if (hooks?.sees === undefined || session.isWrite) return false
  session.found.byRule = true
  return !(await hooks.sees(session.context))
}

/** Asks the rules of the type when no member has the key. */
async function findElsewhere(
  session: Session,
  step: PathStep,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  const { engine, context } = session
  const { target, key = '' } = step
  const asGuid = keyOf(step.target, step.key ?? '')
  session.found.byRule = true
  const elsewhere = await engine.behaviours.get(target.name)?.locate?.(context, from, step.name, asGuid ?? key)
  // Other keys than GUIDs are names, such as `root`: those are no ids that stand for another.
  if (target.keys === 'guid' && elsewhere !== undefined && asGuid !== undefined && elsewhere.id !== asGuid) {
    session.found.instead ??= new Map()
    session.found.instead.set(asGuid, elsewhere.id)
  }
  if (elsewhere !== undefined) return foundById(session, step, from, elsewhere, projection)
  if (asGuid === undefined) {
    throw new AppError('invalid', `'${key}' is not a valid id: ids of ${target.name} are GUIDs.`, {
      check: 'address.key',
    })
  }
  return undefined
}

async function findAsked(
  session: Session,
  step: PathStep,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  if (await isHidden(session, step.target)) return undefined
  const key = keyOf(step.target, step.key ?? '')
  if (key !== undefined) {
    const bind: Bind = Object.assign(memberBind(step, from), { key })
    const rows = await session.context.tx.query(memberPlan(session, step, projection), bind)
    const found = foundIn(rows, step, from)
    if (found !== undefined) return found
  }
  return findElsewhere(session, step, from, projection)
}

async function findMember(
  session: Session,
  step: PathStep,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  const key = !session.isWrite || projection.key !== 'bare' ? undefined : keyOf(step.target, step.key ?? '')
  const test = key === undefined ? undefined : memberTest(session, step)
  if (key === undefined || test === undefined) return findAsked(session, step, from, projection)
  const bind = memberBind(step, from)
  const row = (await session.context.tx.get(step.target, key)) as AnyRow | undefined
  return foundRow(row, step, from, bind, test) ?? findElsewhere(session, step, from, projection)
}

/** A type without stored rows that is not abstract: each address of it leads to one entity without an id. */
export function isVirtual(type: EntityType): boolean {
  return type.stored === false && type.abstract !== true
}

function virtual(step: Sought, from: Parent, { shape }: Projection): Found {
  const row = { id: '' }
  const at = { type: step.target, id: '', row, nav: step.name, key: undefined, from }
  return { at, json: writeRow(shape, row) }
}

async function findLocated(
  session: Session,
  step: Sought,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  const found = await session.engine.behaviours
    .get(step.target.name)
    ?.locate?.(session.context, undefined, step.name, '')
  return found === undefined ? undefined : foundById(session, step, from, found, projection)
}

async function findFresh(
  session: Session,
  step: PathStep,
  from: Parent,
  projection: Projection,
): Promise<Found | undefined> {
  if (step.isEmpty === true) return undefined
  if (step.many) return findMember(session, step, from, projection)
  if (step.root?.located === true) return findLocated(session, step, from, projection)
  if (step.root !== undefined || (step.nav as ToOne).only === true) {
    return isVirtual(step.target) ? virtual(step, from, projection) : findOnly(session, step, from, projection)
  }
  const id = linkedId(from, step)
  invariant(id !== undefined && from !== undefined, `${step.name} is carried`)
  const shown = guardedProjection(step.target, projection)
  const found = id === null ? undefined : await foundById(session, step, from, { id }, shown)
  return found !== undefined && (await isSeen(session, step, found.at)) ? found : undefined
}

/** The id that a stored link holds; null: it leads to nothing. */
function linkedId(from: Parent, { name }: Pick<PathStep, 'name'>): string | null | undefined {
  return from?.row[`${name}Id`] as string | null | undefined
}

/** With the row key that says whether a row is visible. */
function guardedProjection({ visibleIn }: EntityType, projection: Projection): Projection {
  if (visibleIn === undefined || projection.key === 'bare') return projection
  return { ...projection, key: `${projection.key}|guarded`, carry: [...projection.carry, visibleIn.key] }
}

/** Whether the row at the end of a single-valued link is visible on this path, as it would be in a listing. */
async function isSeen(session: Session, { name, nav }: PathStep, { type, id, row, from }: Located): Promise<boolean> {
  const guarded = type.visibleIn === undefined ? null : (row[type.visibleIn.key] ?? null)
  if (guarded !== null && guarded !== visibleFrom(type, from)['visible']) return false
  if (nav?.many !== false || nav.located !== true) return true
  return (await session.engine.behaviours.get(type.name)?.locate?.(session.context, from, name, id)) !== undefined
}

/** The id at the end of a link is not said where the row is hidden. */
function unseen({ target, name }: Pick<PathStep, 'target' | 'name'>): AppError {
  const kind = localName(target.name)
  return new AppError('notFound', `${kind.charAt(0).toUpperCase()}${kind.slice(1)} at '${name}' not found`)
}

/** Throws `notFound` if the link leads to a row that is not visible on this path; a link to nothing passes. */
export function checkSeen(from: Parent, step: PathStep): void {
  const id = step.many ? undefined : linkedId(from, step)
  if (typeof id === 'string') throw unseen(step)
}

/** The row a step leads to; undefined when there is none. Throws `invalid` for a key of the wrong form. */
export async function findStep(
  session: Session,
  from: Located | undefined,
  step: PathStep,
  projection: Projection,
): Promise<Found | undefined> {
  if (step.target.steady !== true || projection.key !== 'bare') return findFresh(session, step, from, projection)
  const { steadyRows } = session.engine
  const { name, cast = '', key = '' } = step
  const address = `${session.context.actor.tenantId}|${from?.id ?? ''}|${name}/${cast}|${key}`
  const known = steadyRows.get(address)
  if (known !== undefined) return { at: { ...known, from }, json: '{}' }
  const fresh = await findFresh(session, step, from, projection)
  if (fresh !== undefined) {
    if (steadyRows.size >= mostSteady) steadyRows.clear()
    steadyRows.set(address, fresh.at)
  }
  return fresh
}

/** Throws `notFound` naming the step that has no row. */
export async function needStep(session: Session, from: Located | undefined, step: PathStep, projection: Projection) {
  const found = await findStep(session, from, step, projection)
  if (found !== undefined) return found
  checkSeen(from, step)
  throw notFound(step.target, step.key ?? step.name)
}

/** Walks the steps, and returns the row of the last one; undefined for no steps. Throws `notFound`. */
export async function walk(session: Session, steps: readonly PathStep[]): Promise<Located | undefined> {
  let last: Located | undefined
  for (const step of steps) {
    const { at } = await needStep(session, last, step, session.engine.plans.bare(step.target))
    last = at
  }
  return last
}
