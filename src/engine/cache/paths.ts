/** Addresses that were resolved before. */
import { resolvePath } from '#odata/url/path.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import type { PlainRequest } from '../request.ts'
import type { Engine } from '../session.ts'

const maxPaths = 2_000
const longestKept = 500

/** Kept from the second asking on: what is asked for once would only be in the way of the collector. */
export function pathsOf(engine: Pick<Engine, 'models' | 'strict'>) {
  const known = new Map<string, ResolvedPath>()
  // Made anew rather than cleared: see store/write/sums.ts.
  let once = new Set<string>()
  return ({ version, path, query }: PlainRequest): ResolvedPath => {
    // What is in brackets may name a parameter of the query.
    if (path.includes('(')) return resolvePath(engine.models[version], path, engine.strict, query)
    const address = version + path
    const found = known.get(address)
    if (found !== undefined) return found
    const made = resolvePath(engine.models[version], path, engine.strict, query)
    if (address.length > longestKept) return made
    if (!once.delete(address)) {
      if (once.size >= maxPaths) once = new Set()
      once.add(address)
      return made
    }
    if (known.size >= maxPaths) known.clear()
    // Without brackets, parameters are options of the query.
    const isFixed = made.call?.kind !== 'function' || Object.keys(made.call.facts.params).length === 0
    if (isFixed) known.set(address, made)
    return made
  }
}
