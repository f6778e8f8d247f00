import { beforeEach, describe, expect, it } from 'vitest'
import { fixedClock, movableClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { OwnAnswer, OwnRequest } from '#base/own-address.ts'
import { createControl } from './control.ts'
import {
  approverRoles,
  type Customer,
  type CustomerUser,
  globalAdministrator,
  type Invitation,
} from './customer/customer.ts'

const partner: Customer = {
  tenantId: '9a000000-0000-4000-8000-00000000000a',
  displayName: 'Ada & Co <partners>',
  defaultDomain: 'ada.example',
}

const east: Customer = {
  tenantId: 'ea000000-0000-4000-8000-00000000000b',
  displayName: 'East',
  defaultDomain: 'east.example',
}

const west: Customer = {
  tenantId: 'fe000000-0000-4000-8000-00000000000c',
  displayName: 'West',
  defaultDomain: 'west.example',
}

const dana: CustomerUser = {
  id: 'da000000-0000-4000-8000-000000000001',
  displayName: 'Dana',
  userPrincipalName: 'dana@east.example',
}

const finn: CustomerUser = {
  id: 'f1000000-0000-4000-8000-000000000002',
  displayName: 'Finn',
  userPrincipalName: 'finn@east.example',
}

const wren: CustomerUser = {
  id: '3e000000-0000-4000-8000-000000000003',
  displayName: 'Wren',
  userPrincipalName: 'wren@west.example',
}

const id = `1b2c0000-0000-4000-8000-000000000001-${partner.tenantId}`

const pending: Invitation = {
  relationshipId: id,
  displayName: 'Care <b>2026</b>',
  status: 'approvalPending',
  partner,
  roles: [
    { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader' },
    { id: '729827e3-9c14-49f7-bb1b-9608f156bbb8', name: 'Helpdesk Administrator' },
  ],
  duration: 'P365D',
  autoExtendDuration: 'P180D',
  customer: undefined,
  activated: false,
}

let invitation: Invitation | 'gone' | undefined
let acts: unknown[]
let settled: string[]
let customers: Customer[]

const start = new Date('2026-01-31T12:00:00Z')

function build(registry = false) {
  const clock = movableClock(fixedClock(start))
  const control = createControl({
    clock,
    settle: async () => {
      settled.push(clock.now().toISOString())
    },
    registry,
    secret: Buffer.from('secret of a process'),
    directory: {
      find: async (wanted) => customers.find((one) => one.tenantId === wanted || one.defaultDomain === wanted),
      list: async (limit) => customers.slice(0, limit),
      holders: async (tenantId, roles) => {
        expect(roles).toEqual(approverRoles)
        if (tenantId === east.tenantId) return [dana]
        return tenantId === west.tenantId ? [wren] : []
      },
      findPerson: async (_, wanted) => (wanted === finn.userPrincipalName ? finn : undefined),
    },
    relationships: {
      ofCustomer: async () => [],
      invitation: async (wanted) => (wanted === id ? invitation : undefined),
      act: async (action, facts) => {
        acts.push({ action, ...facts })
        return { id: facts.relationshipId, status: 'active' }
      },
      extend: async ({ relationshipId, allowed }) => ({ id: relationshipId, allowed }),
      raise: async ({ reseller, indirectProvider, draft }) => ({
        id: `${reseller.tenantId} for ${indirectProvider.tenantId}`,
        ...draft,
      }),
    },
  })
  const send = (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const request: OwnRequest = {
      method,
      path,
      query: '',
      headers,
      body: body === undefined ? undefined : Buffer.from(body),
      origin: 'https://localhost:4365',
      requestId: 'r',
      clientRequestId: 'c',
    }
    const handler = control.find(path)
    if (handler === undefined) throw new Error(`nothing answers ${path}`)
    return handler(request)
  }
  return { control, clock, send }
}

let made: ReturnType<typeof build>
beforeEach(() => {
  invitation = pending
  acts = []
  settled = []
  customers = [east, west, partner]
  made = build()
})

function send(...args: Parameters<typeof made.send>): Promise<OwnAnswer> {
  return made.send(...args)
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`not refused: ${error}`)
  return error
}

describe('the clock', () => {
  const post = (body: unknown) => send('POST', '/_relata/clock', JSON.stringify(body))
  const shows = async (work: Promise<OwnAnswer>) => JSON.parse((await work).body)

  it('is shown', async () => {
    expect(await shows(send('GET', '/_relata/clock'))).toEqual({ now: '2026-01-31T12:00:00.000Z', frozen: false })
  })

  it.each([
    [{ freeze: true }, '2026-01-31T12:00:00.000Z', true],
    [{ advance: 'P30D' }, '2026-03-02T12:00:00.000Z', false],
    [{ advance: 'P1M' }, '2026-02-28T12:00:00.000Z', false],
    [{ advance: 'PT0S' }, '2026-01-31T12:00:00.000Z', false],
    [{ set: '2030-02-28T23:00:00+01:00' }, '2030-02-28T22:00:00.000Z', false],
    [{ set: '2020-05-01T00:00:00.1234567Z', freeze: true }, '2020-05-01T00:00:00.123Z', true],
    [{ advance: 'P1Y', freeze: true }, '2027-01-31T12:00:00.000Z', true],
  ])('moves as %j says, and everything due has happened by then', async (body, now, frozen) => {
    expect(await shows(post(body))).toEqual({ now, frozen })
    expect(settled).toEqual([now])
  })

  it.each([
    [{}, /One of/, undefined],
    [{ set: '2030-01-01T00:00:00Z', advance: 'P1D' }, /not given together/, 'advance'],
    [{ freeze: 'true' }, /neither true nor false/, 'freeze'],
    [{ freeze: 1, advance: 'P1D' }, /neither true nor false/, 'freeze'],
    [{ set: '2030-01-01' }, /not an instant/, 'set'],
    [{ set: '2030-02-30T00:00:00Z' }, /not an instant/, 'set'],
    [{ set: '2030-02-28T25:00:00Z' }, /not an instant/, 'set'],
    [{ set: 7 }, /not a text/, 'set'],
    [{ advance: '30 days' }, /not an ISO 8601 duration/, 'advance'],
    [{ advance: '-P1D' }, /goes forward/, 'advance'],
    [{ advance: 'P' }, /not an ISO 8601 duration/, 'advance'],
    [{ advance: 'P9000Y' }, /leads out of/, 'advance'],
    [{ advanced: 'P1D' }, /'advanced' is not known/, 'advanced'],
    [{ freeze: true, advance: 'P9000Y' }, /leads out of/, 'advance'],
  ])('is not moved by %j', async (body, message, target) => {
    const { kind, message: text, facts } = await refusal(post(body))
    expect({ kind, text, target: facts.target }).toEqual({
      kind: 'invalid',
      text: expect.stringMatching(message),
      target,
    })
    expect(await shows(send('GET', '/_relata/clock'))).toEqual({ now: start.toISOString(), frozen: false })
    expect(settled).toEqual([])
  })

  it.each([
    ['', /no body/],
    ['[]', /not a JSON object/],
    ['null', /not a JSON object/],
    ['{', /not JSON/],
  ])('is not moved by the text %j', async (body, message) => {
    expect((await refusal(send('POST', '/_relata/clock', body))).message).toMatch(message)
  })

  it('is not moved by a page of another site', async () => {
    const body = '{"advance":"P1D"}'
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await refusal(send('POST', '/_relata/clock', body, headers))).kind).toBe('forbidden')
    expect(settled).toEqual([])
    await send('POST', '/_relata/clock', body, { origin: 'https://localhost:4365', 'sec-fetch-site': 'same-origin' })
    expect(settled).toHaveLength(1)
  })

  it('says which methods it takes', async () => {
    const { kind, facts } = await refusal(send('PUT', '/_relata/clock', '{}'))
    expect({ kind, headers: facts.headers }).toEqual({ kind: 'notAllowed', headers: { Allow: 'GET, HEAD, POST' } })
  })
})

