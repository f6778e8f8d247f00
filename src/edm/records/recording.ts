/** The record of changes: what each write changed, what was there before, who did it and when (exchange.md §10.1). */
import { type EntityType, entityType } from '../define.ts'
import { holderOf } from '../model.ts'
import { instant, text, whole } from '../props.ts'

/** One changed row. Those of one write have one number; the first of them says who, when and what. Not on the wire. */
export const change = entityType('relata.change', {
  doc: 'A row that a write changed, with what was there before.',
  source: 'exchange.md §10.1',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Number and place, in an order that texts have as well.' }),
    sequence: whole({ nullable: false, doc: 'Number of the write, counted in the tenant.' }),
    type: text({ nullable: false, doc: 'Type of the row.' }),
    subject: text({ nullable: false, doc: 'Id of the row.' }),
    within: text({ doc: 'Id of the row that holds it: for a term and a relation the set; else its own.' }),
    before: text({ doc: 'JSON of the members that changed, of a row that is gone all of them; null: it was made.' }),
    after: text({ doc: 'JSON of the members that changed; null: the row is gone, or was made.' }),
    action: text({ nullable: false, doc: 'create, update or delete.' }),
    changedDateTime: instant({ doc: 'When. Here and below: null in all rows but the first of a write.' }),
    verb: text({ doc: 'What was done, such as create, update, delete, move or merge.' }),
    by: text({ doc: 'JSON of who did it: kind, id, name, application.' }),
    requestId: text({ doc: 'Of the request.' }),
    batchId: text({ doc: 'Of the batch that the request was part of.' }),
    importId: text({ doc: 'Of the import that it was a step of.' }),
    undoes: whole({ doc: 'Number of the write that it takes back.' }),
    binned: text({
      doc: 'Id of the deleted row whose branch this write put into the recycle bin; null: nothing is there.',
    }),
    count: whole({ doc: 'Rows of the write.' }),
  },
  navs: {},
  indexes: [
    { keys: ['subject', 'id'] },
    { keys: ['within', 'id'] },
    { keys: ['binned', 'id'], having: 'binned' },
    { keys: ['batchId', 'id'], having: 'batchId' },
  ],
})

export function isRecorded(type: EntityType): boolean {
  return holderOf(type).recorded === true
}
