/** What a search asks for, from the state of the view; and which of its hits are shown. Pure. */

import { graph, type RequestPlan } from '../../data/plan.ts'
import type { FoundTerm, GraphType } from '../../data/types.ts'
import { serverNow } from '../../i18n/format.ts'
import { maybeText } from '../../i18n/t.ts'
import type { View } from '../../kit/view.ts'
import type { ChoiceOption } from '../fields/Choice.tsx'

export type SearchAnswer = GraphType<'relata.searchResult'>

const pageSize = 100

/** `usable` is what nobody chose: search itself leaves deprecated terms out. */
const states = ['all', 'deprecated', 'unavailable'] as const
const matches = ['words', 'contains', 'exact'] as const
const kinds = ['default', 'synonym'] as const
const places = ['home', 'pin', 'reuse'] as const
/** Days. */
const ages = ['1', '7', '30', '365'] as const

/** What narrows a search: members of the address. `under` is a term of the set. */
export const facets = ['group', 'set', 'under', 'lang', 'labels', 'state', 'place', 'modified', 'match'] as const
export type Facet = (typeof facets)[number]

export function stateOptions(): ChoiceOption[] {
  return ['', ...states].map((value) => ({ value, text: maybeText(`termsearch.state.${value || 'usable'}`) ?? value }))
}

export function matchOptions(): ChoiceOption[] {
  return ['', ...matches].map((value) => ({ value, text: maybeText(`termsearch.match.${value || 'prefix'}`) ?? value }))
}

export function kindOptions(): ChoiceOption[] {
  return ['', ...kinds].map((value) => ({ value, text: maybeText(`termsearch.kind.${value || 'all'}`) ?? value }))
}

export function placeOptions(): ChoiceOption[] {
  return ['', ...places].map((value) => ({ value, text: maybeText(`termsearch.place.${value || 'all'}`) ?? value }))
}

export function ageOptions(): ChoiceOption[] {
  return ['', ...ages].map((value) => ({ value, text: maybeText(`termsearch.modified.${value || 'any'}`) ?? value }))
}

const dayMs = 86_400_000
/** As the address may hold any number. */
const mostDays = 100_000

/** By the clock of the server, which may have been moved. */
function since(days: string | undefined): string | undefined {
  const count = Number(days)
  return count > 0 && count < mostDays ? new Date(serverNow().getTime() - count * dayMs).toISOString() : undefined
}

/** `total`: of all pages, to 1,000. */
export function totalRequest(view: View): RequestPlan<SearchAnswer> {
  const plan = searchRequest(view, undefined)
  return { ...plan, body: { ...(plan.body as object), top: 1, withTotal: true } }
}

export function searchRequest(view: View, skipToken: string | undefined): RequestPlan<SearchAnswer> {
  const { q = '', match, labels, lang, set, under, group, state, place, modified } = view
  const scope =
    under !== undefined ? { term: under } : set !== undefined ? { set } : group !== undefined ? { group } : undefined
  const modifiedSince = since(modified)
  return graph<SearchAnswer>('POST', '/termStore/relata.search', {
    body: {
      text: q.trim(),
      top: pageSize,
      ...(match === undefined ? {} : { match }),
      ...(labels === undefined ? {} : { kinds: [labels] }),
      ...(lang === undefined ? {} : { languages: [lang] }),
      ...(scope === undefined ? {} : { scopes: [scope] }),
      ...(state === 'all' || state === 'deprecated' ? { includeDeprecated: true } : {}),
      ...(state === undefined ? { includeUnavailable: false } : {}),
      ...(modifiedSince === undefined ? {} : { modifiedSince }),
      ...(place === undefined ? {} : { withPlaces: true }),
      ...(skipToken === undefined ? {} : { skipToken }),
    },
  })
}

/** Where the server has no parameter, the page chooses among what was found. */
export function fits({ isDeprecated, isAvailable, kind, places: found }: FoundTerm, { state, place }: View): boolean {
  if (state === 'deprecated' && isDeprecated !== true) return false
  if (state === 'unavailable' && isAvailable !== false) return false
  return place === undefined || kind === place || found?.some((one) => one.kind === place) === true
}

/** Whether the page has to look through what was found. */
export function isChosenHere({ state, place }: View): boolean {
  return state === 'deprecated' || state === 'unavailable' || place !== undefined
}

export interface Piece {
  readonly text: string
  readonly isHit: boolean
}

/** Accents and case do not count, as for the server; a letter stays one letter. */
function folded(text: string): string {
  return [...text]
    .map((letter) => {
      const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
      return plain.length === letter.length ? plain : letter
    })
    .join('')
}

/** The label in pieces, of which those that begin as a word of the search does are hits. */
export function piecesOf(label: string, asked: string): Piece[] {
  const words = folded(asked.trim())
    .split(/\s+/)
    .filter((word) => word !== '')
  const plain = folded(label)
  const hits = words
    .flatMap((word) => {
      const atStart = [...plain.matchAll(/[\p{L}\p{N}]+/gu)].find(({ 0: found }) => found.startsWith(word))
      const start = atStart?.index ?? plain.indexOf(word)
      return start < 0 ? [] : [{ start, end: start + word.length }]
    })
    .sort((a, b) => a.start - b.start)
  const pieces: Piece[] = []
  let at = 0
  for (const { start, end } of hits) {
    if (start < at) continue
    if (start > at) pieces.push({ text: label.slice(at, start), isHit: false })
    pieces.push({ text: label.slice(start, end), isHit: true })
    at = end
  }
  if (at < label.length) pieces.push({ text: label.slice(at), isHit: false })
  return pieces
}
