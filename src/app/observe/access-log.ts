/** The log of `--auth warn`: for each request the first refusal that enforcement would have given. */
import type { Lack } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import type { EngineFacts } from '#engine/session.ts'

/** One line of the log. */
export interface UnenforcedRefusal extends Lack {
  readonly method: string
  readonly path: string
  readonly requestId: string
  readonly message: string
}

export interface AccessLog {
  readonly unenforced: NonNullable<EngineFacts['unenforced']>
  /** Logs tokens that would have been refused. */
  wrap(handle: Handle): Handle
}

/** A request is one object from start to answer, or that and a copy with other roles. */
export function accessLog(write: (line: UnenforcedRefusal) => void): AccessLog {
  const logged = new WeakSet<PlainRequest>()
  const defaultActors = new WeakSet<Actor>()
  const line = ({ method, version, path, requestId }: PlainRequest, message: string, lack: Lack): void =>
    write({ method, path: `/${version}${path}`, requestId, message, ...lack })
  return {
    unenforced: {
      warn: (refusal, request) => {
        const lacks = refusal.facts.lacks
        const isSilent = request.actor !== undefined && defaultActors.has(request.actor)
        if (lacks === undefined || isSilent || logged.has(request)) return
        logged.add(request)
        line(request, refusal.message, lacks)
      },
    },
    wrap: (handle) => (request) => {
      const { unenforcedDenial, actor } = request
      if (unenforcedDenial !== undefined && actor !== undefined) {
        defaultActors.add(actor)
        line(request, unenforcedDenial, { layer: 'token', wanted: ['a valid access token'], held: [] })
      }
      return handle(request)
    },
  }
}
