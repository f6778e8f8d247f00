/** Where things were last put, newest first. */

import { keep, keptList } from '../../kit/kept.ts'
import type { Hit } from '../tree/search/find.ts'

const storageKey = 'relata.recentTargets'
const most = 5

export function recentTargets(): readonly Hit[] {
  return keptList<Hit>('tab', storageKey, 'setId', 'label')
}

export function rememberTarget(hit: Hit): void {
  const others = recentTargets().filter((one) => one.setId !== hit.setId || one.termId !== hit.termId)
  keep('tab', storageKey, [hit, ...others].slice(0, most))
}
