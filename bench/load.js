/**
 * Load generator, its own process: a fixed number of keep-alive connections, each sending the next request when the
 * answer to the last is complete. Raw sockets, because a client library costs as much as the server under test.
 * Reads one JSON job from IPC, answers with counts and latencies.
 */
import { connect } from 'node:net'

const crlf = Buffer.from('\r\n\r\n')

/** @param {{port: number, token: string, connections: number, seconds: number, requests: string[], expect: number}} job */
const run = async ({ port, token, connections, seconds, requests, expect }) => {
  const frames = requests.map((line) => {
    const [method, path, body = ''] = line.split('\t')
    const payload = Buffer.from(body)
    const head =
      `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
      (body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${payload.length}\r\n`) +
      '\r\n'
    return Buffer.concat([Buffer.from(head), payload])
  })
  let next = 0
  let done = 0
  let unexpected = 0
  let sample = ''
  const latencies = []
  const end = performance.now() + seconds * 1000
  const start = performance.now()
  const drive = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.setNoDelay(true)
      let pending = Buffer.alloc(0)
      let sent = 0
      const send = () => {
        if (performance.now() >= end || next >= frames.length) {
          socket.end()
          resolve(undefined)
          return
        }
        sent = performance.now()
        socket.write(frames[next])
        next += 1
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
        const headEnd = pending.indexOf(crlf)
        if (headEnd < 0) return
        const head = pending.subarray(0, headEnd).toString('latin1')
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? '0')
        if (pending.length < headEnd + 4 + length) return
        const status = Number(head.slice(9, 12))
        if (status !== expect) {
          unexpected += 1
          sample = pending.toString('utf8').slice(0, 400)
        }
        done += 1
        latencies.push(performance.now() - sent)
        pending = pending.subarray(headEnd + 4 + length)
        send()
      })
    })
  await Promise.all(Array.from({ length: connections }, drive))
  const elapsed = (performance.now() - start) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return { perSecond: done / elapsed, done, unexpected, sample, p50: at(0.5), p99: at(0.99), used: next }
}

process.on('message', async (job) => {
  try {
    process.send?.({ result: await run(job) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
