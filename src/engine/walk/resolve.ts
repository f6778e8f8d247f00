/** Path steps → rows: each step is looked up below the one before it, so an address is only good as a whole. */
import { AppError, invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { type EntityType, localName, type Scope, type ToOne } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Bind, Located, PageRow } from '#edm/ports.ts'
import { writeRow } from '#odata/body/body-out.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Wanted } from '../plans/plans.ts'
import type { Session } from '../session.ts'
import { type RowTest, rowTestsOf } from './row-test.ts'

/** A row with its text in the wanted shape. */
export interface Found {
  readonly at: Located
  readonly json: string
}

/** Steady rows that are kept; then it is begun anew. */
const mostSteady = 20_000

export function notFound(type: EntityType, key: string): AppError {
  const name = localName(type.name)
  return new AppError('notFound', `${name.charAt(0).toUpperCase()}${name.slice(1)} with id ${key} not found`)
}

const nothing: Bind = {}

/** The value rows guarded by `visibleIn` are compared with: that of the nearest ancestor of the type, else null. */
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

/** A step, and the row it starts from. Side by side: copying them into one cost a write 2 %. */
type Step = Pick<PathStep, 'name' | 'target' | 'key'>
type From = Located | undefined

function foundIn(rows: readonly PageRow[], step: Step, from: From, facts?: unknown): Found | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { row } = first
  const at = { type: step.target, id: row.id, row, nav: step.name, key: step.key, from }
  return { at: facts === undefined ? at : { ...at, facts }, json: first.json }
}

/** A row known by its id, wherever it was found. */
interface Known {
  readonly id: string
  readonly facts?: unknown
}

export async function foundById(session: Session, step: Step, from: From, { id, facts }: Known, wanted: Wanted) {
  const rows = await session.context.tx.page(session.engine.plans.byId(step.target, wanted), { key: id })
  return foundIn(rows, step, from, facts)
}

/** The one row of the type that the tenant has. */
async function findOnly(session: Session, step: Step, from: From, wanted: Wanted): Promise<Found | undefined> {
  const { engine, context } = session
  const rows = await context.tx.page(engine.plans.only(step.target), { limit: 1 })
  const found = foundIn(rows, step, from)
  if (found === undefined || wanted.key === 'bare') return found
  return foundById(session, step, from, found.at, wanted)
}

/** Where the members of a collection are looked up by their keys; undefined: among all rows. */
export function firstScope({ nav }: PathStep): Scope | undefined {
  return nav?.many === true ? Object.values(nav.scopes)[0] : undefined
}

function memberPlan({ engine }: Session, step: PathStep, wanted: Wanted) {
  return engine.plans.member(step.nav ?? step.root ?? step.target, step.target, firstScope(step), wanted)
}

/** What a member is looked up by beside its key. */
export function memberBind(step: PathStep, from: Located | undefined): Bind {
  const scope = firstScope(step)
  return Object.assign(scope === undefined ? {} : scopeBind(scope, from), visibleFrom(step.target, from))
}

/** The query that finds a member by `key`, and what it is bound to beside the key. */
export function memberQuery(session: Session, step: PathStep, from: Located | undefined, wanted: Wanted) {
  return {
    prepared: memberPlan(session, step, wanted),
    bind: memberBind(step, from),
  }
}

/** Whether a row is a member there, where that can be told of the row alone. */
function memberTest({ model }: Session, step: PathStep): RowTest | undefined {
  return step.target.over === undefined ? rowTestsOf(model)(step.target)(firstScope(step)) : undefined
}

/** Within a write, whose rules read the row next. */
function foundRow(row: AnyRow | undefined, step: PathStep, from: From, bind: Bind, test: RowTest) {
  if (row === undefined || !test(row, bind)) return undefined
  return { at: { type: step.target, id: row.id, row, nav: step.name, key: step.key, from }, json: '{}' }
}

/** Writes are not asked: their rules refuse what the caller may not do, and say so. */
export async function isHidden(session: Session, type: EntityType): Promise<boolean> {
  const hooks = session.engine.behaviours.get(type.name)
  if (hooks?.sees === undefined || session.isWrite) return false
  session.found.byRule = true
  return !(await hooks.sees(session.context))
}

