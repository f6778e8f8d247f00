/** Splits the raw request target without decoding it: `%2F` stays inside its segment. */
import { withSingleSlashes } from '#base/text/slashes.ts'
import type { Version } from '#edm/props.ts'

export interface RequestTarget {
  /** Raw path with its leading slash, doubled slashes between segments made one. */
  readonly path: string
  /** Raw text after the question mark; empty when there is none. */
  readonly query: string
  /** Host and port of a target in absolute form. */
  readonly authority?: string
}

const absoluteForm = /^https?:\/\/([^/?]*)/i

function splitPath(target: string): RequestTarget {
  const mark = target.indexOf('?')
  const path = withSingleSlashes(mark < 0 ? target : target.slice(0, mark))
  return { path, query: mark < 0 ? '' : target.slice(mark + 1) }
}

/** Undefined for a target without a path (`*`, `host:port`). */
export function splitTarget(raw: string): RequestTarget | undefined {
  if (raw.charCodeAt(0) === 47) return splitPath(raw)
  // RFC 9112 §3.2.2: servers must accept the absolute form.
  const [whole = '', authority] = absoluteForm.exec(raw) ?? []
  if (authority === undefined) return undefined
  const rest = raw.slice(whole.length)
  return { ...splitPath(rest.charCodeAt(0) === 47 ? rest : `/${rest}`), authority }
}

/** The target without scheme and host, as sent; undefined for a target without a path. */
export function pathOnwards(raw: string): string | undefined {
  if (raw.charCodeAt(0) === 47) return raw
  const [whole] = absoluteForm.exec(raw) ?? []
  const rest = whole === undefined ? undefined : raw.slice(whole.length)
  return rest === undefined || rest.charCodeAt(0) === 47 ? rest : `/${rest}`
}

export interface PathBelow {
  readonly version: Version
  /** The path after the version; at least `/`. */
  readonly path: string
}

const prefixes: readonly (readonly [string, Version])[] = [
  ['/v1.0', 'v1.0'],
  ['/beta', 'beta'],
]

/** The API version in the first segment of a path, in any case. */
export function versionOf(path: string): PathBelow | undefined {
  for (const [prefix, version] of prefixes) {
    const { length } = prefix
    if (!path.startsWith(prefix) && path.slice(0, length).toLowerCase() !== prefix) continue
    if (path.length === length) return { version, path: '/' }
    if (path.charCodeAt(length) === 47) return { version, path: path.slice(length) }
  }
  return undefined
}
