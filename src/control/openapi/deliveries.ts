/** Operations on webhooks, and on what became of events at targets. */
import type { Operations } from './operation.ts'
import {
  closed,
  type DocumentSchema,
  described,
  flag,
  guid,
  instant,
  listOf,
  object,
  oneOf,
  orNull,
  text,
  values,
  whole,
} from './schemas.ts'

const tenant = described(text, 'Id or domain of the tenant, where no token says it.')

function headersOf(value: DocumentSchema): DocumentSchema {
  return { type: 'object', additionalProperties: value }
}

const webhook = object({
  id: guid,
  url: text,
  events: described(listOf(text), 'Names of events; `*` stands for any text.'),
  customers: orNull(listOf(guid)),
  mode: oneOf('structured', 'binary'),
  signing: oneOf('hmac', 'ed25519'),
  batch: flag,
  headers: described(headersOf({ type: 'null' }), 'Their names; what they hold is not shown.'),
  description: orNull(text),
  'secret?': described(text, 'Shown once, when it is made.'),
  'publicKey?': described(text, 'Of ed25519: what verifies.'),
  'previousUntil?': described(instant, 'Until when the secret of before signs as well.'),
  state: oneOf('active', 'paused', 'disabled'),
  reason: orNull(text),
  pausedUntil: orNull(instant),
  failingSince: orNull(instant),
  createdDateTime: instant,
  changedDateTime: instant,
})

const wish = {
  'customers?': orNull(listOf(guid)),
  'mode?': oneOf('structured', 'binary'),
  'batch?': described(flag, 'Up to 100 events in a request.'),
  'description?': orNull(text),
}

const delivery = object({
  targetId: text,
  sequence: whole,
  round: described(whole, '0; 1, 2, … when it was sent again.'),
  eventId: text,
  eventName: text,
  eventDateTime: described(orNull(instant), 'When it happened; null: the event is not kept any more.'),
  subjectId: text,
  orderingKey: text,
  state: oneOf('waiting', 'behind', 'delivered', 'dead', 'redelivered', 'skipped'),
  attempts: whole,
  nextWorld: orNull(instant),
  nextReal: orNull(instant),
  firstDateTime: orNull(instant),
  lastDateTime: orNull(instant),
  lastStatus: orNull(whole),
  lastError: orNull(text),
  answer: orNull(text),
})

const summary = object({
  target: text,
  kind: text,
  url: text,
  events: described(listOf(text), 'Names of events, in which `*` stands for any text.'),
  resource: described(orNull(text), 'What a Graph subscription watches.'),
  changeType: described(orNull(text), 'Which of its changes: created, updated, deleted, with commas between.'),
  lifeCycleOf: described(orNull(text), 'The Graph subscription whose life cycle it is told of.'),
  state: text,
  reason: orNull(text),
  failingSince: orNull(instant),
  pausedUntil: orNull(instant),
  cursor: whole,
  lagEvents: described(whole, 'Events that it is still to be told of, and that no lane has taken up.'),
  lagSeconds: described(whole, 'From the first of them to the newest event of the tenant.'),
  waiting: whole,
  behind: whole,
  dead: described(whole, 'And not sent again since.'),
  lastError: orNull(text),
})

const tested = object({
  id: text,
  type: text,
  time: instant,
  sequence: whole,
  delivery: described(text, 'Address that tells what becomes of it, as `Location` has it.'),
})

const shown = object({
  targetId: text,
  sequence: whole,
  state: described(
    oneOf('due', 'waiting', 'behind', 'delivered', 'dead', 'redelivered', 'skipped'),
    'Of the last round; due: it has not been tried.',
  ),
  event: described(
    orNull(object({ id: text, type: text, subject: text, time: instant, data: object({}) })),
    'As a CloudEvent; null: not kept any more.',
  ),
  rounds: described(listOf(delivery), 'The last one first.'),
})

export const deliveryOperations: Operations = {
  '/_relata/webhooks': {
    GET: { summary: 'The webhooks of a tenant.', query: { tenant }, answer: { schema: values(webhook) } },
    POST: {
      summary: 'A new webhook. Its secret is in this answer, and in no other.',
      query: { tenant },
      body: closed({
        url: text,
        events: listOf(text),
        ...wish,
        'headers?': described(headersOf(text), 'At most 10, added to each request.'),
        'signing?': oneOf('hmac', 'ed25519'),
        'secret?': described(text, 'whsec_ and 24 to 64 bytes in base64. Absent: one is made.'),
        'handshake?': described(flag, 'The address is asked by OPTIONS first.'),
      }),
      answer: { status: 201, schema: webhook },
      refusals: [404, 409],
    },
  },
  '/_relata/webhooks/{id}': {
    GET: { summary: 'A webhook.', query: { tenant }, answer: { schema: webhook } },
    PATCH: {
      summary: 'Changes a webhook.',
      query: { tenant },
      body: closed({
        'url?': text,
        'events?': listOf(text),
        ...wish,
        'headers?': described(headersOf(orNull(text)), 'All there are to be; null keeps the value that is there.'),
        'state?': oneOf('active', 'paused'),
      }),
      answer: { schema: webhook },
    },
    DELETE: { summary: 'Removes a webhook. What waits for it is not sent.', query: { tenant } },
  },
  '/_relata/webhooks/{id}/test': {
    POST: {
      summary: 'Sends an event `relata.webhook-test` to this webhook alone.',
      query: { tenant },
      answer: { status: 202, schema: tested },
    },
  },
  '/_relata/webhooks/{id}/secret': {
    POST: {
      summary: 'A new secret, beside which the old one signs for 24 hours.',
      query: { tenant },
      body: closed({ 'secret?': text }),
      isBodyOptional: true,
      answer: { schema: webhook },
    },
  },
  '/_relata/webhooks/{id}/enable': {
    POST: {
      summary: 'Tells it of events again, from where it stood.',
      query: { tenant },
      answer: { schema: webhook },
    },
  },
  '/_relata/deliveries': {
    GET: {
      summary: 'What became of events at targets, newest events first.',
      query: {
        tenant,
        target: text,
        state: oneOf('waiting', 'behind', 'delivered', 'dead', 'redelivered', 'skipped'),
        event: described(text, 'Name; `*` stands for any text.'),
        subject: text,
        from: instant,
        to: instant,
        limit: whole,
        after: described(text, 'Of `nextLink`.'),
      },
      answer: { schema: object({ value: listOf(delivery), 'nextLink?': text }) },
      refusals: [404],
    },
  },
  '/_relata/deliveries/summary': {
    GET: {
      summary: 'How far each target has been told.',
      query: { tenant },
      answer: { schema: values(summary) },
      refusals: [404],
    },
  },
  '/_relata/deliveries/replay': {
    POST: {
      summary: 'Sends events again whose delivery has ended, in their order.',
      query: { tenant },
      body: closed({ target: text, 'from?': instant, 'to?': instant, 'state?': oneOf('dead', 'delivered') }),
      answer: { status: 202, schema: object({ count: whole }) },
      refusals: [404],
    },
  },
  '/_relata/deliveries/{target}/{sequence}': {
    GET: {
      summary: 'One event at one target, with what became of it in each round.',
      query: { tenant },
      answer: { schema: shown },
      refusals: [404],
    },
  },
  '/_relata/deliveries/{target}/{sequence}/redeliver': {
    POST: {
      summary: 'Sends one event again, or at once where it waits.',
      query: { tenant },
      answer: { status: 202, schema: delivery },
      refusals: [409, 410],
    },
  },
}
