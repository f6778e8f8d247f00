/** A partner tool's real flow (events.md §2.9) and what becomes of deliveries: cases 1, 5, 7 and 11 of events.md §12. */
import { verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { partnerCenterNames } from '#workloads/events/names.ts'
import { type HookReceiver, type HookRequest, startHookReceiver } from '../_support/hook-receiver.ts'
import { reader, relationshipDraft, relationships, rolesOf } from '../_support/relationships.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { createOver } from '../_support/taxonomy.ts'

const registration = '/webhooks/v1/registration'
const validations = `${registration}/validationEvents`
let server: TestServer
let receiver: HookReceiver
let token = ''
/** What is answered to the next requests; after them 200. */
const failures: number[] = []

interface Told {
  readonly EventName: string
  readonly ResourceUri: string
  readonly AuditUri: string | null
  readonly request: HookRequest
}

function parsed(request: HookRequest): Told {
  return { ...JSON.parse(request.body.toString()), request }
}

beforeAll(async () => {
  server = await startTestServer()
  receiver = await startHookReceiver(() => {
    return failures.shift() ?? 200
  })
  const answer = await fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: wellKnown.daemon,
      client_secret: wellKnown.secret,
      grant_type: 'client_credentials',
      scope: 'https://api.partnercenter.microsoft.com/.default',
    }),
  })
  token = ((await answer.json()) as { access_token: string }).access_token
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  return server.send(method, path, body, { headers: { authorization: `Bearer ${token}` } })
}

function wishFor(names: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
  return { WebhookUrl: `${receiver.url}/hook?CIPPID=7&Type=PartnerCenter`, WebhookEvents: names, ...more }
}

/** Asks again until the answer is the one waited for. */
async function until(path: string, is: (body: Answer['body']) => boolean): Promise<Answer['body']> {
  for (;;) {
    const { status, body } = await ask('GET', path)
    expect(status).toBe(200)
    if (is(body)) return body
  }
}

async function next(): Promise<Told> {
  return parsed(await receiver.next())
}

/** As documented: the certificate by its address, the signature over the raw bytes. */
async function checkSigned({ headers, body }: HookRequest): Promise<void> {
  expect(headers['x-ms-signature-algorithm']).toBe('rsa-sha256')
  const [scheme, signature = ''] = String(headers.authorization).split(' ')
  expect(scheme).toBe('Signature')
  const certificate = await fetch(String(headers['x-ms-certificate-url']))
  const { publicKey } = new X509Certificate(await certificate.text())
  expect(verify('sha256', body, publicKey, Buffer.from(signature, 'base64'))).toBe(true)
  expect(verify('sha256', Buffer.concat([body, Buffer.of(32)]), publicKey, Buffer.from(signature, 'base64'))).toBe(
    false,
  )
}

async function auditOf({ AuditUri }: Told): Promise<Answer['body']> {
  const { origin, pathname } = new URL(AuditUri ?? '')
  expect(origin).toBe(server.http)
  const { status, body } = await ask('GET', pathname)
  expect(status).toBe(200)
  return body
}

function operationOf(eventName: string): string {
  return eventName.replaceAll('-', '_')
}

/** Of Contoso, by its number in the seed. */
async function groups(): Promise<string[]> {
  const { body } = await server.send('GET', "/v1.0/groups?$filter=startswith(displayName,'M365 GDAP')&$top=2")
  return body.value.map(({ id }: { id: string }) => id)
}

