/** The question whether an address takes notifications: events.md §3.4. */
import { expect, it } from 'vitest'
import type { SendLimits, SendResult } from '../sending/sender.ts'
import { tokenFor, validateAddress, withToken } from './handshake.ts'

const requestId = '01900000-0000-7000-8000-000000000001'
const token = tokenFor(requestId)

async function codeFor(
  result: Partial<SendResult>,
  strict = false,
): Promise<readonly [string | undefined, SendLimits]> {
  let limits: SendLimits = { requestMillis: 0 }
  const whole = { status: 200, error: undefined, answer: token, retryAfter: undefined, headers: {}, ...result }
  const sender = {
    send: async (_: unknown, given: SendLimits): Promise<SendResult> => {
      limits = given
      return whole
    },
    close: () => undefined,
  }
  const asked = { url: 'https://receiver.example/', member: 'notificationUrl', requestId, strict }
  const code = await validateAddress(sender, asked).then(
    () => undefined,
    (error: { facts: { code: string } }) => error.facts.code,
  )
  return [code, limits]
}

it('has blanks as + and colons encoded, and the id of the request at its end', () => {
  expect(withToken('https://receiver.example/?a=b', token)).toBe(
    `https://receiver.example/?a=b&validationToken=Validation%3A+Relata+asks+whether+this+address+takes+notifications.+Request-Id%3A+${requestId}`,
  )
  expect(withToken('https://receiver.example/', 'a')).toBe('https://receiver.example/?validationToken=a')
})

it('takes ten seconds at most, and 200 with the token and nothing else', async () => {
  expect(await codeFor({})).toEqual([undefined, { requestMillis: 10_000 }])
  for (const answer of ['', `${token} `, `"${token}"`, encodeURIComponent(token)])
    expect((await codeFor({ answer }))[0]).toBe('ValidationError')
  for (const status of [201, 202, 204, 302, 404, 500])
    expect((await codeFor({ status, error: `HTTP ${status}` }))[0]).toBe('ValidationError')
  expect((await codeFor({ status: undefined, error: 'no answer within 10 s' }))[0]).toBe('InvalidRequest')
})

it('takes text/plain alone with --strict', async () => {
  const typed = (type: string) => ({ headers: { 'content-type': type } })
  expect((await codeFor(typed('text/html'), true))[0]).toBe('ValidationError')
  expect((await codeFor(typed('text/html')))[0]).toBeUndefined()
  expect((await codeFor(typed('Text/Plain; charset=utf-8'), true))[0]).toBeUndefined()
})
