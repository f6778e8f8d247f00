/** What bodies of `/_relata/webhooks` say (events.md §4.1). All faults are told at once. */
import { Faults } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import type { OwnRequest } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import { jsonIn } from '../../request.ts'
import { patternFault } from '../event-names.ts'

export interface WebhookWish {
  readonly url?: string
  readonly events?: readonly string[]
  /** Null: of all customers, and of none. */
  readonly customers?: readonly string[] | null
  readonly mode?: 'structured' | 'binary'
  readonly signing?: 'hmac' | 'ed25519'
  readonly batch?: boolean
  /** Null: the value that is there. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly description?: string | null
  readonly state?: 'active' | 'paused'
  readonly secret?: string
  /** The address is asked first whether it takes events. */
  readonly handshake?: boolean
}

type Json = Readonly<Record<string, unknown>>
type Reader = (value: unknown, faults: Faults, name: string) => unknown

const mostEvents = 64
const mostCustomers = 1_000
const mostHeaders = 10
const mostText = 1_000
const mostName = 128
const headerForm = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/i
/** They belong to the request, or to what signs it. */
const ownHeaders =
  /^(?:host|connection|transfer-encoding|keep-alive|upgrade|te|trailer|expect|content-.*|webhook-.*|ce-.*|relata-.*|user-agent)$/i

/** Of a value of JSON. */
function shortJson(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(shortText(value)) : shortText(JSON.stringify(value))
}

function text(value: unknown, faults: Faults, name: string): string | undefined {
  if (typeof value === 'string' && value.length > 0 && value.length <= mostText * 4) return value
  faults.add(name, `'${name}' is a text.`)
  return undefined
}

function optionalText(value: unknown, faults: Faults, name: string): string | null | undefined {
  if (value === null) return null
  if (typeof value === 'string' && value.length <= mostText) return value
  faults.add(name, `'${name}' is a text of at most ${mostText} characters, or null.`)
  return undefined
}

function flag(value: unknown, faults: Faults, name: string): boolean | undefined {
  if (typeof value === 'boolean') return value
  faults.add(name, `'${name}' is true or false.`)
  return undefined
}

function oneOf(...words: readonly string[]): Reader {
  return (value, faults, name) => {
    if (typeof value === 'string' && words.includes(value)) return value
    faults.add(name, `'${name}' is one of ${words.join(', ')}.`)
    return undefined
  }
}

function eventsOf(names: readonly string[]): Reader {
  return (value, faults, name) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > mostEvents) {
      faults.add(name, `'${name}' is a list of 1 to ${mostEvents} names of events, in which * stands for any text.`)
      return undefined
    }
    for (const [at, one] of value.entries()) {
      const isLong = typeof one === 'string' && one.length > mostName
      const fault = isLong ? `A name of an event has at most ${mostName} characters.` : patternFault(one, names)
      if (fault !== undefined) faults.add(`${name}/${at}`, fault)
    }
    return [...new Set(value as string[])]
  }
}

function customers(value: unknown, faults: Faults, name: string): readonly string[] | null | undefined {
  if (value === null) return null
  if (!Array.isArray(value) || value.length === 0 || value.length > mostCustomers) {
    faults.add(name, `'${name}' is a list of 1 to ${mostCustomers} ids of customers, or null for all.`)
    return undefined
  }
  const ids = value.map((one) => (typeof one === 'string' ? guidOf(one) : undefined))
  const wrong = ids.indexOf(undefined)
  if (wrong === -1) return [...new Set(ids as string[])]
  faults.add(`${name}/${wrong}`, `${shortJson(value[wrong])} is not the id of a tenant.`)
  return undefined
}

function headers(value: unknown, faults: Faults, name: string): Json | undefined {
  if (!isObject(value) || Object.keys(value).length > mostHeaders) {
    faults.add(name, `'${name}' is an object of at most ${mostHeaders} headers.`)
    return undefined
  }
  const found = new Set<string>()
  for (const [header, content] of Object.entries(value)) {
    const known = header.toLowerCase()
    const isText = typeof content === 'string' && /^[\x20-\x7e]{0,1000}$/.test(content)
    if (!headerForm.test(header) || ownHeaders.test(header))
      faults.add(`${name}/${header}`, `'${shortText(header)}' is not a header that may be added.`)
    else if (found.has(known)) faults.add(`${name}/${header}`, `'${header}' is there twice, written in two ways.`)
    else if (!isText && content !== null)
      faults.add(`${name}/${header}`, `'${header}' is a text in ASCII of at most 1000 characters, or null.`)
    found.add(known)
  }
  return value
}

function newHeaders(value: unknown, faults: Faults, name: string): Json | undefined {
  const read = headers(value, faults, name)
  for (const [header, content] of Object.entries(read ?? {}))
    if (content === null) faults.add(`${name}/${header}`, nothingKept(header))
  return read
}

/** A null stands for the value that is there. */
export function nothingKept(header: string): string {
  return `'${header}' is null, which keeps the value of a header that is there; there is none of this name.`
}

const readers: Readonly<Record<Exclude<keyof WebhookWish, 'events'>, Reader>> = {
  url: text,
  customers,
  mode: oneOf('structured', 'binary'),
  signing: oneOf('hmac', 'ed25519'),
  batch: flag,
  headers,
  description: optionalText,
  state: oneOf('active', 'paused'),
  secret: text,
  handshake: flag,
}

const ofPatch: readonly string[] = ['url', 'events', 'customers', 'mode', 'batch', 'headers', 'description', 'state']
const ofPost: readonly string[] = [...ofPatch.filter((name) => name !== 'state'), 'signing', 'secret', 'handshake']

interface WishFacts {
  /** `url` and `events` are needed, and no header has a value yet. */
  readonly isNew: boolean
  /** Of the events that may be asked for. */
  readonly eventNames: readonly string[]
}

/** Throws `invalid` with all faults. */
export function webhookWishIn(request: OwnRequest, { isNew, eventNames }: WishFacts): WebhookWish {
  const body = jsonIn(request)
  const faults = new Faults('badRequest')
  if (!isObject(body)) {
    faults.add('', 'The request body is not a JSON object.')
    faults.throwIfAny()
  }
  const known = isNew ? ofPost : ofPatch
  const read = { ...readers, events: eventsOf(eventNames), ...(isNew ? { headers: newHeaders } : {}) }
  const wish: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body as Json)) {
    if (!known.includes(name))
      faults.add(name, `'${shortText(name)}' is not known here. There are ${known.join(', ')}.`)
    else wish[name] = read[name as keyof WebhookWish](value, faults, name)
  }
  if (isNew)
    for (const name of ['url', 'events'])
      if (!Object.hasOwn(body as Json, name)) faults.add(name, `'${name}' is needed.`)
  if (wish['batch'] === true && wish['mode'] === 'binary')
    faults.add('batch', "'batch' is for the structured mode: the binary one has one event in a request.")
  faults.throwIfAny()
  return wish as WebhookWish
}
