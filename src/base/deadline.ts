/** Until when a request is to be answered, for work that can be ended: statements of a database, waiting in a queue. */
import { AppError, StoreError } from './errors.ts'

/** `timeout`: its time is over. `gone`: the client has closed the connection. */
export type EndReason = 'timeout' | 'gone'

export interface Deadline {
  /** How long a request may take. */
  readonly limitSeconds: number
  /** Why the request needs no more work; undefined while it is to be answered. */
  readonly ended: EndReason | undefined
  /** Calls `work` once when the request ends early, at once where it has. Returns a function that forgets `work`. */
  onEnd(work: (why: EndReason) => void): () => void
  /** Gives the request more time: for a delay that is not its own. */
  extend?(millis: number): void
}

/** Throws `unavailable` (`timeout` or `gone`) where the request has ended. */
export function checkTime(deadline: Deadline | undefined): void {
  if (deadline?.ended !== undefined) throw new StoreError('unavailable', deadline.ended)
}

/** What the promise gives, or `unavailable` as soon as the request ends. The work behind the promise goes on. */
export function untilEnd<T>(work: Promise<T>, deadline: Deadline | undefined): Promise<T> {
  if (deadline === undefined) return work
  return new Promise<T>((resolve, reject) => {
    const forget = deadline.onEnd((why) => reject(new StoreError('unavailable', why)))
    work.then(resolve, reject).finally(forget)
  })
}

/** Whether this says that the request was ended, not that the database could not answer. */
export function isEnd(error: unknown): error is StoreError {
  return (
    error instanceof StoreError &&
    error.kind === 'unavailable' &&
    (error.reason === 'timeout' || error.reason === 'gone')
  )
}

/** Seconds after which a client is told to try again: what made the request slow may be over then. */
const later = '10'

function secondsText(seconds: number): string {
  return seconds === 1 ? '1 second' : `${seconds} seconds`
}

/** The refusal of a request whose time is over. `mayHaveChanged`: it is not known whether its change was made. */
export function overTime({ limitSeconds }: Deadline, mayHaveChanged = false, cause?: unknown): AppError {
  const limit = `The request was not answered within ${secondsText(limitSeconds)}, the time limit of this server`
  const text = mayHaveChanged
    ? `${limit}. Its change may have been made, or may still be made; read before you send it again.`
    : `${limit}, and was ended. Ask for less at once, or try again later.`
  return new AppError('unavailable', text, {
    inner: 'requestTimeLimit',
    check: 'limit.time',
    headers: { 'Retry-After': later },
    ...(cause === undefined ? {} : { cause }),
  })
}
