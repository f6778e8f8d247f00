/**
 * Partner Center's API as far as it is served: the registration for webhooks, validation events, audit records (events.md
 * §2.1). Knows no database and no HTTP; who asks has been found out before.
 */
import { randomUUID } from 'node:crypto'
import { AppError, throttled } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { jsonAnswer, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import type { Actor } from '#edm/ports.ts'
import { type AuditQuery, auditQueryIn } from './audit-query.ts'
import { type AuditPage, type PartnerAudit, shownAudit, shownAuditPage } from './audit-records.ts'
import { type PartnerRegistration, type RegistrationWish, registrationIn, shownRegistration } from './registration.ts'
import { shownValidation, type Validation } from './validation-events.ts'

/** Who asks, and with which request. */
export interface Registrant {
  readonly request: OwnRequest
  readonly actor: Actor
}

export interface PartnerParts {
  /** Of the events that may be asked for. */
  readonly names: readonly string[]
  /** Only what Partner Center documents. */
  readonly strict: boolean
  /** What addresses of the API begin with. */
  base(origin: string): string
  /** Of the rows. */
  now(): Date
  /** Throws `forbidden`. */
  check(actor: Actor, right: 'read' | 'write'): Promise<void>
  registration(tenantId: string): Promise<PartnerRegistration | undefined>
  /** Throws `conflict` where there is one, `invalid` for an address that may not be called. */
  register(by: Registrant, wish: RegistrationWish): Promise<PartnerRegistration>
  /** Undefined: there is none. */
  replace(by: Registrant, wish: RegistrationWish): Promise<PartnerRegistration | undefined>
  /** Whether there was one. */
  unregister(by: Registrant): Promise<boolean>
  /** Sends a validation event: its id, or how many seconds to wait. Throws `invalid` where the registration does not ask for it. */
  validate(tenantId: string): Promise<{ readonly correlationId: string } | { readonly waitSeconds: number }>
  validation(tenantId: string, correlationId: string): Promise<Validation | undefined>
  auditRecords(tenantId: string, query: AuditQuery, deadline: OwnRequest['deadline']): Promise<AuditPage>
  auditRecord(tenantId: string, id: string): Promise<PartnerAudit | undefined>
}

interface Asked extends Registrant {
  /** What stands in the place of `{id}`. */
  readonly id: string
}

type Operation = (parts: PartnerParts, asked: Asked) => Promise<OwnAnswer>
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

function missing(what: string): AppError {
  return new AppError('notFound', what)
}

const noRegistration = 'There is no registration for webhooks. POST makes one.'

function ignoredHeader(ignored: readonly string[]): Readonly<Record<string, string>> {
  // Only what a header can hold.
  const list = ignored.filter((name) => /^[\w.@-]{1,64}$/.test(name)).join(', ')
  return list === '' ? {} : { 'relata-ignored': list }
}

/** The body of POST and PUT; `strict`: members that mean nothing are refused. */
function wishIn({ names, strict }: PartnerParts, { request }: Asked) {
  const { wish, ignored } = registrationIn(request, names)
  const [first] = ignored
  if (strict && first !== undefined)
    throw new AppError('invalid', `'${shortText(first)}' is not known here.`, { target: first })
  return { wish, headers: ignoredHeader(ignored) }
}

function registrationAnswer(found: PartnerRegistration, headers: Readonly<Record<string, string>> = {}): OwnAnswer {
  const answer = jsonAnswer(shownRegistration(found))
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

const getRegistration: Operation = async (parts, { actor }) => {
  const found = await parts.registration(actor.tenantId)
  if (found === undefined) throw missing(noRegistration)
  return registrationAnswer(found)
}

const postRegistration: Operation = async (parts, asked) => {
  const { wish, headers } = wishIn(parts, asked)
  return registrationAnswer(await parts.register(asked, wish), headers)
}

const putRegistration: Operation = async (parts, asked) => {
  const { wish, headers } = wishIn(parts, asked)
  const found = await parts.replace(asked, wish)
  if (found === undefined) throw missing(noRegistration)
  return registrationAnswer(found, headers)
}

const deleteRegistration: Operation = async (parts, asked) => {
  if (!(await parts.unregister(asked))) throw missing(noRegistration)
  return { status: 204, headers: {}, body: '' }
}

const postValidation: Operation = async (parts, { actor }) => {
  const begun = await parts.validate(actor.tenantId)
  if ('waitSeconds' in begun) throw throttled(begun.waitSeconds)
  return jsonAnswer(begun)
}

const getValidation: Operation = async (parts, { actor, id }) => {
  const correlationId = guidOf(id)
  const found = correlationId === undefined ? undefined : await parts.validation(actor.tenantId, correlationId)
  if (found === undefined) throw missing('There is no validation event with this id. They are kept for 7 days.')
  return jsonAnswer(shownValidation(found))
}

const listAudit: Operation = async (parts, { actor, request }) => {
  const query = auditQueryIn(request.query, parts.now())
  const page = await parts.auditRecords(actor.tenantId, query, request.deadline)
  return jsonAnswer(shownAuditPage(page, request, query, parts.base(request.origin)))
}

const getAudit: Operation = async (parts, { actor, id }) => {
  const found = await parts.auditRecord(actor.tenantId, id)
  if (found === undefined) throw missing('There is no audit record with this id.')
  return jsonAnswer(shownAudit(found))
}

interface Address {
  readonly form: RegExp
  readonly operations: Readonly<Partial<Record<Method, Operation>>>
}

const webhooks = '^/webhooks/v1/registration'

const addresses: readonly Address[] = [
  {
    form: new RegExp(`${webhooks}/?$`, 'i'),
    operations: {
      GET: getRegistration,
      POST: postRegistration,
      PUT: putRegistration,
      DELETE: deleteRegistration,
    },
  },
  {
    form: new RegExp(`${webhooks}/events/?$`, 'i'),
    operations: { GET: async ({ names }) => jsonAnswer(names) },
  },
  { form: new RegExp(`${webhooks}/validationEvents/?$`, 'i'), operations: { POST: postValidation } },
  { form: new RegExp(`${webhooks}/validationEvents/([^/]+)/?$`, 'i'), operations: { GET: getValidation } },
  { form: /^\/v1\/auditrecords\/?$/i, operations: { GET: listAudit } },
  { form: /^\/auditactivity\/v1\/auditrecords\/([^/]+)\/?$/i, operations: { GET: getAudit } },
]

/** What a method does at an address. Throws `notFound` and `notAllowed`. */
function operationAt(path: string, method: string, strict: boolean): { readonly run: Operation; readonly id: string } {
  for (const { form, operations } of addresses) {
    const found = form.exec(path)
    if (found === null) continue
    // Partner Center documents none.
    const own = Object.entries(operations).filter(([name]) => !(strict && name === 'DELETE'))
    const run = own.find(([name]) => name === method)?.[1]
    if (run !== undefined) return { run, id: decoded(found[1] ?? '') }
    const allowed = own.flatMap(([name]) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ')
    throw new AppError('notAllowed', `The method ${method} is not allowed here.`, { headers: { Allow: allowed } })
  }
  throw missing(
    'Nothing is served at this address. Of Partner Center there are /webhooks/v1/registration, /v1/auditrecords and /auditactivity/v1/auditrecords/{id}.',
  )
}

/** A sequence that is none stays as it is, and nothing has such an id. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function answerPartner(parts: PartnerParts, request: OwnRequest, actor: Actor): Promise<OwnAnswer> {
  const { run, id } = operationAt(request.path, request.method, parts.strict)
  const right = request.method === 'GET' ? 'read' : 'write'
  return parts.check(actor, right).then(() => run(parts, { request, actor, id }))
}

/** Headers of each answer: those of the client, or new ids. */
export function partnerHeaders(headers: OwnRequest['headers']): Readonly<Record<string, string>> {
  const named = (name: string): string => {
    const sent = headers[name.toLowerCase()] ?? ''
    // As it was sent: who looks for it compares texts.
    return guidOf(sent) === undefined ? randomUUID() : sent
  }
  return { 'MS-CorrelationId': named('MS-CorrelationId'), 'MS-RequestId': named('MS-RequestId') }
}
