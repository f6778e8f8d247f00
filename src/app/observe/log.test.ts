import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { createLog, type LogFacts } from './log.ts'

const entry = {
  at: new Date(0),
  method: 'GET',
  path: '/v1.0',
  status: 200,
  ms: 1.234,
  requestId: 'id',
  clientRequestId: 'theirs',
}

async function written(facts: Partial<LogFacts>, say: (log: Awaited<ReturnType<typeof createLog>>) => void) {
  let text = ''
  const clock = fixedClock(new Date('2026-01-02T03:04:05.678Z'))
  const write = (more: string) => {
    text += more
  }
  const log = await createLog({ level: 'info', output: 'text', silent: false, clock, write, ...facts })
  say(log)
  log.flush()
  return text
}

describe('the log', () => {
  it('is one labelled line each', async () => {
    const text = await written({}, (log) => {
      log.warn('careful')
      log.debug('unseen')
      log.request?.(entry)
    })
    expect(text).toBe('03:04:05.678 warn careful\n00:00:00.000 GET /v1.0 200 1.2 id\n')
  })

  it('names the check that refused a request', async () => {
    const refused = { ...entry, status: 400, check: 'option.top; docs/spec/protocol.md 1.7' }
    const text = await written({}, (log) => log.request?.(refused))
    expect(text).toBe('00:00:00.000 GET /v1.0 400 1.2 id (option.top; docs/spec/protocol.md 1.7)\n')
    const json = JSON.parse(await written({ output: 'json' }, (log) => log.request?.(refused)))
    expect(json).toMatchObject({ status: 400, check: 'option.top; docs/spec/protocol.md 1.7' })
  })

  it('says what would be refused', async () => {
    const line = {
      method: 'POST',
      path: '/v1.0/groups',
      requestId: 'id',
      message: 'Not you.',
      layer: 'role' as const,
      wanted: ['one', 'two'],
      held: [],
    }
    expect(await written({ level: 'warn' }, (log) => log.unenforced(line))).toBe(
      '03:04:05.678 warn would refuse POST /v1.0/groups id: layer role, wants one of: one, two; holds: nothing (Not you.)\n',
    )
    const json = JSON.parse(await written({ output: 'json' }, (log) => log.unenforced(line)))
    expect(json).toMatchObject({ ...line, level: 'warn', msg: 'would be refused' })
    expect(await written({ level: 'error' }, (log) => log.unenforced(line))).toBe('')
  })

  it('is JSON when asked', async () => {
    const text = await written({ output: 'json' }, (log) => {
      log.error('bad', new Error('why'))
      log.request?.(entry)
    })
    const [first, second] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toMatchObject({
      level: 'error',
      time: '2026-01-02T03:04:05.678Z',
      msg: 'bad',
      cause: expect.stringContaining('why'),
    })
    expect(second).toMatchObject({
      level: 'info',
      method: 'GET',
      status: 200,
      requestId: 'id',
      clientRequestId: 'theirs',
    })
    expect(second).not.toHaveProperty('traceId')
  })

  it('names the trace of a request that is in one', async () => {
    const text = await written({ output: 'json' }, (log) => log.request?.({ ...entry, traceId: 'abc' }))
    expect(JSON.parse(text)).toMatchObject({ traceId: 'abc' })
  })

  it('measures no requests below its level, and keeps errors even when silent', async () => {
    const text = await written({ silent: true }, (log) => {
      expect(log.request).toBeUndefined()
      log.warn('unseen')
      log.error('seen')
    })
    expect(text).toBe('03:04:05.678 error seen\n')
    await written({ level: 'warn' }, (log) => expect(log.request).toBeUndefined())
  })

  it.each(['text', 'json'] as const)('shows no secrets as %s', async (output) => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl'
    const text = await written({ output, level: 'debug' }, (log) => {
      log.debug(`authorization: Bearer ${token}`)
      log.info(`body client_id=a&client_secret=hush-hush&x=1`)
      log.error('x', new Error(`{"access_token":"${token}","secretHash": "scrypt$hush"}`))
      log.error('y', token)
      log.warn('grant_type=refresh_token&refresh_token=hush1&code=hush2&code_verifier=hush3&password=hush4')
      log.warn('{"client_assertion":"hush5","id_token": "hush6"} device_code: hush7')
    })
    expect(text).not.toMatch(/hush|eyJ/)
    expect(text).toContain('x=1')
  })
})
