/**
 * The addresses of the endpoint: `/_api/…`, also below sites and teams (exchange.md §13.2). What follows is taken from the
 * raw request target, as pickers put text into it as it was typed.
 */

const prefix = /^\/+(?:((?:sites|teams)(?:\/+[^/?#]+)+?)\/+)?_api(?=[/?]|$)/i

/** Whether a raw path belongs to SharePoint's endpoint. */
export function isSharePoint(path: string): boolean {
  const first = path.charCodeAt(1) | 0x20
  // `_`, `s` and `t`: most paths are others.
  return (first === 0x7f || first === 0x73 || first === 0x74) && prefix.test(path)
}

export interface RestTarget {
  /** Server-relative path of the site as sent, `sites/hr`; empty: the root site. */
  readonly site: string
  /** What the address begins with, up to `_api`, as sent. */
  readonly base: string
  /** What follows `_api`, raw, with its query. */
  readonly rest: string
}

export function targetOf(raw: string): RestTarget | undefined {
  const [base, site = ''] = prefix.exec(raw) ?? []
  return base === undefined ? undefined : { site, base, rest: raw.slice(base.length) }
}

const storeForm = /^\/+v2\.[01]\/+termStore(?=[/?]|$)/i

/** The path of the term store as sent, with what follows it; undefined: the address is another one. */
export function storeIn(rest: string): { readonly path: string; readonly below: string } | undefined {
  const path = storeForm.exec(rest)?.[0]
  return path === undefined ? undefined : { path, below: rest.slice(path.length) }
}

export function isContextInfo(rest: string): boolean {
  return /^\/+contextinfo(?:\(\))?\/*(?:\?|$)/i.test(rest)
}

/** Splits at the first question mark. */
export function pathAndQuery(text: string): readonly [path: string, query: string] {
  const mark = text.indexOf('?')
  return mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1)]
}

/** Percent-decoded; a sequence that is none stays as it is. */
export function decodedLeniently(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}
