/** Sends to receivers of this machine: what counts as delivered, what as failed, and what is never called (events.md §6.4, §6.8). */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { senderOf } from '#notify/sending/sender.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'

const standIn = { isRegistry: false, ports: [], allow: [] }
const open: (Server | SocketServer)[] = []

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listening(server: Server | SocketServer): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}/hook`
}

function outgoing(url: string) {
  return { url, headers: { 'Content-Type': 'application/json' }, body: '{"a":"ü"}' }
}

const limits = { requestMillis: 2_000 }

it('sends the body byte for byte, over one connection, and tells the status and the beginning of the answer', async () => {
  const seen: string[] = []
  const ports = new Set<number | undefined>()
  const url = await receiver((request, response) => {
    ports.add(request.socket.remotePort)
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      seen.push(`${request.method} ${request.headers['content-length']} ${Buffer.concat(parts)}`)
      response.writeHead(seen.length === 1 ? 202 : 503, { 'Retry-After': '7' }).end('x'.repeat(40))
    })
  })
  const sender = senderOf({ policy: standIn })
  const first = await sender.send(outgoing(url), limits)
  const second = await sender.send(outgoing(url), limits)
  sender.close()
  expect([first.status, first.error]).toEqual([202, undefined])
  expect(second).toMatchObject({ status: 503, error: 'HTTP 503', retryAfter: '7', answer: 'x'.repeat(40) })
  expect(seen).toEqual(['POST 10 {"a":"ü"}', 'POST 10 {"a":"ü"}'])
  expect(ports.size).toBe(1)
})

it('takes any 2xx for a delivery, and nothing else', async () => {
  const statuses = [200, 201, 204, 299, 300, 400, 404, 413, 500, 503]
  const url = await receiver((request, response) => response.writeHead(Number(request.url?.split('/').at(-1))).end())
  const sender = senderOf({ policy: standIn })
  const errors: (string | undefined)[] = []
  for (const status of statuses) errors.push((await sender.send(outgoing(`${url}/${status}`), limits)).error)
  sender.close()
  const failures = statuses.slice(4).map((status) => `HTTP ${status}`)
  expect(errors).toEqual([undefined, undefined, undefined, undefined, ...failures])
})

it('sends over TLS to who is trusted, and uses no proxy of the environment', async () => {
  const folder = process.env['RELATA_TEST_CERTIFICATES'] ?? ''
  const [cert, key, authority] = ['server.pem', 'server.key', 'ca.pem'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  ) as [string, string, string]
  const strange = await makeClientCertificate(new Date())
  const answer = (_request: IncomingMessage, response: ServerResponse) => response.writeHead(202).end()
  const [known, unknown] = [
    await listening(createSecureServer({ cert, key }, answer)),
    await listening(createSecureServer({ cert: strange.certificate, key: strange.key }, answer)),
  ]
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY']
  for (const name of proxies) vi.stubEnv(name, 'http://127.0.0.1:1')
  const sender = senderOf({ policy: standIn, authorities: [authority] })
  expect((await sender.send(outgoing(`https://localhost:${known}/`), limits)).status).toBe(202)
  expect(await sender.send(outgoing(`https://localhost:${unknown}/`), limits)).toMatchObject({
    status: undefined,
    error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
  sender.close()
  vi.unstubAllEnvs()
})

it('does not follow a redirect', async () => {
  const paths: (string | undefined)[] = []
  const url = await receiver((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { Location: 'http://169.254.169.254/' }).end()
  })
  const sender = senderOf({ policy: standIn })
  expect(await sender.send(outgoing(url), limits)).toMatchObject({ status: 302, error: 'HTTP 302' })
  sender.close()
  expect(paths).toEqual(['/hook'])
})

it('fails without an answer in time, or without a receiver, and reads 16 KiB of an answer without end', async () => {
  const slow = await receiver(() => undefined)
  const endless = await receiver((_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('y'.repeat(8_192)), 1)
    response.on('close', () => clearInterval(timer))
  })
  const sender = senderOf({ policy: standIn })
  expect(await sender.send(outgoing(slow), { requestMillis: 100 })).toMatchObject({
    status: undefined,
    error: 'no answer within 0.1 s',
  })
  expect(await sender.send(outgoing('http://127.0.0.1:1/'), limits)).toMatchObject({ error: 'ECONNREFUSED' })
  const { answer, status } = await sender.send(outgoing(endless), limits)
  expect([status, answer.length]).toEqual([200, 16_384])
  sender.close()
})

it('sends again at once when the receiver has closed the connection that was kept', async () => {
  let sockets = 0
  const server = createSocketServer((socket) => {
    sockets += 1
    let requests = 0
    socket.on('data', () => {
      requests += 1
      if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      else socket.resetAndDestroy()
    })
    socket.on('error', () => undefined)
  })
  const url = `http://127.0.0.1:${await listening(server)}/`
  const sender = senderOf({ policy: standIn })
  expect([
    (await sender.send(outgoing(url), limits)).status,
    (await sender.send(outgoing(url), limits)).status,
  ]).toEqual([200, 200])
  sender.close()
  expect(sockets).toBe(2)
})

it('checks each address of a name again at each connection, before it connects', async () => {
  const port = await listening(
    createServer((_request, response) => {
      response.writeHead(200, { Connection: 'close' }).end()
    }),
  )
  let connections = 0
  const addresses = ['93.184.216.34', '10.0.0.1']
  const sender = senderOf({
    policy: { ...standIn, isRegistry: true },
    resolve: async () => [{ address: addresses.shift() ?? '', family: 4 }],
    connect: () => {
      connections += 1
      return connect(port, '127.0.0.1')
    },
  })
  const url = 'https://hooks.example/'
  expect((await sender.send(outgoing(url), limits)).status).toBe(200)
  expect(await sender.send(outgoing(url), limits)).toMatchObject({ status: undefined, error: 'addressNotAllowed' })
  expect((await sender.send(outgoing('https://10.0.0.1/'), limits)).error).toBe('addressNotAllowed')
  sender.close()
  expect(connections).toBe(1)
})
