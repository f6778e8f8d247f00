/** A bounded cache of recently used entries, in two generations: a hit costs one lookup and moves nothing. */

export interface RecentlyUsed<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/** Keeps at least `most` / 2 of the entries used last and never more than `most`. */
export function recentlyUsed<K, V>(most: number): RecentlyUsed<K, V> {
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  const set = (key: K, value: V): void => {
    young.set(key, value)
    if (young.size * 2 < most) return
    old = young
    young = new Map()
  }
  return {
    get(key) {
      const hit = young.get(key)
      if (hit !== undefined) return hit
      const aged = old.get(key)
      if (aged !== undefined) set(key, aged)
      return aged
    },
    set,
  }
}
