/**
 * Makes the plan of an import: normalise, match, compare, check (exchange.md §2.1, §2.6). It reads only; what the store holds
 * and what the caller may is given. Pure.
 */
import { mostLanguages } from '#workloads/term-store/rules/languages/languages.ts'
import type { Doc } from '../document.ts'
import { type At, fault, type ImportFault } from '../faults.ts'
import { normaliseDoc } from '../normalise/document.ts'
import type { LanguageChoice } from '../normalise/languages.ts'
import type { Part, Reports } from '../normalise/reports.ts'
import type { FixWord } from '../normalise/text.ts'
import { compare, type PlanComparison } from './compare.ts'
import type { MatchChoice } from './containers.ts'
import { matchWithRefs, type SetMatch } from './matching.ts'
import { type Missing, missingFrom } from './missing.ts'
import { takenNames } from './names.ts'
import { type Plan, type PlanHead, type PlanRecord, type PlanSummary, planDigest, planFormat } from './records.ts'
import { lackOf, type PlanRights } from './rights.ts'
import type { StepRecord } from './steps.ts'
import { carry } from './taxonomy/carry.ts'
import { type StoreLimits, type Violation, violations } from './taxonomy/checks.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'
import { touchedBy } from './touched.ts'
import type { Whole } from './wanted.ts'

export interface PlanOptions extends LanguageChoice {
  readonly fix?: readonly FixWord[]
  readonly match?: readonly ('id' | 'path')[]
  readonly followMerges?: boolean
  /** New terms have the dates that the file states; the store has to be empty. */
  readonly withDates?: boolean
  readonly missing?: Missing
  readonly maxMissing?: number
  readonly order?: 'file' | 'keep'
  readonly group?: string
  readonly set?: string
  readonly under?: string
  /** Records of what is the same are kept. */
  readonly all?: boolean
}

export interface PlanFacts {
  readonly before: TaxonomyPart
  /** The name of the format, as detection gives it. */
  readonly as: string
  readonly source: PlanHead['source']
  readonly options: PlanOptions
  readonly limits: StoreLimits
  readonly mint: () => string
  /** SHA-256 of a set of the store. */
  readonly digestOf: (setId: string) => string
  readonly rights?: PlanRights
  /** Why the target cannot do what a record says; undefined: it can. */
  readonly lack?: (record: PlanRecord) => string | undefined
  /** The target gives ids of its own; told of those of the file that stand for others. */
  readonly onOtherId?: (given: string, stored: string) => void
}

/** Formats for which `chars` is on by default: where `"` is allowed. */
const lenient = new Set(['pnp-text', 'turtle', 'rdf-xml', 'json-ld'])

const mostPasses = 20

export function planOf(doc: Doc, facts: PlanFacts): Plan {
  const { before, as, options } = facts
  const fixes = new Set<FixWord | 'quotes'>(options.fix ?? [])
  if (lenient.has(as)) fixes.add('chars').add('quotes')
  const { doc: normal, reports, addedLanguages } = normaliseDoc(doc, before.languages, { ...options, fixes })
  const start = before.copy()
  start.languages = { ...before.languages, tags: [...before.languages.tags, ...addedLanguages] }
  const choice: MatchChoice = {
    by: new Set(options.match ?? ['id', 'path']),
    infersKinds: doc.guessesKinds === true,
    followsMerges: options.followMerges === true,
    foreignIds: facts.onOtherId !== undefined,
    group: options.group,
    set: options.set,
    under: options.under,
  }
  const { groups, idOf } = matchWithRefs(normal, {
    before: start,
    choice,
    reports,
    mint: facts.mint,
    onOtherId: facts.onOtherId,
  })
  const numbers = new Map<Part, Map<string, number>>()
  const run = (): PlanComparison =>
    compare(groups, {
      before: start,
      reports,
      idOf,
      choice: {
        whole: wholeOf(normal),
        order: options.order,
        copiesLabels: fixes.has('labels'),
        tellsSame: options.all === true,
        withDates: options.withDates === true,
      },
      numbers,
    })
  const sets = groups.flatMap((group) => group.sets)
  let found = run()
  let absent = withMissing(sets, start, found, options)
  for (let pass = 0; pass < mostPasses; pass++) {
    const wrong = wrongIn(start, found, absent.records, facts.limits)
    if (!tellWrong(wrong, found, { reports, numbers, numbersClashes: fixes.has('clashes') && pass < mostPasses - 1 }))
      break
    found = run()
    absent = withMissing(sets, start, found, options)
  }
  let lacks = checkRights(found, absent.records, facts, reports)
  // What is not made, for a right, takes with it what would be below it.
  if (
    found.planned.some(
      ({ record, part }) => record.action === 'create' && part !== undefined && reports.isRefused(part),
    )
  ) {
    found = run()
    absent = withMissing(sets, start, found, options)
    lacks = checkRights(found, absent.records, facts, reports)
  }
  const parts = [...new Set([...found.planned.flatMap(({ part }) => part ?? []), ...partsOf(normal)])]
  return assembled({
    facts,
    found,
    missing: absent.records,
    reports,
    parts,
    addedLanguages,
    doc: normal,
    faults: [...absent.faults, ...lacks],
  })
}