describe("a partner's tool", () => {
  it('registers, is told of each step in order, signed, and finds its record (case 1)', async () => {
    expect((await ask('GET', registration)).status).toBe(404)
    const names = ['test-created', ...partnerCenterNames.filter((name) => name.startsWith('granular-admin-'))]
    expect((await ask('POST', registration, wishFor(names))).status).toBe(200)
    expect((await ask('GET', registration)).body.webhookUrl).toBe(`${receiver.url}/hook?CIPPID=7&Type=PartnerCenter`)

    const { correlationId } = (await ask('POST', validations)).body
    const test = await next()
    expect([test.EventName, test.AuditUri, test.request.path]).toEqual([
      'test-created',
      null,
      '/hook?CIPPID=7&Type=PartnerCenter',
    ])
    expect(test.ResourceUri).toBe(`${server.http}${validations}/${correlationId}`)
    await checkSigned(test.request)
    const validated = await until(`${validations}/${correlationId}`, ({ status }) => status === 'completed')
    expect(validated.results).toEqual([
      {
        responseCode: 'OK',
        responseMessage: '',
        systemError: false,
        dateTimeUtc: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}$/),
      },
    ])

    const send = (method: string, path: string, body?: unknown) => server.send(method, path, body)
    const id = await createOver(send, relationships, relationshipDraft({ accessDetails: rolesOf(reader) }))
    await createOver(send, `${relationships}/${id}/requests`, { action: 'lockForApproval' })
    await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    const approved = await next()
    await checkSigned(approved.request)
    const record = await auditOf(approved)
    const value = JSON.parse(record.resourceNewValue)
    expect([value.id, value.customer.organizationDisplayName]).toEqual([id, 'Fabrikam'])

    const told = [approved, await next()]
    for (const accessContainerId of await groups()) {
      const accessContainer = { accessContainerId, accessContainerType: 'securityGroup' }
      await createOver(send, `${relationships}/${id}/accessAssignments`, {
        accessContainer,
        accessDetails: rolesOf(reader),
      })
      told.push(await next(), await next())
    }
    await createOver(send, `${relationships}/${id}/requests`, { action: 'terminate' })
    told.push(await next(), await next(), await next())
    expect(told.map(({ EventName }) => EventName)).toEqual([
      'granular-admin-relationship-approved',
      'granular-admin-relationship-activated',
      ...['created', 'activated', 'created', 'activated'].map((what) => `granular-admin-access-assignment-${what}`),
      'granular-admin-relationship-terminated',
      ...['deleted', 'deleted'].map((what) => `granular-admin-access-assignment-${what}`),
    ])
    for (const one of told) {
      await checkSigned(one.request)
      expect((await auditOf(one)).operationType).toBe(operationOf(one.EventName))
    }
    expect(new Set(told.map(({ request }) => request.headers['relata-event-id'])).size).toBe(told.length)

    expect((await ask('DELETE', registration)).status).toBe(204)
    await createOver(send, relationships, relationshipDraft())
    // Of what happened meanwhile nobody is told, so the next request is of the next registration.
    await ask('POST', registration, wishFor(['test-created']))
    await ask('POST', validations)
    expect((await next()).EventName).toBe('test-created')
    await ask('DELETE', registration)
  })

  it('may have the signature in a header of its own (case 5)', async () => {
    await server.clock({ advance: 'PT61S' })
    await ask('POST', registration, wishFor(['test-created']))
    const more = { signatureTokenToMsSignatureHeader: true }
    expect((await ask('PUT', registration, wishFor(['test-created'], more))).status).toBe(200)
    await ask('POST', validations)
    const { headers, body } = (await next()).request
    expect(headers.authorization).toBeUndefined()
    await checkSigned({ headers: { ...headers, authorization: String(headers['x-ms-signature']) }, body, path: '' })
    await ask('DELETE', registration)
  })

  it('may move its address: what waits goes there, and what is not asked for any more nowhere', async () => {
    const wishAt = (path: string, names: readonly string[]) => ({ ...wishFor(names), WebhookUrl: receiver.url + path })
    const failedOnce = async (): Promise<string> => {
      await server.clock({ advance: 'PT61S' })
      failures.push(500)
      const { correlationId } = (await ask('POST', validations)).body
      await until(`${validations}/${correlationId}`, ({ results }) => results.length === 1)
      return correlationId
    }
    await ask('POST', registration, wishAt('/one', ['test-created']))
    await failedOnce()
    const first = await next()
    expect((await ask('PUT', registration, wishAt('/two', ['test-created']))).status).toBe(200)
    await server.clock({ advance: 'PT10M' })
    const again = await next()
    expect([first.request.path, again.request.path]).toEqual(['/one', '/two'])
    const keyOf = ({ request: { headers } }: Told) => [headers['relata-event-id'], headers['relata-attempt']]
    expect(keyOf(again)).toEqual([keyOf(first)[0], '2'])
    await failedOnce()
    const dropped = await next()
    expect((await ask('PUT', registration, wishAt('/two', ['granular-admin-relationship-approved']))).status).toBe(200)
    const shown = await fetch(`${server.http}/_relata/deliveries?state=skipped`)
    const { value } = (await shown.json()) as { value: readonly { readonly eventId: string }[] }
    expect(value.map(({ eventId }) => eventId)).toEqual([dropped.request.headers['relata-event-id']])
    await server.clock({ advance: 'PT10M' })
    const { body } = await server.send('POST', relationships, relationshipDraft())
    await server.send('POST', `${relationships}/${body.id}/requests`, { action: 'lockForApproval' })
    expect((await server.customer('approve', body.id, { tenantId: wellKnown.fabrikam })).status).toBe(200)
    // What was dropped would have come before it.
    const told = await next()
    expect([told.request.path, told.EventName]).toEqual(['/two', 'granular-admin-relationship-approved'])
    await ask('DELETE', registration)
  })

  it('sees how each attempt of a validation event has ended; 410 is a failure as any other (cases 7 and 11)', async () => {
    await server.clock({ advance: 'PT61S' })
    await ask('POST', registration, wishFor(['test-created']))
    failures.push(500, 500, 410)
    const first = (await ask('POST', validations)).body.correlationId
    const path = `${validations}/${first}`
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const { request } = await next()
      expect(request.headers['relata-attempt']).toBe(`${attempt}`)
      await until(path, ({ results }) => results.length === attempt)
      await server.clock({ advance: 'PT10M' })
    }
    const { results, status } = (await ask('GET', path)).body
    expect(status).toBe('completed')
    expect(results.map(({ responseCode }: { responseCode: string }) => responseCode)).toEqual([
      'InternalServerError',
      'InternalServerError',
      'Gone',
      'OK',
    ])
    expect((await ask('GET', registration)).status).toBe(200)
    await ask('DELETE', registration)
  })
})
