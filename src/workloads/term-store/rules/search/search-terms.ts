/**
 * Searches all labels of a term store: exchange.md §11. The index of words has the labels; of the terms only their state
 * and level are read while labels are ranked, so that a move or a deprecation changes no row of the index (docs/adr/0042).
 */
import { guidOf } from '#base/ids.ts'
import { partsOf, wordRows } from '#base/text/search-keys.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import type { WordHit } from '#edm/row-query.ts'
import { store, term } from '../../types.ts'
import { languagesOf, sameTag } from '../languages/languages.ts'
import { survivorOf } from '../places/merged-ids.ts'
import { type Block, blocksOf, isInRange, type LabelKind } from './blocks.ts'
import { type Match, type Sought, soughtFor, tierOf } from './match.ts'
import { compareKeys, compareTexts, positionIn, type SearchPosition, type SortKey, tokenOf } from './position.ts'
import { type Among, amongBranch, amongSet } from './scope.ts'

/** What is searched for. */
export interface TermSearch {
  readonly text: string
  /** Default `prefix`. */
  readonly match?: Match | undefined
  /** Only labels in these languages, the preferred one first. Absent: in all, the store's default one first. */
  readonly languages?: readonly string[] | undefined
  /** Only terms that occur in the set: as their home, shared or mirrored. */
  readonly setId?: string | undefined
  /** Only terms somewhere below this one in that set, or without one in its home set. */
  readonly parentTermId?: string | undefined
  /** Only these terms, in place of a set. */
  readonly among?: Among | undefined
  /** No terms at home in these sets. */
  readonly exceptSets?: readonly string[] | undefined
  /** Default false. */
  readonly includeDeprecated?: boolean | undefined
  /** Default true. */
  readonly includeUnavailable?: boolean | undefined
  /** Terms of the set of keywords. Default false. */
  readonly includeKeywords?: boolean | undefined
  /** Only terms that were changed then or later: an instant as rows hold it. */
  readonly modifiedSince?: string | undefined
  /** Default: both. */
  readonly kinds?: readonly LabelKind[] | undefined
  /** Default 20. */
  readonly top?: number | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
  /** Whether `ae` finds `ä` as well. Default true. */
  readonly umlauts?: boolean | undefined
}

export interface FoundTerm {
  readonly id: string
  /** Its home set. */
  readonly homeSetId: string
  /** 0: the text is its id. */
  readonly tier: number
  /** The label by which it is found. */
  readonly matched: { readonly name: string; readonly languageTag: string; readonly isDefault: boolean }
  readonly row: RowOf<typeof term>
}

export interface FoundTerms {
  readonly items: readonly FoundTerm[]
  /** What `after` is for the next page; undefined: this is the last one. A page may be short, or empty, before the last. */
  readonly next: string | undefined
}

/**
 * Labels are ranked among so many that follow each other by their folded text. Where more begin with a text, the first so
 * many come before the others: ranking all labels with an `a` would take longer than typing the next letter.
 */
const windowSize = 500
/** Rows of terms that a page reads to see whether their labels match. */
const mostRead = 500
/** Labels that a page looks at for several words: they come with the index, as few of them have all words. */
const mostLooked = 500
const readAtOnce = 20
/** Rows of the index that are looked through for labels that contain a text: at once, and for a page. */
const scanSize = 10_000
const mostScanned = 30_000

interface Query {
  readonly tx: ReadTx
  readonly sought: Sought
  readonly languages: readonly string[]
  readonly kinds: readonly LabelKind[]
  readonly search: TermSearch
  readonly among: Among | undefined
  readonly blocks: readonly Block[]
}

async function queryFor(tx: ReadTx, search: TermSearch): Promise<Query | undefined> {
  const [storeRow] = await tx.find(store, {}, 1)
  // No label has U+0000, which one of the databases does not take in a query.
  if (storeRow === undefined || search.text.includes('\0')) return undefined
  const { defaultTag, tags } = languagesOf(storeRow)
  const asked = search.languages?.filter((tag) => tags.some((known) => sameTag(known, tag)))
  const languages = asked ?? [defaultTag, ...tags.filter((tag) => !sameTag(tag, defaultTag))]
  const sought = soughtFor(search.text, search.match ?? 'prefix', search.umlauts)
  const kinds = search.kinds ?? ['default', 'synonym']
  const blocks = blocksOf(sought, languages, kinds)
  return { tx, sought, languages, kinds, search, among: await amongIn(tx, search), blocks }
}

async function amongIn(tx: ReadTx, { among, setId, parentTermId }: TermSearch): Promise<Among | undefined> {
  if (parentTermId === undefined) return setId === undefined ? among : amongSet(tx, setId)
  const inSet = setId ?? (await tx.get(term, parentTermId))?.setId
  return inSet === undefined ? { places: [], ids: [] } : amongBranch(tx, inSet, parentTermId)
}

type Label = RowOf<typeof term>['labels'][number]

