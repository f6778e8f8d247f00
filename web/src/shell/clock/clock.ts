/** The clock of the server: read, moved, and how far it is from the true time. */
import { useState } from 'react'
import { type Action, tellDone, useAction } from '../../data/action.ts'
import { maybeWayBack, wayBackMs } from '../../data/back/way-back.ts'
import { invalidate } from '../../data/invalidate.ts'
import { oneAtATime } from '../../data/once.ts'
import { control, type RequestPlan } from '../../data/plan.ts'
import { queryClient, reading, useRead } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import { fullTime, listText, noteServerClock, serverNow } from '../../i18n/format.ts'
import { loadTexts, maybeText, t } from '../../i18n/t.ts'
import { countKinds, type DueEntry, type DueLists, offsetOf } from './due.ts'

export interface ClockFacts {
  readonly now: string
  readonly frozen: boolean
}

export interface ClockMove {
  readonly advance?: string
  readonly set?: string
  readonly freeze?: boolean
}

/** As many as the server tells of at most. */
export const mostDue = 1000

export const clockPlan = control<ClockFacts>('GET', '/clock')
export const duePlan = control<DueLists>('GET', '/clock/due', { query: { top: mostDue } })

export function movePlan(body: ClockMove): RequestPlan<ClockFacts> {
  return control<ClockFacts>('POST', '/clock', { body })
}

export function useClock() {
  return useRead('clock', [], clockPlan)
}

export function useDue() {
  return useRead('due', ['all'], duePlan)
}

/** The one that is next: for what is on every page. */
export function useNextDue(): DueEntry | undefined {
  const plan = control<DueLists>('GET', '/clock/due', { query: { top: 1 } })
  return useRead('due', ['next'], plan).data?.due[0]
}

/** Why the clock cannot be moved; undefined: it can. */
export function useFixedReason(): string | undefined {
  const { info } = useSession()
  if (info.features.includes('clock-move')) return undefined
  return t(info.mode === 'registry' ? 'when.registry' : 'when.shared')
}

/** How far from the true time, in words: `+30 days, frozen`. Undefined: it is the true time. */
export function offsetText(frozen: boolean, now = serverNow()): string | undefined {
  const offset = offsetOf(now, new Date())
  if (offset === undefined) return frozen ? t('clock.frozen') : undefined
  const by = t(`time.${offset.unit}`, { n: offset.n })
  const moved = t(offset.isBehind ? 'clock.behind' : 'clock.ahead', { by })
  return frozen ? `${moved}, ${t('clock.frozen')}` : moved
}

/** What will happen: `expires, or is extended`. A kind that this page does not know is named as the server names it. */
export function kindText({ kind }: Pick<DueEntry, 'kind'>): string {
  return maybeText(`when.one.${kind}`) ?? t('when.one.other', { kind })
}

/** `2 reminders, 1 end`. */
export function kindsText(entries: readonly DueEntry[]): string {
  return listText(
    countKinds(entries).map(([kind, n]) => maybeText(`when.some.${kind}`, { n }) ?? t('when.some.other', { n, kind })),
  )
}

/** Not in the list before. */
function newlyFired(before: DueLists | undefined, after: DueLists): readonly DueEntry[] {
  const name = ({ kind, subject, dueDateTime }: DueEntry): string => `${kind} ${subject} ${dueDateTime}`
  const known = new Set(before?.fired.map(name))
  return after.fired.filter((entry) => !known.has(name(entry)))
}

function doneText(wish: ClockMove, { now, frozen }: ClockFacts, fired: readonly DueEntry[]): string {
  if (wish.advance === undefined && wish.set === undefined) return t(frozen ? 'when.isFrozen' : 'when.runs')
  const time = fullTime(now)
  return fired.length === 0 ? t('when.moved', { time }) : t('when.movedFired', { time, what: kindsText(fired) })
}

/** How the clock, which may run, is put back to where it was. */
function backTo(before: ClockFacts): () => Promise<unknown> {
  const readMs = Date.now()
  return () => {
    const passed = before.frozen ? 0 : Date.now() - readMs
    const set = new Date(new Date(before.now).getTime() + passed).toISOString()
    return ask(movePlan({ set, freeze: before.frozen }))
  }
}

export interface Mover extends Action {
  /** Where something may fire, the world is kept before, so that it can be taken back for a minute. */
  move(wish: ClockMove): Promise<void>
}

export function useMover(): Mover {
  const action = useAction()
  const [isMoving, setMoving] = useState(false)
  const [once] = useState(() => oneAtATime(setMoving))
  const moveOnce = async (wish: ClockMove): Promise<void> => {
    const fresh = { staleTime: 0 }
    // What it says is of the stand-in, and moves are made by other pages too.
    await loadTexts('standin').catch(() => undefined)
    const [before, lists] = await Promise.all([
      queryClient.fetchQuery(reading('clock', [], clockPlan, fresh)),
      queryClient.fetchQuery(reading('due', ['all'], duePlan, fresh)),
    ]).catch(() => [undefined, undefined] as const)
    const mayFire = (wish.advance ?? wish.set) !== undefined && lists !== undefined && lists.due.length > 0
    const kept = mayFire ? await maybeWayBack() : undefined
    const back = kept?.run ?? (before === undefined ? undefined : backTo(before))
    const sent = await action.run(movePlan(wish))
    if (sent === undefined) return
    noteServerClock(sent.body.now, sent.body.frozen)
    invalidate(queryClient, ['relata.clock-changed', 'granular-admin'])
    const after = await queryClient.fetchQuery(reading('due', ['all'], duePlan, fresh)).catch(() => undefined)
    const undo =
      back &&
      (async () => {
        await back()
        await queryClient.invalidateQueries()
      })
    const fired = after === undefined ? [] : newlyFired(lists, after)
    tellDone({ done: doneText(wish, sent.body, fired), back: undo, undoMs: kept === undefined ? undefined : wayBackMs })
  }
  // One after the other. The buttons stay as they are meanwhile: a popover closes when the focused one cannot be pressed.
  const move = (wish: ClockMove): Promise<void> => once(() => moveOnce(wish))
  return { ...action, isBusy: isMoving, move }
}
