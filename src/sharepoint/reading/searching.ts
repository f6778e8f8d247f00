/** `searchTerm`: exchange.md §13.4. The search is the term store's own; what is found is shown as in any list. */
import { AppError } from '#base/errors.ts'
import { searchTerms } from '#workloads/term-store/rules/search/search-terms.ts'
import { nextAddress } from '../address/graph-query.ts'
import { optionsIn, type RestOptions } from '../address/options.ts'
import { type SearchCall, writtenCall } from '../address/search-call.ts'
import { listAnswer } from '../answers/form.ts'
import { contextOf, idIn, isRefused, type RestCall, read } from '../call.ts'
import type { RestAnswer } from '../request.ts'
import { shownMembers } from '../shapes/selection.ts'
import { termShape } from '../shapes/shapes.ts'
import { textsOf } from './texts.ts'

const usualTop = 50
const mostTop = 1000

function refused(message: string, target: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', target, check: 'sharepoint.search' })
}

function topIn({ top }: RestOptions): number {
  if (top === undefined) return usualTop
  if (!/^\d{1,9}$/.test(top)) throw refused(`'${top.slice(0, 80)}' is no number of rows.`, '$top')
  return Math.min(Number(top), mostTop)
}

function afterIn({ skiptoken }: RestOptions): string | undefined {
  if (skiptoken === undefined) return undefined
  const text = Buffer.from(skiptoken, 'base64url').toString('utf8')
  if (tokenOf(text) !== skiptoken) throw refused('The skip token is not valid.', '$skiptoken')
  return text
}

function tokenOf(next: string): string {
  return Buffer.from(next, 'utf8').toString('base64url')
}

/** Deprecated terms are never found, so this filter says nothing; others are not served. */
const harmless = /^\s*\(?\s*isDeprecated\s+eq\s+false\s*\)?\s*$/i

function checkOptions(options: RestOptions): void {
  const { filter, orderby, skip, count } = options
  shownMembers('term', options)
  if (filter !== undefined && !harmless.test(filter))
    throw refused("searchTerm takes no filter but 'isDeprecated eq false'.", '$filter')
  if (orderby !== undefined) throw refused('What searchTerm finds is ordered by how well it matches.', '$orderby')
  if (skip !== undefined) throw refused('searchTerm goes on with $skiptoken only.', '$skip')
  if (count === 'true') throw refused('searchTerm does not count what it finds.', '$count')
}

/** What Graph answers for the place that is searched: whether the caller sees it. */
function placeOf({ ask, root }: RestCall, { setId, parentTermId }: SearchCall): Promise<RestAnswer> {
  const set = setId === undefined ? '' : `/sets/${encodeURIComponent(setId)}`
  const parent = parentTermId === undefined ? '' : `/terms/${encodeURIComponent(parentTermId)}`
  return ask({ method: 'GET', path: root + set + parent, query: '$select=id' })
}

export async function searchAt(call: RestCall, search: SearchCall): Promise<RestAnswer> {
  const options = optionsIn(search.query)
  checkOptions(options)
  const [top, after] = [topIn(options), afterIn(options)]
  const place = await placeOf(call, search)
  if (isRefused(place)) return place
  const context = contextOf(call, 'termStore/terms', false)
  const { label, languageTag, match } = search
  if (label.trim() === '' || top === 0) return listAnswer(call.form, { ...context, value: [] })
  const setId = search.setId?.toLowerCase()
  const { value, next } = await read(call, async (reading) => {
    const found = await searchTerms(reading.tx, {
      text: label,
      match,
      languages: languageTag === undefined ? undefined : [languageTag],
      setId,
      // A term that was merged away is found as the one that stands for it.
      parentTermId: search.parentTermId === undefined ? undefined : idIn(place),
      top,
      after,
      umlauts: call.parts.searchUmlauts,
    })
    const texts = await textsOf(call.request.budget, found.items, async ({ id, homeSetId }) => {
      const isSeen = (await reading.seenSet(setId ?? homeSetId)) !== undefined
      return isSeen ? termShape(reading, id, setId, options) : undefined
    })
    return { value: texts, next: found.next }
  })
  const here = `${call.address}/${writtenCall(search)}`
  const link = next === undefined ? undefined : nextAddress(here, options, tokenOf(next))
  return listAnswer(call.form, { ...context, value, next: link })
}
