/** What is wrong and very long is named in short: an error is no echo of what was sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const long = 'x'.repeat(100_000)
const short = `${'x'.repeat(60)}…`

const webhook = { url: 'https://receiver.example/hook', events: ['*'] }
const registration = {
  WebhookUrl: 'https://receiver.example/hook',
  WebhookEvents: ['granular-admin-relationship-approved'],
}
const subscription = () => ({
  changeType: 'updated',
  resource: '/users',
  notificationUrl: 'https://receiver.example/hook',
  expirationDateTime: new Date(Date.now() + 3_000_000).toISOString(),
})

interface Refusal {
  readonly message: string
  readonly target?: string
}

async function refused(path: string, body: object, headers: Record<string, string> = {}): Promise<Refusal> {
  const wish = jsonPost(body)
  const answer = await fetch(`${server.http}${path}`, { ...wish, headers: { ...wish.headers, ...headers } })
  const text = await answer.text()
  expect(answer.status, text.slice(0, 500)).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(text.length).toBeLessThan(10_000)
  return JSON.parse(text).error
}

/** Partner Center has a form of its own for errors. */
async function ofPartner(at: TestServer, body: object): Promise<{ description: string; data: readonly string[] }> {
  const resource = 'https://api.partnercenter.microsoft.com'
  const asked = jsonPost({ tenant: wellKnown.contoso, app: wellKnown.daemon, resource })
  const { accessToken } = (await (await fetch(`${at.http}/_relata/tokens`, asked)).json()) as { accessToken: string }
  const wish = jsonPost(body)
  const headers = { ...wish.headers, authorization: `Bearer ${accessToken}` }
  const answer = await fetch(`${at.http}/webhooks/v1/registration`, { ...wish, headers })
  expect(answer.status).toBe(400)
  return (await answer.json()) as { description: string; data: readonly string[] }
}

async function ofGraph(path: string, body: object): Promise<Refusal> {
  return refused(path, body, { authorization: `Bearer ${await server.token()}` })
}

describe('a very long value is named by its beginning', () => {
  const own: readonly (readonly [string, object, string])[] = [
    ['events/0', { events: [long] }, 'A name of an event has at most 128 characters.'],
    ['customers/0', { customers: [long] }, `"${short}" is not the id of a tenant.`],
    ['customers/0', { customers: [[long]] }, `["${'x'.repeat(58)}… is not the id of a tenant.`],
  ]
  it.each(own)('in %s of a webhook', async (target, member, message) => {
    expect(await refused('/_relata/webhooks', { ...webhook, ...member })).toMatchObject({ target, message })
  })

  it('in names of members and headers', async () => {
    expect((await refused('/_relata/webhooks', { ...webhook, [long]: 1 })).message).toMatch(
      new RegExp(`^'${short}' is not known here\\. There are url, `),
    )
    const { message, target } = await refused('/_relata/webhooks', { ...webhook, headers: { [long]: 'x' } })
    expect(message).toBe(`'${short}' is not a header that may be added.`)
    expect(target).toMatch(/^headers\/x+…x+$/)
    expect((await refused('/_relata/tokens', { [long]: 1 })).message).toMatch(new RegExp(`^'${short}' is not known`))
    expect((await refused('/_relata/seed', { [long]: 1, tenants: [] })).message).toMatch(
      new RegExp(`^'${short}' is not known`),
    )
  })

  it('in a registration of Partner Center', async () => {
    expect(await ofPartner(server, { ...registration, WebhookEvents: [long] })).toMatchObject({
      description: expect.stringMatching(new RegExp(`^'${short}' is not the name of an event\\. GET `)),
      data: ['webhookEvents'],
    })
    const strict = await startTestServer({ strict: true })
    try {
      const { description, data } = await ofPartner(strict, { ...registration, [long]: 1 })
      expect(description).toBe(`'${short}' is not known here.`)
      expect(data).toEqual([expect.stringMatching(/^x{199}…x{199}$/)])
    } finally {
      await strict.close()
    }
  })

  it('in a subscription', async () => {
    expect(await ofGraph('/v1.0/subscriptions', { ...subscription(), resource: long })).toMatchObject({
      target: 'resource',
      message: expect.stringMatching(new RegExp(`^'${short}' cannot be watched\\. What can be: `)),
    })
    expect(await ofGraph('/v1.0/subscriptions', { ...subscription(), changeType: long })).toMatchObject({
      target: 'changeType',
      message: expect.stringMatching(new RegExp(`^'${short}' is not one of the changes told of here: `)),
    })
  })
})

describe('a message that would be longer than 2000 characters', () => {
  it.each([
    ['/v1.0/subscriptions', () => ({ ...subscription(), [long]: 1 })],
    [
      '/v1.0/groups',
      () => ({ displayName: 'a', mailNickname: 'a', mailEnabled: false, securityEnabled: true, groupTypes: [long] }),
    ],
    ['/v1.0/users', () => ({ displayName: 'a', [`${long}@odata.bind`]: [] })],
    ['/v1.0/directoryRoles', () => ({ roleTemplateId: long })],
    ['/v1.0/sites/root/termStore/groups', () => ({ displayName: 'a', scope: long })],
  ])('at %s has lost its middle, and so has its target', async (path, body) => {
    const { message, target = '' } = await ofGraph(path, body())
    expect(message).toMatch(/x…x/)
    expect(message).toHaveLength(1_999)
    expect(target.length).toBeLessThan(401)
    // What is wrong is said at the end.
    expect(message).toMatch(/[a-z][^x]*\.$/)
  })
})

it('limit of the deliveries is a number in digits', async () => {
  const statusOf = async (limit: string) => {
    const answer = await fetch(`${server.http}/_relata/deliveries?limit=${limit}`)
    const { error } = (await answer.json()) as { error?: Refusal }
    return [answer.status, error?.target]
  }
  for (const limit of ['1e2', '0x10', '0b1', '1.0', '%2B1', '-1', '0', '1001', '١']) {
    expect(await statusOf(limit)).toEqual([400, 'limit'])
  }
  for (const limit of ['1', '1000', '']) expect(await statusOf(limit)).toEqual([200, undefined])
})
