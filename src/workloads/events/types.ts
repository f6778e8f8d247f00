/** Rows of deliveries: who is told of which events, how far each has been told, and what became of it (events.md §6.2). */
import { entityType, type Workload } from '#edm/define.ts'
import { instant, text, whole } from '#edm/props.ts'

const source = 'events.md §6.2'

export const deliveryTarget = entityType('relata.deliveryTarget', {
  staysHere: true,
  doc: 'Somebody who is told of events.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Id of the target; that of the subscription where it has one.' }),
    kind: text({ nullable: false, doc: 'partnerCenter, graph, webhook or sink.' }),
    url: text({ nullable: false, doc: 'Where requests go, byte for byte as it was given.' }),
    events: text({ nullable: false, doc: 'JSON: names of events that it wants; `*` stands for any text.' }),
    customers: text({ doc: 'JSON: ids of the customers that it wants to hear of; null: of all.' }),
    settings: text({ nullable: false, initial: '{}', doc: 'JSON: what its kind keeps of it beside.' }),
    secret: text({ doc: 'What its requests are signed with, as the kind writes it; never shown, copied or exported.' }),
    state: text({ nullable: false, initial: 'active', doc: 'active, paused, disabled or removed.' }),
    reason: text({ doc: 'Why it is not active, for people.' }),
    pausedUntil: instant({ doc: 'Until when it is paused, by the real clock; null: until somebody enables it.' }),
    failingSince: instant({ doc: 'Since when every attempt has failed, by the world clock.' }),
    createdAfterSequence: whole({ nullable: false, doc: 'It is told of events after this one.' }),
    lanes: whole({ nullable: false, initial: 8, doc: 'In how many lanes its events go.' }),
    createdDateTime: instant({ nullable: false, doc: 'When it was made.' }),
    changedDateTime: instant({ nullable: false, doc: 'When somebody last changed it, or when it was removed.' }),
  },
  navs: {},
  indexes: [{ keys: ['kind'] }],
})

export const deliveryLane = entityType('relata.deliveryLane', {
  staysHere: true,
  doc: 'The part of the events of a target whose buckets fall into one lane; one process at a time works on it.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Id of the target, a colon, and the number of the lane.' }),
    targetId: text({ nullable: false, doc: 'Id of the target.' }),
    lane: whole({ nullable: false, doc: 'Its number: of events, the bucket modulo the number of lanes.' }),
    cursor: whole({
      nullable: false,
      doc: 'Sequence up to which each event has been settled or has a row of its own.',
    }),
    owner: text({ doc: 'The process that works on it.' }),
    epoch: whole({ nullable: false, initial: 0, doc: 'Counts its owners: who has an older one has lost it.' }),
    beat: whole({
      nullable: false,
      initial: 0,
      doc: 'Counted up while the owner works: a lane whose beat stands still is free.',
    }),
  },
  navs: {},
  indexes: [{ keys: ['targetId', 'lane'] }],
})

export const delivery = entityType('relata.delivery', {
  staysHere: true,
  doc: 'What became of one event at one target. There is no row while it has not been tried.',
  source,
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Target, sequence (20 digits) and round, joined by colons.' }),
    targetId: text({ nullable: false, doc: 'Id of the target.' }),
    lane: whole({ nullable: false, doc: 'Number of the lane.' }),
    sequence: whole({ nullable: false, doc: 'Of the event.' }),
    round: whole({ nullable: false, initial: 0, doc: '0; 1, 2, … for redeliveries.' }),
    eventId: text({ nullable: false, doc: 'Id of the event: the key by which receivers know repeats.' }),
    eventName: text({ nullable: false, doc: 'Name of the event.' }),
    subjectId: text({ nullable: false, doc: 'Id of the relationship, or of what else it happened to.' }),
    orderingKey: text({ nullable: false, doc: 'Events with one key are told in their order.' }),
    state: text({
      nullable: false,
      doc: 'waiting, behind, delivered, dead, redelivered (dead, and sent again in a next round) or skipped.',
    }),
    attempts: whole({ nullable: false, initial: 0, doc: 'How often it was tried in this round.' }),
    nextWorld: instant({ doc: 'When it is tried again, by the world clock.' }),
    nextReal: instant({ doc: 'The same by the real clock: whichever comes first.' }),
    firstDateTime: instant({ doc: 'Of the first attempt of this round, by the world clock.' }),
    lastDateTime: instant({ doc: 'Of the last attempt; of a row that was not tried, when it was written.' }),
    lastStatus: whole({ doc: 'Status of the last answer; null: there was none.' }),
    lastError: text({ doc: 'Why the last attempt failed.' }),
    answer: text({ doc: 'Begin of the last answer that was no success, at most 1 KiB.' }),
  },
  navs: {},
  indexes: [
    { keys: ['targetId', 'state', 'lane', 'sequence'] },
    { keys: ['targetId', 'sequence'] },
    { keys: ['lastDateTime'] },
    { keys: ['eventId'] },
  ],
})

/** Asked for by a partner to see whether its address takes events (events.md §2.6). */
export const validationEvent = entityType('relata.validationEvent', {
  staysHere: true,
  doc: 'An event that a partner asks for to test its address.',
  source: 'events.md §2.6',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Its correlation id.' }),
    targetId: text({ nullable: false, doc: 'The registration that it was asked for with.' }),
    callbackUrl: text({ nullable: false, doc: 'Where it is sent to.' }),
    results: text({ nullable: false, initial: '[]', doc: 'JSON: one result for each attempt.' }),
    createdDateTime: instant({ nullable: false, doc: 'When it was asked for.' }),
  },
  navs: {},
  indexes: [{ keys: ['createdDateTime'] }],
})

export const events: Workload = {
  enums: [],
  complexes: [],
  entities: [deliveryTarget, deliveryLane, delivery, validationEvent],
  roots: [],
}
