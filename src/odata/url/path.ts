/**
 * Raw resource path → steps over the model: OData URL Conventions 4.01 §4, key-as-segment included.
 * Names are matched without regard to case, keys are kept as written; every segment is decoded after splitting.
 */
import { AppError } from '#base/errors.ts'
import { type Can, type EntityType, type Nav, namespaceOf, type Root } from '#edm/define.ts'
import type { Model, TypeView } from '#edm/model.ts'
import { home, unaliased } from '#edm/names.ts'
import { callIn, isOperation, type OperationCall } from './call.ts'
import { type Cast, castTo, isTypeName, narrowed } from './cast.ts'
import { filtersAt } from './filter-segment.ts'
import { type Keyed, keyAfterName, keyIn, splitKey } from './key-text.ts'
import { pathError, type Segment, type Segments, segmentsOf } from './path-text.ts'
import { propertyAt } from './property-path.ts'
import type { PathStep, ResolvedPath } from './steps.ts'

/** A place in a row of segments. */
interface Cursor extends Segments {
  index: number
}

/** `{key}:/{path}` up to a segment that ends in a colon, or to the end of the address. */
function pathKey(first: string, cursor: Cursor): string {
  const parts: string[] = []
  while (cursor.index < cursor.count) {
    const { text } = cursor.segment(cursor.index)
    cursor.index += 1
    if (text.endsWith(':')) {
      if (text.length > 1) parts.push(text.slice(0, -1))
      break
    }
    parts.push(text)
  }
  return parts.length === 0 ? first.slice(0, -1) : `${first}/${parts.join('/')}`
}

/** What begins with a dollar sign is no key, unless the sign is escaped. */
function isSystem(cursor: Cursor): boolean {
  return cursor.raw(cursor.index)?.startsWith('$') === true
}

function takeKey(target: EntityType, cursor: Cursor): string | undefined {
  if (cursor.index >= cursor.count || isSystem(cursor)) return undefined
  const { text: key } = cursor.segment(cursor.index)
  cursor.index += 1
  return target.pathKeys === true && key.endsWith(':') && key.length > 1
    ? pathKey(key, cursor)
    : keyAfterName(key, target)
}

interface Found {
  readonly name: string
  readonly many: boolean
  readonly target: string
  readonly can: Can
  readonly nav: Nav | undefined
  readonly root: Root | undefined
}

/** A member is on the wire when it is published somewhere or something may be done with it. */
function isReachable(entry: Nav | Root) {
  return entry.published !== false || Object.keys(entry.can).length > 0
}

function notFound(text: string, at: number, expected: string): AppError {
  return pathError(`Resource not found for the segment '${text}'.`, at, expected)
}

function findRoot(model: Model, segment: string, at: number, strict: boolean): Found {
  const root = model.roots.get(segment.toLowerCase())
  if (root !== undefined && isReachable(root) && (!strict || model.isPublished(root))) {
    return { name: root.name, many: root.kind === 'set', target: root.target, can: root.can, nav: undefined, root }
  }
  if (root !== undefined) throw notFound(segment, at, 'a set or a singleton Microsoft publishes for this version')
  throw new AppError('unsupported', `Relata does not serve '/${segment}'.`)
}

function findNav(model: Model, view: TypeView, segment: string, at: number, strict: boolean): Found {
  const named = view.navs.get(segment.toLowerCase())
  if (named !== undefined && isReachable(named.nav) && (!strict || model.isPublished(named.nav))) {
    const { name, nav } = named
    return { name, many: nav.many, target: nav.target, can: nav.can, nav, root: undefined }
  }
  if (view.type.partial === true && named === undefined) {
    throw new AppError('unsupported', `Relata does not serve '${segment}' of ${view.type.name}.`)
  }
  throw notFound(segment, at, `a property, a link or an operation of '${view.type.name}'`)
}

/** What may stand at the end of the address, for messages. */
function endsOf(last: PathStep | undefined, filters: readonly string[]): string {
  const ends = onCollection(last) ? ["'$count'", "'$filter(…)'"] : []
  if (isLinked(last)) ends.push("'$ref'")
  if (ends.length === 0) return 'the end'
  return `${ends.join(', ')} or ${onCollection(last) && filters.length === 0 ? 'a key' : 'the end'}`
}

function isLinked(last: PathStep | undefined): boolean {
  return last?.nav !== undefined || last?.root?.kind === 'set'
}

