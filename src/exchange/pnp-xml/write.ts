/**
 * A document as PnP provisioning XML: exchange.md §5.3 and §5.4. What the schema has no place for is in the list of
 * losses; so are, by names that begin with `pnp-`, things that PnP itself does not read.
 */

import { AppError } from '#base/errors.ts'
import { type DocIndex, indexDoc } from '../doc/doc-index.ts'
import { idOf, withoutSystem } from '../doc/leaving-out.ts'
import { collectLosses } from '../doc/losses.ts'
import { type Doc, type GroupDoc, isRef, type Loss, type NodeDoc, type SetDoc } from '../document.ts'
import { type WrittenElement, xmlText } from '../xml/write.ts'
import { nestedLast } from './nested-last.ts'
import { termElements } from './write-terms.ts'
import {
  type Attributes,
  braced,
  element,
  flag,
  languageOfNames,
  lcidOf,
  type PnpWriting,
  type PnpXmlWriteOptions,
  propertyElements,
  type Where,
  writtenName,
} from './writing.ts'

const schemas: readonly string[] = ['2019-03', '2019-09', '2020-02', '2021-03', '2022-09']

export function writePnpXml(given: Doc, options: PnpXmlWriteOptions = {}): { text: string; losses: Loss[] } {
  const losses = collectLosses()
  const doc = withoutSystem(given, losses)
  const index = indexDoc(doc)
  const writing: PnpWriting = {
    options,
    losses,
    index,
    language: languageOfNames(doc, options),
    shared: sharedIn(doc, index),
  }
  // The token stands for one group; several are those of several sites.
  const isOneSites = doc.groups.filter(({ scope }) => scope === 'siteCollection').length === 1
  const groups = doc.groups.map((group) => groupElement(writing, group, isOneSites && group.scope === 'siteCollection'))
  return { text: xmlText(rootOf(groups, options)), losses: losses.list() }
}

function rootOf(groups: readonly WrittenElement[], { root, schema = '2022-09' }: PnpXmlWriteOptions): WrittenElement {
  if (!schemas.includes(schema)) {
    throw new AppError('invalid', `'${schema}' is not a schema of PnP. There are ${schemas.join(', ')}.`, {
      target: 'schema',
    })
  }
  const namespace = `http://schemas.dev.office.com/PnP/${schema.replace('-', '/')}/ProvisioningSchema`
  const declared: Attributes = [['xmlns:pnp', namespace]]
  if (root === 'termgroups') return element('TermGroups', declared, groups)
  const template = element(
    'ProvisioningTemplate',
    [
      ['ID', 'RELATA-TAXONOMY'],
      ['Version', '1'],
    ],
    [element('TermGroups', [], groups)],
  )
  return element('Provisioning', declared, [
    element('Preferences', []),
    element('Templates', [['ID', 'RELATA-TEMPLATES']], [template]),
  ])
}

function sharedIn(doc: Doc, index: DocIndex): Set<string> {
  const ids = new Set<string>()
  const walk = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term)) {
        const id = 'id' in term ? term.id : index.find(term)?.term.id
        if (id !== undefined) ids.add(id)
      }
      walk(children)
    }
  }
  for (const { sets } of doc.groups) for (const { children } of sets) walk(children)
  return ids
}

function groupElement(writing: PnpWriting, group: GroupDoc, isSites: boolean): WrittenElement {
  const { losses, options } = writing
  const where: Where = { ...idOf(group), path: group.name }
  if (group.scope === 'siteCollection' && !isSites) losses.add('group.scope', { ...where, value: group.scope })
  // The site's group is whichever the target has: it is named by a token, and PnP does not apply its description.
  if (isSites) losses.add('group.name', { ...where, value: group.name })
  if (isSites && group.id !== undefined) losses.add('id', { ...where, value: group.id })
  if (isSites && group.description !== undefined)
    losses.add('group.description', { ...where, value: group.description })
  if (group.siteId !== undefined) losses.add('group.siteId', { ...where, value: group.siteId })
  if (options.noIds === true && group.id !== undefined && !isSites) losses.add('id', { ...where, value: group.id })
  const attributes: Attributes = isSites
    ? [
        ['Name', '{sitecollectiontermgroupname}'],
        ['SiteCollectionTermGroup', 'true'],
      ]
    : [
        ['Name', writtenName(writing, group.name, where)],
        ['ID', braced(writing, group.id)],
        ['Description', group.description === undefined ? undefined : writtenName(writing, group.description, where)],
      ]
  const sets = group.sets.map((set) => setElement(writing, set))
  return element('TermGroup', attributes, [
    element('TermSets', [], options.forPnp === true ? nestedLast(sets) : sets),
    ...userElements(writing, 'Contributors', group.contributors, where),
    ...userElements(writing, 'Managers', group.managers, where),
  ])
}

function userElements(
  writing: PnpWriting,
  container: 'Contributors' | 'Managers',
  users: readonly string[] | undefined,
  where: Where,
): WrittenElement[] {
  if (users === undefined) return []
  return [
    element(
      container,
      [],
      users.map((user) => element('User', [['Name', writtenName(writing, user, where)]])),
    ),
  ]
}

/** Which of a set's names is the element's Name: in the language of names, else in none, else the first with an LCID. */
function nameTagOf({ language }: PnpWriting, { names }: SetDoc): { nameTag: string; lcid: string | undefined } {
  const number = language === undefined ? undefined : lcidOf(language)
  const tags = Object.keys(names)
  const nameTag =
    tags.find((tag) => tag === language || (number !== undefined && lcidOf(tag) === number)) ??
    tags.find((tag) => tag === '') ??
    tags.find((tag) => lcidOf(tag) !== undefined) ??
    tags[0] ??
    ''
  return { nameTag, lcid: nameTag === '' ? number : lcidOf(nameTag) }
}

/** What the schema has no place for in a set. */
function listLost(
  { losses, options }: PnpWriting,
  set: SetDoc,
  nameTag: string,
  lcid: string | undefined,
  where: Where,
) {
  for (const [languageTag, value] of Object.entries(set.names)) {
    if (languageTag !== nameTag) losses.add('set.names', { ...where, languageTag, value })
    else if (lcid === undefined && nameTag !== '') losses.add('set.names', { ...where, languageTag, value })
  }
  if (options.noIds === true && set.id !== undefined) losses.add('id', { ...where, value: set.id })
  if (set.contact) losses.add('set.contact', { ...where, value: set.contact })
  for (const value of set.stakeholders ?? []) losses.add('set.stakeholders', { ...where, value })
}

function setElement(writing: PnpWriting, set: SetDoc): WrittenElement {
  const { nameTag, lcid } = nameTagOf(writing, set)
  const name = set.names[nameTag] ?? ''
  const where: Where = { ...idOf(set), path: name }
  listLost(writing, set, nameTag, lcid, where)
  const attributes: Attributes = [
    ['Name', writtenName(writing, name, where)],
    ['ID', braced(writing, set.id)],
    ['Owner', set.owner === undefined ? undefined : writtenName(writing, set.owner ?? '', where)],
    ['Description', set.description === undefined ? undefined : writtenName(writing, set.description, where)],
    ['IsAvailableForTagging', flag(set.isAvailableForTagging)],
    ['Language', lcid],
    ['IsOpenForTermCreation', flag(set.isOpen)],
  ]
  const terms = termElements(writing, set, { lcid, depth: 0 })
  const isListed = terms.length > 0 || set.complete
  return element('TermSet', attributes, [
    ...propertyElements(writing, 'CustomProperties', set.properties, where, set.uri),
    ...(isListed ? [element('Terms', [], terms)] : []),
  ])
}