/** The labels of a term that match best, with the tier and the language in which they do. */
function bestOf(labels: readonly Label[], { sought, languages, kinds }: Query) {
  let best: { tier: number; language: number; labels: Label[] } | undefined
  for (const label of labels) {
    if (!kinds.includes(label.isDefault === true ? 'default' : 'synonym')) continue
    const language = languages.findIndex((tag) => sameTag(tag, label.languageTag ?? ''))
    const tier = language < 0 ? undefined : tierOf(label, sought)
    if (tier === undefined) continue
    const order = best === undefined ? -1 : tier - best.tier || language - best.language
    if (order < 0) best = { tier, language, labels: [label] }
    else if (order === 0) best?.labels.push(label)
  }
  return best
}

/**
 * The label by which a hit shows its term; undefined: another row of the index does, in this block or in one before. Of
 * several rows, it is that of the shortest label, and then the first.
 */
function labelOf(hit: WordHit, labels: readonly Label[], block: Block, query: Query): Label | undefined {
  const best = bestOf(labels, query)
  if (best?.tier !== block.tier || best.language !== block.language) return undefined
  const rows = best.labels.flatMap((label) =>
    wordRows([{ text: label.name ?? '', space: '', isFirst: label.isDefault === true }])
      .map(({ entry, length }) => ({ form: partsOf(entry).form, key: partsOf(entry).key, length, label }))
      .filter(({ form, key }) => isInRange({ form, key }, block)),
  )
  rows.sort((one, other) => one.length - other.length || compareTexts(one.key, other.key) || one.form - other.form)
  const [first] = rows
  return first?.key === hit.key && first.form === hit.form ? first.label : undefined
}

function sortKeyOf({ id, key, length, taken }: WordHit): SortKey {
  const isUsable = taken['isDeprecated'] !== true && taken['isAvailableForTagging'] === true
  return [isUsable ? 0 : 1, taken['level'] as number, length, key, id]
}

const severalWords = 9
const taken = ['isDeprecated', 'isAvailableForTagging', 'level']

type RowPlace = SearchPosition['window']

/** Labels of a block that follow a row of its index, in the order of the index. */
function labelsAfter(
  { tx, search, among }: Query,
  { tier, ranges, part }: Block,
  { limit, ...more }: { after?: RowPlace; until?: RowPlace; limit: number; each?: number },
) {
  return tx.findByWord(term, 'labels', {
    ranges,
    part,
    off: [
      ...(search.includeDeprecated === true ? [] : ['isDeprecated']),
      ...(search.includeKeywords === true ? [] : ['isKeyword']),
    ],
    on: search.includeUnavailable === false ? ['isAvailableForTagging'] : [],
    among,
    except: search.exceptSets ?? [],
    take: tier === severalWords ? [...taken, 'labels'] : taken,
    ...more,
    limit,
  })
}

interface Window {
  readonly hits: readonly WordHit[]
  /** Behind which row the next one begins; undefined: this is the last. */
  readonly next: RowPlace
  /** Rows of the index that were passed over. */
  readonly scanned: number
}

/** How far the rows of an index are looked through for a part of them; undefined: to their end. */
async function endOfScan({ tx }: Query, { ranges, part }: Block, after: RowPlace): Promise<RowPlace> {
  if (part === undefined) return undefined
  const [end] = await tx.findByWord(term, 'labels', { ranges, take: [], after, limit: 1, offset: scanSize - 1 })
  return end && { entry: end.entry, id: end.id }
}

/** The labels that are ranked together. */
async function windowAfter(query: Query, block: Block, after: RowPlace): Promise<Window> {
  const until = await endOfScan(query, block, after)
  const hits = await labelsAfter(query, block, { after, until, limit: windowSize })
  const scanned = block.part === undefined ? 0 : scanSize
  const final = hits.at(-1)
  if (final === undefined || hits.length < windowSize) return { hits, next: until, scanned }
  return { hits, next: { entry: final.entry, id: final.id }, scanned }
}

/** Collects a page. Rows are read in parts, as most pages are full after the first. */
class Page {
  readonly items: FoundTerm[] = []
  private readonly query: Query
  private readonly top: number
  private read = 0
  private looked = 0

  constructor(query: Query) {
    this.query = query
    this.top = query.search.top ?? 20
  }

  get isFull(): boolean {
    return this.items.length >= this.top || this.read >= mostRead || this.looked >= mostLooked
  }

  /** Whether the term has to be read: the labels that came with the hit may tell that it is none. */
  private mayShow(hit: WordHit, block: Block): boolean {
    const labels = hit.taken['labels'] as readonly Label[] | undefined
    if (labels === undefined) return true
    this.looked += 1
    return labelOf(hit, labels, block, this.query) !== undefined
  }