describe('a registry', () => {
  it('shows the clock and does not let it be moved', async () => {
    const { send, clock } = build(true)
    expect((await send('GET', '/_relata/clock')).status).toBe(200)
    expect((await refusal(send('POST', '/_relata/clock', '{"advance":"P1D"}'))).kind).toBe('notFound')
    expect(clock.now()).toEqual(start)
  })

  it('has no customer side', () => {
    const { control } = build(true)
    for (const path of [`/_relata/gdap/${id}/approve`, `/approve/${id}`, '/AdminPortal/Home'])
      expect(control.find(path)).toBeUndefined()
  })
})

describe('the control call of the customer', () => {
  const call = (action: string, body: unknown, from = id) =>
    send('POST', `/_relata/gdap/${from}/${action}`, JSON.stringify(body))

  it.each(['approve', 'reject', 'terminate'])('does %s for the administrator of the tenant', async (action) => {
    const answer = await call(action, { tenantId: east.tenantId }, id.toUpperCase())
    expect(JSON.parse(answer.body)).toEqual({ id, status: 'active' })
    expect(acts).toEqual([{ action, relationshipId: id, customer: east, by: dana }])
  })

  it('takes a domain, and a user by name or id', async () => {
    await call('approve', { tenantId: 'east.example', user: 'DANA@east.example' })
    await call('approve', { tenantId: east.tenantId, user: dana.id.toUpperCase() })
    expect(acts).toHaveLength(2)
  })

  it.each([
    [{}, 'invalid', 'tenantId'],
    [{ tenantId: '' }, 'invalid', 'tenantId'],
    [{ tenantId: 'nowhere.example' }, 'invalid', 'tenantId'],
    [{ tenantId: east.tenantId, user: 'nobody@east.example' }, 'invalid', 'user'],
    [{ tenantId: east.tenantId, user: finn.userPrincipalName }, 'forbidden', 'user'],
    [{ tenantId: partner.tenantId }, 'forbidden', 'user'],
    [{ tenantId: east.tenantId, role: 'x' }, 'invalid', 'role'],
  ])('refuses %j', async (body, kind, target) => {
    const error = await refusal(call('approve', body))
    expect({ kind: error.kind, target: error.facts.target }).toEqual({ kind, target })
    expect(acts).toEqual([])
  })

  it('refuses an id that is not two GUIDs with the words of Graph', async () => {
    expect((await refusal(call('approve', { tenantId: east.tenantId }, partner.tenantId))).message).toBe(
      'The passed in delegatedAdminRelationshipId is invalid.',
    )
  })

  it('has no other actions', () => {
    expect(made.control.find(`/_relata/gdap/${id}/lock`)).toBeUndefined()
    expect(made.control.find(`/_relata/gdap/${id}`)).toBeUndefined()
  })
})

