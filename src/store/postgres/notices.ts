/**
 * Notifications between the processes on one database, by LISTEN and NOTIFY: rows of a tenant were written. The connection
 * that listens also holds the advisory lock by which the process is a member of them.
 */
import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { type Deadline, untilEnd } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import type { Hosts } from './connect/addresses.ts'
import { execute } from './connect/connection.ts'
import { connectAlone } from './connect/pool.ts'

const retryMillis = 500
/** Interval at which a process notifies itself, to detect a dead connection. */
const beatMillis = 2_500

/** What a notification says of a tenant; nothing: rows of an announced type were written. */
const quiet = '-'
const removed = '!'
/** Before a word, in the place of the tenant. */
const word = '~'

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function ignore(): void {
  // Nothing to do.
}

/** Called when another process has written. Without a tenant, notifications may have been lost: any may be removed. */
type Listener = (tenantId: string | undefined, announced: boolean, isRemoved: boolean) => void

export class Notices {
  private readonly hosts: Hosts
  private readonly self: string
  private readonly connectMillis: number
  private readonly channel: string
  private readonly lock: string
  private readonly othersText: string
  private readonly listeners = new Set<Listener>()
  private readonly wordListeners = new Set<(word: string) => void>()
  private sending: Promise<unknown> = Promise.resolve()
  private client: Client | undefined
  private connecting: Promise<Client> | undefined
  private timer: NodeJS.Timeout | undefined
  private isClosed = false
  private isFirst = true
  private isJoined = false
  private isClaimed = false
  private isAnswered = true

  /** Notifications and membership are those of one `schema`; `self` identifies this process. */
  constructor(hosts: Hosts, schema: string, self: string, connectMillis: number) {
    this.hosts = hosts
    this.self = self
    this.connectMillis = connectMillis
    this.channel = `relata_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`
    this.lock = `hashtext('relata place'), hashtext(${quoted(schema)})`
    const key = (text: string): string => `(hashtext(${quoted(text)})::bigint & 4294967295)::oid`
    this.othersText = `select exists (select from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${key('relata place')} and objid = ${key(schema)} and pid <> pg_backend_pid())::int`
  }

  /** The statement that notifies when its transaction commits. `announced`: rows of announced types were written. */
  text(tenantId: string, announced: boolean): string {
    return this.notify(announced ? ` ${tenantId}` : ` ${tenantId} ${quiet}`)
  }

  /** The statement that notifies that the tenant is unknown from now on. */
  removalText(tenantId: string): string {
    return this.notify(` ${tenantId} ${removed}`)
  }

  /** Returns a function that ends it. */
  listen(heard: Listener): () => void {
    this.listeners.add(heard)
    if (!this.isClosed) this.connected().catch(ignore)
    return () => this.listeners.delete(heard)
  }

  /** Calls `heard` with the tenant when another process has written rows of an announced type, or has removed the tenant. */
  listenForAnnounced(heard: (tenantId: string | undefined) => void): () => void {
    return this.listen((tenantId, isAnnounced) => {
      if (isAnnounced) heard(tenantId)
    })
  }

  /** Calls `heard` with each tenant that another process removes; undefined: any of them may have been. */
  listenForRemovals(heard: (tenantId: string | undefined) => void): () => void {
    return this.listen((tenantId, _, isRemoved) => {
      if (isRemoved) heard(tenantId)
    })
  }

  /** Sends a word to the other processes. */
  async tellWord(text: string): Promise<void> {
    await this.send(await this.connected(), this.notify(` ${word}${text}`))
  }

  listenForWords(heard: (word: string) => void): () => void {
    this.wordListeners.add(heard)
    if (!this.isClosed) this.connected().catch(ignore)
    return () => this.wordListeners.delete(heard)
  }

  /** Becomes a member; false: another process has claimed the database. */
  async join(): Promise<boolean> {
    this.isJoined = await this.lockOn(await this.connected(), 'lock_shared')
    return this.isJoined
  }

