/**
 * `/approve/{relationshipId}`: the invitation as the customer sees it, with Approve and Reject as form posts.
 * Stands in for the page of the Microsoft 365 admin center, which lives in a URL fragment (gdap.md §5).
 */
import { AppError, type ErrorKind } from '#base/errors.ts'
import type { FormTokens } from '#base/form-token.ts'
import { html, type Markup, pageAnswer } from '#base/html.ts'
import type { AddressHandler, OwnAnswer } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import { byMethod, textOf } from '../request.ts'
import {
  approverRoles,
  type Customer,
  type CustomerDirectory,
  type CustomerUser,
  checkApprover,
  checkRelationshipId,
  globalAdministrator,
  type Invitation,
  needCustomer,
  type Relationships,
} from './customer.ts'
import { durationWords } from './duration-words.ts'

export interface ApproveParts {
  readonly directory: CustomerDirectory
  readonly relationships: Relationships
  readonly tokens: FormTokens
}

/** With more customers the page asks for the tenant by name instead of a list. */
const listedMost = 100

function says(status: number, title: string, ...texts: readonly string[]): OwnAnswer {
  return pageAnswer({ status, title, body: html`<h1>${title}</h1>${texts.map((text) => html`<p>${text}</p>`)}` })
}

function unknown(invitation: 'gone' | undefined) {
  if (invitation === 'gone')
    return says(
      410,
      'This invitation has lapsed',
      'There was a relationship with this id, and it has been removed: nobody answered it within 90 days, the partner deleted the request, or it ended a year ago. The partner can send a new invitation.',
    )
  return says(
    404,
    'This invitation is not known',
    'There is no relationship with this id. Look whether the link is complete, or ask the partner for a new one.',
  )
}

/** Why an invitation cannot be answered; undefined when it can. */
function closed(invitation: Invitation): OwnAnswer | undefined {
  const { status, partner, customer, activated } = invitation
  const who = customer?.displayName ?? customer?.tenantId ?? 'the customer'
  if (status === 'approvalPending') return undefined
  if (status === 'created')
    return says(
      409,
      'This invitation is not open yet',
      `${partner.displayName} has not asked for approval yet. Once the request is locked for approval, this link works.`,
    )
  if (status === 'approved' || status === 'activating' || status === 'active')
    return says(
      410,
      'This invitation has been used already',
      `${who} approved it; the relationship “${invitation.displayName}” with ${partner.displayName} is ${status}. One link serves one customer.`,
    )
  if (status === 'expiring' || status === 'expired')
    return says(
      410,
      'This relationship has expired',
      `“${invitation.displayName}” with ${partner.displayName} came to its end and cannot be revived. The partner can send a new invitation.`,
    )
  return activated
    ? says(
        410,
        'This relationship has ended',
        `“${invitation.displayName}” between ${who} and ${partner.displayName} was ended and cannot be revived. The partner can send a new invitation.`,
      )
    : says(
        410,
        'This invitation was declined',
        `The request of ${partner.displayName} was turned down. The partner can send a new invitation.`,
      )
}

function extension(duration: string | undefined): string {
  const words = duration === undefined ? undefined : durationWords(duration)
  return words === undefined ? 'No, it ends when the time is over' : `Yes, by ${words} each time it would end`
}

function roleList(invitation: Invitation): Markup {
  const full = invitation.roles.some(({ id }) => id === globalAdministrator)
  return html`<h2>Roles asked for (${invitation.roles.length})</h2>
<ul>${invitation.roles.map(({ name }) => html`<li>${name}</li>`)}</ul>
${full ? html`<p class="warn"><strong>Global Administrator</strong> gives the partner full control of your organisation.</p>` : undefined}`
}

function facts(invitation: Invitation): Markup {
  const { partner, customer } = invitation
  return html`<dl>
<dt>Partner</dt><dd><strong>${partner.displayName}</strong><br><small>${partner.defaultDomain} &middot; ${partner.tenantId}</small></dd>
<dt>Relationship</dt><dd>${invitation.displayName}</dd>
<dt>Duration</dt><dd>${durationWords(invitation.duration) ?? invitation.duration}</dd>
<dt>Extends itself</dt><dd>${extension(invitation.autoExtendDuration)}</dd>
<dt>For</dt><dd>${
    customer === undefined
      ? 'any organisation; the first to approve takes it'
      : html`${customer.displayName ?? 'your organisation'}<br><small>${customer.tenantId}</small>`
  }</dd>
</dl>`
}

interface Choice {
  readonly customer: Customer
  readonly people: readonly CustomerUser[]
}

async function choicesOf({ directory }: ApproveParts, invitation: Invitation): Promise<readonly Choice[] | undefined> {
  const { customer, partner } = invitation
  let customers: readonly Customer[]
  if (customer !== undefined) {
    const found = await directory.find(customer.tenantId)
    customers = found === undefined ? [] : [found]
  } else {
    const listed = await directory.list(listedMost + 2)
    if (listed.length > listedMost + 1) return undefined
    customers = listed.filter(({ tenantId }) => tenantId !== partner.tenantId)
  }
  return Promise.all(
    customers.map(async (one) => ({ customer: one, people: await directory.holders(one.tenantId, approverRoles) })),
  )
}

