/** Until when a request is to be answered, for work that can be ended: statements of a database, waiting in a queue. */

/** `timeout`: its time is over. `gone`: the client has closed the connection. */
export type EndReason = 'timeout' | 'gone'

export interface Deadline {
  /** Why the request needs no more work; undefined while it is to be answered. */
  readonly ended: EndReason | undefined
  /** Calls `work` once when the request ends early, at once where it has. Returns a function that forgets `work`. */
  onEnd(work: (why: EndReason) => void): () => void
}
