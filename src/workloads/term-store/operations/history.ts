/** Operations of ours on the record of changes: exchange.md §10.2. Their rules are in `rules/history/`. */
import type { ActionFacts, FunctionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, complex, complexType, enumType, instant, text, whole } from '#edm/props.ts'

const write = { namespace: 'relata', evidence: 'ours', scopes: ['TermStore.ReadWrite.All'] } as const
const read = {
  namespace: 'relata',
  evidence: 'ours',
  scopes: ['TermStore.Read.All', 'TermStore.ReadWrite.All'],
} as const

export const changeAuthor = complexType('relata.changeAuthor', 'Who changed something.', {
  kind: text({ nullable: false, doc: 'user, app or system.' }),
  id: text({ doc: 'Id of the user or the application; null where people are not named.' }),
  name: text({ doc: 'Name at that time.' }),
  app: text({ doc: 'Id of the application that a person used.' }),
})

export const changedRow = complexType('relata.changedRow', 'A row that a change touched.', {
  kind: text({ nullable: false, doc: 'term, relation, set, group or store.' }),
  id: text({ nullable: false, doc: 'Id of the row.' }),
  action: text({ nullable: false, doc: 'create, update or delete.' }),
  setId: text({ doc: 'Set of a term or a relation.' }),
  before: text({ doc: 'JSON of the members that changed, as they were; of a deletion all.' }),
  after: text({ doc: 'JSON of the members that changed, as they became.' }),
})

export const change = complexType('relata.change', 'What one request or import step changed.', {
  id: text({ nullable: false, doc: 'Number, for relata.undo; it rises within the store.' }),
  changedDateTime: instant({ nullable: false, doc: 'When.' }),
  verb: text({ nullable: false, doc: 'create, update, delete, or the name of the operation.' }),
  by: complex(changeAuthor, { nullable: false, doc: 'Who.' }),
  requestId: text({ doc: 'Id of the request.' }),
  batchId: text({ doc: 'Id of the batch that the request was part of.' }),
  importId: text({ doc: 'Id of the import.' }),
  undoes: text({ doc: 'Number of the change, or id of the batch or the import, that it took back.' }),
  count: whole({ nullable: false, doc: 'Rows that changed.' }),
  rows: complex(changedRow, { nullable: false, collection: true, doc: 'The rows that were asked for; at most 100.' }),
})

export const deletedItem = complexType('relata.deletedItem', 'Something in the recycle bin.', {
  id: text({ nullable: false, doc: 'Id, for relata.restore.' }),
  deletedDateTime: instant({ nullable: false, doc: 'When.' }),
  by: complex(changeAuthor, { nullable: false, doc: 'Who deleted it.' }),
  kind: text({ nullable: false, doc: 'term, relation, set or group.' }),
  subjectId: text({ nullable: false, doc: 'Id that it had, and has again when it is restored.' }),
  name: text({ doc: 'Name in the default language.' }),
  path: text({ doc: 'Where it was: group, set and terms, joined by slashes.' }),
  count: whole({ nullable: false, doc: 'Rows that went with it.' }),
  expires: instant({ doc: 'When it leaves the recycle bin; null: never.' }),
})

export const onClash = enumType('relata.onClash', 'What happens where a name is taken.', ['refuse', 'rename'])

export const notRestored = complexType('relata.notRestored', 'What could not be restored.', {
  kind: text({ nullable: false, doc: 'term or relation.' }),
  id: text({ nullable: false, doc: 'Its id.' }),
  reason: text({ nullable: false, doc: 'Why.' }),
})

export const restoreReport = complexType('relata.restoreReport', 'What was restored.', {
  changeId: text({ nullable: false, doc: 'Number of the change that this was, for relata.undo.' }),
  kind: text({ nullable: false, doc: 'term, relation, set or group.' }),
  id: text({ nullable: false, doc: 'Id of what was deleted.' }),
  restored: whole({ nullable: false, doc: 'Rows that are back.' }),
  notes: text({ nullable: false, collection: true, doc: 'What is not as it was.' }),
  notRestored: complex(notRestored, { nullable: false, collection: true, doc: 'What is not back.' }),
})

export const historyComplexes = [changeAuthor, changedRow, change, deletedItem, notRestored, restoreReport]
export const historyEnums = [onClash]

function optional(type: 'Edm.String' | 'Edm.Boolean' | 'Edm.DateTimeOffset', doc: string) {
  return { type, doc, optional: true } as const
}

/** Everything that a change of the term store can be recorded as. */
export const changeVerbs: readonly string[] = [
  ...['create', 'update', 'delete', 'import', 'undo', 'restore', 'purge', 'move', 'copy', 'merge', 'order'],
  ...['deprecate', 'undeprecate', 'reassignSource', 'setAvailableForTagging', 'setLocalProperties'],
  ...['setContacts', 'setRoles', 'setSubmissionPolicy'],
]

const period = {
  from: optional('Edm.DateTimeOffset', 'Only changes at this instant or later.'),
  to: optional('Edm.DateTimeOffset', 'Only changes at this instant or earlier.'),
  verb: optional('Edm.String', `Only changes of this verb: ${changeVerbs.join(', ')}.`),
  by: optional('Edm.String', 'Only changes by this person or application: an id, or the name at that time.'),
}

const changes = { ...read, returns: returning(change, { collection: true }), paged: true, ofRecord: true } as const

/** Of a term, a set and a group. */
export const historyOfOne: Readonly<Record<string, FunctionFacts>> = {
  history: {
    ...changes,
    doc: 'Its changes, newest first.',
    params: { ...period, branch: optional('Edm.Boolean', 'Also those of everything below it.') },
  },
}

export const storeHistory: Readonly<Record<string, FunctionFacts>> = {
  history: { ...changes, doc: 'All changes of the term store, newest first.', params: period },
  deletedItems: {
    ...read,
    doc: 'What is in the recycle bin, newest first.',
    params: {},
    returns: returning(deletedItem, { collection: true }),
    paged: true,
  },
}

/** Beside `storeHistory`, as its rows are of several types. */
export const storeDelta: Readonly<Record<string, FunctionFacts>> = {
  delta: {
    ...read,
    doc: 'Groups, sets, terms and relations, and with the link at the end what has changed since.',
    params: {},
    returns: returning({ entity: 'microsoft.graph.entity' }, { collection: true }),
    paged: true,
    delta: true,
  },
}

export const storeHistoryActions: Readonly<Record<string, ActionFacts>> = {
  undo: {
    ...write,
    doc: 'Takes a change back, or all changes of a batch or an import, where nothing later stands against it.',
    params: {
      changeId: text({
        required: true,
        nullable: false,
        doc: 'Number of the change, or id of the batch or the import.',
      }),
    },
    returns: change,
  },
  restore: {
    ...write,
    doc: 'Brings back what is in the recycle bin, with what went along where it still can be.',
    params: {
      deletedItemId: text({ required: true, nullable: false, doc: 'Id in the recycle bin.' }),
      set: text({ guid: true, doc: 'Id of the set to put a term into, instead of its own.' }),
      parent: text({ guid: true, doc: 'Id of the term to put it below; null: the root of the set.' }),
      onClash: choice(onClash, { doc: 'What to do where the name is taken: refuse (the default) or rename.' }),
    },
    returns: restoreReport,
  },
  purge: {
    ...write,
    doc: 'Removes an item from the recycle bin for good.',
    params: { deletedItemId: text({ required: true, nullable: false, doc: 'Id in the recycle bin.' }) },
  },
}
