/** A cache of resolved paths. */
import { resolvePath } from '#odata/url/path.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import type { PlainRequest } from '../request.ts'
import type { Engine } from '../session.ts'

const maxPaths = 2_000
const longestKept = 500

/** A path is kept from its second use on: keeping what is used once only makes garbage collection slower. */
export function pathsOf(engine: Pick<Engine, 'models' | 'strict'>) {
  const known = new Map<string, ResolvedPath>()
  // Replaced rather than cleared: in V8 the old table of a cleared set can keep all later ones from being collected.
  let once = new Set<string>()
  return ({ version, path, query }: PlainRequest): ResolvedPath => {
    // A parameter in brackets may be an alias whose value is in the query.
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
    // Without brackets, the parameters of a function are query options.
    const isFixed = made.call?.kind !== 'function' || Object.keys(made.call.facts.params).length === 0
    if (isFixed) known.set(address, made)
    return made
  }
}
