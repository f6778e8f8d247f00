/**
 * Raw resource path → steps over the model: OData URL Conventions 4.01 §4, key-as-segment included.
 * Names are matched without regard to case, keys are kept as written; every segment is decoded after splitting.
 */
import { AppError } from '#base/errors.ts'
import type { Can, EntityType, Nav, Root } from '#edm/define.ts'
import type { Model, TypeView } from '#edm/model.ts'
import { type Call, callIn, isOperation } from './call.ts'
import { castOf } from './cast.ts'
import { type PropertyPath, propertyAt } from './property-path.ts'

/** One named step: a root or a link, with the key that followed it. */
export interface PathStep {
  /** Name as the model spells it. */
  readonly name: string
  readonly many: boolean
  readonly target: EntityType
  readonly can: Can
  readonly nav: Nav | undefined
  readonly root: Root | undefined
  readonly key: string | undefined
  /** Qualified name of the derived type the address narrows the collection to; it is the target. */
  readonly cast?: string
}

export interface ResolvedPath {
  readonly steps: readonly PathStep[]
  /** Ends in `/$count`. */
  readonly counted: boolean
  /** Ends in `/$ref`. */
  readonly ref?: boolean
  /** Ends in the call of an operation on what the steps lead to. */
  readonly call?: Call
  /** Ends in a property of what the steps lead to, or in a part of its value. */
  readonly property?: PropertyPath
}

const bad = (message: string) => new AppError('invalid', message, { code: 'BadRequest' })

const decode = (segment: string): string => {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw bad(`The segment '${segment}' holds a malformed percent escape.`)
  }
}

/** `name('key')`, `name(key)`, `name(id='key')`; doubled quotes stand for one. */
const callForm = /^([^()]+)\((.*)\)$/s
const namedKey = /^\s*id\s*=\s*/i

