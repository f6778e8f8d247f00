/** What a deliverer needs. */
import type { MovableClock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import type { KindName, TargetKind } from '../kinds/kind.ts'
import type { Sender } from '../sending/sender.ts'
import type { TargetList } from './target-list.ts'

/** Kinds by name. `need` throws for one that this server does not have. */
export interface Kinds {
  get(name: string): TargetKind | undefined
  need(name: string): TargetKind
}

export interface DeliveryObserver {
  attempt(kind: KindName, outcome: 'delivered' | 'failed', seconds: number): void
  turn(outcome: 'done' | 'failed' | 'claimed' | 'settled'): void
}

export interface DelivererFacts {
  readonly store: Store
  /** Of the rows. */
  readonly clock: MovableClock
  /** Milliseconds since 1970 by the real clock. */
  readonly realNow: () => number
  readonly ids: Ids
  readonly kinds: Kinds
  readonly list: TargetList
  readonly sender: Pick<Sender, 'send'>
  readonly report: (error: unknown) => void
  /** Told when the deliverer itself has written events of a tenant. */
  readonly onWrote: (tenantId: string) => void
  readonly observe?: DeliveryObserver | undefined
  /** Milliseconds between looks for what nobody has told of. */
  readonly tickMillis: number
}

/** How much one process has under way, over all targets. */
export class NodeLimits {
  readonly most: number
  #count = 0
  readonly #starved = new Set<() => void>()

  constructor(most: number) {
    this.most = most
  }

  get isFull(): boolean {
    return this.#count >= this.most
  }

  begin(): void {
    this.#count += 1
  }

  end(): void {
    this.#count -= 1
    const [first] = this.#starved
    if (first === undefined) return
    this.#starved.delete(first)
    first()
  }

  /** Calls it once when there is room again. */
  whenFree(again: () => void): void {
    this.#starved.add(again)
  }
}
