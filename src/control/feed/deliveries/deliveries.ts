/** `/_relata/deliveries`: what became of events at targets of any kind, and sending them again (events.md §6.6). */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType, type OwnAnswer } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import { instantIn } from '#edm/types.ts'
import { byMethod, readMembers, textMember } from '../../request.ts'
import { type DeliveryCaller, type DeliveryCallerParts, deliveryCallerOf } from './caller.ts'

export const deliveryStates = ['waiting', 'behind', 'delivered', 'dead', 'redelivered', 'skipped'] as const
type StateName = (typeof deliveryStates)[number]

export interface DeliveriesWish {
  readonly target?: string
  readonly state?: StateName
  readonly event?: string
  readonly subject?: string
  /** Instants as rows hold them, of the last attempt. */
  readonly from?: string
  readonly to?: string
  readonly limit: number
  /** What `next` of the page before says. */
  readonly after?: string
}

export interface ReplayWish {
  readonly target: string
  readonly state: 'dead' | 'delivered'
  readonly from?: string
  readonly to?: string
}

export interface DeliveriesPage {
  readonly value: readonly Json[]
  /** Undefined: it is the last page. */
  readonly next: string | undefined
}

/** All throw `AppError`. */
export interface DeliveriesControl {
  /** Newest events first. */
  list(caller: DeliveryCaller, wish: DeliveriesWish): Promise<DeliveriesPage>
  /** One event at one target: the event, and what became of it in each round, the last one first. */
  show(caller: DeliveryCaller, targetId: string, sequence: number): Promise<Json>
  redeliver(caller: DeliveryCaller, targetId: string, sequence: number): Promise<Json>
  /** Returns how many are sent again. */
  replay(caller: DeliveryCaller, wish: ReplayWish): Promise<number>
  summary(caller: DeliveryCaller): Promise<readonly Json[]>
}

export interface DeliveriesParts extends DeliveryCallerParts {
  readonly deliveries: DeliveriesControl
}

const root = '/_relata/deliveries'
const form = /^\/_relata\/deliveries(?:\/(summary|replay)|\/([^/]+)\/([^/]+)(\/redeliver)?)?\/?$/i
const known = ['tenant', 'target', 'state', 'event', 'subject', 'from', 'to', 'limit', 'after']
const usualPage = 100
const mostOfPage = 1_000

function stateIn<const T extends string>(text: string | undefined, states: readonly T[], name: string): T | undefined {
  const found = states.find((state) => state === text)
  if (text === undefined || found !== undefined) return found
  throw new AppError('invalid', `'${name}' is one of ${states.join(', ')}.`, { target: name })
}

function instantOfText(text: string | undefined, name: string): string | undefined {
  const instant = text === undefined ? undefined : instantIn(text)
  if (text === undefined || instant !== undefined) return instant
  throw new AppError('invalid', `'${name}' is an instant such as 2026-01-06T10:00:00Z.`, { target: name })
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T & object as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function limitIn(text: string | undefined): number {
  if (text === undefined) return usualPage
  // Number takes 1e2 and 0x10 as well.
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= mostOfPage) return limit
  throw new AppError('invalid', `'limit' is a whole number from 1 to ${mostOfPage}.`, { target: 'limit' })
}

function wishIn(query: string): DeliveriesWish {
  const texts = new URLSearchParams(query)
  const one = (name: string): string | undefined => texts.get(name)?.trim() || undefined
  return {
    limit: limitIn(one('limit')),
    ...given({
      target: one('target'),
      state: stateIn(one('state'), deliveryStates, 'state'),
      event: one('event'),
      subject: one('subject'),
      from: instantOfText(one('from'), 'from'),
      to: instantOfText(one('to'), 'to'),
      after: one('after'),
    }),
  }
}

function listHandler(parts: DeliveriesParts): AddressHandler {
  return byMethod({
    GET: async (request) => {
      const caller = await deliveryCallerOf(parts, request, known)
      const { value, next } = await parts.deliveries.list(caller, wishIn(request.query))
      if (next === undefined) return jsonAnswer({ value })
      const query = new URLSearchParams(request.query)
      query.set('after', next)
      return jsonAnswer({ value, nextLink: `${request.origin}${root}?${query}` })
    },
  })
}

function accepted(value: Json): OwnAnswer {
  return { status: 202, headers: jsonType, body: JSON.stringify(value) }
}

function replayHandler(parts: DeliveriesParts): AddressHandler {
  return byMethod(
    {
      POST: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        const members = readMembers(request, ['target', 'from', 'to', 'state'])
        const target = textMember(members, 'target')
        if (target === undefined) throw new AppError('invalid', "'target' is needed: its id.", { target: 'target' })
        const state = stateIn(textMember(members, 'state'), ['dead', 'delivered'], 'state') ?? 'dead'
        const from = instantOfText(textMember(members, 'from'), 'from')
        const to = instantOfText(textMember(members, 'to'), 'to')
        return accepted({ count: await parts.deliveries.replay(caller, { target, state, ...given({ from, to }) }) })
      },
    },
    parts.registry ? parts.needActor : undefined,
  )
}

function numberIn(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('notFound', `'${shortText(text ?? '')}' is no number of an event.`, { target: 'sequence' })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Where it is asked what became of one event at one target. */
export function deliveryAddress({ origin, tenantId }: DeliveryCaller, targetId: string, sequence: number): string {
  return `${origin}${root}/${encodeURIComponent(targetId)}/${sequence}?tenant=${tenantId}`
}

/** The handler of this raw path; undefined where it is none of these. */
export function findDeliveries(parts: DeliveriesParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  const [, word, targetId, sequence, redeliver] = found
  const { deliveries, registry, needActor } = parts
  if (word?.toLowerCase() === 'replay') return replayHandler(parts)
  if (word !== undefined)
    return byMethod({
      GET: async (request) => jsonAnswer({ value: await deliveries.summary(await deliveryCallerOf(parts, request)) }),
    })
  if (targetId === undefined) return listHandler(parts)
  if (redeliver === undefined)
    return byMethod({
      GET: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        return jsonAnswer(await deliveries.show(caller, decoded(targetId), numberIn(sequence)))
      },
    })
  return byMethod(
    {
      POST: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        return accepted(await deliveries.redeliver(caller, decoded(targetId), numberIn(sequence)))
      },
    },
    registry ? needActor : undefined,
  )
}