  /** Claims the database; false: there are other members. */
  async claim(): Promise<boolean> {
    this.isClaimed ||= await this.lockOn(await this.connected(), 'lock')
    return this.isClaimed
  }

  /** Whether there are other members. To try the lock would keep one away that joins at the same moment. */
  async isShared(): Promise<boolean> {
    return (await execute(await this.connected(), this.othersText)) === 1
  }

  /** Resolves when the server has answered on the connection that is always there: it costs no other, and finds none in use. */
  async probe(deadline: Deadline): Promise<void> {
    await untilEnd(
      this.connected().then((client) => execute(client, 'select 1')),
      deadline,
    )
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.timer)
    const open = this.client
    this.client = undefined
    await open?.end().catch(ignore)
  }

  private tell(tenantId: string | undefined, announced: boolean, isRemoved = tenantId === undefined): void {
    for (const heard of this.listeners) heard(tenantId, announced, isRemoved)
  }

  private notify(rest: string): string {
    return `select pg_notify(${quoted(this.channel)}, ${quoted(`${this.self}${rest}`)})`
  }

  /** One after another: the client takes one statement at a time. */
  private send(client: Client, text: string): Promise<unknown> {
    const sent = this.sending.catch(ignore).then(() => execute(client, text))
    this.sending = sent
    return sent
  }

  private hear(payload: string): void {
    const [from, tenantId, kind] = payload.split(' ')
    if (from === this.self) this.isAnswered = true
    else if (tenantId?.startsWith(word)) for (const heard of this.wordListeners) heard(tenantId.slice(word.length))
    else if (tenantId !== undefined) this.tell(tenantId, kind !== quiet, kind === removed)
  }

  private async lockOn(client: Client, kind: 'lock' | 'lock_shared'): Promise<boolean> {
    return (await execute(client, `select pg_try_advisory_${kind}(${this.lock})::int`)) === 1
  }

  private lost(client: Client): void {
    if (this.client !== client) return
    this.client = undefined
    this.connecting = undefined
    client.removeAllListeners('notification')
    client.end().catch(ignore)
    this.later(retryMillis)
  }

  private connected(): Promise<Client> {
    this.connecting ??= this.start().catch((error: unknown) => {
      this.connecting = undefined
      this.later(retryMillis)
      throw error
    })
    return this.connecting
  }

  private async start(): Promise<Client> {
    const made = await connectAlone(this.hosts, this.connectMillis)
    if (this.isClosed) {
      await made.end().catch(ignore)
      throw new StoreError('unavailable', 'closed')
    }
    this.client = made
    made.on('notification', ({ payload = '' }) => this.hear(payload))
    made.on('error', () => this.lost(made))
    made.on('end', () => this.lost(made))
    try {
      await execute(made, `listen ${this.channel}`)
      // The lock was lost with the old connection. If another process has taken it since, this one keeps running.
      if (this.isJoined) await this.lockOn(made, 'lock_shared')
      if (this.isClaimed) await this.lockOn(made, 'lock')
    } catch (error) {
      this.lost(made)
      throw error
    }
    this.isAnswered = true
    // Notifications sent while nobody listened are lost.
    if (!this.isFirst) this.tell(undefined, true)
    this.isFirst = false
    this.later(beatMillis)
    return made
  }

  private later(millis: number): void {
    clearTimeout(this.timer)
    if (!this.isClosed) this.timer = setTimeout(() => this.beat(), millis).unref()
  }

  /** Reconnects if the last beat was not received: the connection is dead, or a proxy drops notifications. */
  private beat(): void {
    const made = this.client
    if (made === undefined) this.connected().catch(ignore)
    else if (this.isAnswered) {
      this.isAnswered = false
      this.send(made, this.notify('')).catch(() => this.lost(made))
      this.later(beatMillis)
    } else this.lost(made)
  }
}
