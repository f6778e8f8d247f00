/** Where things were last put, newest first. */
import type { Hit } from '../tree/search/find.ts'

const storageKey = 'relata.recentTargets'
const most = 5

export function recentTargets(): readonly Hit[] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as Hit[]
  } catch {
    return []
  }
}

export function rememberTarget(hit: Hit): void {
  const others = recentTargets().filter((one) => one.setId !== hit.setId || one.termId !== hit.termId)
  sessionStorage.setItem(storageKey, JSON.stringify([hit, ...others].slice(0, most)))
}
