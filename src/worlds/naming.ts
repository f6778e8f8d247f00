/** Which world a request is for: by the header `relata-world`, or by the host `{id}.w.localhost` in browsers. */
import type { IncomingMessage } from 'node:http'

export const worldHeader = 'relata-world'
export const usualWorld = 'default'

/** Any name below `w.localhost` is of a world, also one that no world can have: nobody means `default` by it. */
const hostForm = /^(.+)\.w\.localhost\.?(?::\d+)?$/i
const absoluteForm = /^https?:\/\/([^/?]*)/i

/** In lower case; `default` where the request names none. */
export function worldNamed({ headers, url = '/' }: Pick<IncomingMessage, 'headers' | 'url'>): string {
  const named = headers[worldHeader]
  if (typeof named === 'string') return named.trim().toLowerCase()
  // RFC 9112 §3.2.2: what a target in absolute form says comes before the Host header.
  const host = url.startsWith('/') ? headers.host : (absoluteForm.exec(url)?.[1] ?? headers.host)
  return hostForm.exec(host ?? '')?.[1]?.toLowerCase() ?? usualWorld
}
