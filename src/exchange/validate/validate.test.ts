import { describe, expect, it } from 'vitest'
import { type PlaceState, TaxonomyPart, type TermState } from '../plan/taxonomy/taxonomy.ts'
import { chosenRules, validationRules } from './rules.ts'
import { findingsIn } from './validate.ts'

const limits = { terms: 1_000_000, sets: 1_000, termsPerSet: 30_000 }

function term(id: string, label: string, more: Partial<TermState> = {}): TermState {
  return {
    id,
    labels: [{ name: label, isDefault: true, languageTag: 'en-US' }],
    descriptions: { 'en-US': 'what it is' },
    properties: {},
    isDeprecated: false,
    replacedBy: null,
    mergedTermIds: [],
    owner: null,
    isKeyword: false,
    ...more,
  }
}

function place(termId: string, parentId: string | null = null, more: Partial<PlaceState> = {}): PlaceState {
  return {
    setId: 's',
    termId,
    parentId,
    kind: 'home',
    isAvailableForTagging: true,
    localProperties: {},
    order: [],
    ...more,
  }
}

function set(id: string, more = {}) {
  return {
    id,
    groupId: 'g',
    names: { 'en-US': 'Set' },
    description: '',
    properties: {},
    isOpen: false,
    isAvailableForTagging: true,
    owner: null,
    contact: null,
    stakeholders: [],
    order: [],
    systemRole: null,
    ...more,
  }
}

function rulesOf(
  terms: readonly TermState[],
  places: readonly PlaceState[],
  sets = [set('s')],
  most = limits,
): string[] {
  const languages = { defaultTag: 'en-US', tags: ['en-US', 'en-GB', 'de-DE'] }
  const taxonomy = new TaxonomyPart({ languages, groups: [], sets, terms, places })
  const setIds = sets.map(({ id }) => id)
  return findingsIn({ taxonomy, setIds, limits: most }, chosenRules([]))
    .map(({ rule, id }) => `${rule} ${id ?? ''}`.trim())
    .sort()
}

function labelled(
  id: string,
  ...labels: readonly [name: string, languageTag: string, isDefault?: boolean][]
): TermState {
  return term(id, '', {
    labels: labels.map(([name, languageTag, isDefault = true]) => ({ name, isDefault, languageTag })),
  })
}

/** Terms on the first level, as they are. */
function flat(...terms: readonly TermState[]): string[] {
  return rulesOf(
    terms,
    terms.map(({ id }) => place(id)),
  )
}

