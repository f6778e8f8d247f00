/**
 * By which values cached lists were found, so that a row that is written drops those lists only which it is, or may be,
 * part of. Lists that ask for values of the same keys have one shape: a new row makes one key for each shape, and the
 * number of lists does not matter.
 */
import { isObject } from '#base/json.ts'
import type { AnyRow } from '#edm/infer.ts'
import { notNull } from '#edm/query.ts'
import type { Comparable } from '../rows/rows.ts'

/** What a list was found by. */
export interface FoundBy {
  /** The collection whose elements have the values; undefined: the row itself has them. */
  readonly prop?: string
  readonly alternatives: readonly object[]
  readonly comparable: Comparable
  /** Whether the list has whole rows, so that any change of one changes it. */
  readonly gives: 'rows' | 'ids'
}

interface Shape extends Pick<FoundBy, 'prop' | 'comparable' | 'gives'> {
  readonly keys: readonly string[]
  /** Keys of which any value will do. */
  readonly open: ReadonlySet<string>
  /** Keys of lists by the values they ask for. */
  readonly lists: Map<string, string[]>
}

/** A cache key: equal for equal values only. */
export function keyOf(start: string, where: object): string {
  let key = start
  for (const name in where) {
    const value = (where as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'string') key += `|${name}${value.length}"${value}`
    else if (typeof value === 'number') key += `|${name} ${value}`
    else key += value === null ? `|${name} ` : `|${name} ${value === notNull ? '*' : JSON.stringify(value)}`
  }
  return key
}

export function keyOfAll(start: string, alternatives: readonly object[]): string {
  let key = start
  for (const where of alternatives) key = `${keyOf(key, where)}|or`
  return key
}

type Values = Readonly<Record<string, unknown>>

function shapeKeyOf({ prop = '', gives }: FoundBy, where: Values): string {
  let key = `${prop} ${gives}`
  for (const name in where) {
    const value = where[name]
    if (value !== undefined) key += value === notNull ? `|${name}*` : `|${name}`
  }
  return key
}

function shapeOf({ prop, comparable, gives }: FoundBy, where: Values): Shape {
  const keys = Object.keys(where).filter((name) => where[name] !== undefined)
  const open = new Set(keys.filter((name) => where[name] === notNull))
  const shape = { comparable, gives, keys, open, lists: new Map() }
  return prop === undefined ? shape : { ...shape, prop }
}

/** Undefined: a row or an element with these values is in no list of the shape. */
function valuesOf({ keys, open, comparable }: Shape, values: Values): string | undefined {
  let key = ''
  for (const name of keys) {
    const value = values[name]
    if (value === notNull) {
      key += '*|'
      continue
    }
    const compared = comparable(name, value)
    if (!open.has(name)) key += typeof compared === 'string' ? `${compared.length}"${compared}|` : `${compared}|`
    else if (compared === null) return undefined
    else key += '*|'
  }
  return key
}

/** Of one type. */
export class FoundLists {
  private readonly cached: Map<string, unknown>
  private readonly shapes = new Map<string, Shape>()

  /** `cached`: the lists by their keys; those that are not valid any more are removed from it. */
  constructor(cached: Map<string, unknown>) {
    this.cached = cached
  }

  /** Call before a list is asked for. */
  add(key: string, by: FoundBy): void {
    for (const alternative of by.alternatives) {
      const where = alternative as Values
      const shapeKey = shapeKeyOf(by, where)
      let shape = this.shapes.get(shapeKey)
      if (shape === undefined) {
        shape = shapeOf(by, where)
        this.shapes.set(shapeKey, shape)
      }
      const values = valuesOf(shape, where) as string
      const keys = shape.lists.get(values)
      if (keys === undefined) shape.lists.set(values, [key])
      else keys.push(key)
    }
  }

  rowAdded(row: AnyRow): void {
    for (const shape of this.shapes.values()) {
      if (shape.lists.size === 0) continue
      if (shape.prop === undefined) this.drop(shape, row)
      else for (const element of elementsOf(row[shape.prop])) this.drop(shape, element)
    }
  }

  /** `keys`: of the values that were changed; undefined: all, or the row was removed. Returns whether ids may differ now. */
  rowChanged(keys: object | undefined): boolean {
    if (keys === undefined) {
      this.clear()
      return true
    }
    let areIdsChanged = false
    for (const shape of this.shapes.values()) {
      const isFoundByThem = shape.prop === undefined ? shape.keys.some((key) => key in keys) : shape.prop in keys
      areIdsChanged ||= isFoundByThem
      if (isFoundByThem || shape.gives === 'rows') this.dropAll(shape)
    }
    return areIdsChanged
  }

  clear(): void {
    // Clearing an empty map allocates.
    if (this.cached.size > 0) this.cached.clear()
    for (const { lists } of this.shapes.values()) if (lists.size > 0) lists.clear()
  }

  private drop(shape: Shape, values: Values): void {
    const key = valuesOf(shape, values)
    const lists = key === undefined ? undefined : shape.lists.get(key)
    if (key === undefined || lists === undefined) return
    for (const list of lists) this.cached.delete(list)
    shape.lists.delete(key)
  }

  private dropAll({ lists }: Shape): void {
    if (lists.size === 0) return
    for (const keys of lists.values()) for (const key of keys) this.cached.delete(key)
    lists.clear()
  }
}

function elementsOf(value: unknown): readonly Values[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
