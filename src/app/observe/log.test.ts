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

  it('labels a request that a fault was applied to', async () => {
    const faulted = { ...entry, status: 429, fault: 'fault-1, late' }
    const text = await written({}, (log) => log.request?.(faulted))
    expect(text).toBe('00:00:00.000 fault fault-1, late GET /v1.0 429 1.2 id\n')
    const json = JSON.parse(await written({ output: 'json' }, (log) => log.request?.(faulted)))
    expect(json).toMatchObject({ status: 429, fault: 'fault-1, late' })
  })

  const tara = { kind: 'user', tenantId: 't', userId: 'u', appId: 'a', name: 'Tara "T" Technician' } as const

  it('says who asked, and from where', async () => {
    const asked = { ...entry, actor: tara, remote: '203.0.113.7' }
    const line = '00:00:00.000 GET /v1.0 200 1.2 id tenantId=t userId=u userName="Tara \\"T\\" Technician" clientId=a'
    expect(await written({}, (log) => log.request?.(asked))).toBe(`${line} peer=203.0.113.7\n`)
    const json = JSON.parse(await written({ output: 'json' }, (log) => log.request?.(asked)))
    const who = { tenantId: 't', userId: 'u', userName: tara.name, clientId: 'a', peer: '203.0.113.7' }
    expect(json).toMatchObject({ level: 'info', ...who })
    const visitor = {
      ...asked,
      actor: { kind: 'app', tenantId: 't', appId: 'a', name: 'Daemon', homeTenantId: 'h' } as const,
    }
    const second = JSON.parse(await written({ output: 'json' }, (log) => log.request?.(visitor)))
    expect(second).toMatchObject({ tenantId: 't', homeTenantId: 'h', clientName: 'Daemon', clientId: 'a' })
    expect(second).not.toHaveProperty('userId')
  })

  it.each([
    ['GET', '/v1.0/users', 401, undefined, 'authn_login_fail'],
    ['POST', '/common/oauth2/v2.0/token', 400, undefined, 'authn_login_fail'],
    ['POST', '/v1.0/users', 403, 'access.role; docs/spec/gdap.md 7.8', 'authz_fail'],
    ['POST', '/v1.0/$batch', 200, 'requests/0 access.role; docs/spec/gdap.md 7.8', 'authz_fail'],
    ['GET', '/v1.0/users', 429, undefined, 'excess_rate_limit_exceeded'],
    ['POST', '/_relata/clock', 200, undefined, 'sys_clock_changed'],
    ['POST', '/_relata/term-store/roles', 200, undefined, 'privilege_permissions_changed'],
    ['DELETE', '/_relata/tenants/t', 200, undefined, 'authz_admin'],
    ['POST', '/v1.0/users', 400, 'body.invalid', undefined],
    ['POST', '/v1.0/$batch', 200, 'requests/0 option.filter; docs/spec/protocol.md 1.7', undefined],
    ['GET', '/_relata/clock', 200, undefined, undefined],
    ['POST', '/_relata/clock', 400, undefined, undefined],
  ])('%s %s with %i (%s) is the event %s', async (method, path, status, check, event) => {
    const asked = { ...entry, method, path, status, actor: tara, ...(check === undefined ? {} : { check }) }
    const [json = 'null'] = (await written({ output: 'json' }, (log) => log.request?.(asked))).split('\n')
    expect(JSON.parse(json).event).toBe(event)
    expect(JSON.parse(json).level).toBe(event === undefined ? 'info' : 'warn')
    const text = await written({ level: 'warn' }, (log) => {
      expect(log.request).toBeUndefined()
      log.notable?.(asked)
    })
    if (event === undefined) expect(text).toBe('')
    else expect(text).toMatch(new RegExp(`^00:00:00\\.000 warn ${event} ${method} .* tenantId=t userId=u `))
  })

  it.each(['text', 'json'] as const)('is one line whatever a client sends, as %s', async (output) => {
    const evil = 'x\r\n00:00:00.000 warn forged\u2028\u0085\u001b[2J\u202egnp'
    const asked = { ...entry, path: `/v1.0/${evil}`, check: evil, actor: { ...tara, name: evil }, note: { to: evil } }
    const text = await written({ output }, (log) => {
      log.request?.(asked)
      log.security?.('user_created', { name: evil })
      log.warn(evil)
      log.unenforced({ ...asked, message: evil, layer: 'role', wanted: [evil], held: [] })
    })
    expect(text.split('\n')).toHaveLength(5)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text).not.toMatch(/[\r\u001b]/)
    if (output === 'text') expect(text).not.toMatch(/[\u0085\u2028\u202e]/)
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
