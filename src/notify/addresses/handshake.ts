/** Asks an address whether it takes notifications, as Graph does before it stores a subscription (events.md §3.4). */
import { AppError } from '#base/errors.ts'
import type { Sender } from '../sending/sender.ts'
import { notAllowed } from './check-address.ts'

const requestMillis = 10_000

const spec = 'events.md §3.4'

/** With blanks and colons, so that a receiver that does not decode it fails at once. */
export function tokenFor(requestId: string): string {
  return `Validation: Relata asks whether this address takes notifications. Request-Id: ${requestId}`
}

/** In a query: blanks as `+`. */
function encoded(token: string): string {
  return encodeURIComponent(token).replaceAll('%20', '+')
}

export function withToken(url: string, token: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}validationToken=${encoded(token)}`
}

export interface AskedAddress {
  readonly url: string
  /** The member that gave it. */
  readonly member: string
  readonly requestId: string
  /** The type of the answer counts as well. */
  readonly strict: boolean
}

/** Throws `invalid`, with the code of events.md §3.7. */
export async function validateAddress(sender: Sender, { url, member, requestId, strict }: AskedAddress): Promise<void> {
  const token = tokenFor(requestId)
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
  const {
    status,
    error,
    answer,
    headers: answered,
  } = await sender.send({ url: withToken(url, token), headers, body: '' }, { requestMillis })
  if (status === undefined) {
    const why = error === notAllowed ? 'it is not an address that may be called' : error
    throw new AppError('invalid', `Subscription validation request failed: ${member} could not be asked (${why}).`, {
      code: 'InvalidRequest',
      target: member,
      spec,
    })
  }
  const type = answered['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const fault =
    status !== 200
      ? `it answered ${status}`
      : answer !== token
        ? 'its body was not the decoded validation token alone'
        : strict && type !== 'text/plain'
          ? `its Content-Type was ${type ?? 'missing'}`
          : undefined
  if (fault === undefined) return
  throw new AppError(
    'invalid',
    `Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request, and with the decoded validationToken as text/plain; of ${member}, ${fault}.`,
    { code: 'ValidationError', target: member, spec },
  )
}