describe('rules of validation', () => {
  it('find nothing in a set that is in order', () => {
    expect(flat(term('a', 'Alpha'), term('b', 'Beta'))).toEqual([])
  })

  it('find labels that clash, differ only by accents, or cannot be read', () => {
    expect(flat(term('a', 'Café'), term('b', 'CAFÉ'))).toEqual(
      expect.arrayContaining(['sibling-clash b', 'label-shared b', 'label-case-style b']),
    )
    expect(flat(term('a', 'Café'), term('b', 'Cafe'))).toEqual(['label-shared-accents b'].sort())
    expect(flat(labelled('a', ['Müller', 'en-US']), labelled('b', ['Mueller', 'en-US']))).toEqual(
      ['label-shared-accents b'].sort(),
    )
    expect(flat(term('a', 'Мой'), term('b', 'Мои'))).toEqual([].sort())
    expect(
      flat(term('a', 'Сategory'), term('b', 'Zero​width'), term('c', 'R&amp;D'), term('d', `L${'o'.repeat(201)}`)),
    ).toEqual(['label-invisible b', 'label-mixed-script a', 'label-html c', 'label-long d'].sort())
    const styles = [...'abcd'].map((id) => term(id, `Big ${id}`))
    expect(flat(...styles, term('e', 'small'))).toEqual(['label-case-style e'].sort())
  })

  it('find languages that are missing or odd', () => {
    const many = Array.from({ length: 11 }, (_, at) =>
      labelled(`t${at}`, [`One ${at}`, 'en-US'], [`Eins ${at}`, 'de-DE']),
    )
    const found = flat(
      ...many,
      labelled('x', ['Odd', 'en-GB'], ['Odd', 'en-US', false]),
      term('y', 'Bare', { descriptions: {} }),
    )
    expect(found).toEqual(
      expect.arrayContaining(['missing-translation y', 'language-odd x', 'missing-description y', 'missing-set-name']),
    )
    expect(flat(labelled('x', ['Colour', 'en-GB'], ['Hue', 'en-US'], ['colour', 'en-US', false]))).toContain(
      'synonym-equals-default x',
    )
    expect(flat(labelled('x', ['Farbe', 'de-DE']))).toContain('no-default-label x')
  })

  it('find places that are deep, wide or lonely', () => {
    const ids = [...'1234567']
    const line = ids.map((id, at) => place(id, ids[at - 1] ?? null))
    expect(
      rulesOf(
        ids.map((id) => term(id, `Level ${id}`)),
        line,
      ),
    ).toEqual(['deep 7', ...ids.slice(0, 6).map((id) => `lonely-child ${id}`)].sort())
    const many = Array.from({ length: 201 }, (_, at) => term(`t${at}`, `Term ${at}`))
    expect(flat(...many)).toEqual(['wide'].sort())
    const small = { ...limits, termsPerSet: 2 }
    expect(
      rulesOf(
        [term('a', 'Alpha', { properties: { k: 'x'.repeat(950) } }), term('b', 'Beta')],
        [place('a'), place('b')],
        [set('s')],
        small,
      ),
    ).toEqual(['limit-near', 'property-near a'].sort())
  })

  it('find orphans, and pins that can never change again or leave no room', () => {
    const sets = [set('s'), set('o', { systemRole: 'orphanedTerms' })]
    const pin = place('a', null, { kind: 'pin' })
    expect(rulesOf([term('a', 'Alpha')], [place('a', null, { setId: 'o' }), pin], sets)).toEqual(
      ['pinned-orphan a', 'orphan a'].sort(),
    )
    const line = ['1', '2', '3', '4', '5', '6']
    const places = [
      ...line.map((id, at) => place(id, line[at - 1] ?? null)),
      place('a', null, { setId: 'h' }),
      place('a', '6', { kind: 'pin' }),
    ]
    const terms = [...line, 'a'].map((id) => term(id, `Term ${id}`))
    expect(rulesOf(terms, places, [set('s'), set('h')])).toContain('deep-mirror a')
  })

  it('find what is odd about deprecated terms', () => {
    const terms = [
      term('a', 'Alpha', { isDeprecated: true }),
      term('b', 'Beta', { isDeprecated: true, replacedBy: 'a' }),
      term('c', 'Gamma', { isDeprecated: true, replacedBy: 'gone' }),
      term('d', 'Delta', { isDeprecated: true, replacedBy: 'd' }),
      term('e', 'Epsilon'),
    ]
    const places = [...'abcd'].map((id) => place(id))
    expect(rulesOf(terms, [...places, place('e', 'a')], [set('s', { order: ['b'] })])).toEqual(
      [
        'deprecated-successor b',
        'deprecated-successor c',
        'deprecated-successor d',
        'deprecated-parent e',
        'lonely-child a',
        'deprecated-no-successor a',
        'deprecated-order b',
      ].sort(),
    )
  })

  it('find what vocabularies say twice, or against each other', () => {
    const iri = (name: string) => `https://example.org/${name}`
    const own = (id: string, label: string, properties: Record<string, string>) =>
      term(id, label, { properties: { 'skos:uri': iri(id), ...properties } })
    expect(
      flat(
        own('a', 'Alpha', {
          'skos:broader': iri('b'),
          'skos:exactMatch': iri('x'),
          'skos:notation': '1',
          'skos:related': iri('b'),
        }),
        own('b', 'Beta', {
          'skos:broader': iri('a'),
          'skos:exactMatch': iri('x'),
          'skos:broadMatch': iri('x'),
          'skos:notation': '1',
        }),
        own('c', 'Gamma', { see: 'urn:uuid:00000000-0000-4000-8000-000000000001' }),
      ),
    ).toEqual(
      expect.arrayContaining([
        ...['cycle a', 'cycle b', 'second-parent a', 'top-with-parent a', 'mapping-clash b', 'exact-match-twice b'],
        ...['notation-twice b', 'reference-broken c', 'related-ancestor a', 'related-oneway a'],
      ]),
    )
    expect(flat(own('a', 'Alpha', {}), own('b', 'Beta', { 'skos:uri': iri('a') }))).toEqual(['uri-twice b'].sort())
    const below = [place('p'), place('c', 'p')]
    expect(rulesOf([own('p', 'Parent', {}), own('c', 'Child', { 'skos:broader': iri('p') })], below)).toContain(
      'redundant-parent c',
    )
  })

  it('find what was left behind', () => {
    const sets = [set('s', { contact: 'nobody', order: ['gone'] })]
    expect(rulesOf([term('a', 'Alpha')], [place('a', null, { isAvailableForTagging: false })], sets)).toEqual(
      ['contact-odd', 'order-stale', 'unused a'].sort(),
    )
  })

  it('can be chosen, left out and made graver', () => {
    expect(chosenRules(['deep'])).toMatchObject({ deep: 'info', wide: 'off' })
    expect(chosenRules(['-deep'])).toMatchObject({ deep: 'off', wide: 'info' })
    expect(chosenRules(['deep', '+wide'])).toMatchObject({ deep: 'info', wide: 'info', orphan: 'off' })
    expect(chosenRules([], { deep: 'error' }).deep).toBe('error')
    expect(() => chosenRules(['depe'])).toThrow("'depe' is no rule")
    expect(() => chosenRules([], { deep: 'bad' })).toThrow('is not one of')
    expect(Object.keys(validationRules)).toHaveLength(40)
  })
})
