/** Random rows and conditions for the store's property tests, from few values so that they meet. */
import fc from 'fast-check'
import { constant, type Expr, member, param } from '#edm/query.ts'

export const someTexts = [
  '',
  'a',
  'A',
  'ab',
  'Ab',
  'b',
  'ä',
  'Ä',
  'a\u0308',
  "o'x",
  '%',
  '_',
  ' a ',
  '"',
  '\\',
] as const
const instants = ['2023-12-31T23:59:59.999Z', '2024-01-01T00:00:00.000Z', '2024-02-29T12:30:45.120Z'] as const
const moods = ['sad', 'calm', 'glad'] as const

const text = fc.constantFrom(...someTexts)
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 })

const aTitle = fc.record(
  { name: orNull(text), isMain: orNull(fc.boolean()), tongue: orNull(fc.constantFrom('en', 'DE')) },
  { requiredKeys: [] },
)

export const aRow = fc.record({
  note: orNull(text),
  heading: orNull(text),
  made: orNull(fc.constantFrom(...instants)),
  pages: orNull(fc.integer({ min: 0, max: 4 })),
  isLent: orNull(fc.boolean()),
  isRare: fc.boolean(),
  mood: orNull(fc.constantFrom(...moods)),
  titles: fc.array(aTitle, { maxLength: 3 }),
  tags: fc.array(text, { maxLength: 3 }),
  place: orNull(fc.record({ city: orNull(text), street: orNull(text) })),
  sortKey: text,
})

const call = (name: string, ...args: Expr[]): Expr => ({ op: 'call', name, args })
const comparisons = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'same' as const)
const equalities = fc.constantFrom('eq', 'ne', 'same' as const)
const compared = (op: fc.Arbitrary<string>, left: fc.Arbitrary<Expr>, right: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> =>
  fc.record({ op, left, right }).map((parts) => parts as Expr)

const aTextMember = fc.constantFrom<Expr>(member('note'), member('heading'), member('sortKey'), {
  op: 'member',
  path: ['place', 'city'],
  of: 'it',
})
const aFixedText = fc.oneof(text.map(constant), fc.constant(param('text')))
const aText: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 4, arbitrary: aTextMember },
  { weight: 2, arbitrary: aFixedText },
  aTextMember.map((of) => call('tolower', of)),
  aTextMember.map((of) => call('toupper', of)),
  aTextMember.map((of) => call('trim', of)),
  fc.tuple(aTextMember, aFixedText).map(([a, b]) => call('concat', a, b)),
  fc.tuple(aTextMember, fc.integer({ min: 0, max: 2 })).map(([of, from]) => call('substring', of, constant(from))),
  fc
    .tuple(aTextMember, fc.integer({ min: 0, max: 2 }))
    .map(([of, count]) => call('substring', of, constant(0), constant(count))),
)

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
const aNumber: fc.Arbitrary<Expr> = fc.oneof(
  fc.constant(member('pages')),
  fc.integer({ min: 0, max: 4 }).map(constant),
  fc.constant(param('number')),
  aTextMember.map((of) => call('length', of)),
  fc.tuple(aTextMember, aFixedText).map(([a, b]) => call('indexof', a, b)),
  fc.constantFrom<Expr>({ op: 'size', over: ['tags'], of: 'it' }, { op: 'size', over: ['titles'], of: 'it' }),
  fc.constantFrom(...parts).map((name) => call(name, member('made'))),
  fc.constantFrom<Expr>(
    {
      op: 'size',
      over: ['titles'],
      of: 'it',
      variable: 'e',
      where: { op: 'eq', left: member('isMain', 'e'), right: constant(true) },
    },
    {
      op: 'size',
      over: ['tags'],
      of: 'it',
      variable: 'e',
      where: call('contains', { op: 'member', path: [], of: 'e' }, constant('a')),
    },
  ),
)

