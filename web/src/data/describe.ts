/** A planned request as people can use it elsewhere. */
import type { RequestPlan } from './plan.ts'
import { currentSession } from './session.ts'

export function fullAddress({ path }: RequestPlan): string {
  return `${location.origin}${path}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A file is named, not shown. */
function contentOf(body: unknown): string {
  if (body instanceof File) return `--data-binary ${quoted(`@${body.name}`)}`
  if (body instanceof Blob) return '--data-binary @file'
  return `-d ${quoted(typeof body === 'string' ? body : JSON.stringify(body))}`
}

/** `token`: put in place of `$token`. */
export function curlOf(plan: RequestPlan, token?: string): string {
  const { method, headers = {}, body, needsToken, isFile } = plan
  const { world, info } = currentSession()
  const all: Record<string, string> = {
    ...(needsToken ? { Authorization: `Bearer ${token ?? '$token'}` } : {}),
    ...(world === 'default' ? {} : { 'relata-world': world }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  }
  const secure = location.protocol === 'https:' && info.mode === 'stand-in' ? ["--cacert '.relata/ca.pem'"] : []
  const parts = [
    'curl -sS',
    ...secure,
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...Object.entries(all).map(([name, value]) =>
      // The shell fills in the token, which it does between double quotes only.
      value.includes('$token') ? `-H "${name}: ${value}"` : `-H ${quoted(`${name}: ${value}`)}`,
    ),
    ...(body === undefined ? [] : [contentOf(body)]),
    ...(isFile === true ? ['-OJ'] : []),
    quoted(fullAddress(plan)),
  ]
  return parts.join(' \\\n  ')
}
