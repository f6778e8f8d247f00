/** Rows of ours beside the types of Graph's term store. None is on the wire as an entity. */
import { entityType } from '#edm/define.ts'
import { instant, text, whole } from '#edm/props.ts'

/** The id of a term that was merged away: it stands for the survivor (exchange.md §9.5). */
export const mergedTerm = entityType('relata.mergedTerm', {
  doc: 'The id of a term that was merged into another.',
  source: 'exchange.md §9.5',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Id of the term that is gone.' }),
    into: text({ nullable: false, doc: 'Id of the term that it stands for.' }),
    mergedDateTime: instant({ nullable: false, doc: 'When.' }),
  },
  navs: {},
  indexes: [{ keys: ['into'] }],
  recorded: {},
})

/** Work that goes on over several transactions, such as an import (exchange.md §2.7). */
export const job = entityType('relata.job', {
  doc: 'Work over several transactions, which goes on after a restart.',
  source: 'exchange.md §2.7',
  published: false,
  props: {
    id: text({ nullable: false, readOnly: true, doc: 'Id of the job.' }),
    kind: text({ nullable: false, doc: 'What it does.' }),
    digest: text({ nullable: false, doc: 'SHA-256 of what it applies: the same plan is one job.' }),
    content: text({ doc: 'What it applies; null: it is done with it.' }),
    options: text({ nullable: false, initial: '{}', doc: 'JSON of what its caller has chosen.' }),
    by: text({ nullable: false, doc: 'JSON of the actor for whom it works.' }),
    state: text({ nullable: false, doc: 'waiting, running, done, failed or stopped.' }),
    step: whole({ nullable: false, initial: 0, doc: 'Steps that are finished.' }),
    done: whole({ nullable: false, initial: 0, doc: 'Records that are finished.' }),
    total: whole({ nullable: false, initial: 0, doc: 'Records in all.' }),
    report: text({ doc: 'JSON of its outcome.' }),
    createdDateTime: instant({ nullable: false, doc: 'When it was asked for.' }),
    changedDateTime: instant({ nullable: false, doc: 'When it last made progress.' }),
  },
  navs: {},
  indexes: [{ keys: ['digest'] }, { keys: ['createdDateTime'] }],
})