function approverField(choices: readonly Choice[] | undefined): Markup | undefined {
  if (choices === undefined)
    return html`<label for="tenant">Your organisation (tenant id or domain)</label>
<input id="tenant" name="tenant" required autocomplete="off" autofocus>
<label for="user">You are (user name or id; left empty: its first administrator)</label>
<input id="user" name="user" autocomplete="off">`
  const able = choices.filter(({ people }) => people.length > 0)
  if (able.length === 0) return undefined
  const option = ({ tenantId, displayName: name }: Customer, { id, displayName, userPrincipalName }: CustomerUser) =>
    html`<option value="${tenantId} ${id}">${name}: ${displayName} (${userPrincipalName})</option>`
  return html`<label for="approver">Answer as</label>
<select id="approver" name="approver" required autofocus>${able.map(
    ({ customer, people }) =>
      html`<optgroup label="${customer.displayName}">${people.map((person) => option(customer, person))}</optgroup>`,
  )}</select>`
}

async function invitationPage(parts: ApproveParts, invitation: Invitation): Promise<OwnAnswer> {
  const field = approverField(await choicesOf(parts, invitation))
  const { relationshipId, partner } = invitation
  const form =
    field === undefined
      ? html`<p class="warn">Nobody can answer: the organisation is not known here, or it has no Global Administrator and no Customer Delegated Admin Relationship Administrator.</p>`
      : html`<form method="post" action="/approve/${relationshipId}">
<input type="hidden" name="token" value="${parts.tokens.mint(relationshipId)}">
${field}
<div class="choice">
<button class="first" name="answer" value="approve">Approve</button>
<button name="answer" value="reject">Reject</button>
</div>
</form>`
  return pageAnswer({
    title: `Partner request from ${partner.displayName}`,
    body: html`<p class="from">Partner relationships</p>
<h1>${partner.displayName} asks for admin roles in your organisation</h1>
${facts(invitation)}
${roleList(invitation)}
${form}`,
  })
}

const statuses: Readonly<Partial<Record<ErrorKind, number>>> = {
  invalid: 400,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  conflict: 409,
}

/** Errors of the visitor become a page; others are thrown. */
async function asPage(id: string, work: () => Promise<OwnAnswer>): Promise<OwnAnswer> {
  try {
    return await work()
  } catch (error) {
    const status = error instanceof AppError ? statuses[error.kind] : undefined
    if (status === undefined || !(error instanceof AppError)) throw error
    return pageAnswer({
      status,
      title: 'That did not work',
      body: html`<h1>That did not work</h1><p>${error.message}</p><p><a href="/approve/${id}">Back to the invitation</a></p>`,
    })
  }
}

function show(parts: ApproveParts, id: string): AddressHandler {
  return async () => {
    const invitation = await parts.relationships.invitation(id)
    if (invitation === undefined || invitation === 'gone') return unknown(invitation)
    return closed(invitation) ?? invitationPage(parts, invitation)
  }
}

interface Answered {
  readonly action: 'approve' | 'reject'
  readonly invitation: Invitation
  readonly customer: Customer
  readonly by: CustomerUser
  /** The current status of the relationship. */
  readonly status: unknown
}

function answered({ action, invitation, customer, by, status }: Answered): OwnAnswer {
  const { partner, displayName } = invitation
  const yes = action === 'approve'
  const then = status === 'active' ? 'The relationship is active.' : 'It can take a few minutes until it is active.'
  const text = yes
    ? `${partner.displayName} gets the roles of “${displayName}” in ${customer.displayName}. ${then}`
    : `${partner.displayName} gets no roles in ${customer.displayName}.`
  const title = yes ? 'Approved' : 'Rejected'
  return pageAnswer({
    title,
    body: html`<p class="from">Partner relationships</p>
<div role="status"><h1 class="${yes ? 'good' : 'bad'}">${title}</h1><p>${text}</p></div>
<p><small>Answered by ${by.displayName} (${by.userPrincipalName}).</small></p>`,
  })
}

function answer(parts: ApproveParts, id: string): AddressHandler {
  return async (request) => {
    checkSameSite(request)
    const form = new URLSearchParams(textOf(request))
    if (!parts.tokens.isGood(id, form.get('token') ?? ''))
      throw new AppError(
        'forbidden',
        'This form is out of date, for the server was started anew. Open the invitation again.',
      )
    const action = form.get('answer')
    if (action !== 'approve' && action !== 'reject')
      throw new AppError('invalid', 'The form says neither Approve nor Reject.')
    const invitation = await parts.relationships.invitation(id)
    if (invitation === undefined || invitation === 'gone') return unknown(invitation)
    const refusal = closed(invitation)
    if (refusal !== undefined) return refusal
    const [tenantId, user] = (form.get('approver') ?? `${form.get('tenant') ?? ''} ${form.get('user') ?? ''}`).split(
      ' ',
    )
    const customer = await needCustomer(parts.directory, tenantId || undefined)
    const by = await checkApprover(parts.directory, customer, user || undefined)
    const { status } = await parts.relationships.act(action, { relationshipId: id, customer, by })
    return answered({ action, invitation, customer, by, status })
  }
}

const idForm = /^\/approve\/([^/]+)\/?$/i

/** Undefined for another path. */
export function findApprovePage(parts: ApproveParts, path: string): AddressHandler | undefined {
  const given = idForm.exec(path)?.[1]
  if (given === undefined) return undefined
  return (request) =>
    asPage(given, async () => {
      let id: string
      try {
        id = checkRelationshipId(given)
      } catch {
        return unknown(undefined)
      }
      return byMethod({ GET: show(parts, id), POST: answer(parts, id) })(request)
    })
}
