/** Search beside a slow reference, which compares each label of each term (exchange.md §11). */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Match, matches, soughtFor, tierOf } from '#workloads/term-store/rules/search/match.ts'
import { searchTerms, type TermSearch } from '#workloads/term-store/rules/search/search-terms.ts'
import { term } from '#workloads/term-store/types.ts'
import { rounds } from '../_support/run-size.ts'
import { openWorld, type World } from './harness.ts'

const languages = ['en-US', 'de-DE', 'ru-RU']
const words = [
  ...[
    'Art',
    'art deco',
    'Sea',
    'Black',
    'black-sea',
    'Café',
    'cafe',
    'Müller',
    'Mueller',
    'Muller',
    'Straße',
    'STRASSE',
  ],
  ...[
    'Ёлка',
    'елка',
    'Йод',
    'йогурт',
    'йодид',
    'Черное',
    'море',
    'R＆D',
    'O’Brien',
    "o'brien",
    '中国',
    '北京市',
    'ＡＢＣ',
  ],
  ...['Ärzte', 'aerzte', 'Łódź', 'Ζεύς', 'ζευσ', 'a', 'ab', 'Internationale'],
]

const someLabel = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '))

let world: World
let sets: string[]

/** Each term with what a search knows of it. */
const listed = () => world.read((tx) => tx.find(term, {}))

beforeAll(async () => {
  world = await openWorld({ languages })
  const group = await world.taxonomy.group()
  sets = [await world.taxonomy.set(group), await world.taxonomy.set(group), await world.taxonomy.set(group)]
  const labelSets = fc.sample(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...languages), someLabel), {
      minLength: 1,
      maxLength: 4,
      selector: ([tag, name]) => `${tag} ${name.toLowerCase()}`,
    }),
    { numRuns: 150, seed: 7 },
  )
  const made: { set: string; id: string }[] = []
  for (const [at, list] of labelSets.entries()) {
    const seen = new Set<string>()
    const labels = list.map(([languageTag, name]) => {
      const isDefault = !seen.has(languageTag)
      seen.add(languageTag)
      return { name, languageTag, isDefault }
    })
    const set = sets[at % 2] as string
    const parent = at % 3 === 0 ? undefined : made.filter((entry) => entry.set === set).at(-1)?.id
    try {
      const id = await world.taxonomy.term(at % 7 === 0 ? { set, term: parent } : { set }, undefined, { labels })
      made.push({ set, id })
    } catch {
      // A sibling has the label.
    }
  }
  const [first, second] = made.filter(({ set }) => set === sets[0])
  await world.taxonomy.pin({ set: sets[0] as string, term: first?.id as string }, sets[2] as string)
  await world.taxonomy.reuse({ set: sets[0] as string, term: second?.id as string }, sets[2] as string)
  for (const { set, id } of made.filter((_, at) => at % 11 === 0))
    await world.call(`/sets/${set}/terms/${id}`, 'deprecate')
})

/** Ids in the order of exchange.md §11, by comparing everything with everything. */
const expected = async ({ text, match = 'prefix', languages: only, setId, includeDeprecated, kinds }: TermSearch) => {
  const sought = soughtFor(text, match)
  const order = only ?? languages
  const shown = setId === undefined ? undefined : new Set(await world.list(`/sets/${setId}/terms`))
  const found: { id: string; key: (string | number)[] }[] = []
  for (const row of await listed()) {
    if (row.isDeprecated && includeDeprecated !== true) continue
    if (shown !== undefined && !shown.has(row.id)) continue
    const keys = row.labels.flatMap((label) => {
      const tier = tierOf(label, sought)
      const language = order.indexOf(label.languageTag ?? '')
      if (tier === undefined || language < 0) return []
      if (kinds !== undefined && !kinds.includes(label.isDefault ? 'default' : 'synonym')) return []
      return [[tier, language, Number(row.isDeprecated), row.level, label.name?.length ?? 0]]
    })
    keys.sort((one, other) => compare(one, other))
    if (keys[0] !== undefined) found.push({ id: row.id, key: keys[0] })
  }
  return found.sort((one, other) => compare(one.key, other.key))
}

const compare = (one: readonly (string | number)[], other: readonly (string | number)[]): number => {
  for (const [at, part] of one.entries()) if (part !== other[at]) return part < (other[at] as string | number) ? -1 : 1
  return 0
}

const all = async (search: TermSearch) => {
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const { items, next } = await world.read((tx) => searchTerms(tx, { ...search, after }))
    ids.push(...items.map(({ id }) => id))
    if (next === undefined) return ids
    after = next
  }
}

describe('Search', () => {
  it('finds and ranks what a slow reference does, in pages of any size', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          text: fc.oneof(
            fc.constantFrom(...words),
            someLabel,
            fc.constantFrom(...words).chain((word) => fc.integer({ min: 1, max: 4 }).map((end) => word.slice(0, end))),
            fc
              .tuple(fc.constantFrom(...words), fc.constantFrom(...words))
              .map(([a, b]) => `${a.slice(0, 3)} ${b.slice(0, 2)}`),
          ),
          match: fc.constantFrom<Match>(...matches),
          languages: fc.option(fc.shuffledSubarray(languages, { minLength: 1 }), { nil: undefined }),
          setId: fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
          includeDeprecated: fc.boolean(),
          kinds: fc.option(fc.constantFrom<readonly ('default' | 'synonym')[]>(['default'], ['synonym']), {
            nil: undefined,
          }),
          top: fc.integer({ min: 1, max: 30 }),
        }),
        async ({ setId, ...asked }) => {
          const search = { ...asked, setId: setId === undefined ? undefined : sets[setId] }
          const wanted = await expected(search)
          const ids = await all(search)
          expect(new Set(ids)).toEqual(new Set(wanted.map(({ id }) => id)))
          expect(ids).toHaveLength(wanted.length)
          const keyOf = new Map(wanted.map(({ id, key }) => [id, key]))
          expect(ids.map((id) => keyOf.get(id))).toEqual(wanted.map(({ key }) => key))
        },
      ),
      { numRuns: rounds(300, 150) },
    )
  })

  it('finds a term by its GUID', async () => {
    const [first] = await listed()
    expect(await all({ text: `{${first?.id.toUpperCase()}}` })).toEqual([first?.id])
  })

  it('refuses a token that it has not given', async () => {
    await expect(world.read((tx) => searchTerms(tx, { text: 'a', after: 'W10' }))).rejects.toThrow('skip token')
  })
})