/** Which keys of the maps that a document states it would hold if they were there. */
function wholeOf({ wholeMaps, languageTags }: Doc): Whole {
  const tags = languageTags === undefined ? undefined : new Set(languageTags.map((tag) => tag.toLowerCase()))
  if (wholeMaps !== true) return { keys: false, holdsTag: () => false }
  return { keys: true, holdsTag: (tag) => tags === undefined || tags.has(tag.toLowerCase()) }
}

function partsOf(doc: Doc): Part[] {
  const nodes = (list: readonly Part[]): Part[] =>
    list.flatMap((one) => [one, ...('children' in one ? nodes(one.children) : [])])
  return doc.groups.flatMap((group) => [group, ...nodes(group.sets)])
}

function withMissing(
  sets: readonly SetMatch[],
  before: TaxonomyPart,
  { end, held }: PlanComparison,
  options: PlanOptions,
) {
  const { missing = 'keep', maxMissing } = options
  const made = missingFrom(sets, { before, end, held }, { missing, most: maxMissing })
  // Parents first: what goes with its parent is gone already.
  for (const record of made.records)
    if (record.action === 'deprecate' || end.place(record.set ?? '', record.id) !== undefined) carry(end, record)
  return made
}

function wrongIn(
  before: TaxonomyPart,
  { end, planned }: PlanComparison,
  missing: readonly PlanRecord[],
  limits: StoreLimits,
): Violation[] {
  const touched = touchedBy([...planned.map(({ record }) => record), ...missing])
  const wrong = [...violations(end, touched, limits)]
  const [terms, sets] = [end.terms.size - before.terms.size, end.sets.size - before.sets.size]
  const over = (of: 'term' | 'set', count: number, most: number): void => {
    const text = `The store would have ${count} ${of}s; it has at most ${most}.`
    wrong.push({ code: 'limit', setId: '', terms: [], text, of, surplus: count - most })
  }
  if (terms > 0 && before.counts.terms + terms > limits.terms) over('term', before.counts.terms + terms, limits.terms)
  if (sets > 0 && before.counts.sets + sets > limits.sets) over('set', before.counts.sets + sets, limits.sets)
  return wrong
}

interface Telling {
  readonly reports: Reports
  readonly numbers: Map<Part, Map<string, number>>
  readonly numbersClashes: boolean
}

/** Returns whether something is new, so that the comparison has to be made again. */
function tellWrong(wrong: readonly Violation[], found: PlanComparison, telling: Telling): boolean {
  const { reports, numbers, numbersClashes } = telling
  let isNew = false
  const renumbered = new Set<Part>()
  for (const violation of wrong) {
    const { code, text, languageTag } = violation
    for (const part of causesOf(found, violation)) {
      if (code === 'clash' && numbersClashes && languageTag !== undefined) {
        if (renumbered.has(part)) continue
        renumbered.add(part)
        const own = numbers.get(part) ?? new Map<string, number>()
        own.set(languageTag, (own.get(languageTag) ?? 1) + 1)
        numbers.set(part, own)
        const said = `Its label in ${languageTag} has a number, as another term beside it has that label.`
        reports.add(part, fault('repaired', part.at, said))
        isNew = true
        continue
      }
      if (!reports.isRefused(part)) isNew = true
      reports.add(part, fault(code, part.at, text))
    }
  }
  return isNew
}

