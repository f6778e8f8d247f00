/** The time limit of a request: what ends at it, what the client is told, and that a client that has left ends it too. */
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { untilEnd } from '#base/deadline.ts'
import type { PlainRequest, PlainResponse } from '#engine/request.ts'
import { envelopeOf, exchange, type Running, rawRequest, startTestListener, tokenFrom } from '../_support/listener.ts'

let server: Running | undefined
afterEach(() => server?.close())

const done: PlainResponse = { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{}' }

async function listening(handle: (request: PlainRequest) => Promise<PlainResponse>) {
  server = await startTestListener({ handle, limitSeconds: 0.3 })
  const bearer = `Authorization: Bearer ${await tokenFrom(server.port)}`
  return { port: server.port, bearer }
}

const never = () => new Promise<PlainResponse>(() => undefined)

describe('a request that is not answered in time', () => {
  it('ends what works for it, whose error is the answer', async () => {
    const { port, bearer } = await listening(({ deadline }) => untilEnd(never(), deadline))
    const { answers } = await exchange(port, [rawRequest('GET /v1.0/a', [bearer])])
    expect(answers[0]?.status).toBe(503)
    expect(answers[0]?.body).toContain('the time limit of this server')
  })

  it.each([
    ['GET', 'and was ended'],
    ['POST', 'Its change may have been made'],
  ])('is answered for %s even where nothing listens to its end', async (method, says) => {
    const { port, bearer } = await listening(never)
    const { answers } = await exchange(port, [rawRequest(`${method} /v1.0/a`, [bearer])])
    const [answer] = answers
    if (answer === undefined) throw new Error('no answer')
    const error = envelopeOf(answer)
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('10')
    expect(error).toMatchObject({ code: 'serviceUnavailable', innerError: { code: 'requestTimeLimit' } })
    expect(error.message).toContain('within 0.3 seconds, the time limit of this server')
    expect(error.message).toContain(says)
  })

  it('is not answered a second time when its answer comes late', async () => {
    let finish: ((answer: PlainResponse) => void) | undefined
    const { port, bearer } = await listening(
      () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    )
    const { answers } = await exchange(port, [rawRequest('GET /v1.0/a', [bearer])])
    finish?.(done)
    await new Promise((resolve) => setImmediate(resolve))
    expect(answers.map(({ status }) => status)).toEqual([503])
    expect(server?.faults).toEqual([])
  })
})

it('a request answered in time is not ended', async () => {
  let seen: Deadline | undefined
  const { port, bearer } = await listening(async ({ deadline }) => {
    seen = deadline
    return done
  })
  const { answers } = await exchange(port, [rawRequest('GET /v1.0/a', [bearer])])
  expect(answers[0]?.status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(seen).toMatchObject({ ended: undefined, limitSeconds: 0.3 })
})

it('a client that closes its connection ends its request', async () => {
  let tell: (why: EndReason) => void = () => undefined
  const ended = new Promise<EndReason>((resolve) => {
    tell = resolve
  })
  const { port, bearer } = await listening(({ deadline }) => {
    deadline?.onEnd(tell)
    client.destroy()
    return never()
  })
  const client = connect({ port, host: '127.0.0.1' })
  client.write(rawRequest('GET /v1.0/a', [bearer]))
  expect(await ended).toBe('gone')
})
