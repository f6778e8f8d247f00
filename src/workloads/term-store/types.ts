/** The types of the term store: term-store.md §1. Where terms occur is in `occurrences.ts`. */
import { entityType, many, one } from '#edm/define.ts'
import { choice, complex, flag, instant, text, whole } from '#edm/props.ts'
import { constant, equal, member, param } from '#edm/query.ts'
import { entity, keyValue } from '../common.ts'
import { delegatedTermStore } from '../directory/delegated-roles.ts'
import { fromTerm, levels, setChildren, setRelations, setTerms, termChildren } from './occurrences.ts'
import { storeValidate } from './operations/findings.ts'
import { groupActions } from './operations/group.ts'
import { historyOfOne, storeDelta, storeHistory, storeHistoryActions } from './operations/history.ts'
import { setTermsFlat, storeSearch } from './operations/search.ts'
import { setActions } from './operations/set.ts'
import { termActions } from './operations/term.ts'
import {
  authors,
  localizedDescription,
  localizedLabel,
  localizedName,
  nameForm,
  ns,
  relationType,
  termGroupScope,
} from './values.ts'
import { membersOfTree, relationVerbs } from './verbs.ts'

const docs = 'https://learn.microsoft.com/graph/api/resources/termstore-'
const scopes = { read: ['TermStore.Read.All', 'TermStore.ReadWrite.All'], write: ['TermStore.ReadWrite.All'] }
const page = { size: 200, most: 5000 }
/** Stored, but on the wire only if `$select` names it. */
const asked = { returned: 'asked', published: false, readOnly: true } as const
const ids = { ...asked, collection: true, guid: true } as const
const column = { returned: 'never', published: false, readOnly: true } as const

/** Who changed a row last and when: a change of these alone is not recorded. */
const stamps = ['lastModifiedDateTime', 'lastModifiedBy'] as const

/** A link that Graph only reads: nothing is below it there (term-store.md §2.5). */
const end = { stored: true, forReading: true, can: { get: 'metadata' } } as const

export const store = entityType(`${ns}.store`, {
  doc: 'The taxonomy of a tenant.',
  source: `${docs}store`,
  base: entity,
  steady: true,
  dialect: 'onedrive',
  unknownMembers: 'ignore',
  keys: 'guid',
  scopes,
  delegated: delegatedTermStore,
  page,
  recorded: {},
  derived: ['setCount', 'termCount'],
  functions: { ...storeHistory, ...storeDelta },
  actions: { ...storeHistoryActions, ...storeSearch, ...storeValidate },
  props: {
    defaultLanguageTag: text({
      nullable: false,
      sample: 'en-US',
      doc: 'Language in which every term has a default label.',
    }),
    languageTags: text({ nullable: false, collection: true, doc: 'Working languages, by LCID.' }),
    name: text({ ...asked, doc: 'Name of the store.' }),
    administrators: text({
      ...ids,
      doc: 'Who administers the store: ids of users and security groups, and app@sharepoint for applications.',
    }),
    setCount: whole({ ...column, nullable: false, initial: 0, doc: 'Sets in the store.' }),
    termCount: whole({ ...column, nullable: false, initial: 0, doc: 'Terms in the store.' }),
  },
  navs: {
    groups: many(`${ns}.group`, {
      contained: true,
      inverse: 'store',
      doc: 'Groups that can be seen from here.',
      can: { list: 'docs', get: 'docs', create: 'docs', update: 'observed', delete: 'docs' },
    }),
    sets: many(`${ns}.set`, {
      contained: true,
      inverse: 'store',
      doc: 'Sets of all groups that can be seen from here.',
      can: { list: 'ours', get: 'docs', create: 'docs', update: 'docs', delete: 'docs', patchMember: 'ours' },
      strictly: { list: 'API not found' },
    }),
    terms: many(`${ns}.term`, {
      contained: true,
      published: false,
      doc: 'Any term by its id, in its home set.',
      can: { get: 'ours', update: 'ours', delete: 'ours' },
      scopes: { own: { branches: [constant(false)], bind: {} } },
    }),
  },
})

