/** What a file of terms may be at most (exchange.md §14), as the server says it. */
import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Status of a request that says how long its body will be, and sends none of it. */
const announced = (bytes: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes }
    const sent = request(`${server.http}/_relata/term-store/plan?format=sharepoint-csv`, { method: 'POST', headers })
    sent.on('response', (answer) => {
      resolve(answer.statusCode)
      sent.destroy()
    })
    sent.on('error', reject)
    sent.flushHeaders()
  })

it('a file of more than 100 MB is refused before it is read', async () => {
  expect(await announced(100_000_001)).toBe(413)
})
