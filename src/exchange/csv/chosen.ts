/** Which sets of a document are written: exchange.md §2.9, `--set`. */
import type { Doc, SetDoc } from '../document.ts'

/** Gives whether a set of `kept` is wanted: `only` is one of `given`, which `kept` was made of without system groups. */
export function chosenIn(given: Doc, kept: Doc, only: SetDoc | undefined): (set: SetDoc) => boolean {
  if (only === undefined) return () => true
  const groups = given.groups.filter(({ scope }) => scope !== 'system')
  const group = groups.findIndex(({ sets }) => sets.includes(only))
  const chosen = kept.groups[group]?.sets[groups[group]?.sets.indexOf(only) ?? -1]
  return (set) => set === chosen
}