export const group = entityType(`${ns}.group`, {
  doc: 'A folder of sets.',
  source: `${docs}group`,
  base: entity,
  dialect: 'onedrive',
  unknownMembers: 'ignore',
  keys: 'guid',
  scopes,
  delegated: delegatedTermStore,
  page,
  order: ['displayName'],
  visibleIn: { key: 'siteCollectionId', ancestor: 'microsoft.graph.site', ancestorKey: 'siteCollectionId' },
  props: {
    description: text({ doc: 'What the group is for.', initial: '' }),
    displayName: text({ required: true, fold: true, form: nameForm, doc: 'Name, unique in the store.' }),
    createdDateTime: instant({ readOnly: true, doc: 'When the group was made.' }),
    scope: choice(termGroupScope, { doc: 'Who sees the group.', initial: 'global' }),
    parentSiteId: text({ returned: 'asked', readOnly: true, doc: 'Site of a site-collection group.' }),
    lastModifiedDateTime: instant({ ...asked, doc: 'When the group was last changed.' }),
    ...authors,
    managers: text({ ...ids, doc: 'Who may manage the group: ids of users and security groups.' }),
    contributors: text({ ...ids, doc: 'Who may change its sets and terms: ids of users and security groups.' }),
    siteCollectionId: text({ ...column, doc: 'Site collection it can be seen from; null: from everywhere.' }),
  },
  navs: {
    sets: many(`${ns}.set`, {
      contained: true,
      inverse: 'parentGroup',
      doc: 'Sets of the group.',
      can: { list: 'docs', get: 'observed', create: 'observed', update: 'observed', delete: 'observed' },
    }),
    store: one(`${ns}.store`, { stored: true, held: true, published: false, doc: 'The store it is in.' }),
  },
  indexes: [{ keys: ['storeId', 'displayName'], unique: true }],
  carry: ['storeId', 'siteCollectionId', 'scope'],
  recorded: {},
  actions: groupActions,
  functions: historyOfOne,
  derived: stamps,
})

export const set = entityType(`${ns}.set`, {
  doc: 'A tree of terms.',
  source: `${docs}set`,
  base: entity,
  dialect: 'onedrive',
  unknownMembers: 'ignore',
  keys: 'guid',
  scopes,
  delegated: delegatedTermStore,
  page,
  order: ['sortKey'],
  visibleIn: { key: 'siteCollectionId', ancestor: 'microsoft.graph.site', ancestorKey: 'siteCollectionId' },
  props: {
    description: text({ doc: 'What the set is for.', initial: '' }),
    createdDateTime: instant({ readOnly: true, doc: 'When the set was made.' }),
    localizedNames: complex(localizedName, {
      collection: true,
      required: true,
      elements: ['languageTag', 'name'],
      doc: 'Names, one for each language.',
    }),
    properties: complex(keyValue, { collection: true, returned: 'asked', doc: 'Custom properties.' }),
    ...authors,
    contact: text({ ...asked, doc: 'Mail address for suggestions.' }),
    owner: text({ ...asked, guid: true, doc: 'User id of the owner.' }),
    stakeholders: text({ ...ids, doc: 'User ids of those to be told of changes.' }),
    isOpen: flag({ ...asked, nullable: false, initial: false, doc: 'Whether anyone who reads may add terms.' }),
    isAvailableForTagging: flag({ ...asked, nullable: false, initial: true, doc: 'Whether its terms may be used.' }),
    customSortOrder: text({ ...ids, doc: 'Term ids at the root, in chosen order.' }),
    sortKey: text({ ...column, nullable: false, doc: 'Folded name in the default language.' }),
    termCount: whole({ ...column, nullable: false, initial: 0, doc: 'Terms whose home it is.' }),
    siteCollectionId: text({ ...column, doc: 'That of its group.' }),
    systemRole: text({ ...column, doc: 'keywords, orphanedTerms or hashtags for the sets the system uses itself.' }),
  },
  navs: {
    children: many(`${ns}.term`, {
      contained: true,
      doc: 'Terms of the first level.',
      can: membersOfTree,
      scopes: setChildren,
    }),
    parentGroup: one(`${ns}.group`, {
      contained: true,
      nullable: false,
      stored: true,
      held: true,
      accepts: 'optional',
      doc: 'The group it is in.',
      can: { get: 'observed', update: 'metadata' },
    }),
    relations: many(`${ns}.relation`, {
      contained: true,
      doc: 'Terms shared directly under the set.',
      can: { ...relationVerbs, create: 'metadata' },
      scopes: {
        own: { branches: setRelations, bind: { set: 'id' } },
      },
    }),
    terms: many(`${ns}.term`, {
      contained: true,
      doc: 'All terms that occur in the set, flat.',
      can: { list: 'observed', get: 'docs', create: 'ours', update: 'docs', delete: 'docs' },
      strictly: { create: 'Invalid request' },
      scopes: setTerms,
    }),
    store: one(`${ns}.store`, { stored: true, held: true, published: false, doc: 'The store it is in.' }),
  },
  indexes: [{ keys: ['parentGroupId', 'sortKey'] }, { keys: ['storeId', 'sortKey'] }],
  carry: ['parentGroupId', 'storeId', 'siteCollectionId', 'systemRole'],
  recorded: { past: true },
  actions: setActions,
  functions: { ...historyOfOne, ...setTermsFlat },
  derived: [...stamps, 'sortKey', 'termCount', 'siteCollectionId'],
})

