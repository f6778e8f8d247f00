/** The errors of the term store in Graph's codes and words: term-store.md §5. */
import { AppError, type Faults } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { type Located, nearest, type WriteContext } from '#edm/ports.ts'
import { site } from '../../sites/types.ts'
import { mergedTerm } from '../own-types.ts'
import { group, set, store, term } from '../types.ts'

const spec = 'term-store.md §5'

export function invalid(message: string, target?: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', spec, ...(target === undefined ? {} : { target }) })
}

export function denied(message: string): AppError {
  return new AppError('forbidden', message, { code: 'accessDenied', spec })
}

/** At the end of a link, whose id is not said because the row is hidden. */
export function unseen(kind: 'Set', link: string): AppError {
  return new AppError('notFound', `${kind} at '${link}' not found`, { code: 'itemNotFound', spec })
}

/** `target`: the link of the body that names it. */
export function missing(kind: 'Group' | 'Set' | 'Term', id: string, target?: string): AppError {
  return new AppError('notFound', `${kind} with id ${id} not found`, {
    code: 'itemNotFound',
    spec,
    ...(target === undefined ? {} : { target }),
  })
}

export function taken(message: string, target?: string): AppError {
  return new AppError('conflict', message, {
    code: 'nameAlreadyExists',
    spec,
    ...(target === undefined ? {} : { target }),
  })
}

/** For a write that names a term by the id of one that was merged into it (exchange.md §9.5). */
export function mergedAway(id: string, into: string, target?: string): AppError {
  return taken(`The term ${id} was merged into ${into}.`, target)
}

/** Whether a row of this site collection (null: of all) is visible on this path. */
export function isVisible(siteCollectionId: string | null, from: Located | undefined): boolean {
  return siteCollectionId === null || nearest(from, site)?.row['siteCollectionId'] === siteCollectionId
}

/**
 * The id that the body gives, or a new one; in strict mode always a new one, as in Graph. Throws `conflict` if a row of
 * the term store has it already.
 */
export async function idOf(
  { tx, ids, strict }: Pick<WriteContext, 'tx' | 'ids' | 'strict'>,
  given: string | undefined,
  faults: Faults,
): Promise<string> {
  if (given === undefined || strict) return ids.mint()
  const id = guidOf(given)
  if (id === undefined) {
    faults.add('id', `'${given}' is not a GUID.`)
    return given
  }
  for (const type of [term, set, group, store]) {
    if ((await tx.get(type, id)) !== undefined) throw taken(`The id ${id} is already in use.`, 'id')
  }
  const merged = await tx.get(mergedTerm, id)
  if (merged !== undefined) throw mergedAway(id, merged.into, 'id')
  return id
}
