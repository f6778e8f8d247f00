/**
 * Changes of the taxonomy as audit records: events.md §9.1. They are drawn from the record of changes (exchange.md §10.1) when
 * they are read, so that there is no second row and nothing to keep in step.
 */
import type { Drawn, DrawnJson, DrawnText } from '#edm/records/drawn.ts'

const termStore = 'microsoft.graph.termStore'

function always(is: string): DrawnText {
  return { is }
}

function text(of: DrawnText): DrawnJson {
  return { text: of }
}

function at(key: string, ...path: string[]): DrawnText {
  return path.length === 0 ? { at: key } : { at: key, path }
}

const nothing = text({ is: null })

function byName(texts: Readonly<Record<string, string>>): Readonly<Record<string, DrawnText>> {
  return Object.fromEntries(Object.entries(texts).map(([name, to]) => [name, always(to)]))
}

const nouns = {
  [`${termStore}.store`]: 'term store',
  [`${termStore}.group`]: 'term group',
  [`${termStore}.set`]: 'term set',
  [`${termStore}.term`]: 'term',
  [`${termStore}.relation`]: 'term relation',
}

/** As `type` of target resources. */
const kinds = {
  [`${termStore}.store`]: 'TermStore',
  [`${termStore}.group`]: 'TermGroup',
  [`${termStore}.set`]: 'TermSet',
  [`${termStore}.term`]: 'Term',
  [`${termStore}.relation`]: 'TermRelation',
  'relata.mergedTerm': 'MergedTerm',
}

/** What a deletion was of; else the first row of the write is what it was done to. */
const typeOfSubject: DrawnText = { first: [at('origin', 'target', 'type'), at('type')] }

function withNoun(verb: string): DrawnText {
  return { joined: [always(`${verb} `), { by: typeOfSubject, texts: byName(nouns), other: always('taxonomy') }] }
}

const activities: Readonly<Record<string, DrawnText>> = {
  create: withNoun('Add'),
  update: withNoun('Update'),
  delete: withNoun('Delete'),
  move: withNoun('Move'),
  copy: withNoun('Copy'),
  ...byName({
    merge: 'Merge term',
    deprecate: 'Deprecate term',
    undeprecate: 'Undeprecate term',
    order: 'Order terms',
    reassignSource: 'Reassign source of term',
    setLocalProperties: 'Set local properties of term',
    setAvailableForTagging: 'Set availability for tagging',
    setSubmissionPolicy: 'Set submission policy of term set',
    setContacts: 'Set contacts of term set',
    setRoles: 'Set roles of term store',
    import: 'Import term set',
    undo: 'Undo change of taxonomy',
    restore: 'Restore deleted taxonomy item',
    purge: 'Purge deleted taxonomy item',
  }),
}

const operations = byName({ create: 'Add', copy: 'Add', restore: 'Add', delete: 'Delete', purge: 'Delete' })

function nameIn(side: 'before' | 'after'): DrawnText[] {
  return [
    at(side, 'displayName'),
    { at: side, list: 'labels', member: 'name', flag: 'isDefault' },
    { at: side, list: 'localizedNames', member: 'name' },
    at(side, 'relationship'),
  ]
}

/**
 * The name when the write was done: what it became or was, else what the next change took away, else what it is. A relation
 * goes by its kind.
 */
const nameOfRow: DrawnText = {
  first: [
    ...nameIn('after'),
    ...nameIn('before'),
    { later: { first: nameIn('before') } },
    {
      by: at('type'),
      texts: {
        [`${termStore}.store`]: { stored: `${termStore}.store`, value: at('name') },
        [`${termStore}.group`]: { stored: `${termStore}.group`, value: at('displayName') },
        [`${termStore}.relation`]: { stored: `${termStore}.relation`, value: at('relationship') },
        [`${termStore}.set`]: {
          stored: `${termStore}.set`,
          value: { at: 'localizedNames', list: '', member: 'name' },
        },
        [`${termStore}.term`]: {
          stored: `${termStore}.term`,
          value: { at: 'labels', list: '', member: 'name', flag: 'isDefault' },
        },
      },
    },
  ],
}

const mostTargets = 20

const targets: DrawnJson = {
  most: mostTargets,
  rows: {
    object: {
      displayName: text(nameOfRow),
      groupType: nothing,
      id: text(at('subject')),
      modifiedProperties: {
        members: {
          object: { displayName: text(at('key')), newValue: text(at('after')), oldValue: text(at('before')) },
        },
      },
      type: text({ by: at('type'), texts: byName(kinds), other: always('Other') }),
      userPrincipalName: nothing,
    },
  },
}

const initiator: DrawnJson = {
  object: {
    app: {
      when: at('origin', 'by', 'kind'),
      equals: 'app',
      // biome-ignore lint/suspicious/noThenProperty: a value that is written as data is never awaited.
      then: {
        object: {
          appId: text(at('origin', 'by', 'id')),
          displayName: text(at('origin', 'by', 'name')),
          servicePrincipalId: nothing,
          servicePrincipalName: nothing,
        },
      },
    },
    user: {
      when: at('origin', 'by', 'kind'),
      equals: 'user',
      // biome-ignore lint/suspicious/noThenProperty: as above.
      then: {
        object: {
          id: text(at('origin', 'by', 'id')),
          displayName: nothing,
          ipAddress: nothing,
          userPrincipalName: text(at('origin', 'by', 'name')),
        },
      },
    },
  },
}

function detail(key: string, value: DrawnText) {
  return { when: value, item: { object: { key: text(always(key)), value: text(value) } } } as const
}

const firstDigits = '00'

export const taxonomyChanges: Drawn = {
  from: 'relata.recordedRow',
  having: 'changedDateTime',
  idPrefix: 24 + firstDigits.length,
  values: {
    // Of a GUID’s form, and of no other tenant: its number is 10 digits, and what is before it that of the tenant.
    id: {
      joined: [
        { tenant: { from: 0, count: 8 } },
        ...[24, 28, 32].flatMap((from): DrawnText[] => [always('-'), { tenant: { from, count: 4 } }]),
        always(`-${firstDigits}`),
        { place: 'id' },
      ],
    },
    category: always('TermStoreManagement'),
    correlationId: { first: [at('origin', 'requestId'), at('origin', 'importId')] },
    result: always('success'),
    resultReason: always(''),
    activityDisplayName: { by: at('verb'), texts: activities, other: always('Change taxonomy') },
    activityDateTime: at('changedDateTime'),
    loggedByService: always('Term Store'),
    operationType: { by: at('verb'), texts: operations, other: always('Update') },
    initiatedBy: initiator,
    targetResources: targets,
    additionalDetails: {
      list: [
        detail('change', { place: 'number' }),
        detail('verb', at('verb')),
        detail('rows', { number: 'count' }),
        detail('batchId', at('batchId')),
        detail('importId', at('origin', 'importId')),
        detail('undoes', at('undoes')),
        detail('appId', at('origin', 'by', 'app')),
      ],
    },
    subjectId: { first: [at('origin', 'target', 'id'), at('subject')] },
    resourceAfter: { is: null },
    chained: { is: null },
  },
}
