/** PnP provisioning XML as a document: exchange.md §5.1 and §5.2. Only `TermGroups` are read, whatever stands around them. */
import type { Doc, GroupDoc, SetDoc } from '../document.ts'
import { fault, Unreadable } from '../faults.ts'
import { parseXml, type XmlElement } from '../xml/scan.ts'
import { joined } from './join.ts'
import {
  defaultKey,
  flagOf,
  idOf,
  isTrue,
  languageOf,
  type PnpReading,
  type PnpXmlOptions,
  plainId,
  propertiesOf,
  reading as readingOf,
  resolved,
  textOf,
} from './reading.ts'
import { childrenOf, iriProperty, isPlace, placesBelow } from './terms.ts'

const namespaceForm = /^http:\/\/schemas\.dev\.office\.com\/PnP\/(\d{4})\/(\d{2})\/ProvisioningSchema$/
const newestKnown = '2022/09'
const siteGroupName = /^\s*\{sitecollectiontermgroupname\}\s*$/i

export function readPnpXml(text: string, options: PnpXmlOptions): Doc {
  const reading = readingOf(options)
  try {
    const root = parseXml(text, options.file)
    checkNamespace(reading, root)
    const groups = joined(reading, groupsIn(reading, root))
    for (const element of groups) enterHomes(reading, element)
    return { groups: groups.map((element) => groupOf(reading, element)), faults: reading.faults }
  } catch (error) {
    if (error instanceof Unreadable) return { groups: [], faults: [error.fault] }
    throw error
  }
}

function checkNamespace(reading: PnpReading, root: XmlElement): void {
  const [, year, month] = namespaceForm.exec(root.namespace) ?? []
  const at = reading.at(root, '')
  if (year === undefined) {
    throw new Unreadable(
      fault('format-unknown', at, `line ${at.line}: the root '${root.name}' is not of PnP's provisioning schema.`),
    )
  }
  const version = `${year}/${month}`
  if (version > newestKnown)
    reading.fault('assumed', at, `schema ${version} is newer than ${newestKnown}; read as that.`)
}

function below(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.flatMap(({ children }) => children.filter((child) => child.name === name))
}

function groupsIn(reading: PnpReading, root: XmlElement): XmlElement[] {
  const templates = [
    ...(root.name === 'ProvisioningTemplate' ? [root] : []),
    ...below(below([root], 'Templates'), 'ProvisioningTemplate'),
  ]
  const containers = [
    ...(root.name === 'TermGroups' ? [root] : []),
    ...below(templates, 'TermGroups'),
    ...below(below([root], 'Sequence'), 'TermStore'),
  ]
  for (const container of containers) reading.knownOnly(container, ['Scope'], ['TermGroup'])
  return below(containers, 'TermGroup')
}

/** Which element is the home of each id: the one that says so, else the first that is no place. */
function enterHomes(reading: PnpReading, element: XmlElement): void {
  if (element.name === 'Term' && !isPlace(element)) {
    const id = plainId(element, 'ID', reading.options)
    const saysSo = isTrue(element, 'IsReused') && isTrue(element, 'IsSourceTerm')
    const before = id === undefined ? undefined : reading.homes.get(id)
    if (id !== undefined && (before === undefined || (saysSo && !isTrue(before, 'IsReused'))))
      reading.homes.set(id, element)
  }
  // What is below a pin is a mirror, and nobody's home.
  if (isPlace(element) && isTrue(element, 'IsPinned')) return
  const children =
    element.name === 'TermGroup' ? below([element], 'TermSets').flatMap((sets) => sets.children) : childrenOf(element)
  for (const child of children) enterHomes(reading, child)
}

function usersOf(reading: PnpReading, element: XmlElement, container: string): string[] | undefined {
  const inside = element.children.find(({ name }) => name === container)
  if (inside === undefined) return undefined
  reading.knownOnly(inside, [], ['User'])
  return inside.children.flatMap(({ attributes }) => {
    const name = resolved(attributes.get('Name') ?? '', reading.options).text.trim()
    return name === '' ? [] : [name]
  })
}

