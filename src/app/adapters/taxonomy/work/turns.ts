/** Who is next where one thing is done at a time: tenants take turns, and of each one only a few wait. */
import { AppError } from '#base/errors.ts'

export interface TurnLimits {
  readonly mostWaiting: number
  readonly mostOfTenant: number
}

interface Waiting {
  readonly tenantId: string
  readonly begin: () => void
}

const retryAfter = { 'Retry-After': '5' }

function tooMany(ofTenant: boolean): AppError {
  const what = 'files of terms are being read or written'
  if (!ofTenant)
    return new AppError('unavailable', `Too many ${what} at the moment; try again.`, {
      headers: retryAfter,
      check: 'exchange.crowded',
    })
  return new AppError('throttled', `Too many ${what} for this tenant at the moment; try again.`, {
    inner: 'throttledRequest',
    headers: retryAfter,
    check: 'exchange.crowdedTenant',
  })
}

export class WorkTurns {
  readonly #limits: TurnLimits
  #waiting: Waiting[] = []
  #running: string | undefined

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** Throws `throttled` or `unavailable` where too many wait. */
  async run<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    if (this.#running !== undefined) await this.#wait(tenantId)
    this.#running = tenantId
    try {
      return await work()
    } finally {
      this.#next(tenantId)
    }
  }

  #wait(tenantId: string): Promise<void> {
    const { mostWaiting, mostOfTenant } = this.#limits
    const ofTenant = this.#waiting.filter((one) => one.tenantId === tenantId).length
    if (ofTenant >= mostOfTenant) throw tooMany(true)
    if (this.#waiting.length >= mostWaiting) throw tooMany(false)
    return new Promise((resolve) => {
      this.#waiting.push({ tenantId, begin: resolve })
    })
  }

  /** Of another tenant, if one waits. It holds the turn before it goes on, so that nobody comes in between. */
  #next(last: string): void {
    const next = this.#waiting.find(({ tenantId }) => tenantId !== last) ?? this.#waiting[0]
    this.#running = next?.tenantId
    if (next === undefined) return
    this.#waiting = this.#waiting.filter((one) => one !== next)
    next.begin()
  }
}
