/** Raw requests to a real server, each bounded in time, and what every answer has to be. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Version } from '#edm/props.ts'
import { models } from '#workloads/models.ts'
import { checkAnswer } from '../_support/checked.ts'
import { rounds } from '../_support/run-size.ts'

export interface FuzzRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

export interface FuzzAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** No request may take longer, whatever it asks. */
const patienceMillis = 10_000

export const seconds = Number(process.env['RELATA_FUZZ_SECONDS'] ?? rounds(8, 5))
const seed = process.env['RELATA_FUZZ_SEED']

/** Runs until the time is over; a finding is shrunk and names its seed. */
export const bounded = {
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: seconds * 1000,
  markInterruptAsFailure: false,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
}

/** Time for the whole test, shrinking included. */
export const testMillis = seconds * 1000 + 60_000

const unzipped = (bytes: Buffer, encoding: string | undefined): Buffer =>
  encoding === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes

export const ask = (port: number, { method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, method, path: target, headers, timeout: patienceMillis },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            body: unzipped(Buffer.concat(parts), answer.headers['content-encoding']).toString('utf8'),
          }),
        )
      },
    )
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patienceMillis} ms`)))
    asked.on('error', reject)
    asked.end(body)
  })

/** Writes the bytes, says there are no more, and gives what came back until the other side closed. */
export const write = (port: number, bytes: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => socket.end(bytes))
    socket.setTimeout(patienceMillis, () => socket.destroy(new Error(`still open after ${patienceMillis} ms`)))
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may hang up while we are still writing.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')))
  })

/** 501: Graph has the operation, we do not. 505: another version of HTTP. Every other 5xx would be a mistake of ours. */
export const isOurFault = (status: number): boolean => status >= 500 && status !== 501 && status !== 505

/** Throws unless the answer is one the model allows, and not our fault. */
export const checkSound = ({ method, target }: FuzzRequest, { status, type, body }: FuzzAnswer): void => {
  if (status < 200 || isOurFault(status)) throw new Error(`${method} ${target} → ${status} ${body}`)
  const version = /^\/(v1\.0|beta)(?=[/?]|$)/.exec(target)?.[1] as Version | undefined
  if (version === undefined) {
    if (/json/.test(type) && body !== '') JSON.parse(body)
    return
  }
  checkAnswer(models[version], { method, target }, { status, type, body })
}