export const term = entityType(`${ns}.term`, {
  doc: 'A concept with labels in several languages.',
  source: `${docs}term`,
  base: entity,
  dialect: 'onedrive',
  unknownMembers: 'ignore',
  keys: 'guid',
  scopes,
  delegated: delegatedTermStore,
  page,
  order: ['sortKey'],
  searched: 'labels',
  props: {
    createdDateTime: instant({ readOnly: true, doc: 'When the term was made.' }),
    lastModifiedDateTime: instant({
      readOnly: true,
      doc: 'When it was last changed or became the target of a relation.',
    }),
    labels: complex(localizedLabel, {
      collection: true,
      required: true,
      elements: ['name', 'languageTag', 'isDefault'],
      words: { text: 'name', space: 'languageTag', first: 'isDefault', place: 'setId' },
      doc: 'Labels, by language.',
    }),
    descriptions: complex(localizedDescription, {
      collection: true,
      doc: 'Descriptions, at most one for each language.',
    }),
    properties: complex(keyValue, {
      collection: true,
      returned: 'asked',
      doc: 'Custom properties, the same wherever the term occurs.',
    }),
    ...authors,
    isDeprecated: flag({ ...asked, nullable: false, initial: false, doc: 'Whether the term is out of use.' }),
    isKeyword: flag({ ...asked, nullable: false, initial: false, doc: 'Whether it came from free text.' }),
    owner: text({ ...asked, guid: true, doc: 'User id of the owner.' }),
    mergedTermIds: text({ ...ids, doc: 'Ids of terms merged into it.' }),
    replacedBy: text({ ...column, guid: true, doc: 'Id of the term to use in place of this deprecated one.' }),
    topicRequested: flag({ ...asked, nullable: false, initial: false, doc: 'Whether a topic page was asked for.' }),
    customSortOrder: text({
      ...column,
      collection: true,
      doc: 'Ids of its children in the home set, in the order chosen by hand.',
    }),
    isAvailableForTagging: flag({
      ...column,
      nullable: false,
      initial: true,
      doc: 'Whether it may be used in its home set.',
    }),
    localProperties: complex(keyValue, {
      ...column,
      collection: true,
      doc: 'Custom properties that hold in the home set only.',
    }),
    sortKey: text({ ...column, nullable: false, doc: 'Folded default label in the default language.' }),
    level: whole({ ...column, nullable: false, initial: 1, doc: 'Level in the home set, from 1.' }),
    height: whole({
      ...column,
      nullable: false,
      initial: 1,
      doc: 'Levels of the branch it heads in the home set, mirrors included; 1 for a leaf.',
    }),
  },
  navs: {
    children: many(`${ns}.term`, {
      contained: true,
      doc: 'Terms directly below.',
      can: membersOfTree,
      scopes: termChildren,
    }),
    relations: many(`${ns}.relation`, {
      contained: true,
      doc: 'Relations from or to the term, in any set.',
      can: relationVerbs,
      scopes: {
        own: {
          branches: [fromTerm, equal(member('toTermId'), param('term'))],
          bind: { term: 'id' },
        },
      },
    }),
    set: one(`${ns}.set`, { ...end, held: true, doc: 'The home set.' }),
    parent: one(`${ns}.term`, { stored: true, published: false, doc: 'The term above it in the home set.' }),
  },
  // The second has no terms of the first level: their parent is null.
  indexes: [
    { keys: ['setId', 'level', 'sortKey'], parts: levels },
    { keys: ['parentId', 'setId', 'sortKey'], having: 'parentId' },
    { keys: ['replacedBy'], having: 'replacedBy' },
  ],
  carry: ['setId', 'parentId'],
  actions: termActions,
  functions: historyOfOne,
  recorded: { within: 'setId' },
  derived: [...stamps, 'sortKey', 'level', 'height'],
})

