/**
 * Sends one request of a deliverer, or of the check of an address, and tells how it ended (events.md §6.4, §6.8). Never
 * follows a redirect, and never rejects.
 */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { AppError } from '#base/errors.ts'
import { checkAddress, notAllowed } from '../addresses/check-address.ts'
import type { Outgoing } from '../kinds/kind.ts'
import { AddressNotAllowed, type CheckedAgents, type ConnectionFacts, checkedAgents } from './checked-agents.ts'

/** All times in milliseconds. */
const connectMillis = 5_000
const mostAnswerBytes = 16_384
/** How often a request is sent again at once because the receiver had closed the connection that was kept open. */
const mostResends = 2

export interface SendResult {
  /** Undefined: there was no answer. */
  readonly status: number | undefined
  /** In a few words; undefined: the answer was 2xx. */
  readonly error: string | undefined
  /** Of the answer's body, at most 16 KiB. */
  readonly answer: string
  /** `Retry-After`, as it was sent. */
  readonly retryAfter: string | undefined
  /** Of the answer, names in lower case. */
  readonly headers: IncomingMessage['headers']
}

export interface SendLimits {
  /** For the whole, from the first step to the last byte that is read. */
  readonly requestMillis: number
  /** Default: POST. */
  readonly method?: 'POST' | 'OPTIONS'
}

export interface Sender {
  send(outgoing: Outgoing, limits: SendLimits): Promise<SendResult>
  /** Ends its connections; requests under way fail. */
  close(): void
}

/** The connection could not be used, and nothing was answered. */
class Unanswered extends Error {
  readonly isReused: boolean

  constructor(why: string, isReused = false) {
    super(why)
    this.isReused = isReused
  }
}

function failed(error: string): SendResult {
  return { status: undefined, error, answer: '', retryAfter: undefined, headers: {} }
}

function codeOf(error: Error): string {
  if (error instanceof AddressNotAllowed) return notAllowed
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.message
}

function readAnswer(message: IncomingMessage, done: (text: string) => void): void {
  const parts: Buffer[] = []
  let bytes = 0
  const finish = (): void => done(Buffer.concat(parts).subarray(0, mostAnswerBytes).toString('utf8'))
  message.on('data', (part: Buffer) => {
    parts.push(part)
    bytes += part.length
    if (bytes <= mostAnswerBytes) return
    finish()
    message.destroy()
  })
  message.on('end', finish)
  // The status counts, even if the rest never comes.
  message.on('error', finish)
  message.on('close', finish)
}

/** Ends the request where no connection is made in time. */
function limitConnecting(request: ClientRequest, millis: number, fail: (why: string) => void): () => void {
  const timer = setTimeout(() => fail(`no connection within ${millis / 1_000} s`), millis)
  const stop = (): void => clearTimeout(timer)
  request.once('socket', (socket) => {
    if (!socket.connecting) stop()
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop)
  })
  return stop
}

function sendOnce(url: URL, outgoing: Outgoing, agents: CheckedAgents, limits: SendLimits): Promise<SendResult> {
  const { requestMillis, method = 'POST' } = limits
  const isSecure = url.protocol === 'https:'
  const headers = { ...outgoing.headers, 'Content-Length': String(Buffer.byteLength(outgoing.body)) }
  return new Promise((resolve, reject) => {
    const request = isSecure
      ? secureRequest(url, { method, headers, agent: agents.secure })
      : plainRequest(url, { method, headers, agent: agents.plain })
    let message: IncomingMessage | undefined
    const stops: (() => void)[] = []
    const finish = (settle: () => void): void => {
      for (const stop of stops) stop()
      settle()
    }
    const answered = ({ statusCode = 0, headers: given }: IncomingMessage, answer: string): SendResult => ({
      status: statusCode,
      error: statusCode >= 200 && statusCode < 300 ? undefined : `HTTP ${statusCode}`,
      answer,
      retryAfter: given['retry-after'],
      headers: given,
    })
    const fail = (why: string): void => {
      const last = message
      finish(() => (last === undefined ? reject(new Unanswered(why)) : resolve(answered(last, ''))))
      request.destroy()
    }
    const timer = setTimeout(() => fail(`no answer within ${requestMillis / 1_000} s`), requestMillis)
    stops.push(() => clearTimeout(timer), limitConnecting(request, Math.min(connectMillis, requestMillis), fail))
    request.on('error', (error) => {
      const isReused = request.reusedSocket && (codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE')
      finish(() => reject(new Unanswered(codeOf(error), isReused)))
    })
    request.on('response', (response) => {
      message = response
      readAnswer(response, (text) => finish(() => resolve(answered(response, text))))
    })
    request.end(outgoing.body)
  })
}

async function sendChecked(
  outgoing: Outgoing,
  limits: SendLimits,
  agents: CheckedAgents,
  url: URL,
): Promise<SendResult> {
  for (let resends = 0; ; resends += 1)
    try {
      return await sendOnce(url, outgoing, agents, limits)
    } catch (error) {
      if (!(error instanceof Unanswered)) return failed(error instanceof Error ? codeOf(error) : String(error))
      if (!error.isReused || resends === mostResends) return failed(error.message)
    }
}

export function senderOf(facts: ConnectionFacts): Sender {
  const agents = checkedAgents(facts)
  return {
    send: async (outgoing, limits) => {
      let url: URL
      try {
        url = checkAddress(outgoing.url, facts.policy, 'url')
      } catch (error) {
        // It was registered under another policy.
        if (error instanceof AppError) return failed(notAllowed)
        throw error
      }
      return sendChecked(outgoing, limits, agents, url)
    },
    close: () => {
      agents.plain.destroy()
      agents.secure.destroy()
    },
  }
}
