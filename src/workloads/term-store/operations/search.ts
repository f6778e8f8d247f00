/** Search, the terms of a set as a flat list, and what they answer: exchange.md §9.2, §11. Their rules are in `rules/search/`. */
import type { ActionFacts, FunctionFacts } from '#edm/define.ts'
import { returning } from '#edm/define.ts'
import { choice, complex, complexType, enumType, flag, instant, text, whole } from '#edm/props.ts'

const read = {
  namespace: 'relata',
  evidence: 'ours',
  scopes: ['TermStore.Read.All', 'TermStore.ReadWrite.All'],
} as const

export const searchMatch = enumType('relata.searchMatch', 'How labels have to match the text of a search.', [
  'prefix',
  'exact',
  'words',
  'contains',
])

export const labelKind = enumType('relata.labelKind', 'What a label is to its term.', ['default', 'synonym'])

export const placeKind = enumType('relata.placeKind', 'How a term occurs in a set.', ['home', 'pin', 'mirror', 'reuse'])

export const searchScope = complexType('relata.searchScope', 'Where to search: one of these.', {
  group: text({ guid: true, doc: 'Id of a group: all its sets.' }),
  set: text({ guid: true, doc: 'Id of a set, with what is shared in it.' }),
  term: text({ guid: true, doc: 'Id of a term: what is below it in its home set.' }),
})

export const termPlace = complexType('relata.termPlace', 'Where a term occurs.', {
  setId: text({ nullable: false, doc: 'Id of the set.' }),
  kind: choice(placeKind, { nullable: false, doc: 'How it occurs there.' }),
  path: text({ nullable: false, collection: true, doc: 'Labels from the root of the set to the term.' }),
  isAvailable: flag({ nullable: false, doc: 'Whether it may be used there.' }),
})

const matchedLabel = complexType('relata.matchedLabel', 'The label by which a term is found.', {
  name: text({ nullable: false, doc: 'The label.' }),
  languageTag: text({ nullable: false, doc: 'Its language.' }),
  isDefault: flag({ nullable: false, doc: 'Whether it is a default label.' }),
})

export const foundTerm = complexType('relata.foundTerm', 'A term that a search finds, at one place.', {
  id: text({ nullable: false, doc: 'Id of the term.' }),
  setId: text({ nullable: false, doc: 'Id of the set of this place.' }),
  kind: choice(placeKind, { nullable: false, doc: 'How it occurs there.' }),
  path: text({ nullable: false, collection: true, doc: 'Labels from the root of the set to the term.' }),
  matched: complex(matchedLabel, { nullable: false, doc: 'The label by which it is found.' }),
  label: text({ nullable: false, doc: 'Its default label, in the preferred language if there is one.' }),
  tier: whole({ nullable: false, doc: 'How well it matches, from 1; 0: the text is its id.' }),
  isDeprecated: flag({ nullable: false, doc: 'Whether it is out of use.' }),
  isAvailable: flag({ nullable: false, doc: 'Whether it may be used there.' }),
  lastModifiedDateTime: instant({ doc: 'When the term was last changed.' }),
  places: complex(termPlace, { collection: true, doc: 'Where it occurs, if asked for.' }),
})

export const searchResult = complexType('relata.searchResult', 'A page of what a search finds.', {
  items: complex(foundTerm, { nullable: false, collection: true, doc: 'What is found, the best first.' }),
  skipToken: text({ doc: 'Parameter for the next page; null: this is the last. A page may be short before the last.' }),
  total: whole({
    doc: 'How many terms are found on all pages; 1000: as many or more. Null: not asked for, or too many to look at.',
  }),
})

export const listedTerm = complexType('relata.listedTerm', 'A term as it occurs in a set.', {
  id: text({ nullable: false, doc: 'Id of the term.' }),
  parentId: text({ doc: 'Id of the term above it in the set; null: it is at the root.' }),
  level: whole({ nullable: false, doc: 'Level in the set, from 1.' }),
  index: whole({ nullable: false, doc: 'Place among the children of its parent, from 0, deprecated ones included.' }),
  kind: choice(placeKind, { nullable: false, doc: 'How it occurs in the set.' }),
  homeSetId: text({ nullable: false, doc: 'Id of its home set.' }),
  label: text({ nullable: false, doc: 'Its default label in the language, else in that of the store.' }),
  path: text({ nullable: false, collection: true, doc: 'Labels from the root of the set to the term.' }),
  isDeprecated: flag({ nullable: false, doc: 'Whether it is out of use.' }),
  isAvailable: flag({ nullable: false, doc: 'Whether it may be used there.' }),
})

export const searchEnums = [searchMatch, labelKind, placeKind]
export const searchComplexes = [searchScope, termPlace, matchedLabel, foundTerm, searchResult, listedTerm]

export const storeSearch: Readonly<Record<string, ActionFacts>> = {
  search: {
    ...read,
    doc: 'Finds terms by their labels in all languages, the best matches first.',
    reads: true,
    params: {
      text: text({
        required: true,
        nullable: false,
        sample: 'eur',
        doc: 'What is searched for; a GUID finds the term.',
      }),
      match: choice(searchMatch, { doc: 'How labels have to match; null: prefix.' }),
      languages: text({
        collection: true,
        sample: 'en-US',
        doc: 'Only labels in these languages, the preferred one first; none: all.',
      }),
      scopes: complex(searchScope, {
        collection: true,
        sample: [],
        doc: 'Where to search, 100 at most; none: everywhere.',
      }),
      includeDeprecated: flag({ doc: 'Also deprecated terms; null: no.' }),
      includeUnavailable: flag({ doc: 'Also terms that may not be used in their home set; null: yes.' }),
      includeKeywords: flag({ doc: 'Also terms of the set of keywords; null: no.' }),
      kinds: choice(labelKind, { collection: true, doc: 'Only such labels; none: all.' }),
      modifiedSince: instant({
        sample: null,
        doc: 'Only terms that were changed at this instant or later; null: all.',
      }),
      withPlaces: flag({ doc: 'Tell all places of each term; null: no.' }),
      withTotal: flag({ doc: 'Tell how many terms are found; null: no.' }),
      top: whole({ sample: 20, doc: 'Terms on a page, 200 at most; null: 20.' }),
      skipToken: text({ sample: null, doc: 'That of the page before; null: the first page.' }),
    },
    returns: searchResult,
  },
}

export const setTermsFlat: Readonly<Record<string, FunctionFacts>> = {
  getAllTerms: {
    ...read,
    doc: 'All terms that occur in the set, shared and mirrored ones included, each after the one above it.',
    params: {
      includeDeprecated: { type: 'Edm.Boolean', doc: 'Also deprecated terms; absent: no.', optional: true },
      language: {
        type: 'Edm.String',
        sample: 'en-US',
        doc: 'Language of the labels; absent: that of the store.',
        optional: true,
      },
    },
    returns: returning(listedTerm, { collection: true }),
    paged: true,
  },
}
