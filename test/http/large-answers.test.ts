/** Large answers are sent in pieces, whole, whatever is in them. */
import { randomBytes } from 'node:crypto'
import { get, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Running, type Settings, startTestListener, tokenFrom } from '../_support/listener.ts'

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

describe('clients that do not read', () => {
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  // Random, so that compression leaves it long.
  const long = JSON.stringify({ value: randomBytes(11 * 1024 * 1024).toString('base64') })
  const answering = async (settings: Settings = {}) => {
    server = await startTestListener({
      handle: async ({ path }) => ({
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: path === '/long' ? long : '{}',
      }),
      ...settings,
    })
    const { port } = server
    return { port, token: await tokenFrom(port) }
  }

  /** Asks, and reads what comes first. */
  const askOnly = (at: { port: number; token: string }, path: string, more: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(at.port, '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.once('data', (data: Buffer) => {
        socket.pause()
        resolve(data.toString('latin1').slice(9, 12))
      })
      socket.on('error', reject)
      socket.write(`GET /v1.0${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${at.token}\r\n${more}\r\n`)
    })

  const ask = ({ port, token }: { port: number; token: string }, path: string, method = 'GET') =>
    new Promise<{ status: number | undefined; after: string | undefined; text: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      const sent = request(
        { port, host: '127.0.0.1', path: `/v1.0${path}`, method, headers, agent: false },
        (answer) => {
          let text = ''
          answer.on('data', (data) => {
            text += data
          })
          answer.on('end', () => resolve({ status: answer.statusCode, after: answer.headers['retry-after'], text }))
        },
      )
      sent.on('error', reject)
      sent.end()
    })

  it.each([
    ['', 8],
    ['Accept-Encoding: gzip\r\n', 11],
  ])(
    'hold 128 MiB at most together; then large answers are refused, and small ones are not (%j, %d of them)',
    async (more, most) => {
      const at = await answering()
      for (let count = 0; count < most; count++) expect(await askOnly(at, '/long', more)).toBe('200')
      const refused = await ask(at, '/long')
      expect([refused.status, refused.after]).toEqual([503, '5'])
      expect(JSON.parse(refused.text).error.message).toContain(
        'too many large answers that their clients have not read',
      )
      const written = await ask(at, '/long', 'POST')
      expect([written.status, JSON.parse(written.text).error.message]).toEqual([
        503,
        expect.stringContaining('has been done, so read before you send it again'),
      ])
      expect((await ask(at, '/small')).status).toBe(200)
      for (const socket of sockets.splice(0)) socket.destroy()
      await vi.waitFor(async () => expect((await ask(at, '/long')).status).toBe(200), { timeout: 10_000 })
    },
  )

  it.each([
    ['/long', ''],
    ['/long', 'Accept-Encoding: gzip\r\n'],
  ])('are cut off where they do not take a piece in time (%s %j)', async (path, more) => {
    const at = await answering({ stallMs: 200 })
    const closed = vi.fn()
    await askOnly(at, path, more)
    // A byte now and then is not reading.
    const [socket] = sockets
    socket?.on('close', closed)
    const drip = setInterval(() => socket?.read(1), 50)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    clearInterval(drip)
    socket?.resume()
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), { timeout: 5000 })
    expect(socket?.bytesRead).toBeLessThan(long.length * 0.75)
  })
})
