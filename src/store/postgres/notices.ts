/** What processes on one database tell each other: that rows of some types were written in a tenant. LISTEN, NOTIFY. */
import type { Client } from 'pg'
import { openClient } from './connection.ts'

const retryMillis = 1_000

export interface Notices {
  /** The statement that tells it when its transaction commits. */
  text(tenantId: string): string
  /** Hears of what others wrote: the tenant's id; undefined: something may have been missed. */
  listen(heard: (tenantId: string | undefined) => void): () => void
  close(): Promise<void>
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** `channel`: one for each schema; `self` keeps a process from hearing itself. */
export const noticesOn = (url: string, channel: string, self: string, connectMillis: number): Notices => {
  const listeners = new Set<(tenantId: string | undefined) => void>()
  let client: Client | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false
  let isFirst = true

  const tell = (tenantId: string | undefined): void => {
    for (const heard of listeners) heard(tenantId)
  }

  const again = (): void => {
    if (isClosed || listeners.size === 0) return
    clearTimeout(retry)
    retry = setTimeout(connect, retryMillis).unref()
  }

  const start = async (made: Client): Promise<void> => {
    await made.connect()
    await made.query(`listen "${channel}"`)
    // What was said while nobody listened is lost.
    if (!isFirst) tell(undefined)
    isFirst = false
  }

  function connect(): void {
    const made = openClient(url, connectMillis)
    client = made
    made.on('notification', ({ payload = '' }) => {
      const [from, tenantId] = payload.split(' ')
      if (from !== self) tell(tenantId)
    })
    const lost = (): void => {
      if (client !== made) return
      client = undefined
      made.removeAllListeners('notification')
      made.end().catch(() => undefined)
      again()
    }
    made.on('error', lost)
    made.on('end', lost)
    start(made).catch(lost)
  }

  return {
    text: (tenantId) => `select pg_notify(${quoted(channel)}, ${quoted(`${self} ${tenantId}`)})`,
    listen: (heard) => {
      listeners.add(heard)
      if (client === undefined && !isClosed) connect()
      return () => listeners.delete(heard)
    },
    close: async () => {
      isClosed = true
      clearTimeout(retry)
      const open = client
      client = undefined
      await open?.end().catch(() => undefined)
    },
  }
}
