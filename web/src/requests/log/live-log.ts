/** Fills the log from `/_relata/requests` and its stream, as long as a page wants it. One for the document. */
import { useEffect, useSyncExternalStore } from 'react'
import { createEventParser } from '../../data/live.ts'
import { control, following } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { currentSession } from '../../data/session.ts'
import { ownRequestId } from '../../data/wire/own.ts'
import type { LoggedPage, LoggedRequest } from '../entry.ts'
import type { ServerQuery } from '../filter/server-query.ts'
import { cleared, emptyLog, heldOr, type LogState, released, undone, withArrived, withOlder } from './log.ts'

const pageSize = 200
/** What comes together is drawn together. */
const gatherMs = 100
/** The server sends something at least every 15 seconds. */
const silenceMs = 25_000
const longestWaitMs = 30_000
/** So long after the last key the server is asked. */
const restMs = 200
/** A page that is left for another one and comes back at once goes on. */
const lingerMs = 2000

let state = emptyLog
/** What the server is asked for. */
let wanted: ServerQuery = {}
let arrived: LoggedRequest[] = []
let ending: AbortController | undefined
let readers = 0
let changing: ReturnType<typeof setTimeout> | undefined
let isLoadingOlder = false
const listeners = new Set<() => void>()

function put(next: LogState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

function settle(): void {
  const all = arrived
  arrived = []
  put(withArrived(state, all))
}

function take(name: string, text: string): void {
  if (name === 'relata.request') {
    arrived.push(JSON.parse(text) as LoggedRequest)
    if (arrived.length === 1) setTimeout(settle, gatherMs)
  } else if (name === 'relata.requests-missed') {
    put({ ...state, missed: state.missed + ((JSON.parse(text) as { count?: number }).count ?? 0) })
  } else if (name === 'relata.requests-cleared') {
    arrived = []
    put({ ...emptyLog, isLoaded: true, isLive: state.isLive, isPaused: state.isPaused, isHeld: state.isHeld })
  }
}

/** Reads until the server or the page ends it. Returns the id of the last event. */
async function readOnce(from: string | undefined, since: number, signal: AbortSignal): Promise<string | undefined> {
  const query = new URLSearchParams({ ...wanted, since: String(since) })
  const silent = new AbortController()
  let silence = setTimeout(() => silent.abort(), silenceMs)
  let lastId = from
  try {
    const { world } = currentSession()
    const response = await fetch(`/_relata/requests/stream?${query}`, {
      headers: {
        'client-request-id': ownRequestId(),
        ...(world === 'default' ? {} : { 'relata-world': world }),
        ...(from === undefined ? {} : { 'Last-Event-ID': from }),
      },
      signal: AbortSignal.any([signal, silent.signal]),
    })
    if (!response.ok || response.body === null) throw new Error(`${response.status}`)
    put({ ...state, isLive: true })
    const parse = createEventParser(({ id, name, data }) => {
      if (id !== undefined) lastId = id
      take(name, data)
    })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(silence)
      silence = setTimeout(() => silent.abort(), silenceMs)
      if (done) return lastId
      parse(value)
    }
  } catch {
    // Said by `isLive`; it is tried again.
    return lastId
  } finally {
    clearTimeout(silence)
    // Of one that was ended for another nothing is told.
    if (!signal.aborted) put({ ...state, isLive: false })
  }
}

async function readFirst(signal: AbortSignal): Promise<void> {
  const page = await ask(control<LoggedPage>('GET', '/requests', { query: { ...wanted, top: pageSize } }), { signal })
  const { isPaused, isHeld, isLive, missed, clearedAt } = state
  // Since a reset the log counts from the beginning.
  const hiddenTo = page.held + page.dropped < state.hiddenTo ? 0 : state.hiddenTo
  const kept = { ...emptyLog, isPaused, isHeld, isLive, missed, clearedAt, hiddenTo, held: page.held }
  put({ ...withOlder(kept, page.value, page.next), isPartial: page.isPartial === true })
}

async function readForEver(signal: AbortSignal): Promise<void> {
  let lastId: string | undefined
  let waitMs = 1000
  let isFirst = true
  while (!signal.aborted) {
    try {
      if (isFirst || !state.isLoaded || state.error !== undefined) await readFirst(signal)
      isFirst = false
      const since = Math.max(state.shown[0]?.sequence ?? 0, state.waiting[0]?.sequence ?? 0, state.hiddenTo)
      const before = lastId
      lastId = await readOnce(lastId, since, signal)
      waitMs = lastId === before ? Math.min(longestWaitMs, waitMs * 2) : 1000
    } catch (error) {
      if (signal.aborted) return
      if (!state.isLoaded) put({ ...state, error })
      waitMs = Math.min(longestWaitMs, waitMs * 2)
    }
    await new Promise((done) => setTimeout(done, waitMs * (0.5 + Math.random() / 2)))
  }
}

function begin(): void {
  readers += 1
  if (ending === undefined) readAnew()
}

/** What is there stays until the first answer. */
function readAnew(): void {
  ending?.abort()
  arrived = []
  ending = new AbortController()
  void readForEver(ending.signal)
}

/** Asks the server for other requests than before. */
function want(query: ServerQuery): void {
  clearTimeout(changing)
  if (JSON.stringify(query) === JSON.stringify(wanted)) return
  const change = (): void => {
    wanted = query
    if (ending !== undefined) readAnew()
  }
  if (ending === undefined) change()
  else changing = setTimeout(change, restMs)
}

function end(): void {
  readers -= 1
  setTimeout(() => {
    if (readers > 0) return
    ending?.abort()
    ending = undefined
    put({ ...emptyLog, hiddenTo: state.hiddenTo })
  }, lingerMs)
}

export async function loadOlder(): Promise<void> {
  const { older } = state
  if (older === undefined || isLoadingOlder) return
  isLoadingOlder = true
  try {
    const page = await ask(following<LoggedPage>(older))
    // Something else is asked for meanwhile.
    if (state.older === older) put(withOlder(state, page.value, page.next))
  } catch (error) {
    put({ ...state, older: undefined, error })
  } finally {
    isLoadingOlder = false
  }
}

export function holdLog(isHeld: boolean): void {
  if (state.isHeld !== isHeld) put(heldOr(state, { isHeld }))
}

export function pauseLog(isPaused: boolean): void {
  put(heldOr(state, { isPaused }))
}

export function releaseLog(): void {
  put(released(state))
}

/** Hides what is there; the way back is returned. */
export function clearLog(): () => void {
  const before = state
  put(cleared(state))
  return () => put(undone(state, before))
}

export function retryLog(): void {
  put(emptyLog)
  readAnew()
}

export function useRequestLog(query: ServerQuery): LogState {
  // Before it begins, so that it begins with this.
  useEffect(() => want(query), [query])
  useEffect(() => {
    begin()
    return end
  }, [])
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}