const operators = ['add', 'sub', 'mul', 'divby', 'wholediv', 'wholemod'] as const
const roundings = ['minus', 'floor', 'ceiling', 'round'] as const
/** Small whole numbers and halves: every result is exact in both. */
const aSum: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(fc.constantFrom(...operators), aNumber, aNumber).map(([name, a, b]) => call(name, a, b)),
  fc.tuple(aNumber, fc.constantFrom(0, 0.5, 2.5).map(constant)).map(([a, b]) => call('mod', a, b)),
  fc
    .tuple(fc.constantFrom(...roundings), aNumber, fc.constantFrom(0.5, 2, 4).map(constant))
    .map(([name, a, b]) => call(name, call('divby', a, b))),
)

const someSeconds = fc.constantFrom(0, 1, 86_400, -86_400.25, 31_536_000.5).map(constant)
const anInstant: fc.Arbitrary<Expr> = fc.oneof(
  fc.constant(member('made')),
  someSeconds.map((by) => call('shift', member('made'), by)),
  someSeconds.map((by) => call('shift', constant(instants[1]), by)),
)

/** A value of the book this one is part of. */
const through = (value: Expr, of = 'it', as = 'u'): Expr => ({
  op: 'through',
  key: 'parentId',
  of,
  type: 'lib.book',
  as,
  value,
})

const aTest = (left: fc.Arbitrary<Expr>, right: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> =>
  fc.tuple(fc.constantFrom('contains', 'startswith', 'endswith'), left, right).map(([name, a, b]) => call(name, a, b))

const aFlag: fc.Arbitrary<Expr> = fc.constantFrom(member('isLent'), member('isRare'))

const titleMember = (name: string): Expr => member(name, 'e')
const aTitleCondition: fc.Arbitrary<Expr> = fc.letrec<{ any: Expr }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    compared(comparisons, fc.constantFrom(titleMember('name'), titleMember('tongue')), aFixedText),
    compared(
      equalities,
      fc.constant(titleMember('isMain')),
      fc.constantFrom(constant(true), constant(false), constant(null)),
    ),
    aTest(fc.constant(titleMember('name')), aFixedText),
    fc.array(tie('any'), { minLength: 1, maxLength: 2 }).map((args): Expr => ({ op: 'and', args })),
    fc.array(tie('any'), { minLength: 1, maxLength: 2 }).map((args): Expr => ({ op: 'or', args })),
    tie('any').map((arg): Expr => ({ op: 'not', arg })),
  ),
})).any

const aTagCondition: fc.Arbitrary<Expr> = fc.oneof(
  compared(comparisons, fc.constant<Expr>({ op: 'member', path: [], of: 'e' }), aText),
  aTest(fc.constant<Expr>({ op: 'member', path: [], of: 'e' }), aFixedText),
)

const aLambda: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .tuple(fc.constantFrom('any', 'all' as const), aTitleCondition)
    .map(([op, where]) => ({ op, over: ['titles'], of: 'it', variable: 'e', where }) as Expr),
  fc
    .tuple(fc.constantFrom('any', 'all' as const), aTagCondition)
    .map(([op, where]) => ({ op, over: ['tags'], of: 'it', variable: 'e', where }) as Expr),
  fc.constantFrom<Expr>(
    { op: 'any', over: ['tags'], of: 'it', variable: 'e' },
    { op: 'any', over: ['titles'], of: 'it', variable: 'e' },
  ),
)

/** Conditions over a book named by a variable. */
const aBookTest = (of: string): fc.Arbitrary<Expr> =>
  fc.oneof(
    compared(comparisons, fc.constantFrom(member('note', of), member('heading', of), member('sortKey', of)), aText),
    compared(comparisons, fc.constant(member('pages', of)), aNumber),
    compared(equalities, fc.constantFrom(member('isLent', of), member('isRare', of)), fc.constant(constant(true))),
    fc.constant<Expr>({
      op: 'any',
      over: ['titles'],
      of,
      variable: `${of}t`,
      where: { op: 'eq', left: member('tongue', `${of}t`), right: constant('de') },
    }),
  )

