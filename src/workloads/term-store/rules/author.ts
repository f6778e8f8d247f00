/**
 * Who made a group, a set or a term, and who changed it last. Graph has no member for it on the types of the term store, so
 * it is kept and shown where `$select` asks (term-store.md §2.2).
 */

import type { WriteContext } from '#edm/ports.ts'
import type { ComplexOf } from '#edm/props.ts'
import type { identitySet } from '../values.ts'

export type Author = ComplexOf<(typeof identitySet)['props']>

/** What each change of a row sets. */
export interface ChangeStamp {
  readonly lastModifiedDateTime: string
  /** Null: the service, when something came due. */
  readonly lastModifiedBy: Author | null
}

type Context = Pick<WriteContext, 'actor' | 'now'>

function authorOf({ actor: { kind, userId, appId, name } }: Context): Author | null {
  if (kind === 'system') return null
  const identity = { displayName: name ?? null, id: (kind === 'user' ? userId : appId) ?? null }
  return kind === 'user' ? { application: null, user: identity } : { application: identity, user: null }
}

export function stampOf(context: Context): ChangeStamp {
  return { lastModifiedDateTime: context.now, lastModifiedBy: authorOf(context) }
}

/** For a row that is made; `lastModifiedDateTime` is for those that have it. */
export function birthOf(context: Context) {
  const stamp = stampOf(context)
  return { ...stamp, createdDateTime: context.now, createdBy: stamp.lastModifiedBy }
}
