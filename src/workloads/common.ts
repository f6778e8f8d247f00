/** Types shared by Graph's workloads. */
import { entityType, type Workload } from '#edm/define.ts'
import { complexType, instant, text, whole } from '#edm/props.ts'
import { recordedRow, recordReach } from '#edm/records/recording.ts'

export const entity = entityType('microsoft.graph.entity', {
  doc: 'Anything with an id.',
  source: 'https://learn.microsoft.com/graph/api/resources/entity',
  abstract: true,
  props: { id: text({ nullable: false, readOnly: true, doc: 'Unique identifier, assigned by the server.' }) },
  navs: {},
})

export const baseItem = entityType('microsoft.graph.baseItem', {
  doc: 'What sites, lists and items have in common. Only the members Relata serves are declared.',
  source: 'https://learn.microsoft.com/graph/api/resources/baseitem',
  base: entity,
  abstract: true,
  props: {
    createdDateTime: instant({ nullable: false, readOnly: true, doc: 'When the item was made.' }),
    description: text({ doc: 'Text for people.' }),
    lastModifiedDateTime: instant({ nullable: false, readOnly: true, doc: 'When the item was last changed.' }),
    name: text({ doc: 'Name in addresses.' }),
    webUrl: text({ readOnly: true, doc: 'Address of the item in a browser.' }),
  },
  navs: {},
})

export const keyValue = complexType('microsoft.graph.keyValue', 'A custom property: a key and its value.', {
  key: text({ doc: 'Name of the property.' }),
  value: text({ doc: 'Value of the property.' }),
})

/** Due entries: what is to happen at which instant. Rows of ours, not on the wire. */
export const agendaEntry = entityType('relata.agendaEntry', {
  doc: 'Something that will come due.',
  source: 'our decision: gdap.md §3.2, every transition by time is kept with its instant',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Kind and subject, of which there is one entry at most.' }),
    kind: text({ nullable: false, doc: 'What is to happen.' }),
    subject: text({ nullable: false, doc: 'Id of the row it happens to.' }),
    dueDateTime: instant({ nullable: false, doc: 'When.' }),
    sequence: whole({ nullable: false, doc: 'Order among entries of one instant: the one set first comes first.' }),
  },
  navs: {},
  indexes: [{ keys: ['dueDateTime', 'sequence'] }],
})

export const common: Workload = {
  enums: [],
  complexes: [keyValue],
  entities: [entity, baseItem, agendaEntry, recordedRow, recordReach],
  roots: [],
}
