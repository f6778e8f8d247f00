/** Traces as a collector gets them: a real one, as far as bytes on a real port go. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wantsTraces } from '#app/observe/observation.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'

interface Delivery {
  readonly path: string
  readonly type: string
  readonly bytes: Buffer
}

const deliveries: Delivery[] = []
let collector: Server
let log = ''
const traceId = 'c0ffee00c0ffee00c0ffee00c0ffee01'

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const type = request.headers['content-type'] ?? ''
      deliveries.push({ path: request.url ?? '', type, bytes: Buffer.concat(chunks) })
      response.end()
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as AddressInfo
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`)
  vi.stubEnv('OTEL_SERVICE_NAME', 'our-registry')
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    log += text
    return true
  })
  const server = await startServer({ ...defaultConfig, port: 0, inMemory: true, httpOnly: true, output: 'json' })
  const http = server.origin.replace('localhost', '127.0.0.1')
  const authorization = `Bearer ${await tokenFor(http, wellKnown.contoso, wellKnown.daemon)}`
  const headers = { authorization, traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'client-request-id': 'mine' }
  await fetch(`${http}/v1.0/termStore/groups/8ed8c9ea-7052-4c1d-a4d7-b9c10bffea6f`, { headers })
  const body = JSON.stringify({ displayName: 'Traced' })
  const json = { ...headers, 'content-type': 'application/json' }
  await fetch(`${http}/v1.0/termStore/groups`, { method: 'POST', headers: json, body })
  await fetch(`${http}/ready`, { headers })
  // The stop sends what is held back.
  await server.close()
})
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await new Promise((resolve) => collector.close(resolve))
})

describe('traces', () => {
  it('go where the standard variables say, in the standard form', () => {
    expect(deliveries.length).toBeGreaterThan(0)
    for (const { path, type } of deliveries)
      expect({ path, type }).toEqual({ path: '/v1/traces', type: 'application/x-protobuf' })
  })

  it('hold a span for each request, in the trace of the client, and for its transactions', () => {
    const all = Buffer.concat(deliveries.map(({ bytes }) => bytes))
    for (const text of [
      'our-registry',
      'GET /v1.0/termStore/groups/{id}',
      'POST /v1.0/termStore/groups',
      'POST /{tenant}/oauth2/v2.0/token',
      'store write',
      'step permission',
      'relata.client_request_id',
    ])
      expect(all.includes(text), text).toBe(true)
    const inTrace = all.toString('hex').split(traceId).length - 1
    // Two requests, and what the store did for them.
    expect(inTrace).toBeGreaterThanOrEqual(4)
    expect(all.includes('/ready')).toBe(false)
    expect(all.includes('Bearer')).toBe(false)
    expect(all.includes(wellKnown.secret)).toBe(false)
  })

  it('are named by the log, beside the ids of the request', () => {
    const lines = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const request = lines.find(({ path }) => String(path).startsWith('/v1.0/termStore/groups/'))
    expect(request).toMatchObject({
      traceId,
      clientRequestId: 'mine',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('are kept with %j: %s', (environment, wanted) => {
    expect(wantsTraces(environment)).toBe(wanted)
  })

  it('refuse a form that is not spoken', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc')
    await expect(startServer({ ...defaultConfig, port: 0, inMemory: true, httpOnly: true })).rejects.toThrow(
      "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'",
    )
  })
})
