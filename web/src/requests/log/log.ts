/**
 * What a page keeps of the request log: at most 2,000, the newest first. Those that come while the list has to stand still
 * wait beside it. Pure; live-log.ts fills it.
 */
import type { LoggedRequest } from '../entry.ts'

export const mostKept = 2000

export interface LogState {
  readonly shown: readonly LoggedRequest[]
  readonly waiting: readonly LoggedRequest[]
  /** As the person wants it. */
  readonly isPaused: boolean
  /** As long as somebody reads. */
  readonly isHeld: boolean
  /** Requests up to this one are hidden: the list was cleared. */
  readonly hiddenTo: number
  readonly isLive: boolean
  readonly isLoaded: boolean
  /** Of the next older page; undefined: there is none. */
  readonly older: string | undefined
  /** So many the page does not know, as they came too fast or are forgotten. */
  readonly missed: number
  readonly error: unknown
  /** Each process of the server keeps its own. */
  readonly isPartial: boolean
  /** So many the server has, whatever is asked for. */
  readonly held: number
  readonly clearedAt: Date | undefined
}

export const emptyLog: LogState = {
  shown: [],
  waiting: [],
  isPaused: false,
  isHeld: false,
  hiddenTo: 0,
  isLive: false,
  isLoaded: false,
  older: undefined,
  missed: 0,
  error: undefined,
  isPartial: false,
  held: 0,
  clearedAt: undefined,
}

function newestOf(list: readonly LoggedRequest[]): number {
  return list[0]?.sequence ?? 0
}

function standsStill({ isPaused, isHeld }: LogState): boolean {
  return isPaused || isHeld
}

/** `arrived`: in the order in which they came. What is known already is left out. */
export function withArrived(state: LogState, arrived: readonly LoggedRequest[]): LogState {
  const newest = Math.max(newestOf(state.shown), newestOf(state.waiting), state.hiddenTo)
  const fresh = arrived.filter(({ sequence = 0 }) => sequence > newest).toReversed()
  if (fresh.length === 0) return state
  const held = Math.max(state.held, state.shown.length + state.waiting.length + fresh.length)
  return standsStill(state)
    ? { ...state, held, waiting: [...fresh, ...state.waiting].slice(0, mostKept) }
    : { ...state, held, shown: [...fresh, ...state.shown].slice(0, mostKept) }
}

/** An older page, newest first. */
export function withOlder(state: LogState, page: readonly LoggedRequest[], next: string | undefined): LogState {
  const oldest = state.shown.at(-1)?.sequence ?? Number.POSITIVE_INFINITY
  const more = page.filter(({ sequence = 0 }) => sequence < oldest && sequence > state.hiddenTo)
  const shown = [...state.shown, ...more].slice(0, mostKept)
  const isOver = next === undefined || shown.length === mostKept || more.length < page.length
  return { ...state, shown, isLoaded: true, older: isOver ? undefined : next }
}

/** The waiting ones come to the others. */
export function released(state: LogState): LogState {
  if (state.waiting.length === 0) return state
  return { ...state, shown: [...state.waiting, ...state.shown].slice(0, mostKept), waiting: [] }
}

export function heldOr(state: LogState, change: { readonly isHeld?: boolean; readonly isPaused?: boolean }): LogState {
  const next = { ...state, ...change }
  return standsStill(next) ? next : released(next)
}

/** Hides what is there. `undone` takes it back. */
export function cleared(state: LogState, at = new Date()): LogState {
  const hiddenTo = Math.max(newestOf(state.waiting), newestOf(state.shown), state.hiddenTo)
  return { ...state, shown: [], waiting: [], hiddenTo, older: undefined, clearedAt: at }
}

export function undone(state: LogState, before: LogState): LogState {
  const newest = Math.max(newestOf(before.waiting), newestOf(before.shown))
  const later = [...state.waiting, ...state.shown].filter(({ sequence = 0 }) => sequence > newest)
  const shown = [...later, ...before.waiting, ...before.shown].slice(0, mostKept)
  return { ...state, shown, waiting: [], hiddenTo: before.hiddenTo, older: before.older, clearedAt: undefined }
}
