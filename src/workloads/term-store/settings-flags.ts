/** Settings of the term store: what listings show, and its limits (term-store.md §3.7, §4.1). */
import { listShape, oneOf, setting, truth, whole } from '#base/setting.ts'
import { type RowRule, rowRules } from './rules/findings/row-findings.ts'
import type { TermStoreSettings } from './rules/settings.ts'

export interface TermStoreConfig extends Omit<TermStoreSettings, 'roles' | 'labelsAsGiven' | 'findings'> {
  /** Status of a created relation. */
  readonly relationStatus: 201 | 204
}

const large = whole(1, 1_000_000_000)

const noRules: readonly RowRule[] = []

/** Names of rules that tell of a term by its row alone: others would cost each write a look at the whole set. */
function enforceable(text: string): readonly RowRule[] {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !Object.hasOwn(rowRules, name))
  if (wrong !== undefined) throw new Error(`has '${wrong}', which is not one of ${Object.keys(rowRules).join(', ')}`)
  return names as RowRule[]
}

function statusOf(text: string): 201 | 204 {
  return oneOf('201', '204')(text) === '201' ? 201 : 204
}

/** An absolute IRI, without characters that no IRI has (RFC 3987 §2.2). */
function iriIn(text: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`#?]+$/i.test(text)) return text
  throw new Error('is not an absolute IRI, such as https://taxonomy.example/')
}

export const termStoreFlags = {
  listing: setting(
    '--listing <kind>',
    'what children lists: strict (as Microsoft Graph) or natural (shared terms too)',
    'strict' as const,
    oneOf('strict', 'natural'),
  ),
  relationStatus: setting(
    '--relation-create-status <status>',
    'status of a created relation: 201 or 204',
    201 as const,
    statusOf,
    { shape: { type: 'integer', enum: [201, 204] } },
  ),
  enforce: setting(
    '--enforce <rules>',
    'rules of validation whose findings refuse the write that makes them, such as label-html,label-invisible',
    noRules,
    enforceable,
    { shape: listShape },
  ),
  searchUmlauts: setting(
    '--search-umlauts <choice>',
    'whether relata.search and searchTerm find ä, ö and ü by ae, oe and ue as well: true or false',
    true,
    truth,
  ),
  maxTerms: setting('--max-terms <number>', 'terms in one store', 1_000_000, large),
  maxSets: setting('--max-sets <number>', 'sets in one store', 1000, large),
  maxTermsPerSet: setting('--max-terms-per-set <number>', 'terms in one set', 30_000, large),
  iriBase: setting(
    '--iri-base <iri>',
    'IRI below which groups, sets and terms have their IRIs in SKOS; without it they are urn:uuid:…',
    undefined,
    iriIn,
  ),
} as const

interface Values extends Required<Omit<TermStoreConfig, 'limits'>> {
  readonly maxTerms: number
  readonly maxSets: number
  readonly maxTermsPerSet: number
}

/** Takes the values of these settings out of all of them. */
export function termStoreConfigOf<V extends Values>(
  values: V,
): { termStore: TermStoreConfig; rest: Omit<V, keyof Values> } {
  const { listing, relationStatus, enforce, searchUmlauts, maxTerms, maxSets, maxTermsPerSet, ...rest } = values
  const limits = Object.freeze({ terms: maxTerms, sets: maxSets, termsPerSet: maxTermsPerSet })
  return { termStore: { listing, relationStatus, enforce, searchUmlauts, limits }, rest }
}