/**
 * The part of the file that brought the term there; of a limit, the last of what is made, as many as are too many; else the
 * last that changed something in the set.
 */
function causesOf({ partsOf: byTerm, planned }: PlanComparison, violation: Violation): readonly Part[] {
  const { setId, terms, surplus = 0, of = 'term' } = violation
  const part = terms.flatMap((id) => byTerm.get(id)?.at(-1) ?? [])[0]
  if (part !== undefined) return [part]
  const inSet = planned.filter(({ record }) => setId === '' || record.set === setId)
  const made = inSet.filter(({ record }) => record.action === 'create' && record.kind === of)
  const last = surplus > 0 && made.length > 0 ? made.slice(-surplus) : inSet.slice(-1)
  return last.flatMap((one) => one.part ?? [])
}

function checkRights(
  { planned, end }: PlanComparison,
  missing: readonly PlanRecord[],
  { rights, before, lack }: PlanFacts,
  reports: Reports,
): ImportFault[] {
  const takenOf = takenNames(end)
  for (const { record, part } of planned) {
    const unsupported = lack?.(record)
    if (unsupported !== undefined && part !== undefined) reports.tell(part, 'unsupported', unsupported)
    const taken = takenOf(record)
    if (taken !== undefined && part !== undefined) reports.tell(part, 'clash', taken)
  }
  const others = missing.flatMap((record) => {
    const unsupported = lack?.(record)
    return unsupported === undefined ? [] : [fault('unsupported', record.at, unsupported)]
  })
  if (rights === undefined) return others
  for (const { record, part } of planned) {
    const held = lackOf(record, rights, before, end)
    if (held !== undefined && part !== undefined) reports.tell(part, 'role', held)
  }
  const roles = missing.flatMap((record) => {
    const held = lackOf(record, rights, before, end)
    return held === undefined ? [] : [fault('role', record.at, held)]
  })
  return [...others, ...roles]
}

/** Whether it, or a term above it, is shared: then it may become an orphan together with that one. */
function isUsedElsewhere(before: TaxonomyPart, { set = '', id }: PlanRecord): boolean {
  for (let at = before.place(set, id); at !== undefined; ) {
    if (before.placesOf(at.termId).some(({ kind }) => kind !== 'home')) return true
    at = at.parentId === null ? undefined : before.place(set, at.parentId)
  }
  return false
}

interface Assembly {
  readonly facts: PlanFacts
  readonly found: PlanComparison
  readonly missing: readonly PlanRecord[]
  readonly reports: Reports
  readonly parts: readonly Part[]
  readonly addedLanguages: readonly string[]
  readonly doc: Doc
  readonly faults: readonly ImportFault[]
}

function isSevere({ severity }: ImportFault): boolean {
  return severity === 'refused' || severity === 'stops'
}

function recordsOf({ found, missing, reports, parts, facts }: Assembly): StepRecord[] {
  const { before } = facts
  const noted = new Set<Part>()
  const made = found.planned.flatMap(({ record, part, round }): StepRecord[] => {
    if (part !== undefined && reports.isRefused(part)) return []
    const notes = part === undefined || noted.has(part) ? [] : reports.of(part).map(({ code }) => code)
    if (part !== undefined) noted.add(part)
    return [{ ...record, notes, ...(round > 1 ? { round } : {}) }]
  })
  const gone = missing.map((record): StepRecord => {
    const isShared = record.action === 'delete' && isUsedElsewhere(before, record)
    if (record.action === 'unshare') return { ...record, round: 2 }
    return isShared ? { ...record, isShared } : record
  })
  const refused = parts.flatMap((part): StepRecord[] => {
    const faults = reports.of(part).filter(isSevere)
    if (faults.length === 0) return []
    return [
      {
        at: part.at,
        action: 'refused',
        kind: 'sets' in part ? 'group' : 'names' in part ? 'set' : 'term',
        id: idOfPart(part) ?? '',
        changes: [],
        notes: [],
        faults: faults.map(({ code, text }) => ({ code, text })),
      },
    ]
  })
  return [...made, ...gone, ...refused]
}

