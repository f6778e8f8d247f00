/** The text of server-sent events (HTML standard, 9.2.6). */

import type { LiveBody, OwnAnswer } from '#base/own-address.ts'

export interface LiveEvent {
  /** What a client that comes back sends as `Last-Event-ID`; absent: the last one stays. */
  readonly id?: string
  /** Absent: `message`. */
  readonly event?: string
  /** Sent as JSON. */
  readonly data: unknown
}

/** JSON has no line breaks outside of strings, and escapes them inside, so that the data is one line. */
export function eventText({ id, event, data }: LiveEvent): string {
  const fields = [id === undefined ? [] : `id: ${id}`, event === undefined ? [] : `event: ${event}`].flat()
  return `${[...fields, `data: ${JSON.stringify(data)}`].join('\n')}\n\n`
}

export function liveAnswer(live: LiveBody): OwnAnswer {
  return { status: 200, headers: { 'Content-Type': 'text/event-stream; charset=utf-8' }, body: '', live }
}
