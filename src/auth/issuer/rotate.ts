/** `POST /_relata/keys/rotate`: generates a signing key that signs now or after a delay. */
import { AppError } from '#base/errors.ts'
import { type Answering, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { checkSameSite } from '#base/same-site.ts'
import type { Keys } from './keys.ts'

const leadMostSeconds = 7 * 86_400

function leadIn({ body }: OwnRequest): number {
  const text = body === undefined ? '' : Buffer.from(body).toString('utf8').trim()
  if (text === '') return 0
  let lead: unknown
  try {
    lead = (JSON.parse(text) as { leadSeconds?: unknown } | null)?.leadSeconds ?? 0
  } catch (cause) {
    throw new AppError('invalid', 'The request body is not JSON.', { cause })
  }
  if (typeof lead !== 'number' || !Number.isInteger(lead) || lead < 0 || lead > leadMostSeconds)
    throw new AppError('invalid', `'leadSeconds' is not a whole number from 0 to ${leadMostSeconds}.`, {
      target: 'leadSeconds',
    })
  return lead
}

export function rotateAnswering(keys: Keys): Answering {
  return async (request) => {
    if (request.method !== 'POST')
      throw new AppError('notAllowed', `The method ${request.method} is not allowed here.`, {
        headers: { Allow: 'POST' },
      })
    checkSameSite(request)
    return jsonAnswer({ keys: await keys.rotate(leadIn(request)) })
  }
}
