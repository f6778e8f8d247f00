/** Operations that tell who asks, what the server has, and what happens. */
import type { Operations } from './operation.ts'
import {
  closed,
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

const named = object({ id: text, displayName: text })
const person = object({ id: text, displayName: text, userPrincipalName: text })

const me = object({
  kind: oneOf('user', 'app'),
  tenant: object({ id: guid, displayName: text, defaultDomain: text }),
  'user?': person,
  'app?': object({ id: text }),
  'homeTenant?': named,
  permissions: listOf(text),
  directoryRoles: listOf(named),
  termStore: object({
    isAdministrator: flag,
    groups: listOf(object({ id: text, displayName: text, role: oneOf('manager', 'contributor') })),
  }),
  isAdminAgent: flag,
  isOperator: flag,
})

const day = { type: 'string', format: 'date' }

const info = object({
  mode: oneOf('stand-in', 'registry'),
  version: text,
  store: oneOf('sqlite', 'memory', 'postgres'),
  auth: oneOf('enforce', 'warn', 'off'),
  strict: flag,
  signIn: flag,
  roles: object({ asOf: day }),
  'world?': text,
  'providers?': listOf(
    object({ name: text, kind: oneOf('entra', 'oidc'), authority: text, clientId: text, scopes: listOf(text) }),
  ),
  features: listOf(text),
})

const setting = object({
  name: text,
  flag: text,
  variable: text,
  text,
  value: described({ type: ['string', 'number', 'boolean', 'null'] }, 'Secrets are not shown.'),
  'from?': described(text, 'The flag, the variable, or the file and the name in it; absent: the default.'),
  'line?': described(whole, 'Of that file.'),
})

const due = object({ tenantId: guid, kind: text, subject: text, 'displayName?': text, dueDateTime: instant })
const clock = object({ now: instant, frozen: flag })

const clockMove = closed({
  'freeze?': flag,
  'set?': described(instant, 'An instant with its offset. Not together with `advance`.'),
  'advance?': described(text, 'An ISO 8601 duration, such as P30D.'),
})

const request = object({ id: text, sequence: whole, dateTime: instant, method: text, path: text, status: whole })
const requestFilters = {
  method: described(text, 'Methods, separated by commas.'),
  path: described(text, 'A part of the path, or a glob.'),
  status: described(text, 'Statuses and classes, such as 403,5xx.'),
  tenant: text,
  client: text,
  fault: text,
  since: text,
}
const as = oneOf('json', 'curl', 'vitest', 'pytest')
const live = { type: 'text/event-stream', schema: text }

export const aboutOperations: Operations = {
  '/_relata/me': { GET: { summary: 'Who the token is for.', answer: { schema: me } } },
  '/_relata/info': { GET: { summary: 'What the server is and has.', answer: { schema: info } } },
  '/_relata/settings': {
    GET: { summary: 'What the server runs with, and where each value is set.', answer: { schema: values(setting) } },
  },
  '/_relata/clock': {
    GET: { summary: 'The clock of the rows.', answer: { schema: clock } },
    POST: {
      summary: 'Moves the clock; answered when everything due has fired.',
      body: clockMove,
      answer: { schema: clock },
      refusals: [409],
      isStandInOnly: true,
    },
  },
  '/_relata/clock/due': {
    GET: {
      summary: 'What is due, the next first, and what has fired, the newest first.',
      query: { top: { ...whole, minimum: 1, maximum: 1000, default: 50 } },
      answer: { schema: object({ now: instant, due: listOf(due), fired: listOf(due) }) },
    },
  },
  '/_relata/events': {
    GET: {
      summary: 'What happens, as server-sent events. `Last-Event-ID` goes on where a client left.',
      query: {
        tenant: described(text, 'Id or domain.'),
        event: described(text, 'A name, with * for any text; may be repeated.'),
        customer: described(text, 'Id or domain; in a registry an id.'),
        subject: described(text, 'Id or path of a resource.'),
        since: described(text, 'Id of a message, or an instant.'),
        limit: { ...whole, minimum: 1 },
      },
      answer: live,
      refusals: [503],
    },
  },
  '/_relata/requests': {
    GET: {
      summary: 'The last requests, the newest first.',
      query: {
        ...requestFilters,
        id: described(text, 'Request ids, separated by commas.'),
        top: { ...whole, minimum: 1, maximum: 1000 },
        before: whole,
        as,
      },
      answer: {
        schema: object({ value: listOf(request), held: whole, dropped: whole, 'isPartial?': flag, 'next?': text }),
      },
    },
    DELETE: { summary: 'Forgets them.' },
  },
  '/_relata/requests/stream': {
    GET: {
      summary: 'Requests as they come, as server-sent events.',
      query: requestFilters,
      answer: live,
      refusals: [503],
    },
  },
  '/_relata/requests/{id}': {
    GET: {
      summary: 'One request with all that is known of it.',
      query: { as },
      answer: { schema: request },
      refusals: [409],
    },
  },
  '/_relata/gdap': {
    GET: {
      summary: 'The relationships of a customer, pending and past.',
      query: { customer: { ...described(text, 'Id or domain.'), isNeeded: true } },
      answer: {
        schema: object({
          customer: object({ tenantId: guid, displayName: text, defaultDomain: text }),
          value: listOf(
            object({
              id: text,
              displayName: text,
              status: text,
              partner: object({ tenantId: guid, displayName: text }),
              roles: listOf(object({ id: guid, name: text })),
              duration: text,
              autoExtendDuration: orNull(text),
              createdDateTime: orNull(instant),
              activatedDateTime: orNull(instant),
              endDateTime: orNull(instant),
              isPending: flag,
              answer: orNull(object({ what: oneOf('approved', 'rejected'), by: orNull(text), dateTime: instant })),
            }),
          ),
        }),
      },
    },
    POST: {
      summary: 'A relationship that an indirect provider requests for a reseller.',
      body: closed({
        resellerTenantId: text,
        indirectProviderTenantId: text,
        displayName: text,
        duration: text,
        'autoExtendDuration?': text,
        'customer?': object({ tenantId: text }),
        accessDetails: object({ unifiedRoles: listOf(object({ roleDefinitionId: guid })) }),
      }),
      answer: { schema: object({ id: text, status: text }) },
      refusals: [409],
    },
  },
  ...Object.fromEntries(
    (['approve', 'reject', 'terminate'] as const).map((action) => [
      `/_relata/gdap/{id}/${action}`,
      {
        POST: {
          summary: `The customer's ${action}.`,
          body: closed({ tenantId: text, 'user?': text }),
          answer: { schema: object({ id: text, status: text }) },
          refusals: [409],
        },
      },
    ]),
  ),
  '/_relata/gdap/{id}/auto-extend': {
    POST: {
      summary: 'The customer switches the automatic extension.',
      body: closed({ allowed: flag, tenantId: text, 'userId?': text }),
      answer: { schema: object({ id: text, status: text }) },
      refusals: [409],
    },
  },
  '/approve/{id}': { GET: { summary: 'The page of an invitation.', answer: { type: 'text/html', schema: text } } },
  '/adminportal/home': {
    GET: { summary: 'The page that passes an invitation on.', answer: { type: 'text/html', schema: text } },
  },
}
