/** What would bring a term or a set of an earlier state back: its members written as they were, or itself out of the recycle bin. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { key } from '../../../data/keys.ts'
import { following, graph, type RequestPlan } from '../../../data/plan.ts'
import { Problem } from '../../../data/problem.ts'
import { ask } from '../../../data/send.ts'
import type { DeletedItem, Page } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { type DryRun, dryRun } from '../draft/dryRun.ts'
import { changedFields, type Fields } from '../draft/fields.ts'

const bin = graph<Page<DeletedItem>>('GET', '/termStore/relata.deletedItems()')

export function restoreDeleted(item: DeletedItem): RequestPlan {
  return graph('POST', '/termStore/relata.restore', { body: { deletedItemId: item.id } })
}

/** By the ids of what was deleted: the newest of each. */
export async function deletedItems(signal?: AbortSignal): Promise<ReadonlyMap<string, DeletedItem>> {
  const found = new Map<string, DeletedItem>()
  for (let plan: RequestPlan<Page<DeletedItem>> | undefined = bin; plan !== undefined; ) {
    const page: Page<DeletedItem> = await ask(plan, signal === undefined ? {} : { signal })
    for (const item of page.value)
      if (item.subjectId !== undefined && !found.has(item.subjectId)) found.set(item.subjectId, item)
    const next = page['@odata.nextLink']
    plan = next === undefined ? undefined : following<Page<DeletedItem>>(next)
  }
  return found
}

export interface Restoring {
  /** Empty: there is nothing to do. */
  readonly plans: readonly RequestPlan[]
  /** Why it cannot be restored; undefined: it can. */
  readonly why: string | undefined
}

interface RestoringFacts {
  readonly id: string
  /** As it was. */
  readonly was: Fields
  /** As it is; undefined: not read. */
  readonly now: { readonly data: Fields | undefined; readonly error: Error | null }
  readonly plansOf: (changed: readonly string[], fields: Fields) => readonly RequestPlan[]
  /** Why it is not changed here. */
  readonly readOnlyWhy: string | undefined
}

function isGone(error: Error | null): boolean {
  return error instanceof Problem && error.status === 404
}

function useDeletedItem(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: key('bin', 'of', id),
    queryFn: async ({ signal }) => (await deletedItems(signal)).get(id) ?? null,
    enabled: isWanted,
  })
}

function useDryRun(plans: readonly RequestPlan[]): DryRun | undefined {
  const { data } = useQuery({
    queryKey: ['dry-run', JSON.stringify(plans)],
    queryFn: ({ signal }) => dryRun(plans, signal),
    enabled: plans.length > 0,
    gcTime: 0,
  })
  return data
}

export function useRestoring({ id, was, now, plansOf, readOnlyWhy }: RestoringFacts): Restoring {
  const isDeleted = isGone(now.error)
  const deleted = useDeletedItem(id, isDeleted)
  const changed = useMemo(() => (now.data === undefined ? [] : changedFields(now.data, was)), [now.data, was])
  const plans = useMemo(() => {
    if (isDeleted) return deleted.data ? [restoreDeleted(deleted.data)] : []
    return changed.length === 0 ? [] : plansOf(changed, was)
  }, [isDeleted, deleted.data, changed, plansOf, was])
  const check = useDryRun(readOnlyWhy === undefined ? plans : [])
  const why = (): string | undefined => {
    if (readOnlyWhy !== undefined) return readOnlyWhy
    if (isDeleted && deleted.data === null) return t('past.why.deletedAbove')
    if (now.data !== undefined && changed.length === 0) return t('past.why.same')
    if (check === undefined) return t('past.why.asking')
    if (check.needs.length > 0) return t('detail.needs')
    return check.refusals[0]?.message
  }
  return { plans, why: why() }
}
