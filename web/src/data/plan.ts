/**
 * A request as data. What a page does is described first and sent then, by one function (send.ts), so that each action can
 * be shown as exactly the request that it makes.
 */
export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export interface RequestPlan<Answer = unknown> {
  readonly method: Method
  /** From the root of the server on, with the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Control addresses of the stand-in ask for no token. */
  readonly needsToken: boolean
  /** The answer is a file: `body` is a `Blob`. */
  readonly isFile?: boolean
  /** Goes on while the page is being left. */
  readonly outlivesPage?: boolean
  /** No member at run time: what the answer is. */
  readonly answers?: Answer
}

type QueryValue = string | number | boolean | undefined | readonly string[]

/** Members that are undefined are left out; lists are given once for each text. */
export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return []
    const list = Array.isArray(value) ? value : [value]
    return list.map((one) => `${name}=${encodeURIComponent(String(one))}`)
  })
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

interface PlanOptions {
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly isFile?: boolean
  readonly outlivesPage?: boolean
}

function planOf<Answer>(
  method: Method,
  path: string,
  { query, headers, body, isFile, outlivesPage }: PlanOptions,
  needsToken: boolean,
): RequestPlan<Answer> {
  return {
    method,
    path: `${path}${queryText(query ?? {})}`,
    needsToken,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(isFile === true ? { isFile } : {}),
    ...(outlivesPage === true ? { outlivesPage } : {}),
  }
}

/** A call of Microsoft Graph; `path` begins below the version, such as `/termStore/groups`. */
export function graph<Answer = unknown>(method: Method, path: string, options: PlanOptions = {}): RequestPlan<Answer> {
  return planOf<Answer>(method, `/v1.0${path}`, options, true)
}

/** A call of one of Relata's own addresses; `path` begins below `/_relata`. `token`: the address asks for one. */
export function control<Answer = unknown>(
  method: Method,
  path: string,
  options: PlanOptions & { readonly token?: boolean } = {},
): RequestPlan<Answer> {
  return planOf<Answer>(method, `/_relata${path}`, options, options.token === true)
}

/** The page that follows: its address names the host, which is this one. */
export function following<Answer>(link: string): RequestPlan<Answer> {
  const { pathname, search } = new URL(link, location.origin)
  return { method: 'GET', path: `${pathname}${search}`, needsToken: !pathname.startsWith('/_relata/') }
}

/** One segment of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text)
}

/** A text in an OData expression, with its quotes. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