/** What segments that begin with a dollar sign ask of the steps before them; nothing else may follow. */
function endOf(cursor: Cursor, steps: readonly PathStep[]): ResolvedPath {
  const last = steps.at(-1)
  const filters = onCollection(last) ? filtersAt(cursor) : []
  const narrowed = filters.length === 0 ? {} : { filters }
  if (cursor.index >= cursor.count) return { steps, counted: false, ...narrowed }
  const { text, at } = cursor.segment(cursor.index)
  const name = text.toLowerCase()
  const expected = endsOf(last, filters)
  const isLink = name === '$ref' && isLinked(last)
  if (name === '$value')
    throw pathError(`'${text}' follows a primitive property; rows here are no media.`, at(), expected)
  if (filters.length > 0 && !isLink && name !== '$count') throw notFound(text, at(), expected)
  if (name !== '$count' && !isLink) throw new AppError('unsupported', `Relata does not serve '${text}' here.`)
  if (!(onCollection(last) || isLink)) throw notFound(text, at(), expected)
  if (cursor.index + 1 < cursor.count) {
    const next = cursor.segment(cursor.index + 1)
    throw notFound(next.text, next.at(), 'the end')
  }
  return isLink ? { steps, counted: false, ref: true, ...narrowed } : { steps, counted: true, ...narrowed }
}

function beforeBracket(segment: string): string {
  return segment.slice(0, segment.indexOf('(')).toLowerCase()
}

/** A slash inside a key must be percent-encoded, or the key ends there. */
function checkClosed({ text, at }: Segment, view: TypeView | undefined): void {
  if (text.indexOf('(') <= 0 || (view !== undefined && !view.navs.has(beforeBracket(text)))) return
  throw new AppError(
    'invalid',
    `Syntax error at position ${at(text.length)} in the address: expected ')' at the end of '${text}'.`,
    { code: 'BadRequest' },
  )
}

/** Named one by one: an object spread with members that change has a layout of its own each time, slow to read. */
function stepOf(
  { name, many, can, nav, root }: Omit<Found, 'target'>,
  target: EntityType,
  key: string | undefined,
): PathStep {
  return {
    name,
    many,
    target,
    can,
    nav,
    root,
    key,
  }
}

function withKey(step: PathStep, key: string | undefined): PathStep {
  return step.cast === undefined ? stepOf(step, step.target, key) : { ...step, key }
}

/** Takes one name and its key; `view` is undefined at the start of the address. */
function takeStep(model: Model, view: TypeView | undefined, cursor: Cursor, strict: boolean): PathStep {
  const segment = cursor.segment(cursor.index)
  cursor.index += 1
  const keyed = splitKey(segment.text)
  const { name, inner } = keyed
  if (inner === undefined) checkClosed(segment, view)
  const at = segment.at()
  const found = view === undefined ? findRoot(model, name, at, strict) : findNav(model, view, name, at, strict)
  if (inner !== undefined && !found.many) {
    throw pathError(`'${found.name}' takes no key.`, segment.at(name.length), "'/' or the end")
  }
  const target = model.view(found.target).type
  if (inner !== undefined) return stepOf(found, target, keyIn(segment, keyed, target))
  const step = stepOf(found, target, undefined)
  return found.many ? takeMember(model, step, cursor) : step
}

interface WrittenCast {
  readonly cast: Cast
  readonly segment: Segment
  readonly keyed: Keyed
}

/** The type that the next segment names, and the key in brackets after it. */
function castAt(model: Model, { target }: PathStep, cursor: Cursor): WrittenCast | undefined {
  if (cursor.raw(cursor.index)?.includes('.') !== true) return undefined
  const segment = cursor.segment(cursor.index)
  const keyed = splitKey(segment.text)
  const cast = keyed.name.includes('.') ? castTo(model, target, keyed.name) : undefined
  return cast && { cast, segment, keyed }
}

function noCast({ text, at }: Segment, { name }: EntityType): AppError {
  return pathError(`No row here is of the type '${text}'.`, at(), `a type derived from '${name}'`)
}

function isUnservedFunction({ unservedFunctions = [], base }: EntityType, name: string): boolean {
  return unservedFunctions.includes(name) || (base !== undefined && isUnservedFunction(base, name))
}

