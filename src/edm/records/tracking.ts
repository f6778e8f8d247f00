/** The record of changes that delta links are answered from (OData protocol 4.01 §11.3). */
import { type EntityType, entityType } from '../define.ts'
import { holderOf } from '../model.ts'
import { flag, instant, text, whole } from '../props.ts'

/**
 * The last change of one row, or the oldest change that is still recorded. Not on the wire; needed by tracked types.
 */
export const changeEntry = entityType('relata.changeEntry', {
  doc: 'The last change of a row.',
  source: 'our decision: one entry for each row that ever changed, the newest with the highest number',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Type and id of the row.' }),
    type: text({ nullable: false, doc: 'Type whose table the row is in; empty where the memory begins.' }),
    subject: text({ nullable: false, doc: 'Id of the row.' }),
    sequence: whole({ nullable: false, doc: 'Number of the change, counted in the tenant.' }),
    isRemoved: flag({ nullable: false, doc: 'Whether the row is gone.' }),
    changedDateTime: instant({ nullable: false, doc: 'When.' }),
  },
  navs: {},
  indexes: [{ keys: ['type', 'sequence'] }, { keys: ['sequence'] }],
})

export function isTracked(type: EntityType): boolean {
  return holderOf(type).tracked === true
}
