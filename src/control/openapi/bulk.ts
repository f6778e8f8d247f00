/** Operations on GDAP in bulk. */
import type { Operations } from './operation.ts'
import { described, flag, instant, listOf, object, oneOf, text, whole } from './schemas.ts'

const tenant = described(text, 'Id or domain of the partner, where no token says it.')

const failure = object({
  n: whole,
  key: text,
  do: text,
  customer: described(text, 'Null: it is about no customer.'),
  code: text,
  message: text,
})

const job = object({
  id: text,
  state: oneOf('running', 'done', 'failed', 'stopped'),
  done: described(whole, 'Steps that are finished.'),
  total: whole,
  plan: described(text, 'Digest of the plan.'),
  failed: described(whole, 'Steps that failed, or were left out after one.'),
  failures: described(listOf(failure), 'The first hundred of them.'),
  stale: described(listOf(text), 'Customers that were not as planned; nothing was sent for them.'),
  'error?': object({ code: text, message: text }),
  createdDateTime: instant,
  changedDateTime: instant,
})

const role = object({ id: text, name: text })
const template = object({
  name: text,
  roles: listOf(role),
  assign: listOf(object({ group: text, roles: listOf(role) })),
})

export const bulkOperations: Operations = {
  '/_relata/gdap/templates': {
    GET: {
      summary: 'Packs of templates: sets of roles to begin with (docs/gdap-bulk.md).',
      answer: {
        schema: object({ packs: listOf(object({ name: text, templates: listOf(template), groups: listOf(text) })) }),
      },
    },
  },
  '/_relata/gdap/plan': {
    POST: {
      summary: 'What has to change so that all customers have what the body says (docs/gdap-bulk.md).',
      query: { tenant, askAgain: described(flag, 'Customers that have rejected are asked again.') },
      body: 'binary',
      answer: { schema: described({}, 'A plan, relata-gdap-plan/1; its digest is in the header relata-plan.') },
      refusals: [404, 409],
    },
  },
  '/_relata/gdap/apply': {
    POST: {
      summary: 'Applies such a plan, by a job. The same plan is the same job.',
      query: { tenant },
      body: 'binary',
      answer: { status: 202, schema: job },
      refusals: [404, 409],
    },
  },
  '/_relata/gdap/jobs/{id}': {
    GET: { summary: 'How far a job is.', query: { tenant }, answer: { schema: job }, refusals: [404] },
    DELETE: {
      summary: 'Stops a job after what is under way.',
      query: { tenant },
      answer: { schema: job },
      refusals: [404],
    },
  },
}
