/** Relation ids, language tags, names, labels: the tables of term-store.md §3.3, §4.2 and §4.4. */
import { describe, expect, it } from 'vitest'
import { type AppError, Faults } from '#base/errors.ts'
import { descriptionsIn, labelsIn, namesIn, propertiesIn } from '#workloads/term-store/rules/labels/labels.ts'
import { descriptionIn, nameIn, normalised } from '#workloads/term-store/rules/labels/text.ts'
import { canonicalTag, compareTags, lcidOf } from '#workloads/term-store/rules/languages/languages.ts'
import { parseRelationId, relationId } from '#workloads/term-store/rules/relations/relation-id.ts'

const faultsOf = (work: (faults: Faults) => unknown): Record<string, string> => {
  const faults = new Faults()
  work(faults)
  try {
    faults.throwIfAny()
    return {}
  } catch (error) {
    return Object.fromEntries(
      (error as AppError).facts.details?.map(({ target, message }) => [target ?? '', message]) ?? [],
    )
  }
}
const targets = (work: (faults: Faults) => unknown) => Object.keys(faultsOf(work))

const vectors = [
  [
    '56067589-39bc-4d1a-87ce-202bc489191a',
    null,
    '963d52b7-809c-405e-a344-f8eb9113af65',
    'r!iXUGVrw5Gk2HziArxIkZGgAAAAAAAAAAAAAAAAAAAAC3Uj2WnIBeQKNE-OuRE69l',
  ],
  [
    '56067589-39bc-4d1a-87ce-202bc489191a',
    'cb5d3032-6cfa-4dce-ac92-4d39c8a5adf7',
    '666b7a9b-4bc7-4329-8b0b-68370bd7ab72',
    'r!iXUGVrw5Gk2HziArxIkZGjIwXcv6bM5NrJJNOcilrfebemtmx0spQ4sLaDcL16ty',
  ],
  [
    '2c7e3d2f-9b22-4d65-8b6e-1a5a8a4a3c21',
    '3d8f4e30-ac33-4e76-9c7f-2b6b9b5b4d32',
    '4e905f41-bd44-4f87-8d80-3c7cac6c5e43',
    'r!Lz1-LCKbZU2Lbhpaiko8ITBOjz0zrHZOnH8ra5tbTTJBX5BORL2HT42APHysbF5D',
  ],
  [
    '2c7e3d2f-9b22-4d65-8b6e-1a5a8a4a3c21',
    null,
    '4e905f41-bd44-4f87-8d80-3c7cac6c5e43',
    'r!Lz1-LCKbZU2Lbhpaiko8IQAAAAAAAAAAAAAAAAAAAABBX5BORL2HT42APHysbF5D',
  ],
] as const

describe('the id of a relation', () => {
  it.each(vectors)('is made of %s, %s and %s, and read back', (setId, fromTermId, toTermId, id) => {
    expect(relationId(setId, fromTermId, toTermId)).toBe(id)
    expect(parseRelationId(id)).toEqual({ setId, fromTermId, toTermId })
  })

  it.each([
    '',
    'r!',
    'x!iXUGVrw5Gk2HziArxIkZGg',
    `${vectors[0][3]}A`,
    vectors[0][3].slice(0, -1),
    `r!${'*'.repeat(64)}`,
  ])('is not %j', (text) => expect(parseRelationId(text)).toBeUndefined())
})

describe('language tags', () => {
  it.each([
    ['en-us', 'en-US'],
    ['HA-LATN-NG', 'ha-Latn-NG'],
    ['De', 'de'],
    ['iw-IL', 'iw-IL'],
    ['es-419', 'es-419'],
    ['de-1996', 'de-1996'],
    ['en-u-CA-gregory', 'en-u-ca-gregory'],
    ['', undefined],
    ['english language', undefined],
    ['e', undefined],
    ['en_US', undefined],
  ])('%j is %j in canonical case', (sent, tag) => expect(canonicalTag(sent)).toBe(tag))

  it('stand by LCID, those without one after, by tag', () => {
    const observed = [
      'cs-CZ',
      'de-DE',
      'en-US',
      'fr-FR',
      'nl-NL',
      'sv-SE',
      'cy-GB',
      'ha-Latn-NG',
      'nl-BE',
      'de',
      'en-XX',
    ]
    expect([...observed].reverse().sort(compareTags)).toEqual(observed)
    expect(lcidOf('EN-us')).toBe(1033)
    expect(compareTags('en-XX', 'EN-xx')).toBe(0)
    expect(compareTags('zz', 'aa')).toBe(1)
  })
})

