/** The worlds of one server: opened, found, listed, ended when nobody uses them. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { RequestServer, type Serving } from '#http/serve.ts'
import type { Instance, OpenInstance, WorldImage } from './instance.ts'
import { usualWorld, worldNamed } from './naming.ts'
import { World } from './world.ts'

const mostWorlds = 1_000
const usualIdleMinutes = 30
const lookMillis = 10_000

export interface BoxFacts {
  /** The instance of the world `default`. */
  readonly first: Instance
  /** What a reset of it goes back to. */
  readonly start: () => Promise<WorldImage>
  readonly open: OpenInstance
  /** The system's time. */
  readonly clock: Clock
  /** A world in which nobody has made a request for so long ends; `default` never does. */
  readonly idleMinutes?: number
}

export interface WorldWish {
  /** Absent: one is made. Lower-case letters, digits and hyphens. */
  readonly id?: string | undefined
  /** How it begins, and what a reset of it goes back to. */
  readonly image: WorldImage
  /** 0 selects a free one; absent: the world has no port of its own. */
  readonly port?: number | undefined
}

const idForm = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const portFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program or world has it',
  EACCES: 'this user may not use it',
}

function rethrowOfPort(error: unknown, port: number): never {
  const why = portFaults[(error as NodeJS.ErrnoException).code ?? '']
  if (why === undefined) throw error
  throw new AppError('conflict', `The port ${port} cannot be used: ${why}. With 0 a free one is selected.`, {
    target: 'port',
    cause: error,
  })
}

export class WorldBox implements Serving {
  readonly first: World
  readonly #open: OpenInstance
  readonly #clock: Clock
  readonly #idleMillis: number
  readonly #worlds = new Map<string, World>()
  readonly #lost: RequestServer
  readonly #timer: NodeJS.Timeout
  readonly #ends = new Set<Promise<void>>()
  /** Ids of worlds that are being opened. */
  readonly #opening = new Set<string>()
  #isClosed = false

  constructor({ first, start, open, clock, idleMinutes = usualIdleMinutes }: BoxFacts) {
    this.first = new World({ id: usualWorld, instance: first, start, clock })
    this.#clock = clock
    this.#open = open
    this.#idleMillis = idleMinutes * 60_000
    this.#worlds.set(usualWorld, this.first)
    this.#lost = new RequestServer({
      ...first.parts,
      knowsHost: () => {
        throw new AppError('notFound', `There is no such world on this server. GET /_relata/worlds lists them.`, {
          target: 'relata-world',
          check: 'world',
        })
      },
    })
    this.#timer = setInterval(() => this.#endIdle(), lookMillis).unref()
  }

  serve(request: IncomingMessage, response: ServerResponse, raw: string): void {
    const world = this.#worlds.get(worldNamed(request)) ?? this.#lost
    world.serve(request, response, raw)
  }

  async drain(): Promise<void> {
    await Promise.all([this.#lost.drain(), ...[...this.#worlds.values()].map((world) => world.drain())])
  }

  list(): readonly World[] {
    return [...this.#worlds.values()]
  }

  find(id: string): World | undefined {
    return this.#worlds.get(id.toLowerCase())
  }

  /** Tells those who follow any of the worlds. */
  tell(event: string): void {
    for (const world of this.list()) world.tell(event, {})
  }

  /** Throws `notFound`. */
  need(id: string): World {
    const world = this.find(id)
    if (world === undefined) throw new AppError('notFound', `There is no world '${id}'.`, { target: 'id' })
    return world
  }

  /** Throws `conflict` where the id is in use or there are too many, `invalid` for an id that is none. */
  async add({ id = randomUUID(), image, port }: WorldWish): Promise<World> {
    if (!idForm.test(id))
      throw new AppError('invalid', "'id' has 1 to 63 lower-case letters, digits and hyphens.", { target: 'id' })
    if (this.#worlds.has(id) || this.#opening.has(id))
      throw new AppError('conflict', `There is a world '${id}' already.`, { target: 'id' })
    if (this.#worlds.size + this.#opening.size >= mostWorlds)
      throw new AppError('conflict', `There are ${mostWorlds} worlds already. DELETE those that are not needed.`)
    this.#opening.add(id)
    try {
      const world = await this.#opened(id, image, port)
      this.#worlds.set(id, world)
      this.tell('relata.worlds-changed')
      return world
    } finally {
      this.#opening.delete(id)
    }
  }

  async #opened(id: string, image: WorldImage, port: number | undefined): Promise<World> {
    const world = new World({ id, instance: await this.#open(image, id), start: async () => image, clock: this.#clock })
    try {
      if (port !== undefined) await world.open(port).catch((error: unknown) => rethrowOfPort(error, port))
      // Nobody would end it any more.
      if (this.#isClosed) throw new AppError('unavailable', 'The server is stopping.')
      return world
    } catch (error) {
      await world.close()
      throw error
    }
  }

  /** Its running requests are answered first. Throws `notFound`, and `conflict` for `default`. */
  remove(id: string): void {
    const world = this.need(id)
    if (world === this.first)
      throw new AppError('conflict', "The world 'default' stays as long as the server. Reset it instead.")
    this.#worlds.delete(world.id)
    this.tell('relata.worlds-changed')
    const end = world.close().finally(() => this.#ends.delete(end))
    end.catch(() => undefined)
    this.#ends.add(end)
  }

  /** While the server that all worlds share is closed: one after the other they would take twice as long as a stop may. */
  async closeDoors(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.list().map((world) => world.closeDoor()))
  }

  /** Ends all worlds. Running requests were waited for before, when the server stopped listening. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await Promise.allSettled([...this.list().map((world) => world.close(0)), ...this.#ends])
  }

  #endIdle(): void {
    const oldest = performance.now() - this.#idleMillis
    for (const world of this.list()) if (world !== this.first && world.usedAt < oldest) this.remove(world.id)
  }
}
