import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../../../test/_support/documents.ts'
import { canonicalForm } from '../doc/canonical.ts'
import type { Doc, NodeDoc, SetDoc, TermDoc } from '../document.ts'
import { isEmpty, type PlanFacts, planOf } from './plan.ts'
import { parsePlan, planText } from './records.ts'
import { stepsOf } from './steps.ts'
import { carry } from './taxonomy/carry.ts'
import { digestOfSet } from './taxonomy/digest.ts'
import { TaxonomyPart } from './taxonomy/taxonomy.ts'
import { docOf } from './taxonomy/to-doc.ts'

const languages = { defaultTag: 'en-US', tags: ['en-US', 'de-DE'] }

function emptyStore(tags: readonly string[] = languages.tags): TaxonomyPart {
  return new TaxonomyPart({
    languages: { defaultTag: tags[0] as string, tags },
    groups: [],
    sets: [],
    terms: [],
    places: [],
  })
}

let minted = 0

function facts(before: TaxonomyPart, more: Partial<PlanFacts> = {}): PlanFacts {
  return {
    before,
    as: 'relata-json',
    source: [],
    options: {},
    limits: { terms: 1_000_000, sets: 1_000, termsPerSet: 30_000 },
    mint: () => {
      minted += 1
      return `ffffffff-0000-4000-8000-${String(minted).padStart(12, '0')}`
    },
    digestOf: (id) => digestOfSet(before, id),
    ...more,
  }
}

/** Carries a plan out in the order of its steps, as applying does. */
function applied(before: TaxonomyPart, plan: ReturnType<typeof planOf>): TaxonomyPart {
  const end = before.copy()
  for (const step of stepsOf(plan.records, plan.languages.add)) for (const record of step.records) carry(end, record)
  return end
}

function all(end: TaxonomyPart): Doc {
  return docOf(end, { sets: [...end.sets.keys()], groups: [...end.groups.keys()], isWhole: true })
}

/** Groups of sites are made in their sites. */
function withoutSites(doc: Doc): Doc {
  return { ...doc, groups: doc.groups.map(({ scope: _, siteId: __, ...group }) => group) }
}

let line = 0

function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

function at(path = '') {
  line += 1
  return { file: 'a.csv', line, path }
}

function home(label: string, more: Partial<TermDoc> & { children?: readonly NodeDoc[] } = {}): NodeDoc {
  const { children = [], ...term } = more
  return { at: at(label), kind: 'home', term: { labels: { 'en-US': { default: label } }, ...term }, children }
}

function set(name: string, children: readonly NodeDoc[], more: Partial<SetDoc> = {}): SetDoc {
  return { at: at(name), names: { 'en-US': name }, complete: false, children, ...more }
}

function doc(...sets: readonly SetDoc[]): Doc {
  return { groups: [{ at: at('G'), name: 'G', complete: false, sets }], faults: [] }
}

function stored(...sets: readonly SetDoc[]): TaxonomyPart {
  const empty = emptyStore()
  return applied(empty, planOf(doc(...sets), facts(empty)))
}

function said(plan: ReturnType<typeof planOf>): string[] {
  return plan.records.map(({ action, kind, at: { path } }) => `${action} ${kind} ${path}`)
}

function faultsOf(plan: ReturnType<typeof planOf>): string[] {
  return plan.records.flatMap(({ at: { path }, faults }) => faults.map(({ code }) => `${code} ${path}`))
}

