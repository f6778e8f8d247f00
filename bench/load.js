/**
 * Load generator, its own process: a fixed number of keep-alive connections, each sending the next request when the
 * answer to the last is complete. Raw sockets, because a client library costs as much as the server under test; frames in
 * one piece of memory and answers into another, because what is made for each request costs more than the rest of it.
 * A server so slow that answers are still out long after the end is left with them; what it has answered counts.
 * Reads one JSON job from IPC, answers with counts, latencies and what a request has cost itself.
 */
import { connect } from 'node:net'
import { answerReader } from './answers.js'

/** Of the time it is given, and at least so many seconds. */
const patience = 3
const leastPatience = 10
/** More than a page of 100 terms, so that most answers are one piece. */
const pieceBytes = 256 * 1024
const sampleBytes = 400

const frameOf = ({ port, token }, line) => {
  const [method, path, body = ''] = line.split('\t')
  const more = body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n${more}\r\n${body}`
}

/** All requests one after another, and where each ends. */
const framesOf = (job) => {
  const frames = job.requests.map((line) => Buffer.from(frameOf(job, line)))
  let end = 0
  const ends = frames.map((frame) => {
    end += frame.length
    return end
  })
  return { bytes: Buffer.concat(frames), ends, count: frames.length }
}

/** What all connections share: the requests that are left, and what came of those that were sent. */
const tallyOf = ({ seconds, expect }, { bytes, ends, count }) => {
  const latencies = new Float64Array(count)
  const end = performance.now() + seconds * 1000
  const tally = {
    used: 0,
    done: 0,
    unexpected: 0,
    sample: '',
    latencies,
    /** The next frame, or undefined when it is over. */
    next: (now) => {
      if (now >= end || tally.used >= count) return undefined
      tally.used += 1
      return bytes.subarray(ends[tally.used - 2] ?? 0, ends[tally.used - 1])
    },
    note: (millis, status) => {
      latencies[tally.done] = millis
      tally.done += 1
      if (status !== expect) tally.unexpected += 1
    },
    /** The beginning of the first answer that was not expected. */
    look: (status, piece) => {
      if (status !== 0 && status !== expect && tally.unexpected === 0 && tally.sample.length < sampleBytes)
        tally.sample += piece.toString('utf8', 0, sampleBytes - tally.sample.length)
    },
  }
  return tally
}

/** One connection until there is nothing to send. */
const drive = (port, tally, memory, sockets) =>
  new Promise((resolve, reject) => {
    const reader = answerReader()
    let sent = 0
    const send = (now) => {
      const frame = tally.next(now)
      if (frame === undefined) {
        resolve(undefined)
        socket.destroy()
        return
      }
      sent = now
      socket.write(frame)
    }
    const take = (length) => {
      const piece = memory.subarray(0, length)
      const isWhole = reader.take(piece)
      tally.look(reader.status, piece)
      if (!isWhole) return
      const now = performance.now()
      tally.note(now - sent, reader.status)
      send(now)
    }
    const onread = {
      // Each piece has been read before the next one comes, on whichever connection.
      buffer: memory,
      callback: (length) => {
        try {
          take(length)
        } catch (error) {
          socket.destroy(error)
        }
        return true
      },
    }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
    sockets.push(socket)
    socket.on('connect', () => send(performance.now()))
    socket.on('error', reject)
    // Of those we have ended ourselves nobody waits any more.
    socket.on('end', () => reject(new Error('the server has ended a connection')))
    socket.on('close', () => resolve(undefined))
  })

/** @param {{port: number, token: string, connections: number, seconds: number, requests: string[], expect: number}} job */
const run = async (job) => {
  const { port, seconds, connections, requests } = job
  const frames = framesOf(job)
  const memory = Buffer.alloc(pieceBytes)
  const sockets = []
  const used = process.cpuUsage()
  const start = performance.now()
  const tally = tallyOf(job, frames)
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const late = setTimeout(endAll, Math.max(seconds * patience, leastPatience) * 1000)
  try {
    await Promise.all(Array.from({ length: connections }, () => drive(port, tally, memory, sockets)))
  } finally {
    clearTimeout(late)
    endAll()
  }
  const elapsed = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(used)
  const { done, unexpected, sample } = tally
  if (done === 0) throw new Error(`no answer to ${requests[0].slice(0, 200)}`)
  const latencies = tally.latencies.subarray(0, done).sort()
  const at = (share) => latencies[Math.min(done - 1, Math.floor(done * share))]
  return {
    perSecond: done / elapsed,
    done,
    unexpected,
    sample,
    p50: at(0.5),
    p99: at(0.99),
    used: tally.used,
    cpu: (user + system) / done,
  }
}

process.on('message', async (job) => {
  try {
    process.send?.({ result: await run(job) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
