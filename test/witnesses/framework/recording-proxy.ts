/** Stands in front of a server with its certificate, passes everything on as it is, and notes it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as send } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** As it came over the wire, decompressed. */
export interface RawExchange {
  readonly method: string
  readonly url: string
  readonly host: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly status: number
  readonly answered: IncomingMessage['headers']
  readonly answer: string
}

export interface RecordingProxy {
  readonly port: number
  /** Exchanges since the last call. */
  take(): RawExchange[]
  close(): Promise<void>
}

const bytesOf = async (message: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const plain = (bytes: Buffer, coding: string | undefined): string => {
  if (bytes.length === 0 || coding === undefined || coding === 'identity') return bytes.toString('utf8')
  const decompress = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[coding]
  if (decompress === undefined) throw new Error(`a body in the coding ${coding}`)
  return decompress(bytes).toString('utf8')
}

export interface ProxyFacts {
  /** Port of the server on this machine. */
  readonly to: number
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export const startRecordingProxy = async ({ to, ca, cert, key }: ProxyFacts): Promise<RecordingProxy> => {
  let taken: RawExchange[] = []
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The line of the step before may still be on its way through the pipe.
    await wait(5)
    const { method = '', url = '', headers } = request
    const body = await bytesOf(request)
    const at = taken.length
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: to, servername: 'localhost', ca, method, path: url }
      send({ ...options, headers: request.rawHeaders }, resolve)
        .on('error', reject)
        .end(body)
    })
    const bytes = await bytesOf(answer)
    taken.splice(at, 0, {
      method,
      url,
      host: headers.host ?? '',
      headers,
      body: plain(body, headers['content-encoding']),
      status: answer.statusCode ?? 0,
      answered: answer.headers,
      answer: plain(bytes, answer.headers['content-encoding']),
    })
    response.writeHead(answer.statusCode ?? 0, answer.rawHeaders).end(bytes)
  }
  const server = createServer({ cert, key }, (request, response) => {
    pass(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const all = taken
      taken = []
      return all
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
