/**
 * What is being edited and not yet saved: kept while other tabs are looked at, checked by the server while it is typed (a
 * dry run), and put on what others have changed meanwhile when it is saved.
 */
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { RequestPlan } from '../../../data/plan.ts'
import type { Problem } from '../../../data/problem.ts'
import { t } from '../../../i18n/t.ts'
import { useShortcuts } from '../../../kit/keys/shortcuts.ts'
import { actAll, useSaving } from './batch.ts'
import { type DryRun, dryRun } from './dryRun.ts'
import { type Conflict, changedFields, type Fields, type FieldValue, merged, withField } from './fields.ts'

export interface Draft {
  readonly fields: Fields
  readonly changed: readonly string[]
  readonly isReadOnly: boolean
  readonly isBusy: boolean
  readonly problem: Problem | undefined
  readonly conflicts: readonly Conflict[]
  /** What the server would say to saving it now. */
  readonly check: DryRun | undefined
  set(field: string, value: FieldValue): void
  discard(): void
  save(): Promise<boolean>
  /** Settles a conflict; the value is saved. */
  settle(values: Readonly<Record<string, FieldValue>>): void
  giveUp(): void
  clearProblem(): void
  plans(): readonly RequestPlan[]
}

export interface DraftFacts {
  /** As it was read last. */
  readonly now: Fields
  /** Reads it again, before it is saved. */
  readonly readAgain: () => Promise<Fields>
  /** What saving sends. */
  readonly plansOf: (changed: readonly string[], fields: Fields) => readonly RequestPlan[]
  readonly done: string
  readonly touches: readonly string[]
  /** Called when it was taken back. */
  readonly undone?: () => unknown
  readonly isReadOnly: boolean
  /** What the dry run is of when nothing is changed: tells who may change it. */
  readonly idle: RequestPlan
}

const restMs = 400

function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

/** Leaving asks, as long as something is not saved; other tabs of the same detail do not count. */
function useLeaving(isDirty: boolean) {
  return useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
}

export function useDraft(facts: DraftFacts): Draft & { readonly leaving: ReturnType<typeof useLeaving> } {
  const { now, readAgain, plansOf, done, touches, undone, isReadOnly, idle } = facts
  const [edited, setEdited] = useState<{ readonly base: Fields; readonly mine: Fields } | undefined>()
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([])
  const { isBusy, problem, clear, run } = useSaving()
  const base = edited?.base ?? now
  const fields = edited?.mine ?? now
  const changed = useMemo(() => (edited === undefined ? [] : changedFields(base, fields)), [edited, base, fields])

  const rested = useRested(fields)
  const plans = useMemo(
    () => (changed.length === 0 ? [idle] : plansOf(changedFields(base, rested), rested)),
    [changed.length, idle, plansOf, base, rested],
  )
  const check = useQuery<DryRun>({
    queryKey: ['dry-run', JSON.stringify(plans)],
    queryFn: ({ signal }) => dryRun(plans.length === 0 ? [idle] : plans, signal),
    enabled: !isReadOnly,
    gcTime: 0,
    placeholderData: (before) => before,
  })

  const set = useCallback(
    (field: string, value: FieldValue) =>
      setEdited((before) => {
        const mine = withField(before?.mine ?? now, field, value)
        const from = before?.base ?? now
        return changedFields(from, mine).length === 0 ? undefined : { base: from, mine }
      }),
    [now],
  )
  const discard = useCallback(() => {
    setEdited(undefined)
    setConflicts([])
    clear()
  }, [clear])

  /** `from`: what was there when my changes were begun. */
  const send = useCallback(
    (from: Fields, mine: Fields) =>
      run(async () => {
        const theirs = await readAgain()
        const together = merged(from, theirs, mine)
        setConflicts(together.conflicts)
        if (together.conflicts.length > 0) return
        const differ = changedFields(theirs, together.fields)
        const others = changedFields(from, theirs)
        await actAll(plansOf(differ, together.fields), {
          done: others.length > 0 ? t('detail.savedBoth', { what: done }) : done,
          touches,
          ...(undone === undefined ? {} : { undone }),
        })
        await readAgain()
        setEdited(undefined)
      }),
    [run, readAgain, plansOf, done, touches, undone],
  )
  const save = useCallback(async () => {
    if (edited === undefined || isBusy) return true
    return send(edited.base, edited.mine)
  }, [edited, isBusy, send])
  const settle = useCallback(
    (values: Readonly<Record<string, FieldValue>>) => {
      if (edited === undefined) return
      const from = { ...edited.base }
      let mine = edited.mine
      for (const { field, theirs } of conflicts) {
        from[field] = theirs
        mine = withField(mine, field, values[field] ?? '')
      }
      setEdited({ base: from, mine })
      void send(from, mine)
    },
    [edited, conflicts, send],
  )
  useShortcuts([{ keys: 'Ctrl+S', words: t('detail.save'), inText: true, run: () => void save() }])
  const leaving = useLeaving(changed.length > 0)
  return {
    fields,
    changed,
    isReadOnly: isReadOnly || (check.data?.needs.length ?? 0) > 0,
    isBusy,
    problem,
    conflicts,
    check: check.data,
    set,
    discard,
    save,
    settle,
    giveUp: useCallback(() => setConflicts([]), []),
    clearProblem: clear,
    plans: () => (changed.length === 0 ? [] : plansOf(changed, fields)),
    leaving,
  }
}
