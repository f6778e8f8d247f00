/**
 * One record for what a file writes twice: a group, set or term that comes again with the same id (or, of groups and
 * sets, without ids the same name) continues the first. Files written for PnP do so (exchange.md §5.3).
 */
import { fold } from '#base/text/fold.ts'
import type { XmlElement } from '../xml/scan.ts'
import { isFalse, type PnpReading, plainId } from './reading.ts'

const containers = new Set(['TermSets', 'Terms'])

export function joined(reading: PnpReading, elements: readonly XmlElement[]): XmlElement[] {
  const firsts = new Map<string, XmlElement>()
  const kept: XmlElement[] = []
  for (const element of elements) {
    const key = keyOf(reading, element)
    const first = key === undefined ? undefined : firsts.get(key)
    if (first === undefined) {
      if (key !== undefined) firsts.set(key, element)
      kept.push(element)
    } else if (!continues(first, element)) {
      reading.fault(
        'twice',
        reading.at(element, nameOf(element)),
        `this ${element.name} also stands in line ${first.line}, with other values.`,
      )
    }
  }
  for (const element of kept) {
    for (const container of element.children) {
      if (!containers.has(container.name)) continue
      container.children.splice(0, container.children.length, ...joined(reading, container.children))
    }
  }
  return kept
}

function nameOf(element: XmlElement): string {
  return element.attributes.get('Name') ?? ''
}

function keyOf({ options }: PnpReading, element: XmlElement): string | undefined {
  if (element.name === 'Term') {
    const id = plainId(element, 'ID', options)
    return id === undefined ? undefined : `${isFalse(element, 'IsSourceTerm') ? 'place' : 'home'} ${id}`
  }
  if (element.name !== 'TermSet' && element.name !== 'TermGroup') return undefined
  return `${element.name} ${plainId(element, 'ID', options) ?? fold(nameOf(element))}`
}

/** Adds to the first what the later one has; false when they state different values. */
function continues(first: XmlElement, later: XmlElement): boolean {
  for (const [name, value] of later.attributes) {
    if (name === 'ID') continue
    if ((first.attributes.get(name) ?? value) !== value) return false
  }
  for (const child of later.children) {
    const same = first.children.find(({ name }) => name === child.name)
    if (same === undefined) first.children.push(child)
    else if (containers.has(child.name)) same.children.push(...child.children)
    else if (contents(same) !== contents(child)) return false
  }
  return true
}

function contents(element: XmlElement): string {
  return JSON.stringify([element.name, [...element.attributes], element.children.map(contents)])
}
