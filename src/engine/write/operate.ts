/** Functions and actions: whether they may be called, the call, and its answer (OData protocol 4.01 §11.5). */
import { untilEnd } from '#base/deadline.ts'
import { AppError, invariant } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { EntityType, PageOfValues, ReturnFacts } from '#edm/define.ts'
import { isServed } from '#edm/documents/capabilities.ts'
import type { AnyRow } from '#edm/infer.ts'
import { jsonOf } from '#edm/json.ts'
import type { Level } from '#edm/levels.ts'
import type { Located, OperationRule } from '#edm/ports.ts'
import type { PageOfRows, TrackedRow } from '#edm/records/reading.ts'
import { readParameters } from '#odata/body/body-in.ts'
import { placeRows, withContext, withMembers } from '#odata/body/body-out.ts'
import { contextSelection, type ReadOptions } from '#odata/query/options.ts'
import { emptyTree } from '#odata/query/tree.ts'
import { type ActionCall, checkCallOptions, type FunctionCall, type OperationCall } from '#odata/url/call.ts'
import { linkWith, nextLink } from '#odata/url/page.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { authorizeCall, isCollection } from '../access/authorize.ts'
import type { Caller } from '../access/caller.ts'
import { readRow } from '../read/read.ts'
import { inContext, type Session } from '../session.ts'
import { homeOf } from '../walk/addresses.ts'
import { walk } from '../walk/resolve.ts'
import { faultsFor } from '../walk/type-rules.ts'
import { inTransaction } from './transaction.ts'

export interface CallFacts {
  readonly caller: Caller
  readonly method: string
  readonly query: string
  readonly strict: boolean
}

function returnFacts(returns: FunctionCall['facts']['returns']): ReturnFacts {
  return returns.kind === 'complex' ? { kind: 'returned', type: returns } : returns
}

/** The entity type that a call returns; undefined: it returns values or nothing. */
export function returnedRows({ facts }: OperationCall): string | undefined {
  // Rows of several types have no options in common.
  const type = facts.returns === undefined || 'delta' in facts ? undefined : returnFacts(facts.returns).type
  return typeof type === 'object' && 'entity' in type ? type.entity : undefined
}

/** The method by which the operation is called, for `Allow`; empty: none, as it is not served. */
export function methodOf({ kind, facts: { evidence } }: OperationCall, strict: boolean): 'GET' | 'POST' | '' {
  if (!isServed(evidence) || (strict && evidence === 'ours')) return ''
  return kind === 'action' ? 'POST' : 'GET'
}

/** Throws `notAllowed` for the wrong method, `unsupported` and `forbidden` as for any operation. */
export function checkCall(call: OperationCall, { caller, method, query, strict }: CallFacts): void {
  const { kind, name, facts } = call
  if (method !== (kind === 'action' ? 'POST' : 'GET')) {
    throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
      headers: { Allow: methodOf(call, strict) },
    })
  }
  if (facts.evidence === 'later') throw new AppError('unsupported', `Relata does not serve '${name}' yet.`)
  if (strict && facts.evidence === 'ours') throw new AppError('invalid', 'Invalid request', { check: 'strict' })
  const isChange = call.kind === 'action' && call.facts.reads !== true
  authorizeCall(caller, call.of, isChange ? 'update' : 'get', facts.scopes)
  checkCallOptions(query, returnedRows(call) !== undefined, 'paged' in facts, 'delta' in facts)
}

/** The row that the rule starts from: the bound one, or the owner of the bound collection. */
function boundTo(session: Session, steps: readonly PathStep[]): Promise<Located | undefined> {
  const last = steps.at(-1)
  return walk(session, last !== undefined && isCollection(last) ? steps.slice(0, -1) : steps)
}

function ruleOf(session: Session, { name, of }: OperationCall, at?: Located): OperationRule {
  const { behaviours } = session.engine
  const rule =
    behaviours.get(at?.type.name ?? of.name)?.operations?.[name] ?? behaviours.get(of.name)?.operations?.[name]
  invariant(rule !== undefined, `a behaviour of ${of.name} has the operation ${name}`)
  return rule
}

type Value = Exclude<ReturnFacts['type'], { readonly entity: string }>

/** Members in the declared order; those that the rule left out are null. `masked`: evolvable enum members are written as the sentinel. */
function writeOne(type: Value, value: unknown, masked: boolean, level: Level): string {
  if (typeof type === 'string' || type.kind === 'enum') {
    return jsonOf({ kind: 'prop', type, doc: '' }, value, masked) ?? 'null'
  }
  const members = Object.entries(type.props)
    .filter(([, prop]) => prop.returned !== 'never')
    .map(([name]) => [name, (value as Json)[name] ?? null])
  return jsonOf({ kind: 'prop', type, doc: '' }, Object.fromEntries(members), masked, level)
}

function writeValues(
  { base, form }: Session,
  facts: ReturnFacts,
  type: Value,
  value: unknown,
  masked: boolean,
): string {
  const name = typeof type === 'string' ? type : type.name
  if (facts.collection === true) {
    const values = (value as readonly unknown[]).map((entry) => writeOne(type, entry, masked, form.level))
    return withContext(`{"value":[${values.join(',')}]}`, `${base}/$metadata#Collection(${name})`)
  }
  const text = writeOne(type, value, masked, form.level)
  const object = text.startsWith('{') ? text : `{"value":${text}}`
  return withContext(object, `${base}/$metadata#${name}`)
}

