/** Rows of the chain over the directory's log, of its checkpoints, and of where it is sent (events.md §9.3 to §9.5). */
import { entityType, type Workload } from '#edm/define.ts'
import { instant, text, whole } from '#edm/props.ts'

/** One link: that a record was there, in its place, and what it said. The record itself is where it was. */
export const auditLink = entityType('relata.auditLink', {
  doc: 'A link of the chain over the log.',
  source: 'events.md §9.3',
  published: false,
  clustered: true,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Its number, with zeros before it.' }),
    link: text({ nullable: false, doc: 'SHA-256 over the link before, the number and the leaf; hexadecimal.' }),
    leaf: text({ nullable: false, doc: 'SHA-256 of the record as it was when it was chained; hexadecimal.' }),
    source: text({
      nullable: false,
      doc: 'directory: a stored record; taxonomy: one drawn from the record of changes.',
    }),
    recordId: text({ nullable: false, doc: 'Id of the record.' }),
    activityDateTime: instant({ nullable: false, doc: 'When it happened, as the record says.' }),
  },
  navs: {},
})

/** How far the chain reaches. One row in a tenant, made with its first link. */
export const auditChain = entityType('relata.auditChain', {
  doc: 'How far the chain over the log reaches.',
  source: 'events.md §9.3',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Always the same.' }),
    newest: whole({ nullable: false, initial: 0, doc: 'Number of the newest link.' }),
    link: text({ nullable: false, doc: 'The newest link.' }),
    change: whole({ nullable: false, initial: 0, doc: 'Number of the newest change of the taxonomy that is chained.' }),
    forgotten: whole({ nullable: false, initial: 0, doc: 'Number of the newest link that is no longer kept.' }),
    forgottenLink: text({ nullable: false, doc: 'That link, from which the kept ones go on.' }),
    checkpoint: whole({ nullable: false, initial: 0, doc: 'Number of the link of the newest checkpoint.' }),
    checkpointDateTime: instant({ nullable: false, doc: 'When it was made, by the real clock; at first: the chain.' }),
  },
  navs: {},
})

export const auditCheckpoint = entityType('relata.auditCheckpoint', {
  doc: 'A signed statement of how far the chain had come.',
  source: 'events.md §9.4',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Number of the link, with zeros before it.' }),
    link: text({ nullable: false, doc: 'The link.' }),
    jws: text({ nullable: false, doc: 'The statement: a compact JWS.' }),
    createdDateTime: instant({ nullable: false, doc: 'When it was made, by the real clock.' }),
  },
  navs: {},
})

/** How far the log of the tenant has been sent to one of the places that the server is set to send it to. */
export const auditSink = entityType('relata.auditSink', {
  staysHere: true,
  doc: 'How far the log has been sent to one place.',
  source: 'events.md §9.5',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'The place, as the setting names it, without secrets.' }),
    sent: whole({ nullable: false, initial: 0, doc: 'Number of the newest link that it has taken.' }),
    change: whole({ nullable: false, initial: 0, doc: 'Number of the newest change of the taxonomy among them.' }),
    sentDateTime: instant({ doc: 'When it last took something, by the real clock.' }),
    owner: text({ doc: 'The process that sends at the moment.' }),
    leaseDateTime: instant({ doc: 'Until when it does, by the real clock, unless it says so again.' }),
    failingDateTime: instant({ doc: 'Since when every attempt has failed, by the real clock.' }),
    lastError: text({ doc: 'Why the last attempt failed.' }),
    missed: whole({ nullable: false, initial: 0, doc: 'Records that went before they were sent.' }),
  },
  navs: {},
})

/** Id of the only row of `auditChain`. */
export const chainId = 'chain'

const digits = 16

/** Ids of links and checkpoints sort as their numbers. */
export function linkId(number: number): string {
  return String(number).padStart(digits, '0')
}

export const audit: Workload = {
  enums: [],
  complexes: [],
  entities: [auditLink, auditChain, auditCheckpoint, auditSink],
  roots: [],
}