describe('names', () => {
  it('are trimmed, their white space made single, the ampersand full-width', () => {
    expect(normalised('  a \n  b & c ')).toBe('a b ＆ c')
  })

  it.each(['', '   ', 'a;b', 'a"b', 'a<b', 'a>b', 'a|b', 'a\tb', 'a\u0000b', 'x'.repeat(256), null, 7])(
    'refuse %j',
    (sent) => {
      expect(targets((faults) => nameIn(sent, 'displayName', faults))).toEqual(['displayName'])
    },
  )

  it('count UTF-16 units, as SharePoint does', () => {
    const emoji = '😀'
    const faults = new Faults()
    expect(nameIn(`${emoji.repeat(127)}x`, 'name', faults)).toHaveLength(255)
    expect(descriptionIn(emoji.repeat(500), 'd', faults)).toHaveLength(1000)
    expect(propertiesIn([{ key: `${emoji.repeat(127)}x`, value: emoji.repeat(500) }], faults)).toHaveLength(1)
    expect(faults.any).toBe(false)
    expect(targets((found) => nameIn(emoji.repeat(128), 'name', found))).toEqual(['name'])
    expect(targets((found) => descriptionIn(`${emoji.repeat(500)}x`, 'd', found))).toEqual(['d'])
    const tooLong = [
      { key: emoji.repeat(128), value: 'x' },
      { key: 'a', value: `${emoji.repeat(500)}x` },
    ]
    expect(targets((found) => propertiesIn(tooLong, found))).toEqual(['properties/0/key', 'properties/1/value'])
  })

  it('leave descriptions as they are, but for tabs and length', () => {
    expect(descriptionIn(' a & b; ', 'd', new Faults())).toBe(' a & b; ')
    expect(descriptionIn(null, 'd', new Faults())).toBe('')
    expect(targets((faults) => descriptionIn('a\tb', 'd', faults))).toEqual(['d'])
    expect(targets((faults) => descriptionIn('x'.repeat(1001), 'd', faults))).toEqual(['d'])
  })
})

const languages = { defaultTag: 'en-US', tags: ['de-DE', 'en-US', 'fr-FR'] }
const label = (name: string | null, languageTag: string | null, isDefault?: boolean) => ({
  name,
  languageTag,
  ...(isDefault === undefined ? {} : { isDefault }),
})

