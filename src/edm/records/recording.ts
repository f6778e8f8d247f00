/** The record of changes: what each write changed, what was there before, who did it and when (exchange.md §10.1). */
import { type EntityType, entityType } from '../define.ts'
import { holderOf } from '../model.ts'
import { instant, text, whole } from '../props.ts'

/** One changed row. Those of one write have one number; the first of them says who, when and what. Not on the wire. */
export const recordedRow = entityType('relata.recordedRow', {
  doc: 'A row that a write changed, with what was there before.',
  source: 'exchange.md §10.1',
  published: false,
  clustered: true,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Number and place, in an order that texts have as well.' }),
    type: text({ nullable: false, doc: 'Type of the row.' }),
    subject: text({ nullable: false, doc: 'Id of the row.' }),
    within: text({
      nullable: false,
      doc: 'Id of the row that holds it: for a term and a relation the set; else its own.',
    }),
    before: text({ doc: 'JSON of the members that changed, of a row that is gone all of them; null: it was made.' }),
    after: text({ doc: 'JSON of the members that changed; null: the row is gone, or was made.' }),
    changedDateTime: instant({ doc: 'When. Here and below: null in all rows but the first of a write.' }),
    verb: text({ doc: 'What was done, such as create, update, delete, move or merge.' }),
    origin: text({
      doc: 'JSON of who did it (kind, id, name, application), of the request and the import, and of what a deletion was of.',
    }),
    batchId: text({
      doc: 'Of the batch that the request was part of, or of the import: what is taken back as a whole.',
    }),
    undoes: text({ doc: 'The write, or the batch, that it takes back.' }),
    binned: text({
      doc: 'Type and id of the row whose deletion put this write into the recycle bin; null: it is not there.',
    }),
    count: whole({ doc: 'Rows of the write.' }),
  },
  navs: {},
  indexes: [
    // What made a row is found by this one: an index of its own would cost every creation a tenth.
    { keys: ['within', 'id', 'subject'] },
    { keys: ['subject', 'id'], having: 'before' },
    { keys: ['binned', 'id'], having: 'binned' },
    { keys: ['batchId', 'id'], having: 'batchId' },
    // Writes by time, for logs of several kinds in one order. It grows at its end: less than a hundredth of a creation.
    { keys: ['changedDateTime', 'id'], having: 'changedDateTime' },
  ],
})

/** How far the record reaches. One row in a tenant, made with the first write that is recorded. */
export const recordReach = entityType('relata.recordReach', {
  doc: 'How far the record of changes reaches.',
  source: 'exchange.md §10.1',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Always the same.' }),
    newest: whole({ nullable: false, initial: 0, doc: 'Number of the newest write.' }),
    forgotten: whole({ nullable: false, initial: 0, doc: 'Number of the newest write that is no longer kept.' }),
    sinceDateTime: instant({ nullable: false, doc: 'From this instant on every change is kept.' }),
  },
  navs: {},
})

export const reachId = 'changes'

const digits = 10
const placeDigits = 7

/** Ids of one write follow each other, the first one first, and those of later writes follow them. */
export function changeId(sequence: number, place = 0): string {
  const number = String(sequence).padStart(digits, '0')
  return place === 0 ? number : `${number}.${String(place).padStart(placeDigits, '0')}`
}

export function sequenceOf(id: string): number {
  return Number(id.slice(0, digits))
}

/** In place of members: the row has left what held it for where the entry of the change says. */
export const leftMark = '"left"'

export function isRecorded(type: EntityType): boolean {
  return holderOf(type).recorded !== undefined
}
