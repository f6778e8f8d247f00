/** `/_relata/webhooks`: our own webhooks of a tenant (events.md §4.1). */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer, jsonType, type OwnAnswer } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import { byMethod, readMembers, textMember } from '../../request.ts'
import { type DeliveryCaller, type DeliveryCallerParts, deliveryCallerOf } from './caller.ts'
import { type WebhookWish, webhookWishIn } from './webhook-wish.ts'

/** All throw `AppError`; answers are as docs/webhooks.md describes them. */
export interface WebhooksControl {
  list(caller: DeliveryCaller): Promise<readonly Json[]>
  show(caller: DeliveryCaller, id: string): Promise<Json>
  /** With its secret, which is shown this once. */
  add(caller: DeliveryCaller, wish: WebhookWish): Promise<Json>
  change(caller: DeliveryCaller, id: string, wish: WebhookWish): Promise<Json>
  remove(caller: DeliveryCaller, id: string): Promise<void>
  /** Writes an event that is told to this one alone; returns it, with the address of its `delivery`. */
  test(caller: DeliveryCaller, id: string): Promise<Json>
  /** A new secret, shown this once, beside which the old one signs for a day. */
  rotate(caller: DeliveryCaller, id: string, secret: string | undefined): Promise<Json>
  enable(caller: DeliveryCaller, id: string): Promise<Json>
}

export interface WebhooksParts extends DeliveryCallerParts {
  /** Of the events that may be asked for. */
  readonly eventNames: readonly string[]
  readonly webhooks: WebhooksControl
}

const root = '/_relata/webhooks'
const form = /^\/_relata\/webhooks(?:\/([^/]+)(?:\/(test|secret|enable))?)?\/?$/i

function answer(status: number, value: Json, headers: Readonly<Record<string, string>> = {}): OwnAnswer {
  return { status, headers: { ...jsonType, 'Cache-Control': 'no-store', ...headers }, body: JSON.stringify(value) }
}

const done: OwnAnswer = { status: 204, headers: {}, body: '' }

function listHandler(parts: WebhooksParts): AddressHandler {
  const { webhooks, eventNames, registry, needActor } = parts
  return byMethod(
    {
      GET: async (request) => jsonAnswer({ value: await webhooks.list(await deliveryCallerOf(parts, request)) }),
      POST: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        const made = await webhooks.add(caller, webhookWishIn(request, { isNew: true, eventNames }))
        const id = String(made['id'])
        request.noted?.({ webhook: id, tenant: caller.tenantId })
        return answer(201, made, { Location: `${request.origin}${root}/${id}` })
      },
    },
    registry ? needActor : undefined,
  )
}

function oneHandler(parts: WebhooksParts, id: string): AddressHandler {
  const { webhooks, eventNames, registry, needActor } = parts
  return byMethod(
    {
      GET: async (request) => jsonAnswer(await webhooks.show(await deliveryCallerOf(parts, request), id)),
      PATCH: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        return jsonAnswer(await webhooks.change(caller, id, webhookWishIn(request, { isNew: false, eventNames })))
      },
      DELETE: async (request) => {
        await webhooks.remove(await deliveryCallerOf(parts, request), id)
        return done
      },
    },
    registry ? needActor : undefined,
  )
}

function verbHandler(parts: WebhooksParts, id: string, verb: string): AddressHandler {
  const { webhooks, registry, needActor } = parts
  return byMethod(
    {
      POST: async (request) => {
        const caller = await deliveryCallerOf(parts, request)
        if (verb === 'test') {
          const sent = await webhooks.test(caller, id)
          return answer(202, sent, { Location: String(sent['delivery']) })
        }
        if (verb === 'enable') return answer(200, await webhooks.enable(caller, id))
        const hasBody = request.body !== undefined && request.body.length > 0
        const secret = hasBody ? textMember(readMembers(request, ['secret']), 'secret') : undefined
        return answer(200, await webhooks.rotate(caller, id, secret))
      },
    },
    registry ? needActor : undefined,
  )
}

/** The handler of this raw path; undefined where it is none of these. */
export function findWebhooks(parts: WebhooksParts, path: string): AddressHandler | undefined {
  const found = form.exec(path)
  if (found === null) return undefined
  const [, id, verb] = found
  if (id === undefined) return listHandler(parts)
  return verb === undefined
    ? oneHandler(parts, id.toLowerCase())
    : verbHandler(parts, id.toLowerCase(), verb.toLowerCase())
}

export function noWebhook(id: string): AppError {
  return new AppError('notFound', `There is no webhook '${shortText(id)}'.`, { target: 'id' })
}
