/** The rules of the term store, type by type. */
import type { Behaviour } from '#edm/ports.ts'
import { groupBehaviour } from './rules/group.ts'
import { relationBehaviour } from './rules/relations/relation.ts'
import { setBehaviour } from './rules/set.ts'
import type { TermStoreSettings } from './rules/settings.ts'
import { storeBehaviour } from './rules/store.ts'
import { termBehaviour } from './rules/term.ts'

export function termStoreBehaviours(settings: TermStoreSettings): readonly Behaviour[] {
  return [
    storeBehaviour(settings),
    groupBehaviour(settings),
    setBehaviour(settings),
    termBehaviour(settings),
    relationBehaviour(settings),
  ]
}