const keyIn = (text: string, segment: string): string => {
  const bare = text.replace(namedKey, '').trim()
  if (bare === '') throw bad(`The key in '${segment}' is empty.`)
  if (!bare.startsWith("'")) {
    if (bare.includes("'") || bare.includes('=')) throw bad(`The key in '${segment}' is not valid.`)
    return bare
  }
  if (bare.length < 2 || !bare.endsWith("'")) throw bad(`The key in '${segment}' has no closing quote.`)
  const inner = bare.slice(1, -1)
  if (/(^|[^'])(?:'')*'(?!')/.test(inner)) throw bad(`A quote inside the key of '${segment}' must be doubled.`)
  return inner.replaceAll("''", "'")
}

interface Cursor {
  readonly raw: readonly string[]
  at: number
}

/** `{key}:/{path}` up to a segment that ends in a colon, or to the end of the address. */
const pathKey = (first: string, cursor: Cursor): string => {
  const parts: string[] = []
  while (cursor.at < cursor.raw.length) {
    const segment = decode(cursor.raw[cursor.at] ?? '')
    cursor.at += 1
    if (segment.endsWith(':')) {
      if (segment.length > 1) parts.push(segment.slice(0, -1))
      break
    }
    parts.push(segment)
  }
  return parts.length === 0 ? first.slice(0, -1) : `${first}/${parts.join('/')}`
}

const takeKey = (target: EntityType, cursor: Cursor): string | undefined => {
  const next = cursor.raw[cursor.at]
  if (next === undefined || next.startsWith('$')) return undefined
  cursor.at += 1
  const key = decode(next)
  return target.pathKeys === true && key.endsWith(':') && key.length > 1 ? pathKey(key, cursor) : key
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
const isReachable = (entry: Nav | Root) => entry.published !== false || Object.keys(entry.can).length > 0

const findRoot = (model: Model, segment: string, strict: boolean): Found => {
  const root = model.roots.get(segment.toLowerCase())
  if (root !== undefined && isReachable(root) && (!strict || model.isPublished(root))) {
    return { name: root.name, many: root.kind === 'set', target: root.target, can: root.can, nav: undefined, root }
  }
  if (root !== undefined) throw bad(`Resource not found for the segment '${segment}'.`)
  throw new AppError('unsupported', `Relata does not serve '/${segment}'.`)
}

const findNav = (model: Model, view: TypeView, segment: string, strict: boolean): Found => {
  const named = view.navs.get(segment.toLowerCase())
  if (named !== undefined && isReachable(named.nav) && (!strict || model.isPublished(named.nav))) {
    const { name, nav } = named
    return { name, many: nav.many, target: nav.target, can: nav.can, nav, root: undefined }
  }
  if (view.type.partial === true && named === undefined) {
    throw new AppError('unsupported', `Relata does not serve '${segment}' of ${view.type.name}.`)
  }
  throw bad(`Resource not found for the segment '${segment}'.`)
}

/** What a segment that begins with a dollar sign asks of the steps before it; nothing may follow it. */
const endOf = (cursor: Cursor, steps: readonly PathStep[]): ResolvedPath => {
  const last = steps.at(-1)
  const segment = cursor.raw[cursor.at] ?? ''
  const name = segment.toLowerCase()
  const isLink = name === '$ref' && (last?.nav !== undefined || last?.root?.kind === 'set')
  if (name === '$value') throw bad(`'${segment}' follows a primitive property; rows here are no media.`)
  if (name !== '$count' && !isLink) throw new AppError('unsupported', `Relata does not serve '${segment}' here.`)
  const onCollection = last?.many === true && last.key === undefined
  if (!(onCollection || isLink) || cursor.at + 1 < cursor.raw.length) {
    throw bad(`Resource not found for the segment '${segment}'.`)
  }
  return isLink ? { steps, counted: false, ref: true } : { steps, counted: true }
}

/** Segments between the slashes; one slash at the end says nothing. */
const segmentsOf = (rawPath: string): string[] => {
  const raw = rawPath.split('/').slice(1)
  if (raw.at(-1) === '') raw.pop()
  if (raw.includes('')) throw bad('The address holds an empty segment.')
  return raw
}

const takeCastKey = (cast: PathStep, cursor: Cursor): PathStep => {
  const step = { ...cast, key: takeKey(cast.target, cursor) }
  const more = cursor.raw[cursor.at]
  if (more === undefined || more.startsWith('$')) return step
  throw new AppError('unsupported', `Relata does not serve '${more}' below a cast; leave '${cast.cast}' out.`)
}

const beforeBracket = (segment: string): string => segment.slice(0, segment.indexOf('(')).toLowerCase()

/** Takes one name and its key; `view` is undefined at the start of the address. */
const takeStep = (model: Model, view: TypeView | undefined, cursor: Cursor, strict: boolean): PathStep => {
  const segment = decode(cursor.raw[cursor.at] ?? '')
  cursor.at += 1
  const call = segment.includes('(') ? callForm.exec(segment) : null
  // A slash inside a key must be percent-encoded, or the key ends there.
  if (call === null && segment.indexOf('(') > 0 && (view === undefined || view.navs.has(beforeBracket(segment)))) {
    const end = cursor.raw.slice(0, cursor.at).join('/').length
    throw bad(`Syntax error at position ${end} in the address: expected ')' at the end of '${segment}'.`)
  }
  const name = call?.[1] ?? segment
  const found = view === undefined ? findRoot(model, name, strict) : findNav(model, view, name, strict)
  if (call !== null && !found.many) throw bad(`'${found.name}' takes no key.`)
  const target = model.view(found.target).type
  const key = !found.many ? undefined : call === null ? takeKey(target, cursor) : keyIn(call[2] ?? '', segment)
  // What looks like a key may be the name of an operation on the whole collection, as `delta` is.
  if (key !== undefined && call === null && isOperation(target, key)) {
    cursor.at -= 1
    return { ...found, target, key: undefined }
  }
  const step = { ...found, target, key }
  const cast = call === null ? castOf(model, step) : undefined
  return cast === undefined ? step : takeCastKey(cast, cursor)
}

const onCollection = (step: PathStep | undefined): boolean => step?.many === true && step.key === undefined

/** What an operation in the next segment is bound to. */
const boundBy = (step: PathStep | undefined) =>
  step === undefined
    ? ({ binding: 'service' } as const)
    : ({ type: step.target, binding: onCollection(step) ? 'collection' : 'entity' } as const)

/**
 * Throws `invalid` for what the model does not have, `unsupported` where we serve only part of Graph's type.
 * In strict mode only what Microsoft publishes for the version is found. `query`: where parameter aliases are.
 */
export const resolvePath = (model: Model, rawPath: string, strict: boolean, query = ''): ResolvedPath => {
  const cursor: Cursor = { raw: segmentsOf(rawPath), at: 0 }
  const steps: PathStep[] = []
  while (cursor.at < cursor.raw.length) {
    const last = steps.at(-1)
    const written = cursor.raw[cursor.at] ?? ''
    if (written.startsWith('$')) return endOf(cursor, steps)
    const call = callIn(model, boundBy(last), decode(written), strict, query)
    if (call !== undefined && cursor.at + 1 < cursor.raw.length)
      throw bad(`Nothing follows the call of '${call.name}'.`)
    if (call !== undefined) return { steps, counted: false, call }
    if (onCollection(last)) throw bad(`Resource not found for the segment '${written}'.`)
    const property =
      last && propertyAt(model, last.target, () => cursor.raw.slice(cursor.at).map(decode), decode(written))
    if (property !== undefined) return { steps, counted: false, property }
    const view = last === undefined ? undefined : model.view(last.target.name)
    steps.push(takeStep(model, view, cursor, strict))
  }
  return { steps, counted: false }
}