describe('labels', () => {
  const made = (list: Parameters<typeof labelsIn>[0]) => labelsIn(list, languages, new Faults(), {})

  it('are grouped by language in LCID order, the default first', () => {
    expect(
      made([
        label('Chat', 'fr-fr', true),
        label('Puss', 'en-US'),
        label('Cat', 'EN-us', true),
        label('Tom', 'en-US', false),
        label('Katze', 'de-DE', true),
      ]),
    ).toEqual([
      { name: 'Katze', isDefault: true, languageTag: 'de-DE' },
      { name: 'Cat', isDefault: true, languageTag: 'en-US' },
      { name: 'Puss', isDefault: false, languageTag: 'en-US' },
      { name: 'Tom', isDefault: false, languageTag: 'en-US' },
      { name: 'Chat', isDefault: true, languageTag: 'fr-FR' },
    ])
  })

  it('make the only one of a language its default', () => {
    expect(made([label('Cat', 'en-US', true), label('Chat', 'fr-FR', false)])[1]).toEqual({
      name: 'Chat',
      isDefault: true,
      languageTag: 'fr-FR',
    })
  })

  it('get the first default label in the default language when that has none', () => {
    expect(
      made([label('Chat', 'fr-FR'), label('Katze', 'de-DE')]).map(({ name, languageTag }) => `${languageTag} ${name}`),
    ).toEqual(['de-DE Katze', 'en-US Chat', 'fr-FR Chat'])
  })

  it.each([
    ['none', [], ['labels']],
    ['two defaults', [label('a', 'en-US', true), label('b', 'en-US', true)], ['labels/1/isDefault']],
    [
      'no default among several',
      [label('a', 'en-US', true), label('b', 'fr-FR'), label('c', 'fr-FR')],
      ['labels/1/isDefault'],
    ],
    [
      'faults of several languages, in the order of the languages',
      [
        label('a', 'fr-FR'),
        label('b', 'fr-FR'),
        label('c', 'en-US', true),
        label('d', 'en-US', true),
        label('e', 'en-US', true),
      ],
      ['labels/0/isDefault', 'labels/3/isDefault', 'labels/4/isDefault'],
    ],
    ['the same twice', [label('Cat', 'en-US', true), label('CAT ', 'en-US')], ['labels/1/name']],
    ['a foreign language', [label('a', 'sv-SE', true)], ['labels/0/languageTag']],
    ['no language', [label('a', null, true)], ['labels/0/languageTag']],
    ['no name', [label(null, 'en-US', true)], ['labels/0/name']],
    [
      'several faults',
      [label('a|', 'sv-SE'), label('', 'en-US')],
      ['labels/0/name', 'labels/0/languageTag', 'labels/1/name'],
    ],
    ['a great many', Array.from({ length: 1001 }, (_, at) => label(`l${at}`, 'en-US', at === 0)), ['labels']],
  ])('refuse %s', (_, list, at) => {
    expect(targets((faults) => labelsIn(list, languages, faults, {}))).toEqual(at)
  })

  it('cannot leave out the default language in an update', () => {
    expect(
      targets((faults) =>
        labelsIn([label('Chat', 'fr-FR', true)], languages, faults, {
          before: [{ name: 'Cat', languageTag: 'en-US', isDefault: true }],
        }),
      ),
    ).toEqual(['labels'])
  })
})

describe('the other lists of a body', () => {
  it('name a set once in each language, and in the default one', () => {
    expect(namesIn([label('Genres', 'fr-FR')], languages, new Faults(), 'create')).toEqual([
      { name: 'Genres', languageTag: 'en-US' },
      { name: 'Genres', languageTag: 'fr-FR' },
    ])
    expect(
      targets((faults) => namesIn([label('a', 'en-US'), label('b', 'en-us')], languages, faults, 'create')),
    ).toEqual(['localizedNames/1/languageTag'])
    expect(targets((faults) => namesIn([], languages, faults, 'create'))).toEqual(['localizedNames'])
    expect(targets((faults) => namesIn([label('a', 'fr-FR')], languages, faults, 'update'))).toEqual(['localizedNames'])
  })

  it('keep descriptions in the order sent, without the empty ones, which are only echoed', () => {
    const { kept, echoed } = descriptionsIn(
      [
        { description: 'fin', languageTag: 'fr-FR' },
        { description: '', languageTag: 'en-us' },
      ],
      languages,
      new Faults(),
    )
    expect(kept).toEqual([{ description: 'fin', languageTag: 'fr-FR' }])
    expect(echoed).toEqual([
      { description: 'fin', languageTag: 'fr-FR' },
      { description: '', languageTag: 'en-US' },
    ])
    const twice = [
      { description: 'a', languageTag: 'fr-FR' },
      { description: 'b', languageTag: 'fr-fr' },
      { description: '\t', languageTag: 'xx' },
    ]
    expect(targets((faults) => descriptionsIn(twice, languages, faults))).toEqual([
      'descriptions/1/languageTag',
      'descriptions/2/description',
      'descriptions/2/languageTag',
    ])
  })

  it('take property keys once, without regard to case', () => {
    expect(propertiesIn([{ key: 'a', value: null }], new Faults())).toEqual([{ key: 'a', value: '' }])
    expect(propertiesIn(null, new Faults())).toEqual([])
    const wrong = [
      { key: 'a', value: '1' },
      { key: 'A', value: '2' },
      { key: 'x&y' },
      { key: ' ' },
      { key: 'k'.repeat(256) },
      { key: 'v', value: 'v'.repeat(1001) },
    ]
    expect(targets((faults) => propertiesIn(wrong, faults))).toEqual([
      'properties/1/key',
      'properties/2/key',
      'properties/3/key',
      'properties/4/key',
      'properties/5/value',
    ])
  })
})
