/** Restores one or several items after another, and keeps what the server tells of each. */
import { useCallback, useState } from 'react'
import { act, asProblem } from '../../../data/action.ts'
import type { Problem } from '../../../data/problem.ts'
import type { DeletedItem } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { type RestorePlace, type RestoreReport, restorePlan } from './bin.ts'

export interface RestoredItem {
  readonly item: DeletedItem
  readonly report?: RestoreReport
  readonly problem?: Problem
}

export interface Restoring {
  readonly isBusy: boolean
  readonly results: readonly RestoredItem[]
  clear(): void
  /** Whether all are back. */
  restore(items: readonly DeletedItem[], place?: RestorePlace): Promise<boolean>
}

const touches = ['relata.taxonomy.restore']

async function restoreOne(item: DeletedItem, place: RestorePlace): Promise<RestoredItem> {
  const plan = restorePlan(item.id ?? '', place)
  try {
    const sent = await act(plan, { done: t('termbin.restored', { name: item.name ?? '' }), touches })
    return { item, report: sent.body }
  } catch (error) {
    return { item, problem: asProblem(error, plan) }
  }
}

export function useRestoring(): Restoring {
  const [isBusy, setBusy] = useState(false)
  const [results, setResults] = useState<readonly RestoredItem[]>([])
  const restore = useCallback(async (items: readonly DeletedItem[], place: RestorePlace = {}) => {
    setBusy(true)
    const all: RestoredItem[] = []
    // What contains others comes back first: groups, then sets, then terms, the oldest first.
    const kinds = ['group', 'set', 'term', 'relation']
    const rank = ({ kind = '' }: DeletedItem): number => kinds.indexOf(kind)
    const ordered = [...items].sort((a, b) => rank(a) - rank(b) || Number(a.id) - Number(b.id))
    for (const item of ordered) all.push(await restoreOne(item, place))
    setResults(all)
    setBusy(false)
    const failed = all.filter(({ problem }) => problem !== undefined)
    if (failed.length > 0) announce(t('termbin.notAll', { n: failed.length }), 'assertive')
    return failed.length === 0
  }, [])
  const clear = useCallback(() => setResults([]), [])
  return { isBusy, results, restore, clear }
}
