/** Keeps what is made of a value as long as the value lives. */
export function keptBy<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const cache = new WeakMap<K, V>()
  return (key) => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = make(key)
    cache.set(key, made)
    return made
  }
}

/** The same for a list of values: a list of the same values is the same key. */
export function keptByAll<K extends object, V>(make: (keys: readonly K[]) => V): (keys: readonly K[]) => V {
  const byFirst = keptBy((_: K): { readonly keys: readonly K[]; readonly made: V }[] => [])
  return (keys) => {
    const [first] = keys
    if (first === undefined) return make(keys)
    const lists = byFirst(first)
    const known = lists.find(
      (list) => list.keys.length === keys.length && list.keys.every((key, at) => key === keys[at]),
    )
    if (known !== undefined) return known.made
    const made = make(keys)
    lists.push({ keys: [...keys], made })
    return made
  }
}
