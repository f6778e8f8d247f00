/**
 * What happens on the server, as it happens: one stream for all tabs of a browser. The tab that holds the lock reads it
 * and passes events on; the next one takes over when it closes. A browser has only six connections to a server.
 */
import type { QueryClient } from '@tanstack/react-query'
import { type FeedEvent, invalidate } from './invalidate.ts'
import { onBack, suspectGone } from './reach.ts'
import { currentSession } from './session.ts'
import { noteLive, noteNewVersion } from './status.ts'
import { ownRequestId } from './wire/own.ts'
import { tokenOf } from './wire/tokens.ts'

/** The server sends something at least every 15 seconds. */
const silenceMs = 25_000
const longestWaitMs = 30_000
/** So long the stream may be away before the server is asked whether it is there. */
const lostMs = 5000
/** Events that come together are acted on together. */
const gatherMs = 100

type Listener = (event: FeedEvent) => void
const listeners = new Set<Listener>()

/** Calls back for each event; returns what ends that. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

interface StreamedEvent {
  readonly id?: string
  readonly name: string
  readonly data: string
}

/** One event of a stream, without the empty line after it. */
function eventOf(block: string): StreamedEvent {
  const fields = block.split(/\r?\n/).map((line) => /^(id|event|data): ?(.*)$/.exec(line))
  const valuesOf = (name: string): string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
  const [id] = valuesOf('id')
  return {
    name: valuesOf('event')[0] ?? 'message',
    data: valuesOf('data').join('\n'),
    ...(id === undefined ? {} : { id }),
  }
}

/** Takes a stream of server-sent events as it comes, in any pieces. */
export function createEventParser(emit: (event: StreamedEvent) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const event of blocks.map(eventOf)) if (event.data !== '') emit(event)
  }
}

async function readOnce(lastId: string | undefined, take: (event: FeedEvent, id?: string) => void): Promise<void> {
  const { world, acting, info } = currentSession()
  const token = info.mode === 'registry' ? await tokenOf(acting) : undefined
  const ending = new AbortController()
  let timer = setTimeout(() => ending.abort(), silenceMs)
  try {
    const response = await fetch('/_relata/events', {
      headers: {
        'client-request-id': ownRequestId(),
        ...(world === 'default' ? {} : { 'relata-world': world }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
      },
      signal: ending.signal,
    })
    if (!response.ok || response.body === null) throw new Error(`${response.status}`)
    noteLive(true)
    const parse = createEventParser(({ id, name, data }) => take({ name, data: JSON.parse(data) }, id))
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(timer)
      timer = setTimeout(() => ending.abort(), silenceMs)
      if (done) return
      parse(value)
    }
  } finally {
    clearTimeout(timer)
    noteLive(false)
  }
}

/** Also ends when the server is there again. */
function rest(ms: number): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      stop()
      done()
    }
    const timer = setTimeout(end, ms)
    const stop = onBack(end)
  })
}

async function readForEver(take: (event: FeedEvent) => void): Promise<never> {
  let lastId: string | undefined
  let waitMs = 1000
  for (;;) {
    try {
      await readOnce(lastId, (event, id) => {
        if (id !== undefined) lastId = id
        waitMs = 1000
        take(event)
      })
    } catch {
      waitMs = Math.min(longestWaitMs, waitMs * 2)
    }
    take({ name: 'page.stream-ended', data: {} })
    await rest(waitMs * (0.5 + Math.random() / 2))
  }
}

/** What was read before the stream began may have changed in between, which nobody tells. */
function lookAgain(client: QueryClient): void {
  for (const query of client.getQueryCache().findAll({ fetchStatus: 'fetching' }))
    query.promise
      ?.catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: query.queryKey, exact: true }))
  void client.invalidateQueries({ predicate: ({ state }) => state.dataUpdatedAt > 0 && state.fetchStatus === 'idle' })
}

export function followEvents(client: QueryClient): void {
  const { version } = currentSession().info
  const channel = new BroadcastChannel(`relata-live ${currentSession().world}`)
  let names: string[] = []
  const settle = (): void => {
    const all = names
    names = []
    invalidate(client, all)
  }
  let isFirst = true
  let lost: ReturnType<typeof setTimeout> | undefined
  const receive = (event: FeedEvent): void => {
    const isEnd = event.name === 'page.stream-ended'
    noteLive(!isEnd)
    if (!isEnd) clearTimeout(lost)
    lost = isEnd ? (lost ?? setTimeout(suspectGone, lostMs)) : undefined
    if (isEnd) return
    if (event.name === 'relata.hello') {
      if (event.data.version !== version) noteNewVersion()
      if (isFirst) lookAgain(client)
      isFirst = false
    }
    if (names.length === 0) setTimeout(settle, gatherMs)
    names.push(event.name)
    for (const listener of listeners) listener(event)
  }
  channel.onmessage = ({ data }: MessageEvent<FeedEvent>) => {
    receive(data)
  }
  const lead = (): Promise<never> =>
    readForEver((event) => {
      channel.postMessage(event)
      receive(event)
    })
  onBack(() => void client.invalidateQueries())
  // Absent outside of secure pages: then each tab reads for itself.
  if (navigator.locks === undefined) void lead()
  else void navigator.locks.request(`relata-live ${currentSession().world}`, lead)
}