const partsOf = (of: string, as: string): Expr => ({
  op: 'eq',
  left: member('parentId', as),
  right: member('id', of),
})

const aLink: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .tuple(fc.constantFrom('some', 'every' as const), fc.option(aBookTest('p'), { nil: undefined }))
    .map(
      ([op, where]): Expr => ({ op, type: 'lib.book', as: 'p', within: partsOf('it', 'p'), ...(where && { where }) }),
    ),
  aBookTest('p').map(
    (where): Expr => ({
      op: 'some',
      type: 'lib.book',
      as: 'p',
      within: partsOf('it', 'p'),
      where: { op: 'every', type: 'lib.book', as: 'q', within: partsOf('p', 'q'), where },
    }),
  ),
  compared(
    comparisons,
    aBookTest('p').map(
      (test): Expr => ({
        op: 'rows',
        type: 'lib.book',
        as: 'p',
        within: { op: 'and', args: [partsOf('it', 'p'), test] },
      }),
    ),
    fc.integer({ min: 0, max: 2 }).map(constant),
  ),
  compared(
    comparisons,
    fc.constantFrom('heading', 'note').map((key) => through(member(key, 'u'))),
    aText,
  ),
  compared(
    equalities,
    fc.constantFrom('heading', 'isLent').map((key) => through(member(key, 'u'))),
    fc.constant(constant(null)),
  ),
  aTest(
    fc.constantFrom('heading', 'note').map((key) => through(member(key, 'u'))),
    aFixedText,
  ),
  aBookTest('u').map((test): Expr => ({ op: 'eq', left: through(test), right: constant(true) })),
  compared(comparisons, fc.constant(through(through(member('pages', 'w'), 'u', 'w'))), aNumber),
)

const aLeaf: fc.Arbitrary<Expr> = fc.oneof(
  aLink,
  compared(comparisons, aSum, fc.oneof(aNumber, aSum)),
  compared(comparisons, anInstant, anInstant),
  compared(
    comparisons,
    fc.tuple(anInstant, anInstant).map(([a, b]) => call('between', a, b)),
    someSeconds,
  ),
  compared(
    comparisons,
    anInstant.map((of) => call('time', of)),
    fc.constantFrom('00:00:00.000', '12:30:45.120').map(constant),
  ),
  compared(comparisons, aText, aText),
  compared(comparisons, aNumber, aNumber),
  compared(comparisons, fc.constant(member('made')), fc.constantFrom(...instants).map(constant)),
  compared(comparisons, fc.constant(member('mood')), fc.constantFrom(...moods).map(constant)),
  compared(
    equalities,
    fc.constantFrom(member('note'), member('heading'), member('pages'), member('made'), member('mood')),
    fc.constant(constant(null)),
  ),
  compared(equalities, fc.constant(constant(null)), fc.constantFrom(member('heading'), member('isLent'))),
  compared(equalities, aFlag, fc.constantFrom(constant(true), constant(false), constant(null))),
  compared(equalities, aTest(aText, aFixedText), fc.constantFrom(constant(true), constant(false))),
  aFlag,
  aTest(aText, aText),
  aLambda,
  fc.constantFrom(constant(true), constant(false)),
  fc
    .tuple(aTextMember, fc.array(fc.oneof(aFixedText, fc.constant(constant(null))), { maxLength: 3 }))
    .map(([left, list]): Expr => ({ op: 'in', left, list })),
  fc
    .array(fc.constantFrom(...moods).map(constant), { minLength: 1, maxLength: 2 })
    .map((list): Expr => ({ op: 'in', left: member('mood'), list })),
)

export const aCondition: fc.Arbitrary<Expr> = fc.letrec<{ any: Expr }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: aLeaf },
    fc.array(tie('any'), { maxLength: 3 }).map((args): Expr => ({ op: 'and', args })),
    fc.array(tie('any'), { maxLength: 3 }).map((args): Expr => ({ op: 'or', args })),
    tie('any').map((arg): Expr => ({ op: 'not', arg })),
  ),
})).any
