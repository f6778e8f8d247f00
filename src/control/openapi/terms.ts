/** Operations on taxonomies as files. */
import type { Operations } from './operation.ts'
import { type DocumentSchema, described, flag, instant, listOf, object, oneOf, text, whole } from './schemas.ts'

const tenant = described(text, 'Id or domain of the tenant, where no token says it.')
const lines = 'application/x-ndjson'

function many(what: string): DocumentSchema {
  return described(listOf(text), `${what} May be given several times.`)
}

const job = object({
  id: text,
  state: oneOf('running', 'done', 'failed', 'stopped'),
  done: described(whole, 'Records that are applied.'),
  total: whole,
  step: described(whole, 'Steps that are finished.'),
  plan: described(text, 'Digest of the plan.'),
  stale: described(listOf(text), 'Ids of the sets that are not as planned; nothing was done in them.'),
  'error?': object({ code: text, message: text, 'target?': text }),
  createdDateTime: instant,
  changedDateTime: instant,
})

/** Of single formats. */
const readers = {
  delimiter: described(text, 'Of CSV and of PnP’s text.'),
  header: described(oneOf('names', 'position'), 'Of CSV: how columns are known.'),
  blank: described(oneOf('keeps', 'clears'), 'Of the wide CSV: what an empty cell does.'),
  excelSafe: described(flag, 'Of the wide CSV: one apostrophe is taken off cells.'),
  leadingCode: described(text, 'Of PnP’s text: what parts a code from a label.'),
  comments: described(flag, 'Of PnP’s text: lines with # say nothing.'),
  site: described(text, 'Of PnP’s XML: id of the site whose group is meant.'),
  parameter: many('Of PnP’s XML: NAME=VALUE.'),
  base: described(text, 'Of SKOS: base of relative IRIs.'),
  hidden: described(oneOf('synonym'), 'Of SKOS: hidden labels are synonyms.'),
  sets: described(oneOf('schemes', 'tops'), 'Of SKOS: what becomes a set.'),
  secondParents: described(oneOf('keep', 'refuse'), 'Of SKOS.'),
  parentless: described(text, 'Of SKOS: root, skip, or under NAME.'),
  collections: described(oneOf('property'), 'Of SKOS.'),
  keep: many('Of SKOS: IRI of a predicate that is kept as a property.'),
  deprecatedWhen: many('Of SKOS: PREDICATE=VALUE.'),
  guidFromIri: described(flag, 'Of SKOS: ids are the GUIDs at the end of IRIs.'),
}

const scope = {
  tenant,
  group: many('Id or name of a group.'),
  set: many('Id or name of a set, also as GROUP/SET.'),
}

export const termsOperations: Operations = {
  '/_relata/term-store/plan': {
    POST: {
      summary: 'What importing a file would change (docs/taxonomy-files.md).',
      query: {
        tenant,
        file: described(text, 'Name of the file, for messages and for its extension.'),
        format: described(text, 'Absent: as the file looks.'),
        encoding: described(text, 'Absent: as its first bytes say, else UTF-8.'),
        group: described(text, 'Id or name of the group for sets of a file that names none.'),
        set: described(text, 'Id or name of the set that the only set of the file is.'),
        under: described(text, 'Id or path of the term below which the first level of the file goes.'),
        defaultLanguage: described(text, 'Of values that name no language.'),
        language: many('FROM=TO: a language of the file, and the one of the store that it is.'),
        addLanguages: flag,
        match: many('`id` and `path`: by what records are found; both unless given.'),
        missing: oneOf('keep', 'deprecate', 'delete'),
        maxMissing: whole,
        fix: many('Repairs: chars, long, levels, clashes, labels.'),
        order: oneOf('file', 'keep', 'notation'),
        ...readers,
        followMerges: flag,
        all: flag,
      },
      body: 'binary',
      answer: { type: lines, schema: text },
      refusals: [404],
    },
  },
  '/_relata/term-store/apply': {
    POST: {
      summary: 'Applies a plan, by a job. The same plan is the same job.',
      query: { tenant, allowRefused: described(flag, 'What is not refused is applied.') },
      body: 'binary',
      answer: { status: 202, schema: job },
      refusals: [404, 409],
    },
  },
  '/_relata/term-store/jobs/{id}': {
    GET: { summary: 'How far a job is.', query: { tenant }, answer: { schema: job }, refusals: [404] },
    DELETE: {
      summary: 'Stops a job after the step under way.',
      query: { tenant },
      answer: { schema: job },
      refusals: [404],
    },
  },
  '/_relata/term-store/export': {
    GET: {
      summary: 'Sets and terms as a file.',
      query: {
        ...scope,
        format: described(text, 'Absent: json.'),
        term: described(text, 'Id or path: only this term of the set, with what is above and below it.'),
        language: described(text, 'Of formats that hold one.'),
        ids: flag,
        for: oneOf('pnp'),
        dates: flag,
        delimiter: described(text, 'Of PnP’s text.'),
        rowStyle: described(oneOf('set', 'term'), 'Of CSV.'),
        excelSafe: described(flag, 'Of the wide CSV.'),
        oneLine: described(flag, 'Of CSV: descriptions without line ends.'),
        report: described(oneOf('only'), 'The list of what the format leaves out, in place of the file.'),
      },
      answer: { schema: described({}, 'The file; its type is that of the format.') },
      refusals: [404, 409],
    },
  },
  '/_relata/term-store/validate': {
    GET: {
      summary: 'What is odd in sets and terms.',
      query: {
        ...scope,
        at: described(text, 'Id or path of a group, a set or a term; without group and set.'),
        rules: many('Rules that are asked; with + or - in addition to or without.'),
      },
      answer: { type: lines, schema: text },
      refusals: [404],
    },
  },
}
