/** Resident memory while many clients upload without a token, and whether others are answered meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { missingRow, spreadOf } from '../figures.js'
import { residentMegabytes, startProgram } from '../program.js'
import { rounds } from '../side.js'

const uploads = 300
const bytesOfEach = Math.floor(3.9 * 1024 * 1024)
const mostMegabytes = 300
const measuredMillis = 4_000

/** One client: it announces a body and sends it, whatever is answered. */
const upload = (port, chunk) => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(
    `POST /v1.0/sites/root/termStore/groups HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${bytesOfEach}\r\n\r\n`,
  )
  let left = bytesOfEach
  const send = () => {
    while (left > 0 && !socket.destroyed) {
      const part = chunk.subarray(0, Math.min(chunk.length, left))
      left -= part.length
      if (!socket.write(part)) return
    }
  }
  socket.on('drain', send)
  send()
  return socket
}

/** The clients have a thread of their own, so that the time of others is the server's. */
if (!isMainThread && workerData?.uploadsTo !== undefined) {
  const chunk = Buffer.alloc(64 * 1024, 'a')
  for (let at = 0; at < uploads; at += 1) upload(workerData.uploadsTo, chunk)
}

const round = async (program) => {
  const clients = new Worker(new URL(import.meta.url), { workerData: { uploadsTo: program.port } })
  let [all, slowest] = [0, 0]
  for (const until = performance.now() + measuredMillis; performance.now() < until; ) {
    const began = performance.now()
    await (await fetch(`http://127.0.0.1:${program.port}/alive`)).text()
    slowest = Math.max(slowest, performance.now() - began)
    all = Math.max(all, (await residentMegabytes(program.pid))?.all ?? Number.NaN)
    await pause(20)
  }
  await clients.terminate()
  return { all, slowest }
}

export const uploadsPart = async (report) => {
  const what = `${uploads} uploads of 3.9 MB without a token, resident memory at most`
  const goal = `≤ ${mostMegabytes} MB`
  const location = await mkdtemp(join(tmpdir(), 'relata-uploads-'))
  const program = await startProgram(location)
  try {
    if ((await residentMegabytes(program.pid)) === undefined) {
      report(missingRow(what, 'not measured: no /proc here', goal))
      return
    }
    const seen = []
    for (let at = 0; at < rounds; at += 1) seen.push(await round(program))
    const { middle, least, most: top } = spreadOf(seen.map(({ all }) => all))
    report({
      what,
      ours: `${middle.toFixed(0)} MB (${least.toFixed(0)}–${top.toFixed(0)})`,
      goal,
      isMet: top <= mostMegabytes,
    })
    const slowest = spreadOf(seen.map((one) => one.slowest))
    report({ what: '/alive meanwhile, the slowest answer', ours: `${slowest.middle.toFixed(0)} ms` })
  } finally {
    await program.stop()
    await rm(location, { recursive: true, force: true })
  }
}
