/** The log of `--auth warn`: for each request the first refusal that enforcement would have given. */
import type { Lack } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import type { EngineFacts } from '#engine/session.ts'

/** One line of the log. */
export interface Forgiven extends Lack {
  readonly method: string
  readonly path: string
  readonly requestId: string
  readonly message: string
}

export interface AccessLog {
  readonly lenient: NonNullable<EngineFacts['lenient']>
  /** Logs tokens that would have been refused. */
  wrap(handle: Handle): Handle
}

/** A request is one object from start to answer, or that and a copy with other roles. */
export function accessLog(write: (line: Forgiven) => void): AccessLog {
  const told = new WeakSet<PlainRequest>()
  const standIns = new WeakSet<Actor>()
  const line = ({ method, version, path, requestId }: PlainRequest, message: string, lack: Lack): void =>
    write({ method, path: `/${version}${path}`, requestId, message, ...lack })
  return {
    lenient: {
      tell: (refusal, request) => {
        const lacks = refusal.facts.lacks
        const isSilent = request.actor !== undefined && standIns.has(request.actor)
        if (lacks === undefined || isSilent || told.has(request)) return
        told.add(request)
        line(request, refusal.message, lacks)
      },
    },
    wrap: (handle) => (request) => {
      const { forgiven, actor } = request
      if (forgiven !== undefined && actor !== undefined) {
        standIns.add(actor)
        line(request, forgiven, { layer: 'token', wanted: ['a valid access token'], held: [] })
      }
      return handle(request)
    },
  }
}
