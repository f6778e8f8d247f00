/** A small model for the store's own tests: a library with shelves, books on them, and loans between books. */
import { entityType, many, one, type Workload } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { choice, complex, complexType, enumType, flag, instant, text, whole } from '#edm/props.ts'
import type { Closure } from '#edm/query.ts'
import { draftMigration } from '#store/schema/draft.ts'

export const mood = enumType('lib.mood', 'A mood.', ['sad', 'calm', 'glad'])

export const title = complexType('lib.title', 'A title.', {
  name: text({ doc: 'Name.', fold: true }),
  isMain: flag({ doc: 'Whether it is the main one.' }),
  tongue: text({ doc: 'Language.', fold: true }),
})

export const address = complexType('lib.address', 'An address.', {
  city: text({ doc: 'City.' }),
  street: text({ doc: 'Street.' }),
})

const thing = entityType('lib.thing', {
  doc: 'Anything.',
  source: 'test',
  abstract: true,
  props: { id: text({ nullable: false, doc: 'Id.' }) },
  navs: {},
})

export const shelf = entityType('lib.shelf', {
  doc: 'A shelf.',
  source: 'test',
  base: thing,
  props: {
    displayName: text({ fold: true, doc: 'Name.' }),
    place: complex(address, { doc: 'Where it is.' }),
    bookCount: whole({ nullable: false, initial: 0, doc: 'Books.' }),
  },
  navs: {},
  order: ['displayName'],
  indexes: [{ keys: ['displayName'], unique: true }],
})

export const book = entityType('lib.book', {
  doc: 'A book.',
  source: 'test',
  base: thing,
  props: {
    note: text({ doc: 'Any text.' }),
    heading: text({ fold: true, doc: 'Folded text.' }),
    made: instant({ doc: 'When.' }),
    pages: whole({ doc: 'Pages.' }),
    isLent: flag({ doc: 'Whether lent.' }),
    isRare: flag({ nullable: false, initial: false, doc: 'Whether rare.' }),
    mood: choice(mood, { initial: 'calm', doc: 'Mood.' }),
    titles: complex(title, { collection: true, elements: ['isMain', 'tongue', 'name'], doc: 'Titles.' }),
    tags: text({ collection: true, doc: 'Tags.' }),
    place: complex(address, { doc: 'Where printed.' }),
    sortKey: text({ nullable: false, initial: '', doc: 'Order.' }),
  },
  navs: {
    shelf: one('lib.shelf', { stored: true, held: true, doc: 'Its shelf.' }),
    parent: one('lib.book', { stored: true, doc: 'The book it is part of.' }),
    parts: many('lib.book', { inverse: 'parent', doc: 'Its parts.', can: {} }),
  },
  order: ['sortKey'],
  indexes: [{ keys: ['parentId', 'shelfId', 'sortKey'] }, { keys: ['shelfId', 'sortKey'] }],
  carry: ['shelfId', 'parentId', 'isRare'],
})

export const loan = entityType('lib.loan', {
  doc: 'A book shown on another shelf.',
  source: 'test',
  base: thing,
  props: { kind: text({ doc: 'Kind.' }) },
  navs: {
    fromBook: one('lib.book', { stored: true, doc: 'Below this book.' }),
    toBook: one('lib.book', { stored: true, held: true, doc: 'The book shown.' }),
    shelf: one('lib.shelf', { stored: true, held: true, doc: 'The shelf it is shown on.' }),
  },
  indexes: [{ keys: ['shelfId', 'toBookId'], unique: true }],
})

/** Rows with a tag, some of them of a derived type. */
export const card = entityType('lib.card', {
  doc: 'What a reader borrows with.',
  source: 'test',
  base: thing,
  tag: 'optional',
  props: {
    holder: text({ nullable: false, initial: 'nobody', doc: 'Whose it is.' }),
    points: whole({ nullable: false, initial: 0, doc: 'Collected.' }),
  },
  navs: {},
})

export const goldCard = entityType('lib.goldCard', {
  doc: 'A better one.',
  source: 'test',
  base: card,
  props: {
    guests: whole({ nullable: false, initial: 2, doc: 'Who may come along.' }),
    perks: complex(title, { collection: true, elements: ['name'], doc: 'What it gives.' }),
  },
  navs: { shelf: one('lib.shelf', { stored: true, doc: 'A shelf of one’s own.' }) },
})

export const workload: Workload = {
  enums: [mood],
  complexes: [title, address],
  entities: [thing, shelf, book, loan, card, goldCard],
  roots: [],
}

export const libraryModels = [modelOf('v1.0', [workload]), modelOf('beta', [workload])]

export const libraryMigrations = [draftMigration(libraryModels, 'init', [])?.migration].flatMap(
  (migration) => migration ?? [],
)

const steps: Closure['steps'] = [
  {
    type: 'lib.book',
    where: { shelfId: { state: 'context' }, parentId: { state: 'node' } },
    context: 'context',
    node: { key: 'id' },
  },
  {
    type: 'lib.loan',
    where: { shelfId: { state: 'context' }, fromBookId: { state: 'node' }, kind: { value: 'pin' } },
    context: { through: 'toBookId', type: 'lib.book', key: 'shelfId' },
    node: { key: 'toBookId' },
  },
]

/** All below one book. */
export const below: Closure = {
  name: 'below',
  seeds: [{ type: 'lib.book', where: { id: { param: 'book' } }, context: { key: 'shelfId' }, node: { key: 'id' } }],
  steps,
}

/** All below the books lent to a shelf. */
export const mirrored: Closure = {
  name: 'mirrored',
  seeds: [
    {
      type: 'lib.loan',
      where: { shelfId: { param: 'shelf' }, kind: { value: 'pin' } },
      context: { through: 'toBookId', type: 'lib.book', key: 'shelfId' },
      node: { key: 'toBookId' },
    },
  ],
  steps,
}
