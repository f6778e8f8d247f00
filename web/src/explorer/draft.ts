/** What is typed, before it is a request. Pure. */
import type { Method } from '../data/plan.ts'
import { type ApiVersion, versions } from './paths.ts'
import type { Request } from './samples.ts'

export interface Draft {
  readonly method: Method
  readonly version: ApiVersion
  readonly path: string
  readonly body: string
  /** `Name: value`, one a line. */
  readonly headers: string
}

export const methods: readonly Method[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

export const firstDraft: Draft = { method: 'GET', version: 'v1.0', path: '/termStore/groups', body: '', headers: '' }

export function draftOf({ method, version, path, body, headers = {} }: Request): Draft {
  return {
    method,
    version,
    path,
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2),
    headers: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  }
}

function headersIn(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line))
  return Object.fromEntries(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? '', found[2] ?? '']])))
}

export function hasBody(method: Method): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** The place in what is no JSON; undefined: the body can be sent. */
export function bodyFault({ method, body }: Draft): string | undefined {
  if (body.trim() === '' || (!hasBody(method) && body.trim() === '')) return undefined
  try {
    JSON.parse(body)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export function requestOf({ method, version, path, body, headers }: Draft): Request {
  const given = headersIn(headers)
  return {
    method,
    version,
    path: path.startsWith('/') ? path : `/${path}`,
    ...(body.trim() === '' ? {} : { body: JSON.parse(body) as unknown }),
    ...(Object.keys(given).length === 0 ? {} : { headers: given }),
  }
}

function isVersion(text: string | undefined): text is ApiVersion {
  return (versions as readonly (string | undefined)[]).includes(text)
}

/** A whole address, pasted: its parts. */
export function partsOf(text: string): Pick<Draft, 'version' | 'path'> | undefined {
  const found = /^(?:https?:\/\/[^/]+)?\/(v1\.0|beta|_relata)(\/.*)$/.exec(text.trim())
  return found !== null && isVersion(found[1]) ? { version: found[1], path: found[2] ?? '' } : undefined
}

export function draftIn(view: Readonly<Record<string, string | undefined>>): Draft | undefined {
  const { path, method, v } = view
  if (path === undefined) return undefined
  return {
    ...firstDraft,
    // Of a request that was opened from the inspector.
    body: view['body'] ?? '',
    path,
    method: methods.find((one) => one === method) ?? 'GET',
    version: isVersion(v) ? v : 'v1.0',
  }
}