describe('the page of an invitation', () => {
  const path = `/approve/${id}`
  const tokenIn = (page: string) => /name="token" value="([\w-]+)"/.exec(page)?.[1] ?? ''
  const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send('POST', path, new URLSearchParams(fields).toString(), { origin: 'https://localhost:4365', ...headers })

  it('shows partner, roles, duration and who may answer, escaped and locked down', async () => {
    const { status, headers, body } = await send('GET', path)
    expect(status).toBe(200)
    expect(body).toContain('Ada &amp; Co &lt;partners&gt;')
    expect(body).toContain('Care &lt;b&gt;2026&lt;/b&gt;')
    expect(body).not.toContain('<b>')
    for (const text of [
      'Global Reader',
      'Helpdesk Administrator',
      '365 days',
      'by 180 days',
      'dana@east.example',
      'wren@west.example',
    ])
      expect(body).toContain(text)
    expect(body).not.toMatch(/<script|src=|href="http|@import|url\(/)
    expect(headers['Content-Security-Policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
    )
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8')
  })

  it('offers the partner itself as no customer, and only the one the invitation is bound to', async () => {
    expect((await send('GET', path)).body).not.toContain(`value="${partner.tenantId}`)
    invitation = { ...pending, customer: { tenantId: west.tenantId, displayName: west.displayName } }
    const { body } = await send('GET', path)
    expect(body).toContain('wren@west.example')
    expect(body).not.toContain('dana@east.example')
  })

  it('asks for the tenant by name where there are many', async () => {
    customers = Array.from({ length: 150 }, (_, at) => ({ ...east, tenantId: `${at}` }))
    const { body } = await send('GET', path)
    expect(body).toContain('name="tenant"')
    expect(body).not.toContain('<option')
    customers = [east]
    await post({ token: tokenIn(body), answer: 'approve', tenant: 'east.example', user: '' })
    expect(acts).toMatchObject([{ action: 'approve', customer: east, by: dana }])
  })

  it('warns of Global Administrator', async () => {
    expect((await send('GET', path)).body).not.toContain('full control')
    invitation = { ...pending, roles: [{ id: globalAdministrator, name: 'Global Administrator' }] }
    expect((await send('GET', path)).body).toContain('full control')
  })

  it('says so where nobody can answer', async () => {
    invitation = { ...pending, customer: { tenantId: partner.tenantId, displayName: undefined } }
    const { body } = await send('GET', path)
    expect(body).toContain('Nobody can answer')
    expect(body).not.toContain('<form')
  })

  it.each([
    ['approve', 'Approved'],
    ['reject', 'Rejected'],
  ])('carries out %s', async (answer, title) => {
    const page = (await send('GET', path)).body
    const result = await post({ token: tokenIn(page), answer, approver: `${west.tenantId} ${wren.id}` })
    expect(result.status).toBe(200)
    expect(result.body).toContain(`>${title}</h1>`)
    expect(acts).toEqual([{ action: answer, relationshipId: id, customer: west, by: wren }])
  })

  it('takes no form that it has not shown, and none from another site', async () => {
    const token = tokenIn((await send('GET', path)).body)
    const fields = { token, answer: 'approve', approver: `${east.tenantId} ${dana.id}` }
    expect((await post({ ...fields, token: '' })).status).toBe(403)
    expect((await post({ ...fields, token: `${token.slice(0, -2)}AA` })).status).toBe(403)
    expect((await post(fields, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post(fields, { origin: 'null' })).status).toBe(403)
    expect((await post({ ...fields, answer: 'maybe' })).status).toBe(400)
    expect((await post({ ...fields, approver: `${east.tenantId} ${wren.id}` })).status).toBe(400)
    expect((await post({ ...fields, approver: '' })).status).toBe(400)
    expect(acts).toEqual([])
    expect((await post(fields)).status).toBe(200)
  })

  it.each([
    ['created', false, 409, 'not open yet'],
    ['approved', false, 410, 'used already'],
    ['active', true, 410, 'used already'],
    ['expired', true, 410, 'has expired'],
    ['terminated', true, 410, 'has ended'],
    ['terminated', false, 410, 'was declined'],
  ])('cannot be answered in %s', async (status, activated, code, text) => {
    const token = tokenIn((await send('GET', path)).body)
    invitation = { ...pending, status, activated }
    for (const answer of [
      await send('GET', path),
      await post({ token, answer: 'approve', approver: `${east.tenantId} ${dana.id}` }),
    ]) {
      expect(answer.status).toBe(code)
      expect(answer.body).toContain(text)
      expect(answer.body).not.toContain('<form')
    }
    expect(acts).toEqual([])
  })

  it('says what an unknown link may mean', async () => {
    for (const unknown of ['/approve/x', `/approve/${id.replace('1b2c', '1b2d')}`, '/approve/%3Cscript%3E']) {
      const { status, body } = await send('GET', unknown)
      expect(status).toBe(404)
      expect(body).toContain('not known')
    }
    invitation = 'gone'
    expect(await send('GET', path)).toMatchObject({ status: 410, body: expect.stringContaining('90 days') })
  })

  it('is reached from the fragment of the admin center', async () => {
    const { body, headers } = await send('GET', '/AdminPortal/Home')
    expect(body).toContain('granularAdminRelationships')
    expect(headers['Content-Security-Policy']).toContain("script-src 'sha256-")
  })

  it('is found from the root', async () => {
    expect((await send('GET', '/')).body).toContain('href="/AdminPortal/Home"')
    expect((await build(true).send('GET', '/')).body).not.toContain('AdminPortal')
  })
})
