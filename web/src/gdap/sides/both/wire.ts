/** What goes over the wire about one relationship, live: the request log of the stand-in, and the feed of events. */
import { useEffect, useState } from 'react'
import { createEventParser, onEvent } from '../../../data/live.ts'
import { queryText } from '../../../data/plan.ts'
import { currentSession } from '../../../data/session.ts'

export interface WireRequest {
  readonly kind: 'request'
  readonly key: string
  readonly id: string
  readonly dateTime: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationMs?: number
  readonly caller?: { readonly name?: string }
  readonly fault?: readonly string[]
}

export interface WireEvent {
  readonly kind: 'event'
  readonly key: string
  readonly dateTime: string
  readonly name: string
}

export type WireEntry = WireRequest | WireEvent

const most = 100
const againMs = 1000

/** Newest first; what is there already is not put in twice. */
export function withEntry(entries: readonly WireEntry[], entry: WireEntry): readonly WireEntry[] {
  if (entries.some(({ key }) => key === entry.key)) return entries
  return [entry, ...entries].sort((a, b) => b.dateTime.localeCompare(a.dateTime)).slice(0, most)
}

async function readStream(
  address: string,
  signal: AbortSignal,
  take: (name: string, data: unknown, id: string | undefined) => void,
  lastId: string | undefined,
): Promise<void> {
  const { world } = currentSession()
  const response = await fetch(address, {
    signal,
    headers: {
      ...(world === 'default' ? {} : { 'relata-world': world }),
      ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
    },
  })
  if (!response.ok || response.body === null) throw new Error(`${response.status}`)
  const parse = createEventParser(({ id, name, data }) => take(name, JSON.parse(data), id))
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parse(value)
  }
}

/** `hasReads`: also what only read, of which the pages themselves do a lot. */
export function useWire(relationshipId: string | undefined, hasReads: boolean): readonly WireEntry[] {
  const [entries, setEntries] = useState<readonly WireEntry[]>([])
  useEffect(() => {
    setEntries([])
    if (relationshipId === undefined) return
    const ending = new AbortController()
    const add = (entry: WireEntry): void => setEntries((before) => withEntry(before, entry))
    const query = { path: relationshipId, since: 0, ...(hasReads ? {} : { method: 'POST,PATCH,PUT,DELETE' }) }
    const address = `/_relata/requests/stream${queryText(query)}`
    let lastId: string | undefined
    const follow = async (): Promise<void> => {
      while (!ending.signal.aborted) {
        const take = (name: string, data: unknown, id: string | undefined): void => {
          lastId = id ?? lastId
          if (name === 'relata.requests-cleared') setEntries([])
          if (name !== 'relata.request') return
          const request = data as Omit<WireRequest, 'kind' | 'key'>
          add({ ...request, kind: 'request', key: request.id })
        }
        await readStream(address, ending.signal, take, lastId).catch(() => undefined)
        if (!ending.signal.aborted) await new Promise((done) => setTimeout(done, againMs))
      }
    }
    void follow()
    const stop = onEvent(({ name, data }) => {
      if (data.subject?.toLowerCase().includes(relationshipId.toLowerCase()) !== true) return
      const dateTime = data.time ?? new Date().toISOString()
      add({ kind: 'event', key: `${name} ${dateTime}`, name, dateTime })
    })
    return () => {
      stop()
      ending.abort()
    }
  }, [relationshipId, hasReads])
  return entries
}

/** The path with what is long and known left out. */
export function shortPath(path: string, relationshipId: string): string {
  return path
    .replace('/tenantRelationships/delegatedAdminRelationships', '/…')
    .replace(new RegExp(relationshipId, 'i'), `${relationshipId.slice(0, 8)}…`)
    .replace(/([0-9a-f]{8})-[0-9a-f-]{27}/gi, '$1…')
}
