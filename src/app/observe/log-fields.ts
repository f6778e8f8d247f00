/**
 * The fields of log lines: who asked, and text that cannot be taken for another line. Values come from clients (paths, names
 * in tokens), so control characters, line ends of Unicode and marks that turn the direction of text are escaped.
 */
import type { Asking } from '#base/own-address.ts'

export type LogFields = Readonly<Record<string, string>>

/** C0 and C1 controls, DEL, line and paragraph separators, and marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The text on one line, whatever was in it. */
export function onOneLine(text: string): string {
  return text.replace(unsafe, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Who asked: tenant, person or application, client, and where from. Never a token. */
export function whoOf(actor: Asking | undefined, peer: string | undefined): LogFields {
  const { kind, tenantId, homeTenantId, userId, appId, name } = actor ?? {}
  const fields: Readonly<Record<string, string | undefined>> = {
    tenantId,
    homeTenantId,
    userId,
    [kind === 'user' ? 'userName' : 'clientName']: name,
    clientId: appId,
    peer,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as LogFields
}

const plain = /^[\w.:@/+-]+$/

/** `tenantId=… userName="Tara Technician"`, as logfmt has it. */
export function pairsOf(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${plain.test(value) ? value : onOneLine(JSON.stringify(value))}`)
    .join(' ')
}