async function writeRows(session: Session, type: EntityType, many: boolean, value: unknown, options: ReadOptions) {
  const rows: string[] = []
  for (const { id } of many ? (value as readonly AnyRow[]) : [value as AnyRow]) {
    rows.push(placeRows(await readRow(session, type, id, options), homeOf(session, type) ?? session.base, true))
  }
  const context = `${session.base}/$metadata#`
  if (!many) return withContext(rows[0] ?? '{}', `${context}${type.name}${contextSelection(options)}`)
  return withContext(`{"value":[${rows.join(',')}]}`, `${context}Collection(${type.name})${contextSelection(options)}`)
}

/** JSON text of the returned value; undefined: none. */
async function written(
  session: Session,
  { facts }: OperationCall,
  value: unknown,
  options: ReadOptions,
  masked: boolean,
): Promise<string | undefined> {
  if (facts.returns === undefined || value === undefined || value === null) return undefined
  const returns = returnFacts(facts.returns)
  const { type } = returns
  return typeof type === 'object' && 'entity' in type
    ? writeRows(session, session.model.view(type.entity).type, returns.collection === true, value, options)
    : writeValues(session, returns, type, value, masked)
}

/** One page of what a paged function returns; `address`: that of the request. */
async function writtenPage(
  session: Session,
  asked: OperationCall,
  { values, next }: PageOfValues,
  options: ReadOptions,
  masked: boolean,
  address: string,
): Promise<string | undefined> {
  const text = await written(session, asked, values, options, masked)
  if (text === undefined || next === undefined) return text
  const link = nextLink(`${session.base}${address}`, encodeURIComponent(next))
  return withMembers(text, [`"@odata.nextLink":${JSON.stringify(link)}`])
}

/** JSON text of a row that is there, or of one that is not. */
async function trackedText(session: Session, { type, id, isRemoved, more = {} }: TrackedRow): Promise<string> {
  const members = Object.entries(more).map(([name, value]) => `"@relata.${name}":${JSON.stringify(value)}`)
  const kind = `"@odata.type":${JSON.stringify(`#${type}`)}`
  if (isRemoved === true)
    return withMembers(`{${kind},"@removed":{"reason":"deleted"},"id":${JSON.stringify(id)}}`, members)
  const view = session.model.view(type).type
  const text = placeRows(await readRow(session, view, id, emptyTree), homeOf(session, view) ?? session.base, true)
  return withMembers(`{${kind},${text.slice(1)}`, members)
}

/** A page of a delta function: rows of several types, and where it goes on. */
async function writtenRows(session: Session, page: PageOfRows, address: string): Promise<string> {
  const rows: string[] = []
  for (const row of page.rows) {
    await session.budget.pause()
    const text = await trackedText(session, row)
    session.budget.text(text)
    rows.push(text)
  }
  const link = (name: string, token: string): string =>
    `"@odata.${name === 'skiptoken' ? 'nextLink' : 'deltaLink'}":${JSON.stringify(linkWith(`${session.base}${address}`, new Set(['skiptoken', 'deltatoken']), [`$${name}`, token]))}`
  const links = [
    ...(page.skiptoken === undefined ? [] : [link('skiptoken', page.skiptoken)]),
    ...(page.deltatoken === undefined ? [] : [link('deltatoken', page.deltatoken)]),
  ]
  const text = `{"value":[${rows.join(',')}]}`
  return withMembers(withContext(text, `${session.base}/$metadata#Collection(microsoft.graph.entity)/$delta`), links)
}

/** `address`: path and query of the request. Throws what the rules throw, `notFound` for the path. */
export async function call(
  session: Session,
  steps: readonly PathStep[],
  asked: FunctionCall,
  options: ReadOptions,
  masked: boolean,
  address: string,
): Promise<string | undefined> {
  const at = await boundTo(session, steps)
  const rule = ruleOf(session, asked, at)
  invariant('function' in rule, `${asked.name} is a function`)
  const value = await rule.function(session.context, at, asked.args)
  if (asked.facts.delta) return writtenRows(session, value as PageOfRows, address)
  if (asked.facts.paged) return writtenPage(session, asked, value as PageOfValues, options, masked, address)
  return written(session, asked, value, options, masked)
}

function argumentsOf(session: Session, { name, of, facts }: ActionCall, body: Json) {
  const faults = faultsFor(session, of)
  const args = readParameters(name, facts, body, faults)
  faults.throwIfAny()
  return args
}

/** The same for an action that only reads. What is due is fired before. Throws every fault of its parameters. */
export async function ask(
  session: Session,
  steps: readonly PathStep[],
  asked: ActionCall,
  body: Json,
  options: ReadOptions,
  masked: boolean,
): Promise<string | undefined> {
  const { engine, context, deadline } = session
  const firing = engine.agenda.pending()
  if (firing !== undefined) await untilEnd(firing, deadline)
  return engine.store.read(
    context.actor.tenantId,
    async (tx) => {
      const reading = inContext(session, { ...context, tx })
      const at = await boundTo(reading, steps)
      const rule = ruleOf(reading, asked, at)
      invariant('query' in rule, `${asked.name} only reads`)
      const value = await rule.query(reading.context, at, argumentsOf(reading, asked, body))
      return written(reading, asked, value, options, masked)
    },
    deadline,
  )
}

/** The same for an action, in a write transaction. Throws every fault of its parameters. */
export function act(
  session: Session,
  steps: readonly PathStep[],
  asked: ActionCall,
  body: Json,
  options: ReadOptions,
  masked: boolean,
): Promise<string | undefined> {
  return inTransaction(session, asked.name, async (writing) => {
    const at = await boundTo(writing, steps)
    const args = argumentsOf(writing, asked, body)
    const rule = ruleOf(writing, asked, at)
    invariant('action' in rule, `${asked.name} is an action`)
    const value = await rule.action(writing.context, at, args)
    return written(writing, asked, value, options, masked)
  })
}
