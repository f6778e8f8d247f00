/** Addresses that were resolved before. */
import { type ResolvedPath, resolvePath } from '#odata/path.ts'
import type { PlainRequest } from './request.ts'
import type { Engine } from './session.ts'

const maxPaths = 2_000
const longestKept = 500

/** Collections are asked for again and again; entities mostly once, and those take a shortcut. */
export const pathsOf = (engine: Pick<Engine, 'models' | 'strict'>) => {
  const known = new Map<string, ResolvedPath>()
  return ({ version, path, query }: PlainRequest): ResolvedPath => {
    // What is in brackets may name a parameter of the query.
    if (path.includes('(')) return resolvePath(engine.models[version], path, engine.strict, query)
    const address = version + path
    const found = known.get(address)
    if (found !== undefined) return found
    const made = resolvePath(engine.models[version], path, engine.strict, query)
    if (known.size >= maxPaths) known.clear()
    // Without brackets, parameters are options of the query.
    const isFixed = made.call?.kind !== 'function' || Object.keys(made.call.facts.params).length === 0
    if (isFixed && address.length <= longestKept) known.set(address, made)
    return made
  }
}
