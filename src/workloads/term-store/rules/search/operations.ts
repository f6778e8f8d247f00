/** `relata.search`: exchange.md §11. */
import { invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { Located, OperationRule, ReadContext, ReadTx } from '#edm/ports.ts'
import { group, set, store, term } from '../../types.ts'
import { languagesOf, sameTag } from '../languages/languages.ts'
import { invalid, isVisible, missing } from '../refusals.ts'
import type { TermStoreSettings } from '../settings.ts'
import type { LabelKind } from './blocks.ts'
import type { Match } from './match.ts'
import { describedPlace, labelIn, setsShowing } from './places.ts'
import { type Among, amongAll, amongBranch, amongSet, hiddenSets, setsOfGroup } from './scope.ts'
import { countTerms, type FoundTerm, searchTerms, type TermSearch } from './search-terms.ts'

const usualTop = 20
const mostTop = 200
/** So many terms are counted. */
const mostTotal = 1000
/** The terms of each are read. */
const mostScopes = 100

type Args = Readonly<Record<string, unknown>>

/** A scope of the body, with the ids as they are stored. */
interface Scope {
  readonly kind: 'group' | 'set' | 'term'
  readonly id: string
  readonly target: string
}

function scopeIn(given: Readonly<Record<string, unknown>>, at: number): Scope {
  const kinds = (['group', 'set', 'term'] as const).filter((kind) => typeof given[kind] === 'string')
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) throw invalid('A scope names a group, a set or a term.', `scopes/${at}`)
  const id = guidOf(String(given[kind]))
  if (id === undefined) throw invalid(`'${given[kind]}' is not a GUID.`, `scopes/${at}/${kind}`)
  return { kind, id, target: `scopes/${at}/${kind}` }
}

function scopesIn(args: Args): Scope[] {
  const given = (args['scopes'] ?? []) as readonly Readonly<Record<string, unknown>>[]
  if (given.length > mostScopes) throw invalid(`A search has at most ${mostScopes} scopes.`, 'scopes')
  const byId = new Map(given.map(scopeIn).map((scope) => [`${scope.kind} ${scope.id}`, scope]))
  return [...byId.values()]
}

async function checkScope(tx: ReadTx, at: Located, { kind, id, target }: Scope): Promise<void> {
  if (kind === 'group') {
    const row = await tx.get(group, id)
    if (row === undefined || !isVisible(row.siteCollectionId, at)) throw missing('Group', id, target)
    return
  }
  const setId = kind === 'set' ? id : (await tx.get(term, id))?.setId
  const row = setId === undefined ? undefined : await tx.get(set, setId)
  if (row === undefined || !isVisible(row.siteCollectionId, at))
    throw missing(kind === 'set' ? 'Set' : 'Term', id, target)
}

async function amongScope(tx: ReadTx, { kind, id }: Scope): Promise<Among> {
  if (kind === 'set') return amongSet(tx, id)
  if (kind === 'group') return { places: await setsOfGroup(tx, id), ids: [] }
  const home = await tx.get(term, id)
  return home === undefined ? { places: [], ids: [] } : amongBranch(tx, home.setId, id)
}

function topIn(args: Args): number {
  const top = args['top'] ?? usualTop
  if (typeof top !== 'number' || top < 1 || top > mostTop) throw invalid(`A page has 1 to ${mostTop} terms.`, 'top')
  return top
}

/** Null and an empty list both mean that nothing was said. */
function listIn(args: Args, name: string): readonly string[] | undefined {
  const list = (args[name] ?? []) as readonly unknown[]
  return list.length === 0 ? undefined : list.map(String)
}

/** Languages to search in, each once. */
function languagesIn(args: Args, known: readonly string[]): readonly string[] | undefined {
  const wanted = listIn(args, 'languages')?.map((tag, at) => {
    const own = known.find((one) => sameTag(one, tag))
    if (own === undefined)
      throw invalid(`'${tag}' is not a language of the term store. It has ${known.join(', ')}.`, `languages/${at}`)
    return own
  })
  return wanted && [...new Set(wanted)]
}

interface Shown {
  /** Languages of the labels that are shown, the preferred one first. */
  readonly tags: readonly string[]
  /** Sets that the scopes name: a term is shown once in each that has it. */
  readonly sets: readonly string[]
  readonly withPlaces: boolean
  readonly isSeen: (setId: string) => boolean
}

async function itemsFor(tx: ReadTx, found: FoundTerm, { tags, sets, withPlaces, isSeen }: Shown) {
  const { id, row, matched, tier, homeSetId } = found
  const described = (setIds: readonly string[]) =>
    Promise.all(setIds.map((setId) => describedPlace(tx, row, setId, tags)))
  const there = (await described(sets)).filter((place) => place !== undefined)
  const shown = there.length > 0 ? there : (await described([homeSetId])).filter((place) => place !== undefined)
  const all = withPlaces ? await described((await setsShowing(tx, row)).filter(isSeen)) : undefined
  const places = all?.filter((place) => place !== undefined)
  const label = labelIn(row, tags)
  const { isDeprecated, lastModifiedDateTime } = row
  return shown.map((place) => ({ id, ...place, matched, label, tier, isDeprecated, lastModifiedDateTime, places }))
}

async function search(
  { searchUmlauts: umlauts }: TermStoreSettings,
  { tx }: ReadContext,
  at: Located | undefined,
  args: Args,
) {
  invariant(at !== undefined, 'a search is that of a store')
  const storeRow = await tx.get(store, at.id)
  invariant(storeRow !== undefined, 'the store of a path is there')
  const { defaultTag, tags } = languagesOf(storeRow)
  const scopes = scopesIn(args)
  for (const scope of scopes) await checkScope(tx, at, scope)
  const hidden = await hiddenSets(tx, at)
  const languages = languagesIn(args, tags)
  const sought: TermSearch = {
    text: String(args['text'] ?? ''),
    match: (args['match'] ?? undefined) as Match | undefined,
    languages,
    among: scopes.length === 0 ? undefined : await amongAll(scopes.map((scope) => amongScope(tx, scope))),
    exceptSets: hidden,
    includeDeprecated: args['includeDeprecated'] === true,
    includeUnavailable: args['includeUnavailable'] !== false,
    includeKeywords: args['includeKeywords'] === true,
    modifiedSince: (args['modifiedSince'] ?? undefined) as string | undefined,
    kinds: listIn(args, 'kinds') as readonly LabelKind[] | undefined,
    umlauts,
  }
  const after = (args['skipToken'] ?? undefined) as string | undefined
  const { items, next } = await searchTerms(tx, { ...sought, top: topIn(args), after })
  const shown: Shown = {
    tags: [...(languages ?? []), defaultTag],
    sets: scopes.flatMap(({ kind, id }) => (kind === 'set' ? [id] : [])),
    withPlaces: args['withPlaces'] === true,
    isSeen: (setId) => !hidden.includes(setId),
  }
  return {
    items: (await Promise.all(items.map((found) => itemsFor(tx, found, shown)))).flat(),
    skipToken: next ?? null,
    total: args['withTotal'] === true ? ((await countTerms(tx, sought, mostTotal)) ?? null) : null,
  }
}

export function searchRules(settings: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  return { search: { query: (context, at, args) => search(settings, context, at, args) } }
}
