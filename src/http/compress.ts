/** Compresses answers where the client accepts it (RFC 9110 §12.5.3). Short bodies are not worth the cost. */
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import type { HttpAnswer } from './answer.ts'

export type Encoding = 'gzip' | 'br' | 'deflate'

/** About one packet. In characters, which are nearly bytes in these answers. */
const thresholdLength = 1400

export function isWorthZipping(body: string | undefined): boolean {
  return body !== undefined && body.length >= thresholdLength
}

/** In order of preference, which decides where the client has none. */
const encodings: readonly Encoding[] = ['gzip', 'br', 'deflate']

function parse(header: string): Encoding | undefined {
  const wishes = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1')
    wishes.set(name === 'x-gzip' ? 'gzip' : name, Number.isNaN(quality) ? 0 : quality)
  }
  const wishFor = (encoding: Encoding): number => wishes.get(encoding) ?? wishes.get('*') ?? 0
  let best: Encoding | undefined
  for (const encoding of encodings) {
    if (wishFor(encoding) > (best === undefined ? 0 : wishFor(best))) best = encoding
  }
  return best !== undefined && wishFor(best) < (wishes.get('identity') ?? 0) ? undefined : best
}

/** Most clients send the same header with every request. */
let seen: { readonly header: string; readonly encoding: Encoding | undefined } = { header: '', encoding: undefined }

/** Undefined: no compression. */
export function encodingFor(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined
  if (header !== seen.header) seen = { header, encoding: parse(header) }
  return seen.encoding
}

/** Higher levels take several times as long for a tenth less. */
const zippers: Readonly<Record<Encoding, (body: Buffer, done: (error: Error | null, zipped: Buffer) => void) => void>> =
  {
    gzip: (body, done) => gzip(body, { level: 4 }, done),
    deflate: (body, done) => deflate(body, { level: 4 }, done),
    br: (body, done) =>
      brotliCompress(
        body,
        { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } },
        done,
      ),
  }

/** A cached answer is the same object each time, so it is compressed once only. */
const zippedBefore = new WeakMap<HttpAnswer, Partial<Record<Encoding, Buffer>>>()

export function zip(answer: HttpAnswer, encoding: Encoding): Buffer | Promise<Buffer> {
  const before = zippedBefore.get(answer)?.[encoding]
  if (before !== undefined) return before
  return new Promise((resolve, reject) => {
    zippers[encoding](Buffer.from(answer.body ?? ''), (error, zipped) => {
      if (error !== null) return reject(error)
      zippedBefore.set(answer, { ...zippedBefore.get(answer), [encoding]: zipped })
      resolve(zipped)
    })
  })
}
