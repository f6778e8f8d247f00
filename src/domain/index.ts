/** The rules: which behaviour each type has. */
import type { Behaviour } from '#edm/ports.ts'
import { siteBehaviour } from './sites/site.ts'
import { groupBehaviour } from './term-store/group.ts'
import { relationBehaviour } from './term-store/relation.ts'
import { setBehaviour } from './term-store/set.ts'
import type { TermStoreSettings } from './term-store/settings.ts'
import { storeBehaviour } from './term-store/store.ts'
import { termBehaviour } from './term-store/term.ts'

export const behaviours = (settings: TermStoreSettings): readonly Behaviour[] => [
  storeBehaviour,
  groupBehaviour,
  setBehaviour(settings),
  termBehaviour(settings),
  relationBehaviour,
  siteBehaviour,
]