  /** Adds what the ranked hits show. Returns the last one that was looked at, if the page is full before their end. */
  async add(ranked: readonly WordHit[], block: Block): Promise<WordHit | undefined> {
    const { query } = this
    for (let from = 0; from < ranked.length; from += readAtOnce) {
      const part = ranked.slice(from, from + readAtOnce)
      const ids = [...new Set(part.filter((hit) => this.mayShow(hit, block)).map(({ id }) => id))]
      const read = await Promise.all(ids.map((id) => query.tx.get(term, id)))
      const rows = new Map(read.flatMap((row) => (row === undefined ? [] : [[row.id, row]])))
      this.read += ids.length
      for (const hit of part) {
        const row = rows.get(hit.id)
        const label = row && isRecent(row, query.search) ? labelOf(hit, row.labels, block, query) : undefined
        if (row !== undefined && label !== undefined) this.items.push(foundBy(row, label, block.tier))
        if (this.items.length >= this.top) return hit
      }
      if (this.isFull) return part.at(-1)
    }
    return undefined
  }
}

function isRecent({ lastModifiedDateTime }: RowOf<typeof term>, { modifiedSince }: TermSearch): boolean {
  return modifiedSince === undefined || (lastModifiedDateTime ?? '') >= modifiedSince
}

function foundBy(row: RowOf<typeof term>, { name, languageTag, isDefault }: Label, tier: number): FoundTerm {
  const matched = { name: name ?? '', languageTag: languageTag ?? '', isDefault: isDefault === true }
  return { id: row.id, homeSetId: row.setId, tier, matched, row }
}

/** The blocks that have any label at all: of many tiers and languages, most have none. */
async function blocksWithLabels(query: Query, from: number): Promise<ReadonlySet<Block>> {
  const left = query.blocks.slice(from)
  const probed = left.filter(({ part }) => part === undefined)
  const ranges = probed.flatMap((block) => block.ranges)
  if (ranges.length === 0) return new Set(left)
  const { tier, language } = probed[0] as Block
  const hits = await labelsAfter(query, { tier, language, ranges }, { limit: ranges.length, each: 1 })
  return new Set(left.filter((block) => block.part !== undefined || hits.some((hit) => isInRange(hit, block))))
}

/** A text that is a GUID: the term, or the one into which it was merged. */
async function foundById(query: Query, id: string): Promise<FoundTerm[]> {
  const { tx, search, among } = query
  const row = (await tx.get(term, id)) ?? (await tx.get(term, (await survivorOf(tx, id)) ?? id))
  if (row === undefined || search.exceptSets?.includes(row.setId) || !isRecent(row, search)) return []
  if (among !== undefined && !among.places.includes(row.setId) && !among.ids.includes(row.id)) return []
  const label = row.labels.find(({ isDefault }) => isDefault === true) ?? row.labels[0]
  return label === undefined ? [] : [foundBy(row, label, 0)]
}

/** The hits of a window that follow a sort key, in their order. */
function ranked(hits: readonly WordHit[], last: SortKey | undefined): WordHit[] {
  const keyed = hits.map((hit) => ({ hit, key: sortKeyOf(hit) }))
  const rest = last === undefined ? keyed : keyed.filter(({ key }) => compareKeys(key, last) > 0)
  return rest.sort((one, other) => compareKeys(one.key, other.key)).map(({ hit }) => hit)
}

/** Throws `invalid` for a token that no search has given. */
export async function searchTerms(tx: ReadTx, search: TermSearch): Promise<FoundTerms> {
  const query = await queryFor(tx, search)
  if (query === undefined) return { items: [], next: undefined }
  const id = guidOf(search.text.trim().replace(/^\{(.*)\}$/, '$1'))
  if (id !== undefined) return { items: await foundById(query, id), next: undefined }
  const page = new Page(query)
  let { block: at, window, last } = positionIn(search.after)
  const filled = await blocksWithLabels(query, at)
  let scanned = 0
  for (let block = query.blocks[at]; block !== undefined; ) {
    if (!filled.has(block)) {
      block = query.blocks[++at]
      continue
    }
    const found = await windowAfter(query, block, window)
    const end = await page.add(ranked(found.hits, last), block)
    if (end !== undefined) return { items: page.items, next: tokenOf({ block: at, window, last: sortKeyOf(end) }) }
    last = undefined
    window = found.next
    scanned += found.scanned
    if (window === undefined) block = query.blocks[++at]
    else if (scanned >= mostScanned) return { items: page.items, next: tokenOf({ block: at, window, last }) }
  }
  return { items: page.items, next: undefined }
}

const countedAtOnce = 500
const mostCountings = 8

/** How many terms all pages have, `most` where there are more; undefined: too much would have to be looked at. */
export async function countTerms(tx: ReadTx, search: TermSearch, most: number): Promise<number | undefined> {
  let count = 0
  let after: string | undefined
  for (let pages = 0; pages < mostCountings; pages++) {
    const { items, next } = await searchTerms(tx, { ...search, top: countedAtOnce, after })
    count += items.length
    if (count >= most) return most
    if (next === undefined) return count
    after = next
  }
  return undefined
}
