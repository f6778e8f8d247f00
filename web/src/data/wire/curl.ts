/** A planned request as people can use it elsewhere. Loaded when it is asked for: the frame does without it. */
import type { RequestPlan } from '../plan.ts'
import { type Acting, currentSession } from '../session.ts'
import { bodyWords, fullAddress } from './describe.ts'

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** In a stand-in: the line by which a shell gets the token that the command names. */
function tokenLine(acting: Acting, secure: readonly string[]): string {
  const { world } = currentSession()
  const { tenant, caller } = acting
  const parts = [
    'token=$(curl -sS',
    ...secure,
    ...(world === 'default' ? [] : [`-H ${quoted(`relata-world: ${world}`)}`]),
    "-H 'Content-Type: application/json' -d",
    quoted(JSON.stringify({ tenant: tenant.domain, [caller.kind]: caller.id })),
    `${location.origin}/_relata/tokens | sed -E 's/.*"accessToken":"([^"]+)".*/\\1/')`,
  ]
  return `${parts.join(' ')}\n`
}

/** `token`: put in place of `$token`. Absent: in a stand-in the command asks for one, of `acting` or of who the page acts as. */
export function curlOf(
  plan: RequestPlan,
  token?: string,
  acting: Acting | undefined = currentSession().acting,
): string {
  const { method, headers = {}, body, needsToken, isFile } = plan
  const { world, info } = currentSession()
  const all: Record<string, string> = {
    ...(needsToken ? { Authorization: `Bearer ${token ?? '$token'}` } : {}),
    ...(world === 'default' ? {} : { 'relata-world': world }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  }
  const asks = needsToken && token === undefined && acting !== undefined && info.mode === 'stand-in'
  const secure = location.protocol === 'https:' && info.mode === 'stand-in' ? ["--cacert '.relata/ca.pem'"] : []
  const parts = [
    'curl -sS',
    ...secure,
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...Object.entries(all).map(([name, value]) =>
      // The shell fills in the token, which it does between double quotes only.
      value.includes('$token') ? `-H "${name}: ${value}"` : `-H ${quoted(`${name}: ${value}`)}`,
    ),
    ...(body === undefined ? [] : [`${body instanceof Blob ? '--data-binary' : '-d'} ${quoted(bodyWords(body))}`]),
    ...(isFile === true ? ['-OJ'] : []),
    quoted(fullAddress(plan)),
  ]
  return (asks ? tokenLine(acting, secure) : '') + parts.join(' \\\n  ')
}
