/** Which world a request is for: by the header `relata-world`, or by the host `{id}.w.localhost` in browsers. */
import type { IncomingMessage } from 'node:http'

export const worldHeader = 'relata-world'
export const usualWorld = 'default'

/** Whatever stands before it names a world: one that does not exist must not be taken for `default`. */
const hostForm = /^(.+)\.w\.localhost\.?(?::\d+)?$/i

/** In lower case; `default` where the request names none. */
export function worldNamed({ headers }: IncomingMessage): string {
  const named = headers[worldHeader]
  if (typeof named === 'string') return named.trim().toLowerCase()
  return hostForm.exec(headers.host ?? '')?.[1]?.toLowerCase() ?? usualWorld
}