function idOfPart(part: Part): string | undefined {
  if ('sets' in part || 'names' in part) return part.id
  return 'id' in part.term ? part.term.id : undefined
}

function countOf(records: readonly PlanRecord[], same: number, lost: number): PlanSummary {
  const count = (action: string): number => records.filter((one) => one.action === action).length
  return {
    create: count('create'),
    update: count('update'),
    move: count('move'),
    order: count('order'),
    share: count('share'),
    unshare: count('unshare'),
    reshare: count('reshare'),
    deprecate: count('deprecate'),
    undeprecate: count('undeprecate'),
    merge: count('merge'),
    delete: count('delete'),
    same,
    refused: count('refused'),
    lost,
  }
}

function assembled(assembly: Assembly): Plan {
  const { facts, found, reports, parts, addedLanguages, doc, faults } = assembly
  const { before, source, as, options, digestOf } = facts
  const stops = [...doc.faults, ...faults, ...languageLack(facts, addedLanguages, doc), ...dateLack(facts, doc)]
  const records = recordsOf(assembly)
  const sets = new Set(records.filter(({ action }) => action !== 'refused' && action !== 'same').flatMap(touchedSets))
  const head: PlanHead = {
    format: planFormat,
    source,
    as,
    options: { ...options },
    sets: Object.fromEntries([...sets].map((id) => [id, { digest: before.sets.has(id) ? digestOf(id) : null }])),
  }
  const remarks = [...stops, ...parts.flatMap((part) => reports.of(part).filter((one) => !isSevere(one)))]
  const languages = { add: addedLanguages }
  const lost = remarks.filter(({ severity }) => severity === 'loss').length
  const summary = countOf(records, found.same, lost)
  const counted = { ...summary, refused: summary.refused + stops.filter(isSevere).length }
  const plan = { head, records, languages }
  return { ...plan, remarks, summary: counted, digest: planDigest(plan) }
}

function touchedSets({ kind, id, set, from }: PlanRecord): string[] {
  if (kind === 'group') return []
  if (kind === 'set') return [id]
  return [...(set === undefined ? [] : [set]), ...(from !== undefined && 'set' in from ? [from.set] : [])]
}

function languageLack({ before, rights }: PlanFacts, added: readonly string[], doc: Doc): ImportFault[] {
  if (added.length === 0) return []
  const at: At = doc.groups[0]?.at ?? { file: '', line: 0, path: '' }
  const count = before.languages.tags.length + added.length
  if (count > mostLanguages)
    return [fault('limit', at, `The store would have ${count} languages; it has at most ${mostLanguages}.`)]
  if (rights === undefined || rights.roleIn(undefined) === 'administrator') return []
  return [fault('role', at, `Adding languages (${added.join(', ')}) needs the role administrator.`)]
}

/** Dates are those of what is made, so that whoever makes it cannot pass it off as older: exchange.md §6.3. */
function dateLack({ before, options, rights }: PlanFacts, doc: Doc): ImportFault[] {
  if (options.withDates !== true) return []
  const at: At = doc.groups[0]?.at ?? { file: '', line: 0, path: '' }
  const { terms } = before.counts
  if (terms > 0) return [fault('unsupported', at, `--with-dates needs an empty store; this one has ${terms} terms.`)]
  const isAllowed = rights === undefined || rights.roleIn(undefined) === 'administrator'
  return isAllowed ? [] : [fault('role', at, '--with-dates needs the role administrator.')]
}

/** Whether anything keeps the plan from being applied as a whole. */
export function isBlocked({ summary }: Pick<Plan, 'summary'>): boolean {
  return summary.refused > 0
}

/** Whether the plan changes nothing. */
export function isEmpty({ records, languages }: Plan): boolean {
  return languages.add.length === 0 && records.every(({ action }) => action === 'same' || action === 'refused')
}
