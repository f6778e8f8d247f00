/** Addresses of rows: where the rows of a type are found, and how entity references are written. */
import type { EntityType } from '#edm/define.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { Session } from '../session.ts'
import { writtenType } from './type-rules.ts'

/** The type and its bases, nearest first. */
function linesOf(type: EntityType): EntityType[] {
  return type.base === undefined ? [type] : [type, ...linesOf(type.base)]
}

/** Where a row is found by its id alone: the set of its type or of the nearest base that has one. */
export function homeOf(session: Session, type: EntityType): string | undefined {
  const sets = [...session.model.roots.values()].filter(({ kind }) => kind === 'set')
  for (const { name } of linesOf(writtenType(type))) {
    const root = sets.find(({ target }) => target === name)
    if (root !== undefined) return `${session.base}/${root.name}`
  }
  return undefined
}

/** Options for the same rows with nothing but their ids. */
export function onlyIds(options: ReadOptions): ReadOptions {
  return {
    ...options,
    key: `${options.key}|ref`,
    select: { ...options.select, default: false, star: false, names: ['id'], casts: [] },
    expand: [],
  }
}

/** An entity reference (OData JSON 4.01 §14). `at` is the address of the collection, or without `id` that of the row. */
export function refOf(at: string, id?: string) {
  return {
    '@odata.id': id === undefined ? at : `${at}/${encodeURIComponent(id)}`,
  }
}