/** By the rules of the type, where no member has the key. */
async function findElsewhere(session: Session, step: PathStep, from: From, wanted: Wanted): Promise<Found | undefined> {
  const { engine, context } = session
  const { target, key = '' } = step
  const asGuid = keyOf(step)
  session.found.byRule = true
  const elsewhere = await engine.behaviours.get(target.name)?.locate?.(context, from, step.name, asGuid ?? key)
  if (elsewhere !== undefined) return foundById(session, step, from, elsewhere, wanted)
  if (asGuid === undefined) {
    throw new AppError('invalid', `'${key}' is not a valid id: ids of ${target.name} are GUIDs.`, {
      check: 'address.key',
    })
  }
  return undefined
}

/** Undefined for one that no row can have. */
function keyOf({ target, key = '' }: PathStep): string | undefined {
  return target.keys === 'guid' ? guidOf(key) : key
}

async function findAsked(session: Session, step: PathStep, from: From, wanted: Wanted): Promise<Found | undefined> {
  if (await isHidden(session, step.target)) return undefined
  const key = keyOf(step)
  if (key !== undefined) {
    const bind: Bind = Object.assign(memberBind(step, from), { key })
    const rows = await session.context.tx.page(memberPlan(session, step, wanted), bind)
    const found = foundIn(rows, step, from)
    if (found !== undefined) return found
  }
  return findElsewhere(session, step, from, wanted)
}

async function findMember(session: Session, step: PathStep, from: From, wanted: Wanted): Promise<Found | undefined> {
  const key = !session.isWrite || wanted.key !== 'bare' ? undefined : keyOf(step)
  const test = key === undefined ? undefined : memberTest(session, step)
  if (key === undefined || test === undefined) return findAsked(session, step, from, wanted)
  const bind = memberBind(step, from)
  const row = (await session.context.tx.get(step.target, key)) as AnyRow | undefined
  return foundRow(row, step, from, bind, test) ?? findElsewhere(session, step, from, wanted)
}

/** A type without rows that is no base only: there is one of it wherever it is asked for, and it has no id. */
export function isVirtual(type: EntityType): boolean {
  return type.stored === false && type.abstract !== true
}

function virtual(step: Step, from: From, { shape }: Wanted): Found {
  const row = { id: '' }
  const at = { type: step.target, id: '', row, nav: step.name, key: undefined, from }
  return { at, json: writeRow(shape, row) }
}

async function findLocated(session: Session, step: Step, from: From, wanted: Wanted): Promise<Found | undefined> {
  const found = await session.engine.behaviours
    .get(step.target.name)
    ?.locate?.(session.context, undefined, step.name, '')
  return found === undefined ? undefined : foundById(session, step, from, found, wanted)
}

async function findFresh(session: Session, step: PathStep, from: From, wanted: Wanted): Promise<Found | undefined> {
  if (step.many) return findMember(session, step, from, wanted)
  if (step.root?.located === true) return findLocated(session, step, from, wanted)
  if (step.root !== undefined || (step.nav as ToOne).only === true) {
    return isVirtual(step.target) ? virtual(step, from, wanted) : findOnly(session, step, from, wanted)
  }
  const id = from?.row[`${step.name}Id`] as string | null | undefined
  invariant(id !== undefined, `${step.name} is carried`)
  return id === null ? undefined : foundById(session, step, from, { id }, wanted)
}

/** The row a step leads to; undefined when there is none. Throws `invalid` for a key of the wrong form. */
export async function findStep(
  session: Session,
  from: Located | undefined,
  step: PathStep,
  wanted: Wanted,
): Promise<Found | undefined> {
  if (step.target.steady !== true || wanted.key !== 'bare') return findFresh(session, step, from, wanted)
  const { found } = session.engine
  const way = `${session.context.actor.tenantId}|${from?.id ?? ''}|${step.name}|${step.key ?? ''}`
  const known = found.get(way)
  if (known !== undefined) return { at: { ...known, from }, json: '{}' }
  const fresh = await findFresh(session, step, from, wanted)
  if (fresh !== undefined) {
    if (found.size >= mostSteady) found.clear()
    found.set(way, fresh.at)
  }
  return fresh
}

/** Throws `notFound` naming the step that has no row. */
export async function needStep(session: Session, from: Located | undefined, step: PathStep, wanted: Wanted) {
  const found = await findStep(session, from, step, wanted)
  if (found === undefined) throw notFound(step.target, step.key ?? step.name)
  return found
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
