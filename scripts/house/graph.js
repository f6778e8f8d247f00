/** Files and their imports as a graph: circles, and what floors and rooms take of each other. */
import { targetOf } from './source.js'

/** File → the files it imports. */
export const edgesOf = (files) => {
  const known = new Set(files.map(({ path }) => path))
  return new Map(
    files.map((file) => [
      file.path,
      [...new Set(file.imports.map((one) => targetOf(file, one)).filter((to) => known.has(to)))],
    ]),
  )
}

/** Groups of more than one node that all reach each other (Tarjan, 1972). */
export const circlesOf = (edges) => {
  const found = []
  const stack = []
  const state = new Map()
  const visit = (at) => {
    const own = { index: state.size, low: state.size, isOpen: true }
    state.set(at, own)
    stack.push(at)
    for (const to of edges.get(at) ?? []) {
      const seen = state.get(to)
      if (seen === undefined) own.low = Math.min(own.low, visit(to).low)
      else if (seen.isOpen) own.low = Math.min(own.low, seen.index)
    }
    if (own.low === own.index) {
      const circle = stack.splice(stack.indexOf(at))
      for (const one of circle) state.get(one).isOpen = false
      if (circle.length > 1) found.push(circle.sort())
    }
    return own
  }
  for (const at of edges.keys()) if (!state.has(at)) visit(at)
  return found
}

/** How many layers lie below a node; of a graph without circles. */
export const layersOf = (edges) => {
  const known = new Map()
  const depth = (at) => {
    if (known.has(at)) return known.get(at)
    known.set(at, 0)
    const below = (edges.get(at) ?? []).map(depth)
    const own = below.length === 0 ? 0 : Math.max(...below) + 1
    known.set(at, own)
    return own
  }
  for (const at of edges.keys()) depth(at)
  return known
}

/** The same graph between groups of files: group → group → how many imports. */
export const groupedBy = (edges, groupOf) => {
  const groups = new Map()
  for (const [from, targets] of edges)
    for (const to of targets) {
      const [one, other] = [groupOf(from), groupOf(to)]
      if (one === other) continue
      const row = groups.get(one) ?? new Map()
      groups.set(one, row)
      row.set(other, (row.get(other) ?? 0) + 1)
    }
  return groups
}
