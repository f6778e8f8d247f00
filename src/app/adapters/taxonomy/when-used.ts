/** Parts whose code is loaded when they are first used, since most servers never use them and all have to start. */

type Calls<T, K extends keyof T> = {
  [Name in K]: T[Name] extends (...args: never[]) => Promise<unknown> ? T[Name] : never
}

/** The methods of a part by name, each of which loads it first. `load` runs once. */
export function whenUsed<T extends object, const K extends keyof T & string>(
  load: () => Promise<T>,
  names: readonly K[],
): Calls<T, K> {
  let loading: Promise<T> | undefined
  const loaded = (): Promise<T> => {
    loading ??= load()
    return loading
  }
  const call =
    (name: K) =>
    async (...args: never[]): Promise<unknown> => {
      const part = await loaded()
      return (part[name] as (...given: never[]) => unknown)(...args)
    }
  return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Calls<T, K>
}
