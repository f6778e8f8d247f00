/** Large answers are sent in pieces, whole, whatever is in them. */
import { get } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { type Running, startTestListener, tokenFrom } from '../_support/listener.ts'

let server: Running | undefined
afterEach(() => server?.close())

// Units of one to four bytes, so that pieces end within characters if they can.
const body = JSON.stringify({ value: 'aé€😀'.repeat(200_000) })

async function listening() {
  server = await startTestListener({
    handle: async () => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body }),
  })
  const headers = { authorization: `Bearer ${await tokenFrom(server.port)}` }
  return { url: `http://127.0.0.1:${server.port}/v1.0/a`, headers }
}

it.each(['identity', 'gzip'])('a large answer arrives whole (%s)', async (encoding) => {
  const { url, headers } = await listening()
  const answer = await fetch(url, { headers: { ...headers, 'accept-encoding': encoding } })
  expect((await answer.text()) === body).toBe(true)
})

it('HEAD says how long it is and sends none of it', async () => {
  const { url, headers } = await listening()
  const answer = await fetch(url, { method: 'HEAD', headers: { ...headers, 'accept-encoding': 'identity' } })
  expect([answer.headers.get('content-length'), await answer.text()]).toEqual([`${Buffer.byteLength(body)}`, ''])
})

it('a server that stops sends what it has begun to send', async () => {
  const { url, headers } = await listening()
  let stopping: Promise<void> | undefined
  const text = await new Promise<string>((resolve, reject) => {
    get(url, { headers }, (answer) => {
      let read = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        stopping ??= server?.close()
        read += piece
      })
      answer.on('end', () => resolve(read))
      answer.on('error', reject)
    })
  })
  expect(text === body).toBe(true)
  await stopping
  server = undefined
})
