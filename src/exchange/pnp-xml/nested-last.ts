/**
 * PnP drops a shared term below a term that is new in the same import. Here such places go from their set into a second
 * element of the same set at the end, by which time the terms above exist (exchange.md §5.3).
 */
import type { WrittenElement } from '../xml/write.ts'

export function nestedLast(sets: readonly WrittenElement[]): WrittenElement[] {
  const split = sets.map((set) => splitSet(set))
  return [...split.map(({ first }) => first), ...split.flatMap(({ last }) => last ?? [])]
}

interface Split {
  readonly first: WrittenElement
  /** The way to the places that were taken out, by names and ids alone; undefined: there were none. */
  readonly last?: WrittenElement
}

function splitSet(set: WrittenElement): Split {
  return split(set, true)
}

function isPlace({ attributes }: WrittenElement): boolean {
  return attributes.some(([name, value]) => name === 'IsSourceTerm' && value === 'false')
}

const naming = new Set(['Name', 'ID', 'IsReused', 'IsSourceTerm', 'SourceTermId'])

function split(element: WrittenElement, isSet: boolean): Split {
  const terms = element.children.find(({ name }) => name === 'pnp:Terms')
  if (terms === undefined) return { first: element }
  const stays: WrittenElement[] = []
  const goes: WrittenElement[] = []
  for (const term of terms.children) {
    if (!isSet && isPlace(term)) {
      goes.push(term)
      continue
    }
    // Below a place nothing is new, so its branch stays with it.
    const { first, last } = isPlace(term) ? { first: term, last: undefined } : split(term, false)
    stays.push(first)
    if (last !== undefined) goes.push(last)
  }
  if (goes.length === 0) return { first: element }
  const others = element.children.filter((child) => child !== terms)
  const rest = { ...terms, children: stays }
  const attributes = element.attributes.filter(([name]) => naming.has(name))
  const children = element.children.map((child) => (child === terms ? rest : child))
  return {
    first: { ...element, children: stays.length > 0 ? children : others },
    last: { ...element, attributes, children: [{ ...terms, children: goes }] },
  }
}
