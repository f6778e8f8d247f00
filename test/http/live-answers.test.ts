/** Live answers: what a client of server-sent events sees, and how they end. */
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import type { LiveEnd, LiveSink } from '#base/own-address.ts'
import { eventText, liveAnswer } from '#control/feed/event-text.ts'
import { type Running, type Settings, startTestListener } from '../_support/listener.ts'

let server: Running | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close()
  server = undefined
})

/** A server with one live address: its sinks, in the order of the requests, and how they ended. */
async function listening(settings: Settings = {}, begun: (sink: LiveSink) => void = () => undefined) {
  const sinks: LiveSink[] = []
  const ends: LiveEnd[] = []
  server = await startTestListener({
    control: {
      find: () => async () =>
        liveAnswer((sink) => {
          sinks.push(sink)
          begun(sink)
          return (why) => {
            ends.push(why)
            if (why === 'stopping') sink.write(eventText({ event: 'last', data: null }))
          }
        }),
    },
    ...settings,
  })
  return { url: `http://127.0.0.1:${server.port}/_relata/clock`, port: server.port, sinks, ends }
}

/** Reads text of an answer until it contains what is looked for. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = ''
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`ended with ${JSON.stringify(text)}`)
    text += new TextDecoder().decode(value)
  }
  return text
}

function readerOf(answer: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (answer.body === null) throw new Error('no body')
  return answer.body.getReader()
}

it('has its headers before its first event, uncompressed, and goes on after the time of a request', async () => {
  const { url, sinks } = await listening({ limitSeconds: 0.1, heartbeatMs: 50 })
  const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(answer.headers.get('content-encoding')).toBeNull()
  expect(answer.headers.get('content-length')).toBeNull()
  const reader = readerOf(answer)
  await readUntil(reader, ':\n\n'.repeat(8))
  sinks[0]?.write(eventText({ id: '7', event: 'thing', data: { text: 'a\nb' } }))
  expect(await readUntil(reader, '}\n\n')).toContain('id: 7\nevent: thing\ndata: {"text":"a\\nb"}\n\n')
  await reader.cancel()
})

it('has a comment now and then, so that nobody between closes it', async () => {
  const { url } = await listening({ heartbeatMs: 20 })
  const reader = readerOf(await fetch(url))
  expect(await readUntil(reader, ':\n\n:\n\n')).toMatch(/^(:\n\n)+$/)
  await reader.cancel()
})

it('ends when its client leaves', async () => {
  const { url, ends, sinks } = await listening()
  const reader = readerOf(await fetch(url))
  sinks[0]?.write(':\n\n')
  await readUntil(reader, ':')
  await reader.cancel()
  await vi.waitFor(() => expect(ends).toEqual(['gone']), 10_000)
  sinks[0]?.write(':\n\n')
  expect(server?.faults).toEqual([])
})

it('ends when the server says so, and the connection is good for the next request', async () => {
  const { url, ends } = await listening({}, (sink) => {
    sink.write('data: 1\n\n')
    sink.end()
  })
  expect(await (await fetch(url)).text()).toBe('data: 1\n\n')
  expect(ends).toEqual(['done'])
  expect(await (await fetch(url)).text()).toBe('data: 1\n\n')
})

it('ends when a client leaves a megabyte unread', async () => {
  const { port, sinks, ends } = await listening()
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write('GET /_relata/clock HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  // The system takes some megabytes for a connection before anything is left here.
  for (let at = 0; at < 400 && ends.length === 0; at += 1) {
    sinks[0]?.write(`: ${'x'.repeat(100_000)}\n\n`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(ends).toEqual(['slow'])
})

it('ends when a client reads nothing between two heartbeats', async () => {
  const { port, sinks, ends } = await listening({ heartbeatMs: 50 })
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write('GET /_relata/clock HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  // Less than what ends it at once.
  while ((sinks[0]?.unreadBytes ?? 1) < 500_000) {
    sinks[0]?.write(`: ${'x'.repeat(100_000)}\n\n`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await vi.waitFor(() => expect(ends).toEqual(['slow']), 10_000)
})

it('takes as much as is wanted where the writer waits until it is read', async () => {
  const pieces = 200
  const { url, ends } = await listening({}, async (sink) => {
    for (let at = 0; at < pieces; at += 1) {
      sink.write(`: ${'x'.repeat(100_000)}\n\n`)
      await sink.taken()
    }
    sink.end()
  })
  expect((await (await fetch(url)).text()).length).toBe(pieces * 100_004)
  expect(ends).toEqual(['done'])
})

it('does not hold up a server that stops, whether its client reads or not', async () => {
  const { url, port, ends } = await listening()
  const reader = readerOf(await fetch(url))
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write('GET /_relata/clock HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  const stopped = server?.close()
  server = undefined
  expect(await readUntil(reader, '\n\n')).toBe('event: last\ndata: null\n\n')
  expect((await reader.read()).done).toBe(true)
  await stopped
  expect(ends).toEqual(['stopping', 'stopping'])
})

it('is only headers for HEAD', async () => {
  const { url, sinks } = await listening()
  const answer = await fetch(url, { method: 'HEAD' })
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await answer.text()).toBe('')
  expect(sinks).toEqual([])
})

it('is refused where too many are open', async () => {
  const { url } = await listening()
  const open = await Promise.all(Array.from({ length: 200 }, () => fetch(url)))
  const answer = await fetch(url)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  await Promise.all(open.map(({ body }) => body?.cancel()))
})
