/** Clients with a ledger that write at every node in turn, readers beside them, and when each was answered. */

import type { BuiltServer } from '../../../test/crash/built-server.ts'
import { type Ask, LedgerClient, type Met, nothingMet } from '../../../test/crash/ledger.ts'
import { pause } from './cluster.ts'

/** One request as the table of figures needs it; instants in milliseconds of `performance.now()`. */
interface Seen {
  readonly at: number
  readonly took: number
}

export interface Load {
  readonly clients: readonly LedgerClient[]
  readonly met: Met
  readonly reads: { readonly good: Seen[]; refused: number; readonly faults: string[] }
  readonly writes: Seen[]
  end(): Promise<void>
}

const clientCount = 8
const readerCount = 2

/** Sends to the nodes in turn, as a load balancer does. */
export const askOf = (nodes: readonly BuiltServer[], token: string, first = 0): Ask => {
  let turn = first
  return async (method, path, body, headers = {}) => {
    turn += 1
    const node = nodes[turn % nodes.length] as BuiltServer
    const answer = await fetch(`${node.http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(90_000),
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
}

export interface LoadPlan {
  readonly nodes: readonly BuiltServer[]
  readonly token: string
  readonly set: string
  /** First part of the clients' names. */
  readonly name: string
  readonly seed: number
}

export const startLoad = ({ nodes, token, set, name, seed }: LoadPlan): Load => {
  let isOver = false
  const met = nothingMet()
  const writes: Seen[] = []
  const reads: Load['reads'] = { good: [], refused: 0, faults: [] }
  const clients = Array.from(
    { length: clientCount },
    (_, at) =>
      new LedgerClient({
        name: `${name}c${at}`,
        ask: askOf(nodes, token, at),
        met,
        seed: seed * 100 + at,
        set,
        relationships: true,
        pause: (failed) => pause(failed ? 250 : 40),
        isOver: () => isOver,
        onAnswer: (asked) => writes.push({ at: performance.now(), took: performance.now() - asked }),
      }),
  )
  const reader = async (number: number): Promise<void> => {
    const ask = askOf(nodes, token, number)
    while (!isOver) {
      const asked = performance.now()
      try {
        const { status, text } = await ask('GET', `/v1.0/termStore/sets/${set}`)
        if (status === 200) reads.good.push({ at: performance.now(), took: performance.now() - asked })
        else if (status === 503) reads.refused += 1
        else reads.faults.push(`${status} for a read: ${text.slice(0, 300)}`)
      } catch (error) {
        reads.faults.push(`no answer to a read: ${String(error)}`)
      }
      await pause(50)
    }
  }
  const running = [
    ...clients.map((client) => client.run()),
    ...Array.from({ length: readerCount }, (_, at) => reader(at)),
  ]
  return {
    clients,
    met,
    reads,
    writes,
    end: async () => {
      isOver = true
      await Promise.all(running)
    },
  }
}

/** The longest time without one of these, from an instant on, in milliseconds. */
export const longestGap = (seen: readonly Seen[], from: number): number => {
  let last = from
  let longest = 0
  for (const { at } of [...seen].sort((a, b) => a.at - b.at)) {
    if (at < from) continue
    longest = Math.max(longest, at - last)
    last = at
  }
  return Math.max(longest, performance.now() - last)
}
