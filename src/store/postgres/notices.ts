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

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function ignore(): void {
  // Nothing to do.
}

/** Hears of what others wrote: the tenant's id; undefined: something may have been missed. */
type Listener = (tenantId: string | undefined, announced: boolean) => void

export class Notices {
  private readonly hosts: Hosts
  private readonly self: string
  private readonly connectMillis: number
  private readonly channel: string
  private readonly lock: string
  private readonly listeners = new Set<Listener>()
  private client: Client | undefined
  private connecting: Promise<Client> | undefined
  private timer: NodeJS.Timeout | undefined
  private isClosed = false
  private isFirst = true
  private isJoined = false
  private isClaimed = false
  private isAnswered = true

  /** `schema`: what is told and who is there concerns it alone; `self` tells this process from others. */
  constructor(hosts: Hosts, schema: string, self: string, connectMillis: number) {
    this.hosts = hosts
    this.self = self
    this.connectMillis = connectMillis
    this.channel = `relata_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`
    this.lock = `hashtext('relata place'), hashtext(${quoted(schema)})`
  }

  /** The statement that tells it when its transaction commits. `announced`: rows others must know of are among them. */
  text(tenantId: string, announced: boolean): string {
    return this.notify(announced ? ` ${tenantId}` : ` ${tenantId} -`)
  }

  /** Returns what ends it. */
  listen(heard: Listener): () => void {
    this.listeners.add(heard)
    if (!this.isClosed) this.connected().catch(ignore)
    return () => this.listeners.delete(heard)
  }

  /** Takes a place among the processes; false: one of them has it all to itself. */
  async join(): Promise<boolean> {
    this.isJoined = await this.lockOn(await this.connected(), 'lock_shared')
    return this.isJoined
  }

  /** Whether this process is alone, and will be. */
  async claim(): Promise<boolean> {
    this.isClaimed ||= await this.lockOn(await this.connected(), 'lock')
    return this.isClaimed
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.timer)
    const open = this.client
    this.client = undefined
    await open?.end().catch(ignore)
  }

  private tell(tenantId: string | undefined, announced: boolean): void {
    for (const heard of this.listeners) heard(tenantId, announced)
  }

  private notify(rest: string): string {
    return `select pg_notify(${quoted(this.channel)}, ${quoted(`${this.self}${rest}`)})`
  }

  private hear(payload: string): void {
    const [from, tenantId, kind] = payload.split(' ')
    if (from === this.self) this.isAnswered = true
    else if (tenantId !== undefined) this.tell(tenantId, kind === undefined)
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
      // Where somebody else came between, there is nothing to be done but to go on.
      if (this.isJoined) await this.lockOn(made, 'lock_shared')
      if (this.isClaimed) await this.lockOn(made, 'lock')
    } catch (error) {
      this.lost(made)
      throw error
    }
    this.isAnswered = true
    // What was said while nobody listened is lost.
    if (!this.isFirst) this.tell(undefined, true)
    this.isFirst = false
    this.later(beatMillis)
    return made
  }

  private later(millis: number): void {
    clearTimeout(this.timer)
    if (!this.isClosed) this.timer = setTimeout(() => this.beat(), millis).unref()
  }

  /** A connection can be dead without knowing, or lead through something that does not pass notices on. */
  private beat(): void {
    const made = this.client
    if (made === undefined) this.connected().catch(ignore)
    else if (this.isAnswered) {
      this.isAnswered = false
      execute(made, this.notify('')).catch(() => this.lost(made))
      this.later(beatMillis)
    } else this.lost(made)
  }
}
