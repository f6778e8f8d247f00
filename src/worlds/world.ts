/** One world: an instance that can be replaced while it is served. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { RequestServer, type Serving } from '#http/serve.ts'
import { type HttpServer, startServer as listen } from '#http/server.ts'
import type { Instance, WorldImage } from './instance.ts'

export interface WorldFacts {
  readonly id: string
  readonly instance: Instance
  readonly clock: Clock
  /** What a reset goes back to. */
  readonly start: () => Promise<WorldImage>
}

/** As long as a server that stops waits for running requests. */
const stopMillis = 4_000

export class World implements Serving {
  readonly id: string
  readonly created: Date
  /** As `performance.now()`: when the last request came. */
  usedAt = performance.now()
  requestCount = 0
  readonly #start: () => Promise<WorldImage>
  #instance: Instance
  #requests: RequestServer
  #door: HttpServer | undefined
  #doorClosed: Promise<void> | undefined
  /** Replacing waits for its turn: two at once would leave rows of both. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Called when running requests are waited for no longer. */
  #stop: () => void = () => undefined
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stop = resolve
  })
  /** Ends of instances that were replaced. */
  readonly #ends = new Set<Promise<void>>()

  constructor({ id, instance, start, clock }: WorldFacts) {
    this.id = id
    this.created = clock.now()
    this.#start = start
    this.#instance = instance
    this.#requests = new RequestServer(instance.parts)
  }

  /** Of the instance it holds at present. */
  get parts(): Instance['parts'] {
    return this.#instance.parts
  }

  /** The port of its own; undefined: it has none. */
  get port(): number | undefined {
    return this.#door?.port
  }

  serve(request: IncomingMessage, response: ServerResponse, raw: string): void {
    this.usedAt = performance.now()
    this.requestCount += 1
    this.#requests.serve(request, response, raw)
  }

  drain(): Promise<void> {
    return this.#requests.drain()
  }

  /** Listens on a port where this world answers whatever a request says. 0 selects a free one. */
  async open(port: number): Promise<number> {
    this.#door ??= await listen({ ...this.#instance.parts, port }, this)
    return this.#door.port
  }

  tell(event: string, data: unknown): void {
    this.#instance.tell(event, data)
  }

  image(): Promise<WorldImage> {
    return this.#instance.image()
  }

  reset(): Promise<void> {
    return this.#inTurn(async () => this.#put(await this.#start()))
  }

  /** Requests that come after it see what the image holds. Those that are running are still answered. */
  replace(image: WorldImage): Promise<void> {
    return this.#inTurn(() => this.#put(image))
  }

  /** Nobody comes in by its own port any more; who is in is waited for, as long as a stop waits. */
  closeDoor(): Promise<void> {
    this.#doorClosed ??= this.#door?.close()
    return this.#doorClosed ?? Promise.resolve()
  }

  /**
   * `patience`: how long running requests are waited for, in milliseconds. A jump of the clock may run for minutes; it ends
   * with the engine.
   */
  async close(patience = stopMillis): Promise<void> {
    await this.#turn
    await this.closeDoor()
    const late = setTimeout(this.#stop, patience)
    await this.#drained(this.#requests)
    clearTimeout(late)
    this.#stop()
    await Promise.allSettled(this.#ends)
    await this.#instance.close()
  }

  #drained(requests: RequestServer): Promise<void> {
    return Promise.race([requests.drain(), this.#stopped])
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #put(image: WorldImage): Promise<void> {
    const [before, requests] = [this.#instance, this.#requests]
    this.#instance = await before.replaced(image)
    this.#requests = new RequestServer(this.#instance.parts)
    // The request that asks for this runs in the old one, so its end is not waited for here.
    const end = this.#drained(requests)
      .then(() => before.retire())
      .finally(() => this.#ends.delete(end))
    this.#ends.add(end)
    end.catch(() => undefined)
  }
}
