/**
 * What processes on one database tell each other: that rows were written in a tenant. LISTEN, NOTIFY. The connection
 * that listens also holds this process's place among them.
 */
import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { StoreError } from '#base/errors.ts'
import type { Hosts } from './addresses.ts'
import { connectAlone, execute } from './connection.ts'

const retryMillis = 500
/** How often a process makes sure that it still hears, by telling itself. */
const beatMillis = 2_500

export interface Notices {
  /** The statement that tells it when its transaction commits. `announced`: rows others must know of are among them. */
  text(tenantId: string, announced: boolean): string
  /** Hears of what others wrote: the tenant's id; undefined: something may have been missed. */
  listen(heard: (tenantId: string | undefined, announced: boolean) => void): () => void
  /** Takes a place among the processes; false: one of them has it all to itself. */
  join(): Promise<boolean>
  /** Whether this process is alone, and will be. */
  claim(): Promise<boolean>
  close(): Promise<void>
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function ignore(): void {
  // Nothing to do.
}

/** `schema`: what is told and who is there concerns it alone; `self` tells this process from others. */
export function noticesOn(hosts: Hosts, schema: string, self: string, connectMillis: number): Notices {
  const channel = `relata_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`
  const lock = `hashtext('relata place'), hashtext(${quoted(schema)})`
  const listeners = new Set<(tenantId: string | undefined, announced: boolean) => void>()
  let client: Client | undefined
  let connecting: Promise<Client> | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let isFirst = true
  let isJoined = false
  let isClaimed = false
  let isAnswered = true

  const tell = (tenantId: string | undefined, announced: boolean): void => {
    for (const heard of listeners) heard(tenantId, announced)
  }

  const notify = (rest: string): string => `select pg_notify(${quoted(channel)}, ${quoted(`${self}${rest}`)})`

  const hear = (payload: string): void => {
    const [from, tenantId, kind] = payload.split(' ')
    if (from === self) isAnswered = true
    else if (tenantId !== undefined) tell(tenantId, kind === undefined)
  }

  const lockOn = (made: Client, kind: 'lock' | 'lock_shared'): Promise<boolean> =>
    execute(made, `select pg_try_advisory_${kind}(${lock})::int`).then((got) => got === 1)

  const lost = (made: Client): void => {
    if (client !== made) return
    client = undefined
    connecting = undefined
    made.removeAllListeners('notification')
    made.end().catch(ignore)
    later(retryMillis)
  }

  const start = async (): Promise<Client> => {
    const made = await connectAlone(hosts, connectMillis)
    if (isClosed) {
      await made.end().catch(ignore)
      throw new StoreError('unavailable', 'closed')
    }
    client = made
    made.on('notification', ({ payload = '' }) => hear(payload))
    made.on('error', () => lost(made))
    made.on('end', () => lost(made))
    try {
      await execute(made, `listen ${channel}`)
      // Where somebody else came between, there is nothing to be done but to go on.
      if (isJoined) await lockOn(made, 'lock_shared')
      if (isClaimed) await lockOn(made, 'lock')
    } catch (error) {
      lost(made)
      throw error
    }
    isAnswered = true
    // What was said while nobody listened is lost.
    if (!isFirst) tell(undefined, true)
    isFirst = false
    later(beatMillis)
    return made
  }

  const connected = (): Promise<Client> => {
    connecting ??= start().catch((error: unknown) => {
      connecting = undefined
      later(retryMillis)
      throw error
    })
    return connecting
  }

  /** A connection can be dead without knowing, or lead through something that does not pass notices on. */
  const beat = (): void => {
    const made = client
    if (made === undefined) connected().catch(ignore)
    else if (isAnswered) {
      isAnswered = false
      execute(made, notify('')).catch(() => lost(made))
      later(beatMillis)
    } else lost(made)
  }

  function later(millis: number): void {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(beat, millis).unref()
  }

  return {
    text: (tenantId, announced) => notify(announced ? ` ${tenantId}` : ` ${tenantId} -`),
    listen: (heard) => {
      listeners.add(heard)
      if (!isClosed) connected().catch(ignore)
      return () => listeners.delete(heard)
    },
    join: async () => {
      isJoined = await lockOn(await connected(), 'lock_shared')
      return isJoined
    },
    claim: async () => {
      isClaimed ||= await lockOn(await connected(), 'lock')
      return isClaimed
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      const open = client
      client = undefined
      await open?.end().catch(ignore)
    },
  }
}