export const relation = entityType(`${ns}.relation`, {
  doc: 'An occurrence of a term in a set that is not its home.',
  source: `${docs}relation`,
  base: entity,
  dialect: 'onedrive',
  unknownMembers: 'ignore',
  keys: 'text',
  scopes,
  delegated: delegatedTermStore,
  page,
  props: {
    relationship: choice(relationType, {
      required: true,
      sample: 'pin',
      doc: 'Whether the branch is mirrored (pin) or shared (reuse).',
    }),
    createdDateTime: instant({ ...column, doc: 'When the term was shared.' }),
    customSortOrder: text({
      ...column,
      collection: true,
      doc: 'Ids of the children here, in the order chosen by hand.',
    }),
    isAvailableForTagging: flag({
      ...column,
      nullable: false,
      initial: true,
      doc: 'Whether the term may be used in this set.',
    }),
    localProperties: complex(keyValue, {
      ...column,
      collection: true,
      doc: 'Custom properties that hold in this set only.',
    }),
    level: whole({ ...column, nullable: false, initial: 1, doc: 'Level in the set, from 1.' }),
    height: whole({
      ...column,
      nullable: false,
      initial: 1,
      doc: 'Levels of the branch it heads in the set, mirrors included; 1 for a leaf.',
    }),
  },
  navs: {
    fromTerm: one(`${ns}.term`, {
      ...end,
      located: true,
      seenWith: 'set',
      accepts: 'optional',
      echoed: true,
      doc: 'Parent of the occurrence; null: directly under the set.',
    }),
    toTerm: one(`${ns}.term`, {
      ...end,
      located: true,
      seenWith: 'set',
      held: true,
      accepts: 'optional',
      echoed: true,
      doc: 'The term that is shared.',
    }),
    set: one(`${ns}.set`, {
      ...end,
      held: true,
      accepts: 'optional',
      echoed: true,
      doc: 'The set it occurs in.',
    }),
  },
  indexes: [
    { keys: ['setId', 'relationship', 'fromTermId'] },
    { keys: ['toTermId'], having: 'fromTermId' },
    // Relations at the root are found by the first index.
    { keys: ['fromTermId', 'setId'], having: 'fromTermId' },
    // A term is in few sets, so its relations need no index in the order of ids. This one is last because PostgreSQL,
    // without statistics, prefers the newest of equally good indexes; with another one it would read all of a set.
    { keys: ['toTermId', 'setId'], unique: true },
  ],
  carry: ['relationship', 'fromTermId', 'toTermId', 'setId'],
  recorded: { within: 'setId' },
  derived: ['level', 'height'],
})
