/** Reads and decompresses request bodies. The limit applies both to the compressed and to the decompressed size. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gunzip, inflate, inflateRaw } from 'node:zlib'
import type { Answer } from '#base/answer.ts'
import { AppError } from '#base/errors.ts'

export const bodyLimitBytes = 4 * 1024 * 1024
/** Bytes of all bodies that are being read or worked on at once. */
const heldMostBytes = 64 * 1024 * 1024
/** Bytes of all files of terms that are being read or worked on at once: three of the largest ones. */
export const filesHeldMostBytes = 300 * 1024 * 1024
/** Bytes of all large answers that are being sent. */
const sentMostBytes = 128 * 1024 * 1024
/** What a chunk costs beside its bytes: bodies in chunks of one byte take far more memory than they have bytes. */
const chunkCostBytes = 64
/** Small chunks are put together after so many. */
const mostChunks = 256
/** How much of a body that is too large is read and discarded, so that the client reads the answer. */
const drainedBytes = 64 * 1024 * 1024
const drainedMs = 5000
const drainCheckMs = 250
const mostDiscarding = 16

type Unzip = typeof gunzip

/** RFC 9110 says "deflate" is zlib-wrapped; some clients send it bare. The wrapper's first two bytes tell. */
function inflaterOf(bytes: Buffer): Unzip {
  const [first = 0, second = 0] = bytes
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0 ? inflate : inflateRaw
}

function unzipperOf(encoding: string, bytes: Buffer): Unzip | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzip
  return encoding === 'deflate' ? inflaterOf(bytes) : undefined
}

/** The bytes that the body of one request, or of its answer, holds of all that may be held at once. */
export interface BodyHold {
  /** False: there is no room for so many more. */
  take(bytes: number): boolean
  /** To be called when the request is answered, or its body given up; for an answer, when it is sent. */
  release(): void
}

/** Shares out the memory for bodies of requests, or for those of answers, among all requests of a server. */
export function bodyHolds(most = heldMostBytes): () => BodyHold {
  let held = 0
  return () => {
    let own = 0
    return {
      take: (bytes) => {
        if (held + bytes > most) return false
        held += bytes
        own += bytes
        return true
      },
      release: () => {
        held -= own
        own = 0
      },
    }
  }
}

/** The same for answers: what one holds is released when it is sent, or its client is gone. */
export function answerHolds(): (response: ServerResponse) => BodyHold {
  const holdNext = bodyHolds(sentMostBytes)
  return (response) => {
    const hold = holdNext()
    response.once('close', hold.release)
    // Nothing is held for a client that is gone already: `close` does not come again.
    return { take: (bytes) => response.destroyed || hold.take(bytes), release: hold.release }
  }
}

function tooManyAtOnce(): AppError {
  return new AppError('unavailable', 'The server is reading too many request bodies at once; try again.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
    check: 'body.atOnce',
  })
}

/** For an answer there is no room for. The change of a request that is no read has been made. */
export function tooManyAnswers(isRead: boolean): AppError {
  const text = 'The server holds too many large answers that their clients have not read yet'
  const cure = isRead
    ? 'ask for less, or try again'
    : 'what was asked for has been done, so read before you send it again'
  return new AppError('unavailable', `${text}; ${cure}.`, { headers: { 'Retry-After': '5' }, check: 'answer.atOnce' })
}

function tooLarge(limit: number): AppError {
  return new AppError('tooLarge', `The request body is larger than ${limit} bytes.`, {
    headers: { Connection: 'close' },
  })
}

function unzip(unzipper: Unzip, bytes: Buffer, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    unzipper(bytes, { maxOutputLength: limit }, (error, result) => {
      if (error === null) return resolve(result)
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ERR_BUFFER_TOO_LARGE') return reject(tooLarge(limit))
      const check = 'header.content-encoding'
      reject(
        new AppError('invalid', 'The request body is not what its Content-Encoding says.', { check, cause: error }),
      )
    })
  })
}

