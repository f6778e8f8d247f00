/**
 * Live answers: server-sent events (HTML standard, 9.2), which end when the client leaves, leaves too much unread, reads
 * nothing for long, or the server stops. A comment every few seconds keeps proxies from closing the connection.
 */
import type { ServerResponse } from 'node:http'
import { AppError } from '#base/errors.ts'
import type { LiveBody, LiveEnd } from '#base/own-address.ts'

/** By the real clock, whatever the clock of the rows shows. */
const heartbeatMillis = 15_000
const heartbeat = ':\n\n'
/** What a client may leave unread of who does not wait for it; what the system holds for the connection comes on top. */
const unreadMostBytes = 1024 * 1024
/** Each holds a connection. */
const mostAtOnce = 200
/** Within which a client takes the last pieces when the server stops. */
const lastMillis = 1_000

export function tooManyLive(): AppError {
  return new AppError('unavailable', `The server has ${mostAtOnce} live answers open already; close some.`, {
    headers: { 'Retry-After': '5' },
    check: 'live.atOnce',
  })
}

function taken(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

/** All live answers of one server. */
export class LiveAnswers {
  readonly #ends = new Set<(why: LiveEnd) => void>()
  readonly #heartbeatMillis: number
  #isStopped = false

  constructor(heartbeatEveryMillis = heartbeatMillis) {
    this.#heartbeatMillis = heartbeatEveryMillis
  }

  get isFull(): boolean {
    return this.#ends.size >= mostAtOnce
  }

  /** The headers are sent already. For HEAD they are all. `isEvents`: a comment is no part of what is told. */
  begin(response: ServerResponse, live: LiveBody, isEvents: boolean): void {
    if (response.req.method === 'HEAD' || this.#isStopped || response.destroyed) {
      response.end()
      return
    }
    let isOpen = true
    let ended: ((why: LiveEnd) => void) | undefined
    const write = (text: string): void => {
      // Node reports a write to a closed connection as an error that nobody listens for.
      if (!isOpen || response.destroyed) return
      response.write(text)
      if (response.writableLength > unreadMostBytes) end('slow')
    }
    let hasRead = true
    response.on('drain', () => {
      hasRead = true
    })
    const timer = setInterval(() => {
      // Between two heartbeats it has not read what was there: it keeps a connection, and memory.
      if (response.writableNeedDrain && !hasRead) return end('slow')
      hasRead = !response.writableNeedDrain
      if (isEvents) write(heartbeat)
    }, this.#heartbeatMillis).unref()
    const end = (why: LiveEnd): void => {
      if (!this.#ends.delete(end)) return
      clearInterval(timer)
      try {
        ended?.(why)
      } finally {
        isOpen = false
        if (why === 'slow') response.destroy()
        else response.end()
        // A client that does not read does not hold up the stop of the server.
        if (why === 'stopping') setTimeout(() => response.destroy(), lastMillis).unref()
      }
    }
    this.#ends.add(end)
    response.once('close', () => end('gone'))
    ended = live({
      write,
      get unreadBytes() {
        return response.writableLength
      },
      taken: () => taken(response),
      end: () => end('done'),
    })
    // It may have ended at once, before there was anybody to tell.
    if (!this.#ends.has(end)) ended('done')
  }

  /** Ends all; from now on others end at once. */
  endAll(): void {
    this.#isStopped = true
    for (const end of [...this.#ends]) end('stopping')
  }
}