describe('a plan', () => {
  it('makes of an empty store what the document says, and is empty afterwards', () => {
    fc.assert(
      fc.property(anyDocument({ emptyValues: true }), (given) => {
        const wanted = withoutSites(given)
        const empty = emptyStore(wanted.languageTags)
        const plan = planOf(wanted, facts(empty))
        expect(faultsOf(plan)).toEqual([])
        const end = applied(empty, parsePlan(planText(plan)))
        expect(canonicalForm(all(end))).toBe(canonicalForm(wanted))
        expect(isEmpty(planOf(wanted, facts(end)))).toBe(true)
        expect(isEmpty(planOf(all(end), facts(end)))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('makes of one document another that has the same terms', () => {
    fc.assert(
      fc.property(anyDocument({ shares: false }), fc.nat(), (given, number) => {
        const wanted = withoutSites(given)
        const empty = emptyStore(wanted.languageTags)
        const end = applied(empty, planOf(wanted, facts(empty)))
        const other = turned(wanted, number)
        const plan = planOf(other, facts(end))
        if (faultsOf(plan).length > 0) return
        expect(canonicalForm(all(applied(end, plan)))).toBe(canonicalForm(other))
      }),
      { numRuns: 25 },
    )
  })

  it('lets siblings swap their names', () => {
    const before = stored(set('S', [home('A', { id: id(1) }), home('B', { id: id(2) })]))
    const plan = planOf(doc(set('S', [home('A', { id: id(2) }), home('B', { id: id(1) })])), facts(before))
    expect(said(plan)).toEqual(['update term A', 'update term B'])
    expect(faultsOf(plan)).toEqual([])
    expect(isEmpty(planOf(all(applied(before, plan)), facts(applied(before, plan))))).toBe(true)
  })

  it('changes nothing that the document does not state', () => {
    const full = home('A', { labels: { 'en-US': { default: 'A', synonyms: ['X'] }, 'de-DE': { default: 'B' } } })
    const before = stored(set('S', [full], { description: 'kept', isOpen: true }))
    expect(isEmpty(planOf(doc(set('S', [home('A')])), facts(before)))).toBe(true)
  })

  it('tells what is the same only where it is asked to', () => {
    const before = stored(set('S', [home('A')]))
    const plan = planOf(doc(set('S', [home('A')])), facts(before, { options: { all: true } }))
    expect(said(plan)).toEqual(['same group G', 'same set S', 'same term A'])
    expect([plan.summary.same, isEmpty(plan), plan.head.sets]).toEqual([3, true, {}])
  })

  it('makes an equal synonym the default label', () => {
    const before = stored(
      set('S', [home('A', { id: id(1), labels: { 'en-US': { default: 'A', synonyms: ['B', 'C'] } } })]),
    )
    const after = applied(before, planOf(doc(set('S', [home('b', { id: id(1) })])), facts(before)))
    expect(after.terms.get(id(1))?.labels.map(({ name }) => name)).toEqual(['b', 'C'])
  })

  it('refuses two siblings of one label, a level too many and what is below a refused term', () => {
    const deep = ['1', '2', '3', '4', '5', '6', '7', '8'].reduceRight<NodeDoc[]>(
      (below, label) => [home(label, { children: below })],
      [],
    )
    const before = stored(set('S', [home('A', { id: id(1) })]))
    const plan = planOf(doc(set('S', [home('B', { id: id(1) }), home('B', { id: id(2) }), ...deep])), facts(before))
    expect(faultsOf(plan)).toEqual(['clash B', 'level 8'])
  })

  it('numbers clashes and raises what is too deep where the caller asks for it', () => {
    const deep = ['1', '2', '3', '4', '5', '6', '7', '8'].reduceRight<NodeDoc[]>(
      (below, label) => [home(label, { children: below })],
      [],
    )
    const twins = [home('B', { id: id(1) }), home('B', { id: id(2) }), home('B', { id: id(3) })]
    const empty = emptyStore()
    const plan = planOf(doc(set('S', [...twins, ...deep])), facts(empty, { options: { fix: ['clashes', 'levels'] } }))
    expect(faultsOf(plan)).toEqual([])
    expect(plan.remarks.filter(({ code }) => code === 'repaired').map(({ at: { path } }) => path)).toEqual(['B', 'B'])
    const end = applied(empty, plan)
    expect([1, 2, 3].map((number) => end.title(id(number)))).toEqual(['B', 'B (2)', 'B (3)'])
    const raised = [...end.terms.keys()].find((one) => end.title(one) === '8')
    expect(end.pathOf(end.home(raised as string) as never)).toEqual(['1', '2', '3', '4', '5', '6', '8'])
  })

  it('knows a term by its id, by its IRI and by its path, and never by its name elsewhere', () => {
    const before = stored(
      set('S', [
        home('A', { id: id(1), children: [home('B', { id: id(2) })] }),
        home('C', { id: id(3), properties: { 'skos:uri': 'https://example.org/c' } }),
      ]),
    )
    const given = doc(
      set('S', [
        home('a', { children: [home('B')] }),
        home('See', { uri: 'https://example.org/c' }),
        home('Moved', { id: id(2) }),
      ]),
    )
    const plan = planOf(given, facts(before))
    expect(said(plan)).toEqual(['update term a', 'create term B', 'update term See', 'move term Moved'])
  })

  it('refuses an id that differs from that of the path, and takes the path where the caller says so', () => {
    const before = stored(set('S', [home('A', { id: id(1) })]))
    const given = doc(set('S', [home('A', { id: id(9) })]))
    expect(faultsOf(planOf(given, facts(before)))).toEqual(['id-differs A'])
    expect(isEmpty(planOf(given, facts(before, { options: { match: ['path'] } })))).toBe(true)
  })

  it('refuses the id of a merged term, or adds its labels to the one that stays', () => {
    const before = stored(set('S', [home('S', { id: id(1), mergedTermIds: [id(7)] })]))
    const given = doc(set('S', [home('Old', { id: id(7) })]))
    const plan = planOf(given, facts(before))
    expect(faultsOf(plan)).toEqual(['merged-id Old'])
    expect(plan.records[0]?.faults[0]?.text).toContain(id(1))
    const followed = applied(before, planOf(given, facts(before, { options: { followMerges: true } })))
    expect(followed.terms.get(id(1))?.labels.map(({ name }) => name)).toEqual(['S', 'Old'])
    expect(followed.terms.size).toBe(1)
  })

  it('makes a place whose term comes later in the file, and refuses one whose term is nowhere', () => {
    const place: NodeDoc = { at: at('Print'), kind: 'reuse', term: { id: id(3) }, children: [] }
    const empty = emptyStore()
    const plan = planOf(doc(set('Loans', [place]), set('Media', [home('Print', { id: id(3) })])), facts(empty))
    expect(said(plan)).toEqual([
      'create group G',
      'create set Loans',
      'create set Media',
      'create term Print',
      'share term Print',
    ])
    expect(
      applied(empty, plan)
        .placesOf(id(3))
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['home', 'reuse'])
    expect(faultsOf(planOf(doc(set('Loans', [place])), facts(empty)))).toEqual(['source-missing Print'])
  })

  it('refuses what would occur twice in a set, also behind a pin', () => {
    const pin = (number: number): NodeDoc => ({
      at: at(`pin ${number}`),
      kind: 'pin',
      term: { id: id(number) },
      children: [],
    })
    const before = stored(
      set('Media', [home('Print', { id: id(1), children: [home('Map', { id: id(2) })] })]),
      set('Loans', [pin(1)]),
    )
    const plan = planOf(doc(set('Loans', [pin(1), pin(2)])), facts(before))
    expect(faultsOf(plan)).toEqual(['twice-in-set pin 2'])
  })

  it('lets go what a whole file does not hold, but not too much of it at once', () => {
    const before = stored(set('S', [home('A', { children: [home('B')] }), home('C')]))
    const given = doc(set('S', [home('A')], { complete: true }))
    expect(isEmpty(planOf(given, facts(before)))).toBe(true)
    const many = planOf(given, facts(before, { options: { missing: 'delete' } }))
    expect(many.remarks.map(({ code }) => code)).toEqual(['too-many-missing'])
    expect(many.summary.refused).toBe(1)
    const plan = planOf(given, facts(before, { options: { missing: 'delete', maxMissing: 2 } }))
    expect(said(plan)).toEqual(['delete term S/A/B', 'delete term S/C'])
    expect([...applied(before, plan).terms.values()].map(({ labels }) => labels[0]?.name)).toEqual(['A'])
    const kept = planOf(given, facts(before, { options: { missing: 'deprecate', maxMissing: 2 } }))
    expect(said(kept)).toEqual(['deprecate term S/A/B', 'deprecate term S/C'])
  })

  it('refuses a name that another set of the group has, unless they swap', () => {
    const before = stored(set('A', [], { id: id(1) }), set('B', [], { id: id(2) }))
    const renamed = planOf(doc(set('B', [home('X')], { id: id(1) })), facts(before))
    expect(faultsOf(renamed)).toEqual(['clash B'])
    const swapped = planOf(doc(set('B', [], { id: id(1) }), set('A', [], { id: id(2) })), facts(before))
    expect(faultsOf(swapped)).toEqual([])
  })

  it('asks for the roles that its records need', () => {
    const before = stored(set('S', [home('A')]))
    const given = { ...doc(set('S', [home('A'), home('B')])) }
    const rights = (held: 'contributor' | undefined) => ({ rights: { roleIn: () => held } })
    expect(faultsOf(planOf(given, facts(before, rights('contributor'))))).toEqual([])
    expect(faultsOf(planOf(given, facts(before, rights(undefined))))).toEqual(['role B'])
  })

  it('makes nothing below what a right is lacking for', () => {
    const given = { ...doc(set('S', [home('A', { children: [home('B')] })])) }
    const refused = planOf(given, facts(emptyStore(), { rights: { roleIn: () => 'contributor' } }))
    expect(refused.summary).toMatchObject({ create: 0, refused: 4 })
    expect(faultsOf(refused)).toEqual(
      expect.arrayContaining(['role G', 'parent-refused S', 'parent-refused A', 'parent-refused B']),
    )
    const lacking = planOf(
      given,
      facts(emptyStore(), { lack: ({ at: { path } }) => (path === 'A' ? 'no' : undefined) }),
    )
    expect(faultsOf(lacking)).toEqual(expect.arrayContaining(['unsupported A', 'parent-refused B']))
    expect(lacking.summary).toMatchObject({ create: 2, refused: 2 })
  })

  it('refuses to make a set that the caller names by an id', () => {
    const plan = planOf(doc(set('S', [home('A')])), facts(emptyStore(), { options: { set: id(77) } }))
    expect(faultsOf(plan)).toEqual(['parent-missing S', 'parent-refused A'])
    expect(faultsOf(planOf(doc(set('S', [])), facts(emptyStore(), { options: { set: 'T' } })))).toEqual([])
  })

  it('refuses as many as are over a limit, the last of the file', () => {
    const given = doc(
      set(
        'S',
        [1, 2, 3, 4, 5].map((number) => home(`T${number}`)),
      ),
    )
    const limits = { terms: 1_000_000, sets: 1_000, termsPerSet: 2 }
    const plan = planOf(given, facts(emptyStore(), { limits }))
    expect(faultsOf(plan)).toEqual(['limit T3', 'limit T4', 'limit T5'])
    expect(applied(emptyStore(), plan).terms.size).toBe(2)
    const few = planOf(given, facts(emptyStore(), { limits: { ...limits, terms: 4, termsPerSet: 10 } }))
    expect(faultsOf(few)).toEqual(['limit T5'])
    const none = planOf(given, facts(emptyStore(), { limits: { ...limits, sets: 0, termsPerSet: 10 } }))
    expect(none.summary).toMatchObject({ create: 1, refused: 6 })
  })

  it('cannot be read where it was changed after it was made', () => {
    const text = planText(planOf(doc(set('S', [home('A')])), facts(emptyStore())))
    expect(parsePlan(text).summary.create).toBe(3)
    expect(() => parsePlan(text.replace('"to":"A"', '"to":"Z"'))).toThrow('was changed after it was made')
    expect(() => parsePlan(text.slice(0, -200))).toThrow('The plan cannot be read')
  })
})

/** The same terms in other places, under other names. */
function turned(given: Doc, number: number): Doc {
  const groups = given.groups.map((group) => ({
    ...group,
    sets: group.sets.map((one, at) => {
      const nodes = number % 2 === 0 ? one.children.toReversed() : one.children.flatMap(raised)
      return { ...one, order: number % 3 === 0 ? nodes.length : 0, isOpen: at % 2 === 0, children: nodes }
    }),
  }))
  return { ...given, groups }
}

function raised(node: NodeDoc): NodeDoc[] {
  return [{ ...node, order: 0, children: node.children.slice(1) }, ...node.children.slice(0, 1)]
}
