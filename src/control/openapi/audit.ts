/** The addresses of the log with its chain, and of the keys that it is signed with. */
import type { Operations } from './operation.ts'
import { anything, described, instant, listOf, object, orNull, text, whole } from './schemas.ts'

const tenant = described(text, 'Id or domain; in a registry that of the token.')
const place = object({ n: whole, link: text })
const sink = object({
  name: text,
  sent: described(whole, 'Number of the newest link that it has taken.'),
  waiting: whole,
  missed: described(whole, 'Records that went before they were sent.'),
  sentDateTime: orNull(instant),
  failingDateTime: described(orNull(instant), 'Since when every attempt has failed.'),
  lastError: orNull(text),
})
const status = object({
  tenant: text,
  newest: place,
  start: described(place, 'The link that the kept ones go on from.'),
  checkpoint: orNull(object({ n: whole, dateTime: instant, jws: text })),
  sinks: listOf(sink),
})

export const auditOperations: Operations = {
  '/_relata/audit': {
    GET: {
      summary: 'The log of a tenant with its hash chain. Without its last line the file is cut off.',
      query: {
        tenant,
        from: described(text, 'A date or an instant: records that happened then or later.'),
        to: described(text, 'Records that happened before.'),
      },
      answer: { type: 'application/x-ndjson', schema: text },
      refusals: [503],
    },
  },
  '/_relata/audit/status': {
    GET: {
      summary: 'How far the chain is, and the places that the log is sent to.',
      query: { tenant },
      answer: { schema: status },
    },
  },
  '/_relata/webhooks/jwks.json': {
    GET: {
      summary: 'Public keys that what leaves this server is signed with.',
      answer: { schema: object({ keys: listOf(anything) }) },
    },
  },
}
