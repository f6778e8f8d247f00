/**
 * Load generator, its own process: a fixed number of keep-alive connections, each sending the next request when the
 * answer to the last is complete. Raw sockets, because a client library costs as much as the server under test.
 * A server so slow that answers are still out long after the end is left with them; what it has answered counts.
 * Reads one JSON job from IPC, answers with counts and latencies.
 */
import { connect } from 'node:net'

const lastChunk = Buffer.from('0\r\n\r\n')
/** Of the time it is given, and at least so many seconds. */
const patience = 3
const leastPatience = 10

/** Where the answer ends, or undefined while it has not arrived. One request at a time: chunks end where the data does. */
const endOf = (head, from, pending) => {
  if (/transfer-encoding: chunked/i.test(head))
    return pending.subarray(from).subarray(-lastChunk.length).equals(lastChunk) ? pending.length : undefined
  const end = from + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? '0')
  return pending.length < end ? undefined : end
}

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
      const late = setTimeout(
        () => {
          socket.destroy()
          resolve(undefined)
        },
        Math.max(seconds * patience, leastPatience) * 1000,
      )
      let pending = Buffer.alloc(0)
      let sent = 0
      const send = () => {
        if (performance.now() >= end || next >= frames.length) {
          clearTimeout(late)
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
        const answerEnd = endOf(head, headEnd + 4, pending)
        if (answerEnd === undefined) return
        const status = Number(head.slice(9, 12))
        if (status !== expect) {
          unexpected += 1
          sample = pending.toString('utf8').slice(0, 400)
        }
        done += 1
        latencies.push(performance.now() - sent)
        pending = pending.subarray(answerEnd)
        send()
      })
    })
  await Promise.all(Array.from({ length: connections }, drive))
  if (done === 0) throw new Error(`no answer to ${requests[0].slice(0, 200)}`)
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