/** Thrown when the client disconnects before its body is complete: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Reads and discards what is left of a body, for a limited time, so that the client reads the answer. */
function drain(request: IncomingMessage, done: () => void): void {
  let seen = 0
  const finish = (): void => {
    clearTimeout(timer)
    request.off('data', count).off('end', finish).off('close', finish)
    done()
  }
  const count = (chunk: Buffer): void => {
    seen += chunk.length
    if (seen > drainedBytes) finish()
  }
  const timer = setTimeout(finish, drainedMs)
  timer.unref()
  request.on('data', count).on('end', finish).on('close', finish)
}

function readRaw(request: IncomingMessage, limit: number, hold: BodyHold | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let chunks: Buffer[] = []
    let size = 0
    let isWhole = false
    const stop = (): void => {
      request.off('data', take).off('end', finish).off('close', gone).off('error', gone)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      const fault =
        (size > limit && tooLarge(limit)) ||
        (hold?.take(chunk.length + chunkCostBytes) === false && tooManyAtOnce()) ||
        undefined
      if (fault === undefined) {
        chunks.push(chunk)
        if (chunks.length === mostChunks) parts.push(Buffer.concat(chunks.splice(0)))
        return
      }
      stop()
      chunks = []
      parts.length = 0
      hold?.release()
      request.on('error', () => undefined)
      drain(request, () => reject(fault))
    }
    const finish = (): void => {
      // After `end` only `close` follows, so the listeners may stay.
      isWhole = true
      resolve(
        chunks.length === 1 && parts.length === 0 ? (chunks[0] as Buffer) : Buffer.concat([...parts, ...chunks], size),
      )
    }
    const gone = (): void => {
      if (isWhole) return
      stop()
      reject(new ClientGone())
    }
    request.on('data', take).on('end', finish).on('close', gone).on('error', gone)
  })
}

/** Whether the header section announces a body (RFC 9112, 6.3). */
export function announced({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

function unzipped(request: IncomingMessage, bytes: Buffer, limit: number): Answer<Buffer | undefined> {
  if (bytes.length === 0) return undefined
  const encoding = request.headers['content-encoding']?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity') return bytes
  const unzipper = unzipperOf(encoding, bytes)
  if (unzipper !== undefined) return unzip(unzipper, bytes, limit)
  // Clients that compress by default, as the Go SDK does, retry without compression when they see this.
  throw new AppError('unsupportedMedia', `The content encoding '${encoding}' is not supported.`, {
    headers: { 'Accept-Encoding': 'gzip, deflate' },
  })
}

/** Bodies that nobody reads and that are discarded at the moment. */
let discarding = 0

/**
 * After an answer whose request has a body that nobody reads: Node discards it, so that the client gets to the answer, and
 * here that comes to an end. Of many at once the connection ends: discarding them would keep others waiting. `closes`: the
 * connection ends with the body.
 */
export function endUnread(request: IncomingMessage, closes: boolean): void {
  const { socket } = request
  if (discarding >= mostDiscarding) {
    socket.destroySoon()
    return
  }
  discarding += 1
  const before = socket.bytesRead
  let passes = 0
  const timer = setInterval(() => {
    passes += 1
    if (passes * drainCheckMs < drainedMs && socket.bytesRead - before <= bodyLimitBytes) return
    socket.destroy()
  }, drainCheckMs).unref()
  request.once('close', () => {
    discarding -= 1
    clearInterval(timer)
    if (closes) socket.end()
  })
}

/** For a client that waits to be told to go on: it need not send what is too large. */
export function checkLength({ headers }: IncomingMessage, limit = bodyLimitBytes): void {
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
}

/** Undefined when there is no body. Throws `tooLarge`, `unavailable`, `unsupportedMedia`, `invalid`, or `ClientGone`. */
export function readBody(
  request: IncomingMessage,
  hold?: BodyHold,
  limit = bodyLimitBytes,
): Answer<Buffer | undefined> {
  if (!announced(request)) return undefined
  // The client may have disconnected while its token was verified; its `close` event would not fire again.
  if (request.destroyed) throw new ClientGone()
  return readRaw(request, limit, hold).then(async (bytes) => {
    const whole = await unzipped(request, bytes, limit)
    // What was compressed is held as long as the request is.
    if (whole !== bytes && whole !== undefined && hold?.take(whole.length) === false) throw tooManyAtOnce()
    return whole
  })
}