function groupOf(reading: PnpReading, element: XmlElement): GroupDoc {
  reading.knownOnly(
    element,
    ['Name', 'ID', 'Description', 'SiteCollectionTermGroup', 'UpdateBehavior'],
    ['TermSets', 'Contributors', 'Managers'],
  )
  const rawName = element.attributes.get('Name') ?? ''
  const at = reading.at(element, resolved(rawName, reading.options).text)
  const isSites = siteGroupName.test(rawName) || flagOf(reading, element, 'SiteCollectionTermGroup', at) === true
  const id = idOf(reading, element, 'ID', at)
  const name = textOf(reading, element, 'Name', at)
  const description = isSites ? undefined : textOf(reading, element, 'Description', at)
  const managers = usersOf(reading, element, 'Managers')
  const contributors = usersOf(reading, element, 'Contributors')
  if (name === undefined) reading.fault('empty-label', at, 'a group needs a Name.')
  const sets = below([element], 'TermSets').flatMap(({ children }) =>
    children.filter((child) => child.name === 'TermSet'),
  )
  const isRefused = reading.isRefused(at)
  return {
    at,
    ...(id === undefined ? {} : { id }),
    name: name ?? '',
    ...(description === undefined ? {} : { description }),
    ...(isSites ? { scope: 'siteCollection' as const } : {}),
    ...(isSites && reading.options.siteId !== undefined ? { siteId: reading.options.siteId } : {}),
    ...(managers === undefined ? {} : { managers }),
    ...(contributors === undefined ? {} : { contributors }),
    // A template holds what it needs; sets of the group that it does not name are none of its business.
    complete: false,
    sets: sets.map((set) => setOf(reading, set)).map((set) => (isRefused ? { ...set, refused: true } : set)),
  }
}

function setOf(reading: PnpReading, element: XmlElement): SetDoc {
  reading.knownOnly(
    element,
    ['Name', 'ID', 'Owner', 'Description', 'IsAvailableForTagging', 'Language', 'IsOpenForTermCreation'],
    ['CustomProperties', 'Terms'],
  )
  const path = resolved(element.attributes.get('Name') ?? '', reading.options).text
  const at = reading.at(element, path)
  const id = idOf(reading, element, 'ID', at)
  const language = languageOf(reading, element, at) ?? defaultKey(reading.options)
  const name = textOf(reading, element, 'Name', at)
  if (name === undefined) reading.fault('empty-label', at, 'a set needs a Name.')
  const description = textOf(reading, element, 'Description', at)
  const owner = textOf(reading, element, 'Owner', at)
  const isOpen = flagOf(reading, element, 'IsOpenForTermCreation', at)
  const isAvailableForTagging = flagOf(reading, element, 'IsAvailableForTagging', at)
  const { [iriProperty]: uri, ...properties } = propertiesOf(reading, element, 'CustomProperties') ?? {}
  const stated = element.children.some(({ name }) => name === 'CustomProperties')
  const onlyIri = uri !== undefined && Object.keys(properties).length === 0
  return {
    at,
    ...(reading.isRefused(at) ? { refused: true } : {}),
    ...(id === undefined ? {} : { id }),
    ...(uri === undefined ? {} : { uri }),
    names: { [language]: name ?? '' },
    ...(description === undefined ? {} : { description }),
    ...(stated && !onlyIri ? { properties } : {}),
    ...(isOpen === undefined ? {} : { isOpen }),
    ...(isAvailableForTagging === undefined ? {} : { isAvailableForTagging }),
    ...(owner === undefined ? {} : { owner: owner.trim() === '' ? null : owner }),
    complete: element.children.some(({ name }) => name === 'Terms'),
    ...placesBelow(reading, element, { path, language }),
  }
}
