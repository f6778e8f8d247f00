/** The form of a webhook: what its fields hold, and the body that is sent. Pure. */
import type { Webhook } from '../api.ts'

/** What most ask for, each with the names it stands for. */
export const areas = {
  relationships: ['granular-admin-*', 'relata.granular-admin-*'],
  taxonomy: ['relata.taxonomy.*'],
  directory: ['relata.directory.*'],
  service: ['relata.target-*', 'relata.delivery-dead', 'relata.audit-checkpoint'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type Area = keyof typeof areas
export const areaNames = Object.keys(areas) as readonly Area[]

export interface WebhookFields {
  readonly url: string
  readonly description: string
  readonly areas: ReadonlySet<Area>
  /** Names beside those of the areas, one a line. */
  readonly names: string
  /** Ids, one a line; none: of all. */
  readonly customers: string
  readonly mode: Webhook['mode']
  readonly signing: Webhook['signing']
  readonly batch: boolean
  /** Names of headers whose values are there, and not shown. */
  readonly kept: readonly string[]
  /** `name: value`, one a line: new ones, and other values for those that are there. */
  readonly headers: string
  readonly handshake: boolean
}

export const newFields: WebhookFields = {
  url: '',
  description: '',
  areas: new Set(['relationships']),
  names: '',
  customers: '',
  mode: 'structured',
  signing: 'hmac',
  batch: false,
  kept: [],
  headers: '',
  handshake: false,
}

function linesIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\n,;]+/).map((line) => line.trim()))].filter((line) => line !== '')
}

function headersIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

/** Whether another value was typed for a header that is there. */
export function isReplaced({ headers }: Pick<WebhookFields, 'headers'>, name: string): boolean {
  return Object.keys(headersIn(headers)).some((one) => one.toLowerCase() === name.toLowerCase())
}

/** As they are sent: null keeps what is there. */
function headersOf({
  kept,
  headers,
}: Pick<WebhookFields, 'kept' | 'headers'>): Readonly<Record<string, string | null>> {
  const names = kept.filter((name) => !isReplaced({ headers }, name))
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...headersIn(headers) }
}

/** Whether what the change leaves out cannot be sent again, as nobody knows what it was. */
export function losesHeaders(before: Pick<Webhook, 'headers'>, fields: WebhookFields): boolean {
  const after = headersOf(fields)
  return Object.keys(before.headers).some((name) => after[name] !== null)
}

export function eventsOf({ areas: chosen, names }: Pick<WebhookFields, 'areas' | 'names'>): readonly string[] {
  return [
    ...new Set([...areaNames.filter((name) => chosen.has(name)).flatMap((name) => areas[name]), ...linesIn(names)]),
  ]
}

export function fieldsOf(webhook: Webhook): WebhookFields {
  const { url, description, events, customers, mode, signing, batch, headers } = webhook
  const chosen = areaNames.filter((name) => areas[name].every((one) => events.includes(one)))
  const known = new Set<string>(chosen.flatMap((name) => areas[name]))
  return {
    url,
    description: description ?? '',
    areas: new Set(chosen),
    names: events.filter((name) => !known.has(name)).join('\n'),
    customers: (customers ?? []).join('\n'),
    mode,
    signing,
    batch,
    kept: Object.keys(headers),
    headers: '',
    handshake: false,
  }
}

/** What can be changed; the rest is for new ones. */
export function patchOf(fields: WebhookFields) {
  const customers = linesIn(fields.customers)
  return {
    url: fields.url.trim(),
    events: eventsOf(fields),
    customers: customers.length === 0 ? null : customers,
    mode: fields.mode,
    batch: fields.batch && fields.mode === 'structured',
    headers: headersOf(fields),
    description: fields.description.trim() === '' ? null : fields.description.trim(),
  }
}

export function postOf(fields: WebhookFields) {
  return { ...patchOf(fields), signing: fields.signing, ...(fields.handshake ? { handshake: true } : {}) }
}
