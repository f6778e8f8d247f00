/** The rules of the term store, type by type. */
import type { Behaviour } from '#edm/ports.ts'
import { groupBehaviour } from './group.ts'
import { relationBehaviour } from './relations/relation.ts'
import { setBehaviour } from './set.ts'
import type { TermStoreSettings } from './settings.ts'
import { storeBehaviour } from './store.ts'
import { termBehaviour } from './term.ts'

export function termStoreBehaviours(settings: TermStoreSettings): readonly Behaviour[] {
  return [
    storeBehaviour(settings),
    groupBehaviour(settings),
    setBehaviour(settings),
    termBehaviour(settings),
    relationBehaviour(settings),
  ]
}
