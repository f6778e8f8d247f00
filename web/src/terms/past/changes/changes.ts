/** The feed of changes with names for what they touched: the record has ids, and names only where these changed. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { batchOf, mostInBatch } from '../../../data/batch.ts'
import { key } from '../../../data/keys.ts'
import { following, graph, type RequestPlan } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import type { Change, Page } from '../../../data/types.ts'
import { currentLanguage } from '../../../i18n/t.ts'
import type { View } from '../../../kit/view.ts'
import { type ChangedRow, type Named, nameInRow, nameOf } from './change-facts.ts'

export interface NamedPage {
  readonly changes: readonly Change[]
  readonly names: ReadonlyMap<string, string>
  readonly next: string | undefined
}

const pageSize = 50

export function changesPlan(view: View): RequestPlan<Page<Change>> {
  const { set, verb, by } = view
  const place = set === undefined ? '' : `/sets/${set}`
  return graph<Page<Change>>('GET', `/termStore${place}/relata.history()`, {
    query: {
      $top: pageSize,
      verb,
      by,
      ...(set === undefined ? {} : { branch: 'true' }),
    },
  })
}

function addressOf({ kind, id, setId }: ChangedRow): string | undefined {
  if (kind === 'term' && setId) return `/termStore/sets/${setId}/terms/${id}?$select=id,labels`
  if (kind === 'set') return `/termStore/sets/${id}?$select=id,localizedNames`
  return kind === 'group' ? `/termStore/groups/${id}?$select=id,displayName` : undefined
}

/** Rows that tell no name are asked for, each once; what is gone stays without one. */
async function namesOf(changes: readonly Change[], known: Map<string, string>, signal: AbortSignal): Promise<void> {
  const rows = changes.flatMap(({ rows: all = [] }) => all.slice(0, 1))
  for (const row of rows) {
    const name = nameInRow(row, currentLanguage())
    // The newest comes first.
    if (name !== '' && row.id !== undefined && !known.has(row.id)) known.set(row.id, name)
  }
  const wanted = new Map<string, string>()
  for (const row of rows) {
    const address = addressOf(row)
    if (row.id !== undefined && !known.has(row.id) && address !== undefined) wanted.set(row.id, address)
  }
  const all = [...wanted]
  for (let at = 0; at < all.length; at += mostInBatch) {
    const entries = all.slice(at, at + mostInBatch).map(([id, path]) => ({ id, plan: graph('GET', path) }))
    const { responses } = await ask(batchOf<Named>(entries), { signal })
    for (const { id, status, body } of responses)
      if (status === 200 && body !== undefined) known.set(id, nameOf(body, currentLanguage()))
  }
}

export function useChanges(view: View) {
  return useInfiniteQuery({
    queryKey: key('history', 'feed', changesPlan(view).path, currentLanguage()),
    queryFn: async ({ pageParam, signal }): Promise<NamedPage> => {
      const plan = pageParam === undefined ? changesPlan(view) : following<Page<Change>>(pageParam)
      const page = await ask(plan, { signal })
      const names = new Map<string, string>()
      await namesOf(page.value, names, signal)
      return { changes: page.value, names, next: page['@odata.nextLink'] }
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  })
}
