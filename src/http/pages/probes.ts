/** Pages that say how the server is, for load balancers and orchestrators: without a token, never logged. */
import type { Answer } from '#base/answer.ts'
import type { Clock } from '#base/clock.ts'
import type { HttpAnswer } from '../answer.ts'

/** Why the database cannot answer. `message` is for everybody: it names no host, user or file. */
export interface Outage {
  readonly reason: string
  readonly message: string
  readonly since: Date
}

export interface ProbeParts {
  readonly clock: Clock
  /** Members of `/health`. */
  readonly about: Readonly<Record<string, string>>
  /** Undefined: the database answers. Takes a second or two at most. */
  readonly outage?: () => Promise<Outage | undefined>
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}

/** By address. */
export function probesOf(
  { clock, about, outage = async () => undefined }: ProbeParts,
  isStopping: () => boolean,
): Readonly<Record<string, () => Answer<HttpAnswer>>> {
  const startedMs = clock.now().getTime()
  return {
    '/alive': () => json(200, { status: 'alive' }),
    '/ready': async () => {
      if (isStopping()) return json(503, { status: 'stopping' })
      const down = await outage()
      return down === undefined ? json(200, { status: 'ready' }) : json(503, { status: 'unavailable', ...down })
    },
    '/health': async () => {
      const down = await outage()
      const uptimeSeconds = Math.floor((clock.now().getTime() - startedMs) / 1000)
      return down === undefined
        ? json(200, { status: 'healthy', ...about, uptimeSeconds })
        : json(503, { status: 'unhealthy', ...about, uptimeSeconds, database: down })
    },
  }
}