/** Of a type that is served in part, Graph may have rows of kinds that are not: their names are no keys. */
function refuseType(model: Model, { target }: PathStep, segment: Segment): void {
  const { text } = segment
  const name = unaliased(splitKey(text).name)
  const isQualified = namespaceOf(name).toLowerCase() === home.namespace
  const called = isQualified ? name.slice(home.namespace.length + 1) : name
  if (isUnservedFunction(target, called.toLowerCase())) {
    throw new AppError('unsupported', `Relata does not serve '${text}'.`)
  }
  if (target.partial !== true || !isQualified) return
  if (isTypeName(model, name)) throw noCast(segment, target)
  throw new AppError('unsupported', `Relata does not serve '${text}'.`)
}

/** What follows the name of a collection: casts, and the key of a member. */
function takeMember(model: Model, collection: PathStep, cursor: Cursor): PathStep {
  let step = collection
  for (;;) {
    if (cursor.index >= cursor.count || isSystem(cursor)) return step
    const written = castAt(model, step, cursor)
    if (written === undefined) break
    cursor.index += 1
    step = narrowed(step, written.cast)
    if (written.keyed.inner !== undefined) return { ...step, key: keyIn(written.segment, written.keyed, step.target) }
  }
  refuseType(model, step, cursor.segment(cursor.index))
  // What looks like a key may be the name of an operation on the whole collection, as `delta` is.
  if (isOperation(step.target, cursor.segment(cursor.index).text)) return step
  return withKey(step, takeKey(step.target, cursor))
}

/** The row narrowed to the type that the next segment names; undefined: it names none. */
function takeRowCast(model: Model, row: PathStep, cursor: Cursor): PathStep | undefined {
  const written = castAt(model, row, cursor)
  const here = cursor.segment(cursor.index)
  if (written === undefined && isTypeName(model, here.text)) throw noCast(here, row.target)
  if (written === undefined) return undefined
  const { cast, segment, keyed } = written
  if (keyed.inner !== undefined) {
    throw pathError(`'${keyed.name}' takes no key after a row.`, segment.at(keyed.name.length), "'/' or the end")
  }
  cursor.index += 1
  return narrowed(row, cast)
}

function onCollection(step: PathStep | undefined): boolean {
  return step?.many === true && step.key === undefined
}

/** What an operation in the next segment is bound to. */
function boundBy(step: PathStep | undefined) {
  return step === undefined
    ? ({ binding: 'service' } as const)
    : ({ type: step.target, binding: onCollection(step) ? 'collection' : 'entity' } as const)
}

/** Throws `unsupported` for a collection that a cast narrows: the rules of an operation see the whole one. */
function boundTo(last: PathStep | undefined, call: OperationCall): OperationCall {
  const isNarrowed = last?.cast !== undefined && last.target.over === undefined && onCollection(last)
  if (!isNarrowed || call.of === last.target) return call
  throw new AppError('unsupported', `Relata does not serve '${call.name}' on '${last.cast}' alone.`)
}

/**
 * Throws `invalid` for what the model does not have, `unsupported` where we serve only part of Graph's type.
 * In strict mode only what Microsoft publishes for the version is found. `query`: where parameter aliases are.
 */
export function resolvePath(model: Model, rawPath: string, strict: boolean, query = ''): ResolvedPath {
  const { count, segment, raw } = segmentsOf(rawPath)
  const cursor: Cursor = { count, segment, raw, index: 0 }
  const steps: PathStep[] = []
  while (cursor.index < cursor.count) {
    const last = steps.at(-1)
    if (isSystem(cursor)) return endOf(cursor, steps)
    const here = segment(cursor.index)
    const call = callIn(model, boundBy(last), here, strict, query)
    if (call !== undefined && cursor.index + 1 < cursor.count) {
      throw pathError(`Nothing follows the call of '${call.name}'.`, segment(cursor.index + 1).at(), 'the end')
    }
    if (call !== undefined) return { steps, counted: false, call: boundTo(last, call) }
    if (onCollection(last)) throw notFound(here.text, here.at(), `an operation on rows of '${last?.target.name}'`)
    const cast = last && takeRowCast(model, last, cursor)
    if (cast !== undefined) {
      steps[steps.length - 1] = cast
      continue
    }
    const property = last && propertyAt(model, last.target, here.text, () => after(cursor))
    if (property !== undefined) return { steps, counted: false, property }
    const view = last === undefined ? undefined : model.view(last.target.name)
    steps.push(takeStep(model, view, cursor, strict))
  }
  return { steps, counted: false }
}

function after({ count, index, segment }: Cursor): Segment[] {
  return Array.from({ length: count - index - 1 }, (_, at) => segment(index + 1 + at))
}
