/** A small model of no real service, for tests of the floors that may know no workload. */
import { entityType, many, one } from '#edm/define.ts'
import { type Model, modelOf } from '#edm/model.ts'
import { choice, complex, complexType, enumType, flag, instant, text, whole } from '#edm/props.ts'

const genre = enumType('lib.genre', 'Kind of book.', ['novel', 'essay', 'streetAtlas'])

const address = complexType('lib.address', 'Where someone lives.', {
  city: text({ doc: 'City.' }),
  floor: whole({ doc: 'Floor.' }),
})

const title = complexType('lib.title', 'A title in one language.', {
  text: text({ doc: 'The title.' }),
  isMain: flag({ doc: 'Whether it is the one on the cover.' }),
  tag: text({ doc: 'Language.' }),
})

const thing = entityType('lib.thing', {
  doc: 'Anything with an id.',
  source: 'none',
  abstract: true,
  props: { id: text({ nullable: false, doc: 'Id.' }) },
  navs: {},
})

const book = entityType('lib.book', {
  doc: 'A book.',
  source: 'none',
  base: thing,
  keys: 'guid',
  searched: 'titles',
  props: {
    name: text({ doc: 'Name.', fold: true }),
    genre: choice(genre, { doc: 'Genre.' }),
    pages: whole({ doc: 'Pages.' }),
    isLent: flag({ doc: 'Whether it is out.' }),
    isNew: flag({ doc: 'Whether it is new.' }),
    bought: instant({ doc: 'When it came.' }),
    ownerId: text({ doc: 'GUID of the owner.', guid: true }),
    titles: complex(title, { collection: true, doc: 'Titles.' }),
    keywords: text({ collection: true, doc: 'Keywords.' }),
    shelf: text({ returned: 'asked', published: false, doc: 'Shelf.' }),
    hidden: text({ returned: 'never', published: false, doc: 'A column only.' }),
  },
  navs: {
    author: one('lib.author', { stored: true, doc: 'Who wrote it.' }),
    publisher: one('lib.author', { doc: 'Not kept in a column.' }),
    sequels: many('lib.book', { inverse: 'prequel', can: {}, doc: 'Sequels.' }),
    prequel: one('lib.book', { stored: true, doc: 'The book before.' }),
    secret: one('lib.book', { stored: true, published: false, doc: 'Not for callers.' }),
  },
})

const author = entityType('lib.author', {
  doc: 'A writer.',
  source: 'none',
  base: thing,
  keys: 'text',
  props: {
    name: text({ doc: 'Name.' }),
    home: complex(address, { doc: 'Home.' }),
    born: text({ doc: 'Only in beta.', published: ['beta'] }),
  },
  navs: { books: many('lib.book', { inverse: 'author', can: {}, doc: 'Books.' }) },
})

export const library: Model = modelOf('v1.0', [
  { enums: [genre], complexes: [address, title], entities: [thing, book, author], roots: [] },
])
export const bookType = library.view('lib.book').type
export const authorType = library.view('lib.author').type
