/** The control addresses over a real server: clock, the customer's side, the page, and what a registry leaves out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

let count = 0

const invite = (on: TestServer, more: Record<string, unknown> = {}): Promise<string> => {
  count += 1
  const draft = { displayName: `Control ${count}`, duration: 'P30D', ...more }
  return relationshipsOver(on.send, on.customer.bind(on, 'approve')).relationship('approvalPending', draft)
}
const statusOf = async (id: string) => (await server.send('GET', `${relationships}/${id}`)).body.status

describe('an error', () => {
  it('carries the time of the clock, whatever address it is of (B25)', async () => {
    const moved = await startTestServer()
    try {
      const send = (path: string, body?: unknown) =>
        fetch(`${moved.http}${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
      const id = `11111111-1111-4111-8111-111111111111-${wellKnown.contoso}`
      await send('/_relata/clock', { set: '2031-05-01T10:00:00Z', freeze: true })
      for (const answer of [
        await send(`/_relata/gdap/${id}/approve`, { tenantId: wellKnown.fabrikam }),
        await send('/_relata/gdap', { nonsense: 1 }),
        await send('/_relata/clock', { advance: 'x' }),
        await send('/nowhere'),
        await send('/v1.0/nowhere'),
      ]) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        const { error } = (await answer.json()) as { error: { innerError: { date: string } } }
        expect(error.innerError.date).toBe('2031-05-01T10:00:00')
      }
    } finally {
      await moved.close()
    }
  })
})

describe('the customer', () => {
  it('approves for its administrator, and the answer is the relationship', async () => {
    const id = await invite(server)
    const { status, body } = await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      displayName: `Control ${count}`,
      status: 'active',
      customer: { tenantId: wellKnown.fabrikam, displayName: 'Fabrikam' },
      activatedDateTime: expect.any(String),
      endDateTime: expect.any(String),
    })
    const { '@odata.context': _, ...seen } = (await server.send('GET', `${relationships}/${id}`)).body
    expect(body).toEqual(seen)
  })

  it('rejects, and ends what is active', async () => {
    const id = await invite(server)
    expect((await server.customer('reject', id, { tenantId: 'northwind.example' })).body).toMatchObject({
      status: 'terminated',
      activatedDateTime: null,
    })
    const other = await invite(server)
    await server.customer('approve', other, { tenantId: wellKnown.northwind })
    expect((await server.customer('terminate', other, { tenantId: wellKnown.northwind })).body.status).toBe(
      'terminated',
    )
  })

  it('cannot answer for another customer, nor twice, nor what is not there', async () => {
    const id = await invite(server, { customer: { tenantId: wellKnown.northwind } })
    const foreign = await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'forbidden'])
    await server.customer('approve', id, { tenantId: wellKnown.northwind })
    expect((await server.customer('approve', id, { tenantId: wellKnown.northwind })).status).toBe(405)
    expect((await server.customer('terminate', id, { tenantId: wellKnown.fabrikam })).status).toBe(403)
    const unknown = `11111111-1111-4111-8111-111111111111-${wellKnown.contoso}`
    expect((await server.customer('approve', unknown, { tenantId: wellKnown.fabrikam })).status).toBe(404)
    const nobody = `11111111-1111-4111-8111-111111111111-11111111-1111-4111-8111-111111111111`
    expect((await server.customer('approve', nobody, { tenantId: wellKnown.fabrikam })).status).toBe(404)
    expect((await server.customer('approve', 'x', { tenantId: wellKnown.fabrikam })).body.error).toMatchObject({
      code: 'badRequest',
      message: 'The passed in delegatedAdminRelationshipId is invalid.',
    })
  })

  it('is an administrator of its tenant', async () => {
    const id = await invite(server)
    const plain = await server.send(
      'POST',
      '/v1.0/users',
      {
        accountEnabled: true,
        displayName: 'Pia Plain',
        mailNickname: 'pia',
        userPrincipalName: 'pia@fabrikam.example',
        passwordProfile: { password: 'not kept' },
      },
      { tenant: wellKnown.fabrikam },
    )
    expect(plain.status, plain.text).toBe(201)
    const refused = await server.customer('approve', id, { tenantId: wellKnown.fabrikam, user: 'PIA@fabrikam.example' })
    expect([refused.status, refused.body.error.target]).toEqual([403, 'user'])
    expect(await statusOf(id)).toBe('approvalPending')
    const admin = await server.customer('approve', id, { tenantId: wellKnown.fabrikam, user: 'admin@fabrikam.example' })
    expect(admin.status, admin.text).toBe(200)
  })
})

describe('the clock', () => {
  it('fires what is due before it answers, and reads see it', async () => {
    const id = await invite(server)
    const start = await server.clock({ freeze: true })
    await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect(await server.clock({ advance: 'P29DT23H59M59S' })).toMatchObject({ frozen: true })
    expect(await statusOf(id)).toBe('active')
    const { now } = await server.clock({ advance: 'PT1S' })
    expect(Date.parse(now) - Date.parse(start.now)).toBe(30 * 86_400_000)
    const { body } = await server.send('GET', `${relationships}?$filter=status eq 'expired'&$select=id,endDateTime`)
    const row = body.value.find((one: { id: string }) => one.id === id)
    expect(Date.parse(row.endDateTime)).toBe(Date.parse(now))
    await server.clock({ set: start.now, freeze: false })
  })

  it('leaves tokens as they are', async () => {
    await server.clock({ advance: 'P10Y' })
    expect((await server.send('GET', relationships)).status).toBe(200)
  })

  it('answers in the envelope of Graph', async () => {
    const answer = await fetch(`${server.http}/_relata/clock`, { method: 'POST', body: '{"advance":"soon"}' })
    expect(answer.status).toBe(400)
    const { error } = (await answer.json()) as { error: Record<string, unknown> }
    expect(error).toMatchObject({ code: 'badRequest', target: 'advance', innerError: expect.any(Object) })
    expect(answer.headers.get('request-id')).toBeTruthy()
  })
})

describe('the page', () => {
  const post = (id: string, fields: Record<string, string>) =>
    fetch(`${server.http}/approve/${id}`, {
      method: 'POST',
      headers: { origin: server.http },
      body: new URLSearchParams(fields),
    })
  const open = async (id: string) => {
    const answer = await fetch(`${server.http}/approve/${id}`)
    const text = await answer.text()
    return { status: answer.status, text, token: /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '' }
  }

  it('lets an administrator approve, once', async () => {
    const id = await invite(server)
    const page = await open(id)
    expect(page.text).toContain('Helpdesk Administrator')
    const approver = /value="(\S+ \S+)">[^<]*admin@northwind/.exec(page.text)?.[1] ?? ''
    const done = await post(id, { token: page.token, answer: 'approve', approver })
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Approved')])
    expect((await server.send('GET', `${relationships}/${id}`)).body).toMatchObject({
      status: 'active',
      customer: { tenantId: wellKnown.northwind },
    })
    expect(await open(id)).toMatchObject({ status: 410, text: expect.stringContaining('used already') })
  })

  it('tells a lapsed invitation from an unknown one', async () => {
    const id = await invite(server)
    await server.clock({ advance: 'P91D' })
    expect(await open(id)).toMatchObject({ status: 410, text: expect.stringContaining('lapsed') })
    const unknown = id.replace(/^.{8}/, '00000000')
    expect(await open(unknown)).toMatchObject({ status: 404 })
  })
})

describe('a registry', () => {
  it('shows the clock and has nothing else of it', async () => {
    const registry = await startTestServer({ registry: true })
    try {
      const id = await invite(registry)
      expect((await registry.clock()).frozen).toBe(false)
      await expect(registry.clock({ advance: 'P1D' })).rejects.toThrow(/registry/)
      expect((await registry.customer('approve', id, { tenantId: wellKnown.fabrikam })).status).toBe(404)
      for (const path of [`/approve/${id}`, '/AdminPortal/Home'])
        expect((await fetch(`${registry.http}${path}`)).status).toBe(404)
      expect((await fetch(`${registry.http}/`)).status).toBe(200)
    } finally {
      await registry.close()
    }
  })
})
